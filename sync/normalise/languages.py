"""Names of languages, in English, in the EU's languages and in themselves, to ISO 639-1 (639-3 where that has none)."""

from __future__ import annotations

import re
from functools import cache

import pycountry
from babel import Locale
from babel.localedata import locale_identifiers

from sync.normalise.readings import Kind, Read, shown, unread
from sync.normalise.texts import fold

EU_LANGUAGES = (
    "en", "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt",
    "ro", "sk", "sl", "sv",
)  # fmt: skip
# Norway, Iceland and the candidates print their pages too.
EUROPEAN_LANGUAGES = (*EU_LANGUAGES, "nb", "nn", "is", "uk", "ru", "sr", "mk", "sq", "tr", "bs", "ca", "eu", "gl")

# Names that neither CLDR nor ISO 639 list for the language, but that people write.
_ALSO = {
    "castilian": "es", "castellano": "es", "valencian": "ca", "valenciano": "ca", "flemish": "nl", "vlaams": "nl",
    "moldovan": "ro", "mandarin": "zh", "farsi": "fa", "bokmal": "nb", "nynorsk": "nn", "sami": "se", "saami": "se",
}  # fmt: skip
_BRACKET = re.compile(r"\s*\([^()]*\)$")


def read_language(printed: str) -> Read[str]:
    """The code of a language. ``English (UK)`` is English; a code in one case (``sv``, ``SWE``) is understood as well."""
    if printed in (printed.lower(), printed.upper()) and (code := _written_codes().get(printed.lower())):
        return Read(code)
    for text in (printed, _BRACKET.sub("", printed)):
        if code := _english().get(fold(text)) or _elsewhere().get(fold(text)):
            return Read(code)
    return unread(Kind.UNKNOWN_WORD, f"wanted the name of a language, found {shown(printed)}")


@cache
def _codes() -> dict[str, str]:
    """ISO 639-1 and 639-3 codes -> the code that we use."""
    codes: dict[str, str] = {}
    for language in pycountry.languages:
        ours = getattr(language, "alpha_2", language.alpha_3)
        codes[language.alpha_3] = codes[ours] = ours
    return codes


@cache
def _written_codes() -> dict[str, str]:
    """Codes that stand for a language on a page: those of ISO 639-1, in two or three letters (``any`` and ``are`` are words)."""
    return {code: ours for code, ours in _codes().items() if len(ours) == 2}


@cache
def _english() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in pycountry.languages:
        # Those of ISO 639-1 only: among the thousands of others are Are, Even and Male. CLDR's list adds the larger of them.
        if hasattr(language, "alpha_2"):
            names.setdefault(fold(re.sub(r"\s*\(.*\)$", "", language.name)), _codes()[language.alpha_3])
    return names | _of_locale("en") | _ALSO


@cache
def _elsewhere() -> dict[str, str]:
    """Names in other languages: what two of them use for different languages is left out; autonyms win."""
    names: dict[str, str] = {}
    doubtful: set[str] = set()
    for locale in EUROPEAN_LANGUAGES:
        for name, code in _of_locale(locale).items():
            if names.setdefault(name, code) != code:
                doubtful.add(name)
    names = {name: code for name, code in names.items() if name not in doubtful}
    for locale in locale_identifiers():
        if "_" not in locale and locale in _codes():
            autonym = Locale.parse(locale).languages.get(locale)
            if autonym:
                names[fold(autonym)] = _codes()[locale]
    return names


def _of_locale(locale: str) -> dict[str, str]:
    codes = _codes()
    return {fold(name): codes[code] for code, name in Locale.parse(locale).languages.items() if code in codes}
