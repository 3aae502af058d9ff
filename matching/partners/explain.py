"""Turns each feature's part in a score into an English sentence with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from babel import Locale

from matching.partners.features import MACRO_REGIONS, Feature, Features
from matching.partners.population import Organisation
from warehouse.rows import MatchReason

MOST_NAMED = 4
"""Values that a sentence names before it counts the rest."""

Said = tuple[str, dict[str, object]]
_ORDER = {feature: number for number, feature in enumerate(Feature)}


@dataclass(frozen=True)
class _Pair:
    features: Features
    row: int
    place: int
    home: Organisation
    other: Organisation

    def value(self, feature: Feature) -> float:
        return float(self.features.measures[feature].value[self.row, self.place])

    def known(self, feature: Feature) -> bool:
        return bool(self.features.measures[feature].known[self.row, self.place])


def explain(features: Features, row: int, place: int, contributions: Mapping[Feature, float]) -> tuple[MatchReason, ...]:
    """One reason for each feature of the recipe: what helps most first, what is not known last.

    Arguments:
        row: of the home in ``features``; place: of the other in the population.
        contributions: what each feature adds to the score, in points.
    """
    everyone = features.population.organisations
    pair = _Pair(features, row, place, everyone[features.homes[row]], everyone[place])
    checked = {"checked_on": None if pair.other.checked_on is None else pair.other.checked_on.isoformat()}
    known = {feature: pair.known(feature) for feature in contributions}
    order = sorted(contributions, key=lambda feature: (not known[feature], -contributions[feature], _ORDER[feature]))
    reasons = []
    for feature in order:
        text, evidence = _SENTENCES[feature](pair) if known[feature] else _unknown(pair, feature)
        evidence.update(checked)
        reasons.append(MatchReason(feature.value, contributions[feature], text, evidence))
    return tuple(reasons)


def _unknown(pair: _Pair, feature: Feature) -> Said:
    wanted, given = _NEEDS[feature]
    lacking = [organisation.name for organisation in (pair.home, pair.other) if not given(organisation)]
    who = _joined(lacking) if lacking else "either"
    return f"Not known: {wanted} of {who}.", {"unknown": wanted, "of": lacking}


def _ecosystems(pair: _Pair) -> Said:
    return _overlap("Both work in", "No industrial ecosystem in common", "they add", pair.home.ecosystems, pair.other.ecosystems)


def _sectors(pair: _Pair) -> Said:
    shared, ours, theirs = _split(pair.home.sectors | pair.home.nace_divisions, pair.other.sectors | pair.other.nace_divisions)
    evidence: dict[str, object] = {"shared": shared, "only_home": ours, "only_partner": theirs}
    if shared:
        return f"Both are in {_joined(shared)}.", evidence
    return f"No sector in common: they are in {_joined(theirs)}.", evidence


def _related_variety(pair: _Pair) -> Said:
    new = sorted(pair.other.sectors - pair.home.sectors)
    if not new:
        return f"They have no sector that {pair.home.name} lacks.", {"adds": []}
    rows, proximity = pair.features.sectors, pair.features.proximity
    links = [
        (float(proximity[rows[theirs], rows[ours]]), theirs, ours)
        for theirs in new
        for ours in sorted(pair.home.sectors - pair.other.sectors)
    ] + [
        (float(proximity[rows[theirs], rows[ours]]), theirs, ours)
        for theirs in new
        for ours in sorted(pair.home.sectors & pair.other.sectors)
    ]
    near, theirs, ours = max(links, key=lambda link: link[0])
    evidence: dict[str, object] = {"adds": new, "nearest": {"partner": theirs, "home": ours, "proximity": round(near, 4)}}
    if near == 0:
        return f"They add {_joined(new)}, which no cluster joins with the sectors of {pair.home.name}.", evidence
    return f"They add {_joined(new)}; {theirs} often goes together with {ours}.", evidence


def _technologies(pair: _Pair) -> Said:
    ours, theirs = pair.home.technologies, pair.other.technologies
    shared = sorted(ours[key] for key in ours.keys() & theirs.keys())
    evidence: dict[str, object] = {"shared": shared}
    return (f"Both use {_joined(shared)}." if shared else "No technology that both name."), evidence


def _technology_gap(pair: _Pair) -> Said:
    ours, theirs = pair.home.technologies, pair.other.technologies
    brought = sorted(theirs[key] for key in theirs.keys() - ours.keys())
    evidence: dict[str, object] = {"brings": brought}
    if not brought:
        return f"They name no technology that {pair.home.name} lacks.", evidence
    fit = round(100 * pair.value(Feature.TECHNOLOGY_GAP))
    return (
        f"They bring {_joined(brought)}, which {pair.home.name} does not name: {fit} % of what they can do, as far as it fits.",
        evidence,
    )


def _text(pair: _Pair) -> Said:
    ranked = pair.features.measures[Feature.TEXT].known[pair.row]
    number = int(np.count_nonzero(ranked))
    place = round(max(number, 2) ** (1 - pair.value(Feature.TEXT)))
    counts = pair.features.word_documents
    # A word that both write by chance ("often") is a subject of neither.
    ours, theirs = pair.home.subject_words, pair.other.subject_words
    both = pair.home.text_words & pair.other.text_words
    common = [word for word in both if (word in ours or word in theirs) and counts[word] <= max(number // 10, 2)]
    shared = sorted(common, key=lambda word: (counts[word], word))[:MOST_NAMED]
    evidence: dict[str, object] = {"place": place, "of": number, "words": shared}
    also = f": both speak of {_joined(shared)}" if shared else ""
    return f"What they write stands {place} of {number} in likeness to what {pair.home.name} writes{also}.", evidence


def _s3_priorities(pair: _Pair) -> Said:
    ours, theirs = pair.home.s3_priorities, pair.other.s3_priorities
    shared = sorted(ours[key] for key in ours.keys() & theirs.keys())
    none = "No smart-specialisation priority in common."
    return (f"Both have the smart-specialisation priority {_joined(shared)}." if shared else none), {"shared": shared}


def _geography(pair: _Pair) -> Said:
    km = round(float(pair.features.distance_km[pair.row, pair.place]))
    coarse = [what for what in ("country", "region") if what in (pair.home.place_of, pair.other.place_of)]
    exact = f", measured from the middle of the {coarse[0]}" if coarse else ""
    evidence: dict[str, object] = {"km": km, "home_place": pair.home.place_of, "partner_place": pair.other.place_of}
    return f"{'About ' if coarse else ''}{km:,} km apart{exact}.", evidence


def _macro_region(pair: _Pair) -> Said:
    shared = [name for name, countries in MACRO_REGIONS.items() if {pair.home.country, pair.other.country} <= countries]
    return (f"Both are in {_joined(shared)}." if shared else "No macro-region in common."), {"shared": shared}


def _interest(pair: _Pair) -> Said:
    ours, theirs = _country(pair.home.country), _country(pair.other.country)
    said, unsaid = [], []
    for who, targets, code, name in (
        ("They", pair.other.target_countries, pair.home.country, ours),
        (pair.home.name, pair.home.target_countries, pair.other.country, theirs),
    ):
        verb = "name" if who == "They" else "names"
        if not targets:
            unsaid.append(f"the target countries of {pair.other.name if who == 'They' else who} are not known")
        elif code in targets:
            said.append(f"{who} {verb} {name} as a target country")
        else:
            said.append(f"{who} {'do' if who == 'They' else 'does'} not name {name} as a target country")
    evidence: dict[str, object] = {
        "partner_targets": sorted(pair.other.target_countries),
        "home_targets": sorted(pair.home.target_countries),
    }
    return f"{'; '.join([*said, *unsaid])}.", evidence


def _size(pair: _Pair) -> Said:
    ours, theirs = pair.home.members_total, pair.other.members_total
    return f"They have {theirs:,} members, {pair.home.name} {ours:,}.", {"home_members": ours, "partner_members": theirs}


def _label(pair: _Pair) -> Said:
    label = pair.other.label
    if label is None:
        return "No excellence label is on record.", {"level": None}
    until = None if label.valid_until is None else label.valid_until.isoformat()
    evidence: dict[str, object] = {"level": label.level, "valid_until": until, "network": label.network, "url": label.url}
    if label.is_valid:
        return f"They hold the {label.level} excellence label until {until}.", evidence
    return f"Their {label.level} excellence label ended on {until}.", evidence


def _networks(pair: _Pair) -> Said:
    ours, theirs = pair.home.networks, pair.other.networks
    shared = sorted(ours[key] for key in ours.keys() & theirs.keys())
    return (f"Both are in {_joined(shared)}." if shared else "No network or membership in common."), {"shared": shared}


def _overlap(both: str, none: str, add: str, ours: Collection[str], theirs: Collection[str]) -> Said:
    shared, only_home, only_partner = _split(ours, theirs)
    evidence: dict[str, object] = {"shared": shared, "only_home": only_home, "only_partner": only_partner}
    start = f"{both} {_joined(shared)}" if shared else none
    return f"{start}; {add} {_joined(only_partner)}." if only_partner else f"{start}.", evidence


def _split(ours: Collection[str], theirs: Collection[str]) -> tuple[list[str], list[str], list[str]]:
    return sorted(set(ours) & set(theirs)), sorted(set(ours) - set(theirs)), sorted(set(theirs) - set(ours))


def _joined(values: Collection[str]) -> str:
    """``a, b and c``; many become ``a, b, c, d and 3 more``."""
    named = list(values)
    if len(named) > MOST_NAMED:
        named = [*named[:MOST_NAMED], f"{len(named) - MOST_NAMED} more"]
    return " and ".join([part for part in (", ".join(named[:-1]), named[-1]) if part]) if named else "nothing"


@cache
def _country(code: str | None) -> str:
    return "their country" if code is None else str(Locale("en").territories.get(code, code))


_SENTENCES: dict[Feature, Callable[[_Pair], Said]] = {
    Feature.ECOSYSTEMS: _ecosystems,
    Feature.SECTORS: _sectors,
    Feature.RELATED_VARIETY: _related_variety,
    Feature.TECHNOLOGIES: _technologies,
    Feature.TECHNOLOGY_GAP: _technology_gap,
    Feature.TEXT: _text,
    Feature.S3_PRIORITIES: _s3_priorities,
    Feature.GEOGRAPHY: _geography,
    Feature.MACRO_REGION: _macro_region,
    Feature.INTEREST: _interest,
    Feature.SIZE: _size,
    Feature.LABEL: _label,
    Feature.NETWORKS: _networks,
}

_NEEDS: dict[Feature, tuple[str, Callable[[Organisation], object]]] = {
    Feature.ECOSYSTEMS: ("the industrial ecosystems", lambda found: found.ecosystems),
    Feature.SECTORS: ("the sectors", lambda found: found.sectors or found.nace_divisions),
    Feature.RELATED_VARIETY: ("the sectors", lambda found: found.sectors),
    Feature.TECHNOLOGIES: ("the technologies", lambda found: found.technologies),
    Feature.TECHNOLOGY_GAP: ("the technologies", lambda found: found.technologies),
    Feature.TEXT: ("a description", lambda found: found.texts),
    Feature.S3_PRIORITIES: ("the smart-specialisation priorities", lambda found: found.s3_priorities),
    Feature.GEOGRAPHY: ("the place", lambda found: found.place),
    Feature.MACRO_REGION: ("the country", lambda found: found.country),
    Feature.INTEREST: ("the target countries", lambda found: found.target_countries),
    Feature.SIZE: ("the number of members", lambda found: found.members_total),
    Feature.LABEL: ("the end of the excellence label", lambda found: found.label is None or found.label.is_valid is not None),
    Feature.NETWORKS: ("the networks and memberships", lambda found: found.networks),
}
"""What each feature needs, as a noun, and whether an organisation gives it."""
