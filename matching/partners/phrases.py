"""What sentences in any language share: enumerations, country names, and reading evidence that may come back from JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from babel import Locale

MOST_NAMED = 4
"""Values that a sentence names before it counts the rest."""

Said = Mapping[str, Any]


def joined(values: Sequence[str], *, conjunction: str, more: str, nothing: str) -> str:
    """``a, b and c``; many become ``a, b, c, d and 3 more``.

    Arguments:
        more: what follows the number of those not named.
    """
    named = list(values)
    if not named:
        return nothing
    if len(named) > MOST_NAMED:
        named = [*named[:MOST_NAMED], f"{len(named) - MOST_NAMED} {more}"]
    return f" {conjunction} ".join(part for part in (", ".join(named[:-1]), named[-1]) if part)


@cache
def country(code: str, language: str) -> str:
    """The name of a country in a language; the code where it has none."""
    return str(Locale(language).territories.get(code, code))


def number(value: int, language: str) -> str:
    """1,234 in English; with a hard space in Swedish."""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
