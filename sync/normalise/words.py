"""Words of the closed vocabularies (unknown ones are findings), and lists printed in one string."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from sync.normalise.readings import Kind, Read, shown, unread
from sync.normalise.texts import fold
from warehouse import vocabulary
from warehouse.vocabulary import OrganisationType

_BRACKETS = {"(": ")", "[": "]", "{": "}"}


def read_ecosystem(printed: str) -> Read[str]:
    """One of the EU's 14 industrial ecosystems."""
    return _closed(printed, _folded("ecosystems"), "industrial ecosystem")


def read_sector(printed: str) -> Read[str]:
    """One of ECCP's sectoral industries."""
    return _closed(printed, _folded("sectors"), "sectoral industry")


def read_emerging_industry(printed: str) -> Read[str]:
    """One of the 10 emerging industries."""
    return _closed(printed, _folded("emerging_industries"), "emerging industry")


def read_organisation_type(printed: str) -> Read[OrganisationType]:
    """What kind of body it is; other words than ours come through the phrasebook."""
    read = _closed(printed, _folded("organisation_type"), "organisation type")
    return Read(OrganisationType(read.value) if read.value else None, read.doubts)


def split_keywords(printed: str) -> tuple[str, ...]:
    """The keywords of one string, parted by commas and semicolons that do not stand in brackets."""
    parts: list[str] = []
    closing: list[str] = []
    start = 0
    for place, char in enumerate(printed):
        if char in _BRACKETS and _BRACKETS[char] in printed[place:]:
            closing.append(_BRACKETS[char])
        elif closing and char == closing[-1]:
            closing.pop()
        elif char in ",;" and not closing:
            parts.append(printed[start:place])
            start = place + 1
    parts.append(printed[start:])
    return tuple(part.strip() for part in parts if part.strip())


def split_names(printed: str) -> tuple[str, ...]:
    """The parts of ``English, French and German``, for words that are names and not understood as a whole."""
    return tuple(part for part in re.split(r"\s*[,;/]\s*|\s+(?:and|&)\s+", printed) if part)


def _closed(printed: str, words: dict[str, str], what: str) -> Read[str]:
    value = words.get(fold(printed))
    return (
        Read(value)
        if value
        else unread(Kind.UNKNOWN_WORD, f"wanted one of the {len(words)} words for {what}, found {shown(printed)}")
    )


@cache
def _folded(field: str) -> dict[str, str]:
    readers: dict[str, Callable[[], tuple[str, ...]]] = {
        "ecosystems": vocabulary.ecosystems,
        "sectors": vocabulary.sectors,
        "emerging_industries": vocabulary.emerging_industries,
        "organisation_type": lambda: tuple(OrganisationType),
    }
    values = readers[field]()
    return {fold(value): value for value in values} | {fold(value.replace("_", " ")): value for value in values}
