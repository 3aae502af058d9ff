"""What the features are computed from: the whole population as arrays, made once, however many look for partners."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matching.partners.diversity import Kinds, kinds
from matching.partners.graph import Graph
from matching.partners.population import Organisation, Population
from matching.partners.sets import Bools, Floats, Sets
from matching.partners.themes import Points, one_thread_each, points
from matching.partners.written import Written
from matching.search.text import pairs

_BALTIC = frozenset({"SE", "FI", "EE", "LV", "LT", "PL", "DE", "DK"})
_NORDIC = frozenset({"SE", "FI", "DK", "NO", "IS", "FO", "GL", "AX"})
_NORTH_SEA = frozenset({"SE", "NO", "DK", "DE", "NL", "BE", "FR", "GB"})
MACRO_REGIONS = {"baltic": _BALTIC, "nordic": _NORDIC, "north_sea": _NORTH_SEA}
"""Whole countries: of the EU strategy for the Baltic Sea region, the Nordic Council, and Interreg North Sea 2021-2027."""

COARSE = 20
"""Dimensions in which organisations of one field lie close together, whatever each of them writes."""

LABEL_VALUES = {"bronze": 0.6, "silver": 0.8, "gold": 1.0}


@dataclass(frozen=True)
class Valued:
    """The sets of one field, and what each of its values weighs: its idf over all organisations that are not gone."""

    sets: Sets
    idf: Floats

    @cached_property
    def mass(self) -> Floats:
        """N: the sum of the weights of each organisation's values."""
        found: Floats = self.sets.sums(self.idf[None, :])[0]
        return found

    @cached_property
    def length(self) -> Floats:
        """N: the length of each organisation's vector of weights."""
        return np.asarray(np.sqrt(self.sets.sums((self.idf**2)[None, :])[0]), dtype=np.float64)


@dataclass(frozen=True)
class Space:
    """Where organisations lie in some space, so that the cosine of two is an inner product.

    Arguments:
        points: N × dimensions, each of length 1; zeros for those that have no place in it.
    """

    points: Points

    @cached_property
    def has(self) -> Bools:
        """N: who has a place."""
        return np.asarray(self.points.any(axis=1), dtype=np.bool_)


@dataclass(frozen=True)
class Ground:
    """A population as arrays; N organisations.

    Arguments:
        places: the NUTS 2 region of each.
        proximity: sectors × sectors, how often two go together, the smaller of the two conditional probabilities; 0 on the
            diagonal.
        field_share: technologies × ecosystems, how large a part of the organisations with the technology is in the ecosystem.
        written: the folded words of its own choice of each.
        themes: N × 100, what each writes about; zeros where nothing tells.
        fields: N × 20, the same more coarsely, with the sectors and ecosystems as words.
        meaning: N × 384, what its text means to the sentence model; zeros where it has no vector; None: no one has.
        place: N × 2, latitude and longitude in radians; NaN where not known.
        regions: N × macro-regions, 1 where the country lies in it.
        members: N, 0 where not known.
        label: N; label_known: N.
        graph: past partnerships.
    """

    population: Population
    ecosystems: Valued
    sectors: Valued
    nace: Valued
    technologies: Valued
    priorities: Valued
    networks: Valued
    targets: Valued
    countries: Sets
    places: Sets
    proximity: Floats
    field_share: Floats
    written: Written
    themes: Space
    fields: Space
    meaning: Space | None
    place: Floats
    regions: Floats
    members: Floats
    label: Floats
    label_known: Bools
    graph: Graph

    @cached_property
    def kinds(self) -> Kinds:
        """What makes organisations alike."""
        return kinds(self.population)

    def spelling(self, place: int) -> Mapping[str, str]:
        """How an organisation first writes its words in small letters: folded -> written, of those where that is another.

        It is asked for with every match that is explained, and goes with the population whose texts it comes from.
        """
        if (found := self._spellings.get(place)) is None:
            spelt: dict[str, str] = {}
            for folded, written in chain.from_iterable(map(pairs, self.population.organisations[place].texts)):
                spelt.setdefault(folded, written.lower())
            found = self._spellings[place] = {folded: written for folded, written in spelt.items() if written != folded}
        return found

    @cached_property
    def _spellings(self) -> dict[int, Mapping[str, str]]:
        return {}

    @classmethod
    def of(cls, population: Population, graph: Graph | None = None, meaning: Points | None = None) -> Ground:
        """Compute what all features share."""
        everyone = population.organisations
        counted = np.array([not one.is_gone for one in everyone], dtype=bool)

        def valued(sets: Sets) -> Valued:
            return Valued(sets, sets.idf(counted))

        sectors = Sets.of([one.sectors for one in everyone])
        ecosystems = Sets.of([one.ecosystems for one in everyone])
        written = Written.of(one.own for one in everyone)
        beside = written.beside(Written.listed({"sector": sectors, "ecosystem": ecosystems}))
        with _meanwhile(written, beside) as (themes, fields):
            technologies = Sets.of([one.technologies for one in everyone])
            countries = Sets.of([(one.country,) if one.country else () for one in everyone])
            return cls(
                population=population,
                ecosystems=valued(ecosystems),
                sectors=valued(sectors),
                nace=valued(Sets.of([one.nace_divisions for one in everyone])),
                technologies=valued(technologies),
                priorities=valued(Sets.of([one.s3_priorities for one in everyone])),
                networks=valued(Sets.of([one.networks for one in everyone])),
                targets=valued(Sets.of([one.target_countries for one in everyone])),
                countries=countries,
                places=Sets.of([(one.nuts2,) if one.nuts2 else () for one in everyone]),
                proximity=co_occurrence(sectors.rows(np.flatnonzero(counted).tolist())),
                field_share=shares(technologies, ecosystems),
                written=written,
                meaning=None if meaning is None else Space(meaning),
                place=np.radians(_places(everyone)),
                regions=countries.sums(_inside(countries.names)).T,
                members=np.array([one.members_total or 0 for one in everyone], dtype=np.float64),
                label=np.array([_label_value(one) for one in everyone], dtype=np.float64),
                label_known=np.array([one.label is None or one.label.is_valid is not None for one in everyone], dtype=bool),
                graph=graph or Graph(len(everyone), ()),
                themes=Space(themes.result()),
                fields=Space(fields.result()),
            )

    def with_graph(self, graph: Graph) -> Ground:
        """The same with other past partnerships."""
        return replace(self, graph=graph)

    @property
    def size(self) -> int:
        """How many organisations there are."""
        return len(self.population.organisations)


