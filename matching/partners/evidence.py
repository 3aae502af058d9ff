"""What each feature's part in a score rests on, as names and values: what sentences are made of, in any language."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import numpy as np

from matching.partners.features import Feature
from matching.partners.ground import MACRO_REGIONS, Ground, kilometres
from matching.partners.population import Organisation
from matching.partners.scoring import Scores
from matching.search.text import fold
from matching.search.thesaurus import importances

MOST_WORDS = 4
SHORTEST_WORD = 4
"""Letters of a word worth telling as shared by two texts."""
COMMONEST = 10
"""A word that more than one of so many organisations uses says nothing of what two have in common."""

Evidence = dict[str, object]


@dataclass(frozen=True)
class Pair:
    """A home and another of its scores."""

    scores: Scores
    row: int
    place: int

    @cached_property
    def ground(self) -> Ground:
        """What the features are computed from."""
        return self.scores.ground

    @cached_property
    def home(self) -> Organisation:
        """Who looks for partners."""
        return self.ground.population.organisations[self.scores.homes[self.row]]

    @cached_property
    def other(self) -> Organisation:
        """Who might be one."""
        return self.ground.population.organisations[self.place]

    @cached_property
    def checked_on(self) -> str | None:
        """When the other was last checked, in ISO 8601."""
        return None if self.other.checked_on is None else self.other.checked_on.isoformat()

    def value(self, feature: Feature) -> float:
        """What the feature measures of them."""
        return float(self.scores.measures[feature].value[self.row, self.place])

    def known(self, feature: Feature) -> bool:
        """Whether it can be measured."""
        return bool(self.scores.measures[feature].known[self.row, self.place])

    def standing(self, feature: Feature) -> Evidence:
        """The place of the other among the home's candidates of which the feature is known; equal values share the better."""
        found = self.scores.measures[feature]
        counted = self.scores.candidates[self.row] & found.known[self.row]
        better = int(np.count_nonzero(found.value[self.row, counted] > self.value(feature) + 1e-12))
        return {"place": better + 1, "of": int(np.count_nonzero(counted))}


def evidence(pair: Pair, feature: Feature) -> Evidence:
    """What the feature rests on, or ``unknown`` and whose it is; and when the other was last checked."""
    found = _EVIDENCE[feature](pair) if pair.known(feature) else _unknown(pair, feature)
    return {**found, "checked_on": pair.checked_on}


def _unknown(pair: Pair, feature: Feature) -> Evidence:
    if feature is Feature.TIES:
        return {"unknown": True, "of": [pair.home.name]}
    given = _NEEDS[feature]
    return {"unknown": True, "of": [one.name for one in (pair.home, pair.other) if not given(one)]}


def _split(ours: Collection[str], theirs: Collection[str]) -> Evidence:
    ours, theirs = set(ours), set(theirs)
    return {"shared": sorted(ours & theirs), "only_home": sorted(ours - theirs), "only_partner": sorted(theirs - ours)}


def _shared(ours: dict[str, str], theirs: dict[str, str]) -> Evidence:
    return {"shared": sorted(ours[key] for key in ours.keys() & theirs.keys())}


def _related_variety(pair: Pair) -> Evidence:
    new = sorted(pair.other.sectors - pair.home.sectors)
    rows = pair.ground.sectors.sets.places
    proximity = pair.ground.proximity
    # Sectors of ours that they lack come first: among equals they tell more.
    ours = [*sorted(pair.home.sectors - pair.other.sectors), *sorted(pair.home.sectors & pair.other.sectors)]
    links = [(float(proximity[rows[theirs], rows[own]]), theirs, own) for own in ours for theirs in new]
    near = max(links, key=lambda link: link[0], default=(0.0, "", ""))
    nearest = {"partner": near[1], "home": near[2], "proximity": round(near[0], 4)} if near[0] > 0 else None
    return {"adds": new, "nearest": nearest}


def _technology_gap(pair: Pair) -> Evidence:
    ours, theirs = pair.home.technologies, pair.other.technologies
    everyone = pair.ground.population.organisations
    partners = pair.ground.graph.partners.get(pair.scores.homes[pair.row], frozenset())
    had = {key for partner in partners for key in everyone[partner].technologies}
    brought = theirs.keys() - ours.keys()
    return {
        "brings": sorted(theirs[key] for key in brought),
        "fit_percent": round(100 * pair.value(Feature.TECHNOLOGY_GAP)),
        "partners": len(partners),
        "new_to_partners": sorted(theirs[key] for key in brought - had) if partners else [],
    }


