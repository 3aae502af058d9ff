"""The vocabularies that values belong to, and what their words are called in English and Swedish.

In a closed vocabulary an unknown word is a finding, never a default. Of an open one we know names for the commonest words only.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

LANGUAGES = ("en", "sv")
"""In which the words have names."""
SCHEMES: Mapping[str, str] = MappingProxyType(
    {
        "ecosystem": "ecosystems",
        "sector": "sectors",
        "emerging_industry": "emerging_industries",
        "organisation_type": "organisation_types",
        "label": "label_levels",
        "nace": "nace",
        "technology": "technologies",
        "s3_priority": "s3_priorities",
    }
)
"""Vocabulary -> its file in ``warehouse/data``, with the columns value, en, sv and status.

The status says how far the word, or for NACE its Swedish name, can be
trusted: SEEN on a page, INFERRED, RECALLED, or OURS, our own.
"""
OPEN_SCHEMES = ("technology", "s3_priority")
"""Those to which any other word may belong too."""


STANDARDS = ("country", "language")
"""Vocabularies of which the Unicode CLDR has the names."""


class Word(NamedTuple):
    """A word of a vocabulary, as the table ``vocabularies`` has it."""

    vocabulary: str
    value: str
    english: str
    swedish: str
    position: int
    is_closed: bool
    status: str


class OrganisationType(StrEnum):
    """What kind of body a record describes."""

    CLUSTER = "cluster"
    CLUSTER_ASSOCIATION = "cluster_association"
    SCIENCE_PARK = "science_park"
    AGENCY = "agency"
    GOVERNMENT = "government"
    RESEARCH = "research"
    COMPANY = "company"
    OTHER = "other"


class FoundedPrecision(StrEnum):
    """How much of a founding date was printed; the parts that were not are set to 1."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class LabelLevel(StrEnum):
    """Levels of the cluster excellence label (ESCA, EUCLES)."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


def data_rows(name: str) -> list[dict[str, str]]:
    """The rows of ``warehouse/data/<name>.csv``."""
    text = files("warehouse").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def label(scheme: str, code: str, lang: str) -> str:
    """What a value is called in a language; one that has no name there stays as it is.

    Arguments:
        scheme: a vocabulary of ``SCHEMES``.
        code: the value as an edition has it; of an open vocabulary, capitals do not matter.
        lang: ``en`` or ``sv``.
    Errors:
        KeyError: another vocabulary or language.
    """
    known = labels(scheme, lang)
    return known.get(code) or (known.get(_open_key(code), code) if scheme in OPEN_SCHEMES else code)


def has_label(scheme: str, code: str) -> bool:
    """Whether a value has a name of its own."""
    known = labels(scheme, LANGUAGES[0])
    return code in known or (scheme in OPEN_SCHEMES and _open_key(code) in known)


@cache
def labels(scheme: str, lang: str) -> Mapping[str, str]:
    """Value -> its name in a language, in the file's order. In an open vocabulary values are in small letters.

    Raises KeyError as ``label``.
    """
    is_open = scheme in OPEN_SCHEMES
    rows = data_rows(SCHEMES[scheme])
    return MappingProxyType({_open_key(row["value"]) if is_open else row["value"]: row[lang] for row in rows})


def words() -> Iterator[Word]:
    """Every word of every vocabulary. Raises ValueError for one that lacks a name in one of the languages."""
    import pycountry  # both here, because every process that sameness starts reads this module, and none of them these words
    from babel import Locale

    for scheme, file in SCHEMES.items():
        for place, row in enumerate(data_rows(file), start=1):
            yield _named(Word(scheme, row["value"], row["en"], row["sv"], place, scheme not in OPEN_SCHEMES, row["status"]))
    english, swedish = (Locale(language) for language in LANGUAGES)
    countries = sorted([*(one.alpha_2 for one in pycountry.countries), "XK"])
    for place, code in enumerate(countries, start=1):
        yield _named(
            Word("country", code, english.territories[code], swedish.territories[code], place, True, "STANDARD"),
        )
    languages = sorted(one.alpha_2 for one in pycountry.languages if hasattr(one, "alpha_2"))
    spoken = [code for code in languages if code in english.languages and code in swedish.languages]
    for place, code in enumerate(spoken, start=1):
        yield _named(Word("language", code, english.languages[code], swedish.languages[code], place, False, "STANDARD"))


def _named(word: Word) -> Word:
    if not (word.english.strip() and word.swedish.strip()):
        raise ValueError(f"wanted an English and a Swedish name of {word.value!r} in {word.vocabulary}, found {word}")
    return word


def _open_key(code: str) -> str:
    return " ".join(code.casefold().split())


@cache
def ecosystems() -> tuple[str, ...]:
    """The EU's 14 industrial ecosystems, spelt as in the ECCP typology."""
    return tuple(row["value"] for row in data_rows("ecosystems"))


@cache
def sectors() -> tuple[str, ...]:
    """The 51 sectoral industries of ECCP (traded clusters of the European Cluster Panorama)."""
    return tuple(row["value"] for row in data_rows("sectors"))


@cache
def emerging_industries() -> tuple[str, ...]:
    """The 10 emerging industries of the European Cluster Panorama."""
    return tuple(row["value"] for row in data_rows("emerging_industries"))


@cache
def nuts2_codes() -> frozenset[str]:
    """Codes of level 2 of NUTS 2024 and of the statistical regions of its neighbours."""
    return frozenset(row["code"] for row in data_rows("nuts2024_codes") if row["level"] == "2")
