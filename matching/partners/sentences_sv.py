"""The reasons in Swedish, each made from evidence alone (``evidence.py``). What has no Swedish name is quoted as printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matching.partners.features import Feature
from matching.partners.phrases import MOST_NAMED, Said, country, day, is_few, joined, name, number, quoted, region

REGIONS = {"baltic": "Östersjöregionen", "nordic": "Norden", "north_sea": "Nordsjöregionen"}
PLACES = {"country": "landets", "region": "regionens"}
SECTORS = ("sector", "nace")
LEVELS = {"gold": "guld", "silver": "silver", "bronze": "brons"}


def sentence(feature: Feature, said: Said, home: str, partner: str) -> str:
    """The sentence for a feature.

    Arguments:
        said: its evidence; ``against``: it takes points, so what two have in common is said to be less than on average.
        home, partner: names of the two.
    """
    if said.get("unknown"):
        return f"Okänt: {_NEEDS[feature]} för {_all(said, said['of']) if said['of'] else 'båda'}."
    return _SENTENCES[feature](said, home, partner)


def _all(said: Said, values: Sequence[str]) -> str:
    return joined(values, most=said.get("most", MOST_NAMED), conjunction="och", more="till", nothing="inget")


def _than_others(said: Said, much: str, rest: str) -> str:
    """A statement that begins with a small letter; where it takes points, after why it does.

    Arguments:
        much: ``Mindre gemensamt``.
    """
    return f"{much} än i genomsnitt: {rest}" if said.get("against") else f"{rest[:1].upper()}{rest[1:]}"


def _named(said: Said, values: Sequence[str], *schemes: str) -> str:
    """Words of vocabularies by their Swedish names, small as they stand within a sentence."""
    return _all(said, [_name(value, schemes) for value in values])


def _name(value: str, schemes: Sequence[str]) -> str:
    found = name(value, schemes, "sv")
    if found is None:
        return quoted(value, "sv")
    is_abbreviation = found[1:2].isupper() or found[1:2].isdecimal()
    return found if is_abbreviation else f"{found[0].lower()}{found[1:]}"


def _ecosystems(said: Said, _home: str, _partner: str) -> str:
    start = (
        _than_others(said, "Mindre gemensamt", f"båda arbetar inom {_named(said, said['shared'], 'ecosystem')}")
        if said["shared"]
        else "Inget gemensamt industriellt ekosystem"
    )
    return f"{start}; de tillför {_named(said, said['only_partner'], 'ecosystem')}." if said["only_partner"] else f"{start}."


def _sectors(said: Said, _home: str, _partner: str) -> str:
    if said["shared"]:
        return _than_others(said, "Mindre gemensamt", f"båda finns inom {_named(said, said['shared'], *SECTORS)}.")
    return f"Ingen gemensam bransch: de finns inom {_named(said, said['only_partner'], *SECTORS)}."


def _related_variety(said: Said, home: str, _partner: str) -> str:
    if not said["adds"]:
        return f"De har ingen bransch som {home} saknar."
    adds, near = _named(said, said["adds"], *SECTORS), said["nearest"]
    if near is None:
        return f"De tillför {adds}, som inget kluster förenar med branscherna i {home}."
    if said.get("against"):
        return f"De tillför {adds}; det kompletterar branscherna i {home} mindre än vad andra tillför i genomsnitt."
    theirs, ours = _name(near["partner"], SECTORS), _name(near["home"], SECTORS)
    return f"De tillför {adds}; kluster inom {ours} finns ofta även inom {theirs}."


def _technologies(said: Said, _home: str, _partner: str) -> str:
    if not said["shared"]:
        return "Ingen teknik som båda nämner."
    return _than_others(said, "Mindre gemensamt", f"båda använder {_named(said, said['shared'], 'technology')}.")


def _technology_gap(said: Said, home: str, _partner: str) -> str:
    if not said["brings"]:
        return f"De nämner ingen teknik som {home} saknar."
    if said.get("against"):
        brings = _named(said, said["brings"], "technology")
        much = f"Mindre av deras teknik än i genomsnitt är ny och passar {home} ({said['fit_percent']} %)"
        return f"{much}: de skulle tillföra {brings}."
    rest = f"{said['fit_percent']} % av deras teknik är ny och passar {home}"
    if said["new_to_partners"]:
        new = _named(said, said["new_to_partners"], "technology")
        return f"De tillför {new}, som varken {home} eller någon av dess kända partner nämner; {rest}."
    return f"De har {_named(said, said['brings'], 'technology')}, som {home} inte nämner; {rest}."


def _text(said: Said, home: str, _partner: str) -> str:
    words = [quoted(word, "sv") for word in said["words"]]
    also = f"{', fast' if said.get('against') else ';'} båda skriver om {_all(said, words)}" if words else ""
    if said["place"] == 1:
        return f"{_of_all(said)} väljer de ord som mest liknar dem hos {home}{also}."
    return f"{_of_all(said)} är det {_before_them(said)} som väljer ord som mer liknar dem hos {home}{also}."


def _field(said: Said, home: str, _partner: str) -> str:
    measured = "sett till vilka ämnen som hör ihop i profilerna"
    if said["place"] == 1:
        return f"{_of_all(said)} ligger deras verksamhetsområde närmast {home}, {measured}."
    return f"{_of_all(said)} är det {_before_them(said)} som har ett verksamhetsområde närmare {home}, {measured}."


def _meaning(said: Said, home: str, _partner: str) -> str:
    if said["place"] == 1:
        return f"{_of_all(said)} har de den text som till innehållet ligger närmast {home}."
    return f"{_of_all(said)} är det {_before_them(said)} som har en text närmare {home} till innehållet."


def _of_all(said: Said) -> str:
    return f"Av {number(said['of'], 'sv')} {'tänkbar' if said['of'] == 1 else 'tänkbara'} partner"


def _before_them(said: Said) -> str:
    """How many come before them."""
    others = said["place"] - 1
    only = "bara " if is_few(others, said["of"]) and not said.get("against") else ""
    return f"{only}{number(others, 'sv')}"


def _s3_priorities(said: Said, _home: str, _partner: str) -> str:
    if not said["shared"]:
        return "Ingen gemensam prioritering för smart specialisering."
    both = f"båda prioriterar {_named(said, said['shared'], 's3_priority')} i smart specialisering."
    return _than_others(said, "Mindre gemensamt", both)


def _geography(said: Said, _home: str, _partner: str) -> str:
    coarse = [place for place in ("country", "region") if place in (said["home_place"], said["partner_place"])]
    exact = f", mätt från {PLACES[coarse[0]]} mitt" if coarse else ""
    return f"{'Omkring ' if coarse else ''}{number(said['km'], 'sv')} km från varandra{exact}."


def _macro_region(said: Said, _home: str, _partner: str) -> str:
    shared = [REGIONS[name] for name in said["shared"]]
    return f"Båda ligger i {_all(said, shared)}." if shared else "Ingen gemensam makroregion."


def _neighbours(said: Said, _home: str, _partner: str) -> str:
    if said["are_near"]:
        both = f"{region(said['home_region'])} och {region(said['partner_region'])}"
        return f"Deras regioner, {both}, ligger inom 150 km från varandra över gränsen."
    return "Deras regioner ligger inte inom 150 km från varandra."


def _interest(said: Said, home: str, partner: str) -> str:
    parts, unsaid = [], []
    for who, whose, targets, code in (
        ("De", partner, said["partner_targets"], said["home_country"]),
        (home, home, said["home_targets"], said["partner_country"]),
    ):
        if not targets:
            unsaid.append(f"målländerna för {whose} är inte kända")
        else:
            parts.append(f"{who} nämner {'' if code in targets else 'inte '}{country(code, 'sv')} som målland")
    told = "; ".join([*parts, *unsaid])
    return f"{told[:1].upper()}{told[1:]}."


def _size(said: Said, home: str, _partner: str) -> str:
    both = f"de har {number(said['partner_members'], 'sv')} medlemmar, {home} {number(said['home_members'], 'sv')}."
    return _than_others(said, "Mindre lika stora", both)


def _label(said: Said, _home: str, _partner: str) -> str:
    if said["level"] is None:
        return "Ingen kvalitetsmärkning är känd."
    level = LEVELS.get(said["level"], said["level"])
    if said["is_valid"]:
        held = f"de har kvalitetsmärkningen i {level} till {day(said['valid_until'], 'sv')}."
        return _than_others(said, "Lägre märkning", held)
    return f"Deras kvalitetsmärkning i {level} upphörde {day(said['valid_until'], 'sv')}."


def _networks(said: Said, _home: str, _partner: str) -> str:
    if not said["shared"]:
        return "Inget gemensamt nätverk eller medlemskap."
    return _than_others(said, "Mindre gemensamt", f"båda är med i {_all(said, said['shared'])}.")


def _ties(said: Said, home: str, _partner: str) -> str:
    if not said["through"]:
        return f"De har ingen känd tidigare partner gemensam med {home}."
    named = [f"{tie['name']} ({tie['partnership']}{', ' + str(tie['year']) if tie['year'] else ''})" for tie in said["through"]]
    return _than_others(said, "Färre eller svagare band", f"båda har varit partner till {_all(said, named)}.")


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
    Feature.ECOSYSTEMS: "industriella ekosystem",
    Feature.SECTORS: "branscherna",
    Feature.RELATED_VARIETY: "branscherna",
    Feature.TECHNOLOGIES: "teknikområdena",
    Feature.TECHNOLOGY_GAP: "teknikområdena",
    Feature.TEXT: "en beskrivning som säger tillräckligt",
    Feature.FIELD: "verksamhetsområdet",
    Feature.MEANING: "en text",
    Feature.S3_PRIORITIES: "prioriteringarna för smart specialisering",
    Feature.GEOGRAPHY: "platsen",
    Feature.MACRO_REGION: "landet",
    Feature.NEIGHBOURS: "regionen",
    Feature.INTEREST: "målländerna",
    Feature.SIZE: "antalet medlemmar",
    Feature.LABEL: "när kvalitetsmärkningen upphör",
    Feature.NETWORKS: "nätverk och medlemskap",
    Feature.TIES: "tidigare partnerskap",
}
