"""What speaks for a partnership, feature by feature, for every home and every candidate at once.

Each feature is a matrix, homes × organisations, of numbers from 0 to 1, with a mask that says where it is known. What is not
known is left out of the score: it neither helps nor harms. "idf" is ln(organisations / organisations that have the value), over
all that are not gone: what everyone has says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matching.partners.population import Bools, Floats, Population, membership
from matching.search.bm25 import Postings, likeness, postings

DISTANCE_SCALE_KM = 700.0
EARTH_RADIUS_KM = 6371.0
SIZE_SCALE = float(np.log(100.0))
LABEL_VALUES = {"bronze": 0.6, "silver": 0.8, "gold": 1.0}

_BALTIC = frozenset({"SE", "FI", "EE", "LV", "LT", "PL", "DE", "DK"})
_NORDIC = frozenset({"SE", "FI", "DK", "NO", "IS", "FO", "GL", "AX"})
_NORTH_SEA = frozenset({"SE", "NO", "DK", "DE", "NL", "BE", "FR", "GB"})
MACRO_REGIONS = {"the Baltic Sea region": _BALTIC, "the Nordic countries": _NORDIC, "the North Sea region": _NORTH_SEA}
"""Whole countries: of the EU strategy for the Baltic Sea region, the Nordic Council, and Interreg North Sea 2021-2027."""


class Feature(StrEnum):
    """The features, in the order of MATCHING B."""

    ECOSYSTEMS = "ecosystems"
    SECTORS = "sectors"
    RELATED_VARIETY = "related_variety"
    TECHNOLOGIES = "technologies"
    TECHNOLOGY_GAP = "technology_gap"
    TEXT = "text"
    S3_PRIORITIES = "s3_priorities"
    GEOGRAPHY = "geography"
    MACRO_REGION = "macro_region"
    INTEREST = "interest"
    SIZE = "size"
    LABEL = "label"
    NETWORKS = "networks"


@dataclass(frozen=True)
class Measure:
    """One feature: values from 0 to 1 and where they are known, both homes × organisations. Unknown values are 0."""

    value: Floats
    known: Bools


@dataclass(frozen=True)
class Features:
    """All features of some homes towards all organisations, and what explanations need of how they were computed.

    Arguments:
        homes: index in the population of each row.
        measures: every feature.
        distance_km: homes × organisations, NaN where a place is not known.
        proximity: sectors × sectors, the smaller of the two conditional probabilities of occurring together; 0 on the diagonal.
        sectors: row of each sector in it.
        word_documents: how many organisations use a word in their texts.
    """

    population: Population
    homes: tuple[int, ...]
    measures: dict[Feature, Measure]
    distance_km: Floats
    proximity: Floats
    sectors: dict[str, int]
    word_documents: dict[str, int]


def compute(population: Population, homes: Sequence[int], candidates: Bools) -> Features:
    """Compute every feature.

    Arguments:
        homes: indices of the organisations that look for partners.
        candidates: homes × organisations, who may be ranked: text counts as a rank among these.
    """
    everyone = population.organisations
    here = np.array(homes, dtype=np.int64)
    counted = np.array([not organisation.is_gone for organisation in everyone], dtype=bool)
    ecosystems, _ = membership([organisation.ecosystems for organisation in everyone])
    sectors, sector_names = membership([organisation.sectors for organisation in everyone])
    nace, _ = membership([organisation.nace_divisions for organisation in everyone])
    technologies, _ = membership([organisation.technologies for organisation in everyone])
    priorities, _ = membership([organisation.s3_priorities for organisation in everyone])
    networks, _ = membership([organisation.networks for organisation in everyone])
    proximity = co_occurrence(sectors[counted])
    distance = _distance_km(population, here)
    index = postings([[(text, 1.0) for text in organisation.texts] for organisation in everyone])
    measures = {
        Feature.ECOSYSTEMS: jaccard(ecosystems, _idf(ecosystems, counted), here),
        Feature.SECTORS: _mean_of_known([cosine(sectors, _idf(sectors, counted), here), cosine(nace, _idf(nace, counted), here)]),
        Feature.RELATED_VARIETY: related_variety(sectors, proximity, here),
        Feature.TECHNOLOGIES: cosine(technologies, _idf(technologies, counted), here),
        Feature.TECHNOLOGY_GAP: technology_gap(technologies, ecosystems, counted, here),
        Feature.TEXT: _text(index, here, candidates),
        Feature.S3_PRIORITIES: jaccard(priorities, _idf(priorities, counted), here),
        Feature.GEOGRAPHY: Measure(np.nan_to_num(np.exp(-distance / DISTANCE_SCALE_KM)), ~np.isnan(distance)),
        Feature.MACRO_REGION: _macro_region(population, here),
        Feature.INTEREST: _interest(population, here),
        Feature.SIZE: _size(population, here),
        Feature.LABEL: _label(population, here),
        Feature.NETWORKS: jaccard(networks, _idf(networks, counted), here),
    }
    rows = {name: row for row, name in enumerate(sector_names)}
    documents = zip(index.terms, index.is_word.tolist(), index.documents.tolist(), strict=True)
    word_documents = {term: count for term, is_word, count in documents if is_word}
    return Features(population, tuple(int(home) for home in here), measures, distance, proximity, rows, word_documents)


def _idf(matrix: Floats, counted: Bools) -> Floats:
    holding = matrix[counted].sum(axis=0)
    return np.asarray(np.log(max(int(counted.sum()), 1) / np.maximum(holding, 1)), dtype=np.float64)


def jaccard(matrix: Floats, idf: Floats, homes: NDArray[np.int64]) -> Measure:
    """Weight of the shared values over the weight of all values of both; unknown where either has none that say anything."""
    mass = matrix @ idf
    shared = (matrix[homes] * idf) @ matrix.T
    union = mass[homes][:, None] + mass[None, :] - shared
    known = (mass[homes] > 0)[:, None] & (mass > 0)[None, :]
    return Measure(np.clip(np.divide(shared, union, out=np.zeros_like(shared), where=known), 0, 1), known)


def cosine(matrix: Floats, idf: Floats, homes: NDArray[np.int64]) -> Measure:
    """Cosine of the idf-weighted vectors; unknown where either is empty."""
    weighted = matrix * idf
    length = np.linalg.norm(weighted, axis=1)
    known = (length[homes] > 0)[:, None] & (length > 0)[None, :]
    product = np.outer(length[homes], length)
    return Measure(
        np.clip(np.divide(weighted[homes] @ weighted.T, product, out=np.zeros_like(product), where=known), 0, 1), known
    )


def _mean_of_known(measures: Sequence[Measure]) -> Measure:
    count = np.sum([measure.known for measure in measures], axis=0)
    total = np.sum([np.where(measure.known, measure.value, 0) for measure in measures], axis=0)
    return Measure(np.divide(total, count, out=np.zeros_like(total), where=count > 0), count > 0)


def co_occurrence(matrix: Floats) -> Floats:
    """Proximity of values: the smaller of P(a | b) and P(b | a) over organisations, 0 on the diagonal.

    Source: Hidalgo, Klinger, Barabási, Hausmann, "The Product Space Conditions the Development of Nations", Science 317 (2007).
    """
    together = matrix.T @ matrix
    holding = np.diag(together)
    larger = np.maximum(np.maximum.outer(holding, holding), 1)
    proximity: Floats = together / larger
    np.fill_diagonal(proximity, 0)
    return proximity


def related_variety(sectors: Floats, proximity: Floats, homes: NDArray[np.int64]) -> Measure:
    """How related the sectors are that the other has and the home has not: 1 for half-way, 0 for unrelated or for the same.

    Each of their other sectors counts with its proximity to the nearest sector of the home. The mean r, as a share of a high
    proximity in this population (95th percentile of those above 0), becomes 4 r (1 - r): too near adds nothing, too far is not
    understood. Idea: Frenken, Van Oort, Verburg, "Related Variety, Unrelated Variety and Regional Economic Growth", Regional
    Studies 41 (2007).
    """
    positive = proximity[proximity > 0]
    high = float(np.percentile(positive, 95)) if positive.size else 1.0
    nearest = np.zeros((len(homes), sectors.shape[1]))
    for row, home in enumerate(homes):
        own = sectors[home] > 0
        if own.any():
            nearest[row] = np.where(own, 0, proximity[own].max(axis=0))
    other = (1 - sectors[homes]) @ sectors.T
    mean = np.divide(nearest @ sectors.T, other, out=np.zeros_like(other), where=other > 0)
    relative = np.clip(mean / high, 0, 1)
    present = sectors.sum(axis=1) > 0
    known = present[homes][:, None] & present[None, :]
    return Measure(np.where(known, 4 * relative * (1 - relative), 0), known)


def technology_gap(technologies: Floats, ecosystems: Floats, counted: Bools, homes: NDArray[np.int64]) -> Measure:
    """What the other has and we lack, as far as it belongs to our field: share of the idf of their technologies.

    A technology belongs to our field as often as organisations that have it are in one of our ecosystems (the best of ours).
    Unknown where the home has no ecosystems or technologies, or the other no technologies.
    """
    idf = _idf(technologies, counted)
    mass = technologies @ idf
    holding = np.maximum(technologies.sum(axis=0), 1)
    in_ecosystem = (technologies.T @ ecosystems) / holding[:, None]
    belongs = np.zeros((len(homes), technologies.shape[1]))
    for row, home in enumerate(homes):
        own = ecosystems[home] > 0
        if own.any():
            belongs[row] = in_ecosystem[:, own].max(axis=1)
    brought = (belongs * (1 - technologies[homes]) * idf) @ technologies.T
    has_field = (ecosystems[homes].sum(axis=1) > 0) & (mass[homes] > 0)
    known = has_field[:, None] & (mass > 0)[None, :]
    return Measure(np.clip(np.divide(brought, mass[None, :], out=np.zeros_like(brought), where=known), 0, 1), known)


def _text(index: Postings, homes: NDArray[np.int64], candidates: Bools) -> Measure:
    """BM25 of the home's words and 4-grams over the other's texts, as a place among the candidates: 1 - ln(place) / ln(places).

    The scale is logarithmic because the difference between the 1st and the 10th matters, and that between the 201st and the 210th
    does not.
    """
    scores = likeness(index, homes)
    has_text = np.zeros(index.size, dtype=bool)
    has_text[index.document] = True
    known = has_text[homes][:, None] & has_text[None, :]
    value = np.zeros_like(scores)
    for row in range(len(homes)):
        ranked = np.flatnonzero(candidates[row] & known[row])
        # Equal scores share the better place, so that no accident of order shows.
        ascending = np.sort(-scores[row, ranked])
        places = 1 + np.searchsorted(ascending, -scores[row, ranked], side="left")
        value[row, ranked] = 1 - np.log(places) / np.log(max(len(ranked), 2))
    return Measure(value, known & candidates)


def _distance_km(population: Population, homes: NDArray[np.int64]) -> Floats:
    """Great-circle distances in km (haversine), NaN where either place is not known."""
    places = np.radians([organisation.place or (np.nan, np.nan) for organisation in population.organisations]).reshape(-1, 2)
    latitude, longitude = places[:, 0], places[:, 1]
    half = np.sin((latitude[None, :] - latitude[homes][:, None]) / 2) ** 2
    half += (
        np.cos(latitude[homes])[:, None]
        * np.cos(latitude)[None, :]
        * np.sin((longitude[None, :] - longitude[homes][:, None]) / 2) ** 2
    )
    distance: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance


def _countries(population: Population) -> list[str | None]:
    return [organisation.country for organisation in population.organisations]


def _macro_region(population: Population, homes: NDArray[np.int64]) -> Measure:
    """1 where both countries lie in one macro-region. Unknown without a country."""
    countries = _countries(population)
    inside = np.array([[country in region for region in MACRO_REGIONS.values()] for country in countries], dtype=np.float64)
    inside = inside.reshape(len(countries), len(MACRO_REGIONS))
    present = np.array([country is not None for country in countries], dtype=bool)
    return Measure((inside[homes] @ inside.T > 0).astype(np.float64), present[homes][:, None] & present[None, :])


def _interest(population: Population, homes: NDArray[np.int64]) -> Measure:
    """Whether the other's target countries include ours, and ours theirs: the mean of what is known."""
    targets, names = membership([organisation.target_countries for organisation in population.organisations])
    place = {name: number for number, name in enumerate(names)}
    countries = _countries(population)
    at = np.zeros((len(countries), len(names)))
    for row, country in enumerate(countries):
        if country in place:
            at[row, place[country]] = 1.0
    says = targets.sum(axis=1) > 0
    present = np.array([country is not None for country in countries], dtype=bool)
    theirs = Measure(at[homes] @ targets.T, present[homes][:, None] & says[None, :])
    ours = Measure(targets[homes] @ at.T, says[homes][:, None] & present[None, :])
    return _mean_of_known([theirs, ours])


def _size(population: Population, homes: NDArray[np.int64]) -> Measure:
    """1 - |ln(members / members)| / ln 100: equal sizes 1, a hundredfold difference 0."""
    members = np.array([organisation.members_total or 0 for organisation in population.organisations], dtype=np.float64)
    present = members > 0
    logs = np.log(np.maximum(members, 1))
    known = present[homes][:, None] & present[None, :]
    value = np.clip(1 - np.abs(logs[homes][:, None] - logs[None, :]) / SIZE_SCALE, 0, 1)
    return Measure(np.where(known, value, 0), known)


def _label(population: Population, homes: NDArray[np.int64]) -> Measure:
    """The other's excellence label valid today: bronze 0.6, silver 0.8, gold 1; none, or one that has ended, 0.

    Unknown where a label has no end.
    """
    labels = [organisation.label for organisation in population.organisations]
    value = [LABEL_VALUES.get(label.level, 0.0) if label and label.is_valid else 0.0 for label in labels]
    known = [label is None or label.is_valid is not None for label in labels]
    shape = (len(homes), len(labels))
    return Measure(np.broadcast_to(np.array(value), shape), np.broadcast_to(np.array(known, dtype=bool), shape))
