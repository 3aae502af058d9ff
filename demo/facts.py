"""The real facts behind the replicas: organisations, what their pages were seen to print, and the names of regions."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from pydantic import BaseModel, ConfigDict


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LabelSeen(_Fact):
    """An excellence label as a public list shows it; ``level`` may carry a remark ("Gold (2020, renewed)")."""

    level: str
    portfolio: str | None
    valid_until: date | None


class Organisation(_Fact):
    """One line of ``organisations.jsonl``: a real organisation, as compiled from public pages (a sample, not current)."""

    id: str
    name: str
    native_name: str | None
    legal_name: str | None
    acronym: str | None
    aliases: tuple[str, ...]
    country: str
    city: str | None
    nuts2: str | None
    website: str | None
    organisation_type: str
    ecosystems: tuple[str, ...]
    sectoral_industries: tuple[str, ...]
    technologies: tuple[str, ...]
    keywords: tuple[str, ...]
    founded_year: int | None
    description: str
    description_local: str | None
    networks_seen: tuple[str, ...]
    labels_seen: tuple[LabelSeen, ...] = ()
    label_note: str | None = None
    evidence: dict[str, Any]
    parent: str | None
    """Name of a host body, which is another organisation."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its names, the usual one first, without repetition. The acronym is left out: several organisations share one."""
        return tuple(dict.fromkeys(n for n in (self.name, self.native_name, self.legal_name, *self.aliases) if n))

    @property
    def local_language(self) -> str | None:
        """ISO 639-1 code of ``description_local``; None where there is none."""
        if self.description_local is None:
            return None
        if self.country == "BE":
            # The Belgian texts are Flemish or Walloon, and every Walloon one names Wallonia.
            return "fr" if "wallon" in self.description_local.casefold() else "nl"
        return LANGUAGES[self.country][0]

    @property
    def excellence_level(self) -> str | None:
        """``bronze``, ``silver`` or ``gold``: the level named first, which in both sources is the latest."""
        note = self.label_note if self.label_note and "ESCA" in self.label_note else ""
        words = " ".join((note, *(label.level for label in self.labels_seen)))
        found = re.search("gold|silver|bronze", words.casefold())
        return found.group() if found else None

    @property
    def first_mention(self) -> int | None:
        """The earliest year in which a source speaks of it: it cannot have been founded later."""
        years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", self.label_note or "")]
        for label in self.labels_seen:
            years += [int(year) for year in re.findall(r"\b20\d\d\b", label.level)]
            years += [label.valid_until.year] if label.valid_until else []
        return min(years, default=None)


class Members(_Fact):
    """Member counts; ``startup`` is a part of ``sme``, the rest add up to ``total``."""

    total: int
    sme: int
    startup: int
    large: int
    research: int
    other: int = 0


class Seen(_Fact):
    """What a public page was seen to print of one organisation (``seen.toml``)."""

    founded: date | None = None
    staff: str | None = None
    website: str | None = None
    excellence_label: str | None = None
    other_labels: tuple[str, ...] = ()
    memberships: tuple[str, ...] = ()
    members: Members | None = None
    completeness: int | None = None


class Region(_Fact):
    """A NUTS 2024 level 2 region (Eurostat), or a statistical region of a neighbour of the EU.

    ``label`` is its name in the national language; ``label_latin`` the same in Latin script; ``english`` its English name where
    one is in common use, else empty. A name that two countries use says nothing of the country.
    """

    code: str
    country: str
    label: str
    label_latin: str
    english: str
    name_shared_with_another_country: bool


LANGUAGES: dict[str, tuple[str, ...]] = {
    "AT": ("de",), "AU": ("en",), "BE": ("nl", "fr"), "BG": ("bg",), "CA": ("en", "fr"), "CZ": ("cs",), "DE": ("de",),
    "DK": ("da",), "EE": ("et",), "ES": ("es",), "FI": ("fi", "sv"), "FR": ("fr",), "GB": ("en",), "GR": ("el",),
    "HU": ("hu",), "IE": ("en",), "IS": ("is",), "IT": ("it",), "LT": ("lt",), "LV": ("lv",), "MX": ("es",), "NL": ("nl",),
    "NO": ("no",), "PL": ("pl",), "PT": ("pt",), "RO": ("ro",), "RS": ("sr",), "SE": ("sv",), "SI": ("sl",), "SK": ("sk",),
    "TR": ("tr",), "UA": ("uk",), "US": ("en",),
}  # fmt: skip
"""Country (ISO 3166-1) -> languages that its clusters work in (ISO 639-1), the usual one first."""

NOTHING_SEEN = Seen()


def _text(name: str) -> str:
    return files("demo").joinpath(name).read_text(encoding="utf-8")


@cache
def organisations() -> tuple[Organisation, ...]:
    """All organisations of the sample, in the order of their ids."""
    return tuple(Organisation.model_validate_json(line) for line in _text("organisations.jsonl").splitlines())


@cache
def clusters() -> tuple[Organisation, ...]:
    """The organisations of type ``cluster``."""
    return tuple(organisation for organisation in organisations() if organisation.organisation_type == "cluster")


@cache
def names_of_several() -> frozenset[str]:
    """Names, case folded, that more than one organisation bears."""
    bearers = Counter(name for org in organisations() for name in {name.casefold() for name in org.names})
    return frozenset(name for name, count in bearers.items() if count > 1)


@cache
def _seen() -> dict[str, Seen]:
    return {key: Seen.model_validate(value) for key, value in tomllib.loads(_text("seen.toml")).items()}


def seen(organisation: Organisation) -> Seen:
    """What public pages were seen to print of it."""
    return _seen().get(organisation.id, NOTHING_SEEN)


@cache
def regions() -> dict[str, Region]:
    """NUTS code -> region."""
    return {row["code"]: Region.model_validate(row) for row in csv.DictReader(_text("regions.csv").splitlines())}


def country_name(code: str) -> str:
    """English name of a country (Unicode CLDR)."""
    return str(Locale("en").territories[code])


def language_name(code: str) -> str:
    """English name of a language (Unicode CLDR)."""
    return str(Locale("en").languages[code])
