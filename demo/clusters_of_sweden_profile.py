"""What a member page of Clusters of Sweden prints, in English or in Swedish; labels and order are ours."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from demo import printing
from demo.clusters_of_sweden_plan import Member
from demo.distribution import MEDICON_VALLEY_ALLIANCE
from demo.facts import Organisation, regions
from demo.invented import Draw, Invented, person
from demo.naming import website
from demo.printing import FreeText
from demo.sheet import Sheet

FACTS = "facts"


@dataclass(frozen=True)
class Contact:
    """An invented person, whom no reader may keep."""

    name: str
    mail: str


@dataclass(frozen=True)
class Profile:
    """All that one page prints. ``heading``: label of the text; ``text`` None: the page has none in its language."""

    sheet: Sheet
    heading: str
    text: FreeText | None
    contact_heading: str
    contact: Contact | None


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """``clusters_of_sweden.toml``: labels and values in both languages."""
    return tomllib.loads(files("demo").joinpath("clusters_of_sweden.toml").read_text(encoding="utf-8"))


def label(name: str, language: str) -> str:
    """A label in a language."""
    return words()["labels"][name][language]


def in_swedish(kind: str, values: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Values of ``ecosystems`` or ``sectors`` in the page's language; those without a Swedish word stay English."""
    table: Mapping[str, object] = words()[kind] if language == "sv" else {}
    return tuple(str(table.get(value, value)) for value in values)


def fill(member: Member, language: str, invented: Invented) -> Profile:
    """One page, with its truth."""
    sheet, draw, org = Sheet(), invented.draw("clusters of sweden", language), invented.organisation
    name = member.names[language]
    sheet.say((name,), {"name": name})
    _seat(sheet, org, language, draw, name)
    _reach(sheet, member, invented, language, draw)
    _work(sheet, org, language, draw)
    _size(sheet, member, invented, language, draw)
    text = _text(org, language)
    if text is not None:
        sheet.texts({language: text})
    contact = None
    if draw.chance(0.5):
        who = person(invented.draw("clusters of sweden", "contact"))
        contact = Contact(who, f"{who.lower().replace(' ', '.')}@people.example")
    return Profile(sheet, label("about", language), text, label("contact", language), contact)


def _text(org: Organisation, language: str) -> FreeText | None:
    """The text in the page's language. Nobody has translated Medicon Valley Alliance's Danish one."""
    if language == "en":
        return FreeText((org.description,))
    is_swedish = org.description_local is not None and org.local_language == "sv"
    return FreeText((org.description_local,)) if is_swedish and org.description_local else None


def _seat(sheet: Sheet, org: Organisation, language: str, draw: Draw, name: str) -> None:
    kind = org.organisation_type
    sheet.row(FACTS, label("type", language), (words()["types"][kind][language],), {"organisation_type": kind})
    if org.acronym and org.acronym not in name.split() and draw.chance(0.5):
        sheet.row(FACTS, label("acronym", language), (org.acronym,), {"acronym": org.acronym})
    if org.city and draw.chance(0.9):
        sheet.row(FACTS, label("city", language), (org.city,), {"city": org.city})
    region = regions().get(org.nuts2 or "")
    if region:
        printed = region.label if language == "sv" else region.english or region.label
        sheet.row(FACTS, label("region", language), (printed,),
                  {"region_printed": printed, "nuts2": region.code, "country": org.country})  # fmt: skip
    # Where the country is not printed, it follows from the region; abroad it is always printed.
    if region is None or org.id == MEDICON_VALLEY_ALLIANCE or draw.chance(0.4):
        sheet.row(FACTS, label("country", language), (words()["countries"][org.country][language],), {"country": org.country})


def _reach(sheet: Sheet, member: Member, invented: Invented, language: str, draw: Draw) -> None:
    site = website(invented.organisation, invented.draw("clusters of sweden", "website", language, member.standing.edited))
    if site:
        sheet.row(FACTS, label("website", language), (site[0],), site[1], kind="website")
    if draw.chance(0.5):
        sheet.row(
            FACTS, label("email", language), (invented.email,), {"role_email": invented.email}, kind="email", generated=True
        )
    if invented.phone and draw.chance(0.4):
        # On a Swedish page a Swedish number needs no prefix.
        printed = "0" + invented.phone.removeprefix("+46 ") if language == "sv" and draw.chance(0.5) else invented.phone
        sheet.row(FACTS, label("phone", language), (printed,), {"phone": invented.phone.replace(" ", "")}, generated=True)


def _work(sheet: Sheet, org: Organisation, language: str, draw: Draw) -> None:
    if draw.chance(0.7):
        sheet.row(FACTS, label("ecosystems", language), in_swedish("ecosystems", org.ecosystems, language),
                  {"ecosystems": list(org.ecosystems)})  # fmt: skip
    if draw.chance(0.85):
        number = "sector" if len(org.sectoral_industries) == 1 else "sectors"
        sheet.row(FACTS, label(number, language), in_swedish("sectors", org.sectoral_industries, language),
                  {"sectors": list(org.sectoral_industries)})  # fmt: skip
    if org.technologies and draw.chance(0.5):
        sheet.row(FACTS, label("technologies", language), org.technologies, {"technologies": list(org.technologies)})
    if draw.chance(0.6):
        sheet.row(FACTS, label("keywords", language), (", ".join(org.keywords),), {"keywords": list(org.keywords)})


def _size(sheet: Sheet, member: Member, invented: Invented, language: str, draw: Draw) -> None:
    org = invented.organisation
    if org.founded_year or draw.chance(0.5):
        year = str(invented.founded.year)
        sheet.row(FACTS, label("founded", language), (year,), {"founded_on": year, "founded_precision": "year"},
                  generated=org.founded_year is None)  # fmt: skip
    members = invented.members_later() if member.standing.edited else invented.members
    separator = draw.one(("\N{NO-BREAK SPACE}", " ") if language == "sv" else (",", ""))
    sheet.row(FACTS, label("members", language), (printing.count(members.total, separator),), {"members_total": members.total},
              generated=True)  # fmt: skip