@contextmanager
def _meanwhile(written: Written, fields: Written) -> Iterator[tuple[Future[Points], Future[Points]]]:
    """What everyone writes about, finely and coarsely, found while other things are made ready: it is arithmetic for the most."""
    with one_thread_each(), ThreadPoolExecutor(2) as pool:
        yield pool.submit(points, written), pool.submit(points, fields, COARSE)


def _inside(countries: Sequence[str]) -> Floats:
    """Macro-regions × countries: 1 where the country lies in the region."""
    inside = [[country in region for country in countries] for region in MACRO_REGIONS.values()]
    return np.array(inside, dtype=np.float64).reshape(len(MACRO_REGIONS), len(countries))


def _places(everyone: Iterable[Organisation]) -> Floats:
    """Organisations × 2: latitude and longitude in degrees, NaN where not known."""
    nowhere = (np.nan, np.nan)
    return np.fromiter((degrees for one in everyone for degrees in one.place or nowhere), dtype=np.float64).reshape(-1, 2)


def _label_value(one: Organisation) -> float:
    return LABEL_VALUES.get(one.label.level, 0.0) if one.label and one.label.is_valid else 0.0


def co_occurrence(matrix: Floats) -> Floats:
    """Proximity of values: the smaller of P(a | b) and P(b | a) over organisations, 0 on the diagonal.

    Source: Hidalgo, Klinger, Barabási, Hausmann, "The Product Space Conditions the Development of Nations", Science 317 (2007).

    Arguments:
        matrix: organisations × values, 1 where the organisation has the value.
    """
    together = matrix.T @ matrix
    holding = np.diag(together)
    larger = np.maximum(np.maximum.outer(holding, holding), 1)
    proximity: Floats = together / larger
    np.fill_diagonal(proximity, 0)
    return proximity


def shares(values: Sets, groups: Sets) -> Floats:
    """Values × groups: the share of the organisations with the value that are in the group."""
    owners = values.owners
    inside = np.zeros((len(values.names), len(groups.names)))
    for group in range(len(groups.names)):
        members = np.zeros(len(groups))
        members[groups.owners[groups.values == group]] = 1.0
        inside[:, group] = np.bincount(values.values, weights=members[owners], minlength=len(values.names))
    return inside / np.maximum(np.bincount(values.values, minlength=len(values.names)), 1)[:, None]


@cache
def neighbouring_regions() -> frozenset[tuple[str, str]]:
    """Pairs of NUTS 2 regions, a Swedish one first, with NUTS 3 regions within 150 km of one another across a border.

    Computed from Eurostat's points (``data/se_nuts3_neighbours.csv``): a stand-in for programme areas, not the legal list.
    """
    text = files("matching").joinpath("data", "se_nuts3_neighbours.csv").read_text(encoding="utf-8")
    return frozenset((row["se_nuts3"][:4], row["other_nuts3"][:4]) for row in csv.DictReader(text.splitlines()))


def kilometres(place: Floats, homes: NDArray[np.int64]) -> Floats:
    """Homes × N: great-circle distances in km (haversine, radius 6,371), NaN where either place is not known."""
    latitude, longitude = place[:, 0], place[:, 1]
    half = np.sin((latitude[None, :] - latitude[homes][:, None]) / 2) ** 2
    half += (
        np.cos(latitude[homes])[:, None]
        * np.cos(latitude)[None, :]
        * np.sin((longitude[None, :] - longitude[homes][:, None]) / 2) ** 2
    )
    distance: Floats = 2 * 6371.0 * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance
