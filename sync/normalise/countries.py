"""Names of countries, in English, in the EU's languages and in their own, to ISO 3166-1 (and XK for Kosovo)."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files

import pycountry
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from sync.normalise.languages import EUROPEAN_LANGUAGES
from sync.normalise.readings import Kind, Read, shown, unread
from sync.normalise.texts import fold

_FLAG_A = ord("🇦")


def read_country(printed: str) -> Read[str]:
    """The ISO 3166-1 alpha-2 code of a country that is printed as a name, a code in capitals, or a flag."""
    code = country_named(printed)
    return Read(code) if code else unread(Kind.UNKNOWN_WORD, f"wanted the name of a country, found {shown(printed)}")


@lru_cache(maxsize=16_384)
def country_named(text: str) -> str | None:
    """The code of the country that ``text`` names, or None."""
    text = text.strip().rstrip("*").strip()  # "Kosovo*": the EU's footnote on its status
    if len(text) == 2 and all(_FLAG_A <= ord(char) < _FLAG_A + 26 for char in text):
        text = "".join(chr(ord(char) - _FLAG_A + ord("A")) for char in text)
    # Only capitals are codes: "no", "is" and "be" are words.
    if len(text) in (2, 3) and text.isascii() and text.isupper() and text in _codes():
        return _codes()[text]
    name = fold(text)
    for candidate in (name, name.removeprefix("the ")):
        if code := _english().get(candidate) or _elsewhere().get(candidate):
            return code
    return None


def codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code, and XK."""
    return frozenset(_codes().values())


@cache
def _codes() -> dict[str, str]:
    codes = {country.alpha_2: country.alpha_2 for country in pycountry.countries}
    return codes | {country.alpha_3: country.alpha_2 for country in pycountry.countries} | {"XK": "XK"}


@cache
def _english() -> dict[str, str]:
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for form in ("name", "official_name", "common_name"):
            if hasattr(country, form):
                names[fold(getattr(country, form))] = country.alpha_2
    for code, name in _of_locale("en").items():
        names[fold(name)] = code
    ours = tomllib.loads(files("sync.normalise").joinpath("countries.toml").read_text(encoding="utf-8"))
    return names | {fold(name): code for code, listed in ours.items() for name in listed}


@cache
def _elsewhere() -> dict[str, str]:
    """Names in other languages; one that two languages use for different countries is left out."""
    names: dict[str, str] = {}
    doubtful: set[str] = set()
    for locale in EUROPEAN_LANGUAGES:
        for code, name in _of_locale(locale).items():
            if names.setdefault(fold(name), code) != code:
                doubtful.add(fold(name))
    names = {name: code for name, code in names.items() if name not in doubtful}
    for code in _codes().values():
        for language in get_official_languages(code, regional=True, de_facto=True):
            try:
                own = _of_locale(language).get(code)
            except UnknownLocaleError:  # CLDR knows of the language's standing, but has no names in it
                continue
            if own:
                names.setdefault(fold(own), code)
    return names


def _of_locale(locale: str) -> dict[str, str]:
    codes = _codes()
    return {code: name for code, name in Locale.parse(locale).territories.items() if len(code) == 2 and code in codes}
