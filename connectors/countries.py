"""Which texts name a country: asked of lines without a label, in the page's language or in English."""

from __future__ import annotations

import re
from functools import cache

import pycountry
from babel import Locale, UnknownLocaleError

from connectors.labels.words import fold_label

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_FIRST_LETTER = ord("\U0001f1e6")
_ALSO = (
    "The Netherlands",
    "Czech Republic",
    "UK",
    "USA",
    "Turkey",
    "Türkiye",
    "Macedonia",
    "England",
    "Scotland",
    "Wales",
    "Northern Ireland",
)


def is_country(text: str, language: str = "en") -> bool:
    """Whether the text is the name of a country, or a flag.

    Arguments:
        language: of the page, ISO 639-1; English names count on every page.
    """
    name = fold_label(text)
    return _FLAG.fullmatch(text) is not None or name in _names("en") or name in _names(language)


def flags_of(text: str) -> tuple[str, ...]:
    """The flags in a text: pairs of regional-indicator letters (Unicode 16, chapter 22.10) that stand for a country."""
    return tuple(flag for flag in _FLAG.findall(text) if _letters(flag) in _codes())


def without_flags(text: str) -> str:
    """The text without its flags."""
    return " ".join(_FLAG.sub(" ", text).split())


def _letters(flag: str) -> str:
    return "".join(chr(ord(char) - _FIRST_LETTER + ord("A")) for char in flag)


@cache
def _codes() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK", "EU"}


@cache
def _names(language: str) -> frozenset[str]:
    try:
        names = {str(name) for code, name in Locale.parse(language).territories.items() if code in _codes()}
    except (UnknownLocaleError, ValueError):
        names = set()
    if language == "en":
        names.update(_ALSO)
        for country in pycountry.countries:
            names.update(getattr(country, form) for form in ("name", "official_name", "common_name") if hasattr(country, form))
    return frozenset(map(fold_label, names))