def _text(pair: Pair) -> Evidence:
    # A word that both write by chance ("often") is a subject of neither.
    subjects = pair.home.subject_words | pair.other.subject_words
    most = max(pair.ground.size // COMMONEST, 2)
    both = pair.ground.written.shared(pair.scores.homes[pair.row], pair.place)
    common = sorted((number, word) for word, number in both if number <= most and word in subjects and _tells(word))
    spelt = pair.ground.spelling(pair.place)
    return {**pair.standing(Feature.TEXT), "words": [spelt.get(word, word) for _, word in common[:MOST_WORDS]]}


def _tells(word: str) -> bool:
    return len(word) >= SHORTEST_WORD and not word.isdecimal() and word not in empty_words()


@cache
def empty_words() -> frozenset[str]:
    """Folded words that say nothing of what anybody works on: ``data/empty_words.toml``, and what search counts less."""
    stored = tomllib.loads(files("matching").joinpath("data", "empty_words.toml").read_text(encoding="utf-8"))
    return frozenset(fold(word) for words in stored.values() for word in words) | importances().keys()


def _geography(pair: Pair) -> Evidence:
    home = np.array([pair.scores.homes[pair.row]], dtype=np.int64)
    places = pair.ground.place[[int(home[0]), pair.place]]
    km = round(float(kilometres(places, np.array([0], dtype=np.int64))[0, 1]))
    return {"km": km, "home_place": pair.home.place_of, "partner_place": pair.other.place_of}


def _macro_region(pair: Pair) -> Evidence:
    return {"shared": [name for name, inside in MACRO_REGIONS.items() if {pair.home.country, pair.other.country} <= inside]}


def _neighbours(pair: Pair) -> Evidence:
    return {"are_near": pair.value(Feature.NEIGHBOURS) > 0, "home_region": pair.home.nuts2, "partner_region": pair.other.nuts2}


def _interest(pair: Pair) -> Evidence:
    return {
        "partner_targets": sorted(pair.other.target_countries),
        "home_targets": sorted(pair.home.target_countries),
        "home_country": pair.home.country,
        "partner_country": pair.other.country,
    }


def _size(pair: Pair) -> Evidence:
    return {"home_members": pair.home.members_total, "partner_members": pair.other.members_total}


def _label(pair: Pair) -> Evidence:
    label = pair.other.label
    if label is None:
        return {"level": None}
    until = None if label.valid_until is None else label.valid_until.isoformat()
    return {
        "level": label.level,
        "valid_until": until,
        "is_valid": label.is_valid,
        "network": label.network,
        "url": label.url,
    }


def _ties(pair: Pair) -> Evidence:
    everyone = pair.ground.population.organisations
    through = pair.ground.graph.between(pair.scores.homes[pair.row], pair.place)
    return {
        "through": [
            {"id": everyone[middle].id, "name": everyone[middle].name, "partnership": tie.partnership, "year": tie.year}
            for middle, tie in through
        ]
    }


_EVIDENCE: dict[Feature, Callable[[Pair], Evidence]] = {
    Feature.ECOSYSTEMS: lambda pair: _split(pair.home.ecosystems, pair.other.ecosystems),
    Feature.SECTORS: lambda pair: _split(
        pair.home.sectors | pair.home.nace_divisions, pair.other.sectors | pair.other.nace_divisions
    ),
    Feature.RELATED_VARIETY: _related_variety,
    Feature.TECHNOLOGIES: lambda pair: _shared(pair.home.technologies, pair.other.technologies),
    Feature.TECHNOLOGY_GAP: _technology_gap,
    Feature.TEXT: _text,
    Feature.FIELD: lambda pair: pair.standing(Feature.FIELD),
    Feature.MEANING: lambda pair: pair.standing(Feature.MEANING),
    Feature.S3_PRIORITIES: lambda pair: _shared(pair.home.s3_priorities, pair.other.s3_priorities),
    Feature.GEOGRAPHY: _geography,
    Feature.MACRO_REGION: _macro_region,
    Feature.NEIGHBOURS: _neighbours,
    Feature.INTEREST: _interest,
    Feature.SIZE: _size,
    Feature.LABEL: _label,
    Feature.NETWORKS: lambda pair: _shared(pair.home.networks, pair.other.networks),
    Feature.TIES: _ties,
}

_NEEDS: dict[Feature, Callable[[Organisation], object]] = {
    Feature.ECOSYSTEMS: lambda one: one.ecosystems,
    Feature.SECTORS: lambda one: one.sectors or one.nace_divisions,
    Feature.RELATED_VARIETY: lambda one: one.sectors,
    Feature.TECHNOLOGIES: lambda one: one.technologies,
    Feature.TECHNOLOGY_GAP: lambda one: one.technologies,
    Feature.TEXT: lambda one: one.texts,
    Feature.FIELD: lambda one: one.texts,
    Feature.MEANING: lambda one: one.texts,
    Feature.S3_PRIORITIES: lambda one: one.s3_priorities,
    Feature.GEOGRAPHY: lambda one: one.place,
    Feature.MACRO_REGION: lambda one: one.country,
    Feature.NEIGHBOURS: lambda one: one.nuts2,
    Feature.INTEREST: lambda one: one.target_countries,
    Feature.SIZE: lambda one: one.members_total,
    Feature.LABEL: lambda one: one.label is None or one.label.is_valid is not None,
    Feature.NETWORKS: lambda one: one.networks,
}
"""Whether an organisation gives what the feature needs of both; ties are wanting where the home has none."""
