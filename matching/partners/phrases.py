"""What sentences in any language share: enumerations, country names, and reading evidence that may come back from JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date

from warehouse.vocabulary import data_rows, has_label, label

MOST_NAMED = 4
"""Values that a sentence names before it counts the rest."""

_AMONG = {"and": ", and ", "och": " samt "}
Said = Mapping[str, Any]


def joined(values: Sequence[str], *, conjunction: str, more: str, nothing: str, most: int = MOST_NAMED) -> str:
    """``a, b and c``; many become ``a, b, c, d and 3 more``.

    A value that has the conjunction within is told apart where it stands beside it: ``Plastics, and Paper and Packaging``.

    Arguments:
        conjunction: ``and`` or ``och``.
        more: what follows the number of those not named; most: how many are named.
    """
    named = list(values)
    if not named:
        return nothing
    if len(named) > most:
        named = [*named[:most], f"{len(named) - most} {more}"]
    has_it_within = any(f" {conjunction} " in value for value in named[-2:])
    before = _AMONG[conjunction] if has_it_within else f" {conjunction} "
    return before.join(part for part in (", ".join(named[:-1]), named[-1]) if part)


@lru_cache(maxsize=10_000)  # thousands of sentences name the same few hundred words
def name(value: str, schemes: tuple[str, ...], language: str) -> str | None:
    """What a word of one of these vocabularies is called in a language; None: it has no name."""
    scheme = next((one for one in schemes if has_label(one, value)), None)
    return None if scheme is None else label(scheme, value, language)


def quoted(text: str, language: str) -> str:
    """A text in quotation marks of the language."""
    return f"{'”' if language == 'sv' else '“'}{text}”"


def is_few(number: int, of: int) -> bool:
    """Whether so many of all are few enough for the word ``only``: fewer than one in ten."""
    return 10 * number < of


@cache
def region(code: str) -> str:
    """The name of a NUTS 2 region in Latin letters; the code where it has none."""
    return _regions().get(code, code)


@cache
def _regions() -> dict[str, str]:
    return {row["code"]: row["label_latin"] for row in data_rows("nuts2024_codes") if row["level"] == "2"}


_PLACES = {"en": Locale("en", "GB"), "sv": Locale("sv", "SE")}


@cache
def day(written: str, language: str) -> str:
    """29 Feb 2028, or 29 feb. 2028.

    Arguments:
        written: in ISO 8601.
    """
    return format_date(date.fromisoformat(written), format="medium", locale=_PLACES[language])


@cache
def country(code: str, language: str) -> str:
    """The name of a country in a language; the code where it has none."""
    return str(Locale(language).territories.get(code, code))


def number(value: int, language: str) -> str:
    """1,234 in English; with a hard space in Swedish."""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
