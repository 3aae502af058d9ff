"""The reasons in English. Each is made from evidence alone (``evidence.py``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matching.partners.features import Feature
from matching.partners.phrases import MOST_NAMED, Said, country, day, is_few, joined, name, number, quoted, region

REGIONS = {"baltic": "the Baltic Sea region", "nordic": "the Nordic countries", "north_sea": "the North Sea region"}
PLACES = {"country": "country", "region": "region"}
SECTORS = ("sector", "nace")


def sentence(feature: Feature, said: Said, home: str, partner: str) -> str:
    """The sentence for a feature.

    Arguments:
        said: its evidence; ``against``: it takes points, so what two have in common is said to be less than on average.
        home, partner: names of the two.
    """
    if said.get("unknown"):
        return f"Not known: {_NEEDS[feature]} of {_all(said, said['of']) if said['of'] else 'either'}."
    return _SENTENCES[feature](said, home, partner)


def _all(said: Said, values: Sequence[str]) -> str:
    return joined(values, most=said.get("most", MOST_NAMED), conjunction="and", more="more", nothing="nothing")


def _than_others(said: Said, much: str, rest: str) -> str:
    """A statement that begins with a small letter; where it takes points, after why it does.

    Arguments:
        much: ``Less in common``.
    """
    return f"{much} than on average: {rest}" if said.get("against") else f"{rest[:1].upper()}{rest[1:]}"


def _named(said: Said, values: Sequence[str], *schemes: str) -> str:
    """Words of vocabularies by their names; what has none stays as printed."""
    return _all(said, [name(value, schemes, "en") or value for value in values])


def _ecosystems(said: Said, _home: str, _partner: str) -> str:
    start = (
        _than_others(said, "Less in common", f"both work in {_named(said, said['shared'], 'ecosystem')}")
        if said["shared"]
        else "No industrial ecosystem in common"
    )
    return f"{start}; they add {_named(said, said['only_partner'], 'ecosystem')}." if said["only_partner"] else f"{start}."


def _sectors(said: Said, _home: str, _partner: str) -> str:
    if said["shared"]:
        return _than_others(said, "Less in common", f"both are in {_named(said, said['shared'], *SECTORS)}.")
    return f"No sector in common: they are in {_named(said, said['only_partner'], *SECTORS)}."


def _related_variety(said: Said, home: str, _partner: str) -> str:
    if not said["adds"]:
        return f"They have no sector that {home} lacks."
    adds, near = _named(said, said["adds"], *SECTORS), said["nearest"]
    if near is None:
        return f"They add {adds}, which no cluster combines with the sectors of {home}."
    if said.get("against"):
        return f"They add {adds}; it completes the sectors of {home} less than what others add on average."
    ours, theirs = (name(near[whose], SECTORS, "en") or near[whose] for whose in ("home", "partner"))
    return f"They add {adds}; clusters in {ours} are often in {theirs} too."


def _technologies(said: Said, _home: str, _partner: str) -> str:
    if not said["shared"]:
        return "No technology that both name."
    return _than_others(said, "Less in common", f"both use {_named(said, said['shared'], 'technology')}.")


def _technology_gap(said: Said, home: str, _partner: str) -> str:
    if not said["brings"]:
        return f"They name no technology that {home} lacks."
    if said.get("against"):
        brings = _named(said, said["brings"], "technology")
        much = f"Less of their technology than on average is new and fits the field of {home} ({said['fit_percent']}%)"
        return f"{much}: they would add {brings}."
    rest = f"{said['fit_percent']}% of their technology is new and fits the field of {home}"
    if said["new_to_partners"]:
        new = _named(said, said["new_to_partners"], "technology")
        return f"They add {new}, which neither {home} nor any of its known partners names; {rest}."
    return f"They add {_named(said, said['brings'], 'technology')}, which {home} does not name; {rest}."


def _text(said: Said, home: str, _partner: str) -> str:
    words = [quoted(word, "en") for word in said["words"]]
    also = f"{', though' if said.get('against') else ';'} both write about {_all(said, words)}" if words else ""
    if said["place"] == 1:
        return f"{_of_all(said)}, they use the words most like those of {home}{also}."
    return f"{_before_them(said, 'uses', 'use')} words more like those of {home}{also}."


def _field(said: Said, home: str, _partner: str) -> str:
    measured = "judged by which subjects go together in profiles"
    if said["place"] == 1:
        return f"{_of_all(said)}, their field of work is the closest to that of {home}, {measured}."
    return f"{_before_them(said, 'has', 'have')} a field of work closer to that of {home}, {measured}."


def _meaning(said: Said, home: str, _partner: str) -> str:
    if said["place"] == 1:
        return f"{_of_all(said)}, their text is the closest in meaning to that of {home}."
    return f"{_before_them(said, 'has', 'have')} a text closer in meaning to that of {home}."


def _of_all(said: Said) -> str:
    return f"Of {number(said['of'], 'en')} possible {'partner' if said['of'] == 1 else 'partners'}"


def _before_them(said: Said, one: str, many: str) -> str:
    """How many come before them, with a verb for one and for many."""
    others = said["place"] - 1
    only = "only " if is_few(others, said["of"]) and not said.get("against") else ""
    return f"{_of_all(said)}, {only}{number(others, 'en')} {one if others == 1 else many}"


def _s3_priorities(said: Said, _home: str, _partner: str) -> str:
    if not said["shared"]:
        return "No smart-specialisation priority in common."
    priority = "priority" if len(said["shared"]) == 1 else "priorities"
    both = f"both have the smart-specialisation {priority} {_named(said, said['shared'], 's3_priority')}."
    return _than_others(said, "Less in common", both)


def _geography(said: Said, _home: str, _partner: str) -> str:
    coarse = [place for place in ("country", "region") if place in (said["home_place"], said["partner_place"])]
    exact = f", measured from the middle of the {PLACES[coarse[0]]}" if coarse else ""
    return f"{'About ' if coarse else ''}{number(said['km'], 'en')} km apart{exact}."


def _macro_region(said: Said, _home: str, _partner: str) -> str:
    shared = [REGIONS[name] for name in said["shared"]]
    return f"Both are in {_all(said, shared)}." if shared else "No macro-region in common."


def _neighbours(said: Said, _home: str, _partner: str) -> str:
    if said["are_near"]:
        both = f"{region(said['home_region'])} and {region(said['partner_region'])}"
        return f"Their regions, {both}, come within 150 km of one another across the border."
    return "Their regions do not come within 150 km of one another."


def _interest(said: Said, home: str, partner: str) -> str:
    parts, unsaid = [], []
    for who, verb, no, targets, code in (
        ("They", "name", "do not name", said["partner_targets"], said["home_country"]),
        (home, "names", "does not name", said["home_targets"], said["partner_country"]),
    ):
        if not targets:
            unsaid.append(f"the target countries of {partner if who == 'They' else who} are not known")
        else:
            parts.append(f"{who} {verb if code in targets else no} {country(code, 'en')} as a target country")
    return f"{'; '.join([*parts, *unsaid])}."


def _size(said: Said, home: str, _partner: str) -> str:
    both = f"they have {number(said['partner_members'], 'en')} members, {home} {number(said['home_members'], 'en')}."
    return _than_others(said, "Less alike in size", both)


def _label(said: Said, _home: str, _partner: str) -> str:
    if said["level"] is None:
        return "No excellence label is on record."
    if said["is_valid"]:
        held = f"they hold the {said['level']} excellence label until {day(said['valid_until'], 'en')}."
        return _than_others(said, "A lower label", held)
    return f"Their {said['level']} excellence label ended on {day(said['valid_until'], 'en')}."


def _networks(said: Said, _home: str, _partner: str) -> str:
    if not said["shared"]:
        return "No network or membership in common."
    return _than_others(said, "Less in common", f"both are in {_all(said, said['shared'])}.")


def _ties(said: Said, home: str, _partner: str) -> str:
    if not said["through"]:
        return f"They share no known past partner with {home}."
    named = [f"{tie['name']} ({tie['partnership']}{', ' + str(tie['year']) if tie['year'] else ''})" for tie in said["through"]]
    return _than_others(said, "Fewer or weaker ties", f"both have been partners of {_all(said, named)}.")


_SENTENCES: dict[Feature, Callable[[Said, str, str], str]] = {
    Feature.ECOSYSTEMS: _ecosystems,
    Feature.SECTORS: _sectors,
    Feature.RELATED_VARIETY: _related_variety,
    Feature.TECHNOLOGIES: _technologies,
    Feature.TECHNOLOGY_GAP: _technology_gap,
    Feature.TEXT: _text,
    Feature.FIELD: _field,
    Feature.MEANING: _meaning,
    Feature.S3_PRIORITIES: _s3_priorities,
    Feature.GEOGRAPHY: _geography,
    Feature.MACRO_REGION: _macro_region,
    Feature.NEIGHBOURS: _neighbours,
    Feature.INTEREST: _interest,
    Feature.SIZE: _size,
    Feature.LABEL: _label,
    Feature.NETWORKS: _networks,
    Feature.TIES: _ties,
}

_NEEDS: dict[Feature, str] = {
    Feature.ECOSYSTEMS: "the industrial ecosystems",
    Feature.SECTORS: "the sectors",
    Feature.RELATED_VARIETY: "the sectors",
    Feature.TECHNOLOGIES: "the technologies",
    Feature.TECHNOLOGY_GAP: "the technologies",
    Feature.TEXT: "a description that says enough",
    Feature.FIELD: "the field of work",
    Feature.MEANING: "a text",
    Feature.S3_PRIORITIES: "the smart-specialisation priorities",
    Feature.GEOGRAPHY: "the place",
    Feature.MACRO_REGION: "the country",
    Feature.NEIGHBOURS: "the region",
    Feature.INTEREST: "the target countries",
    Feature.SIZE: "the number of members",
    Feature.LABEL: "the end of the excellence label",
    Feature.NETWORKS: "the networks and memberships",
    Feature.TIES: "past partnerships",
}
