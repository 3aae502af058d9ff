"""Which columns of ``clusters`` search looks into, and how much an occurrence in each counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from babel import Locale

from matching.search.text import words
from matching.search.thesaurus import adjectives, importances

FIELD_WEIGHTS: dict[str, float] = {
    "name": 4.0,
    "native_name": 4.0,
    "acronym": 4.0,
    "other_names": 3.0,
    "city": 2.0,
    "sectors": 0.7,
    "technologies": 2.0,
    "keywords": 3.0,
    "ecosystems": 0.5,
    "emerging_industries": 0.7,
    "s3_priorities": 1.5,
    "country": 1.0,
    "region": 1.5,
    "memberships": 0.3,
    "partnerships": 0.3,
    "extracts": 1.0,
}
"""How much an occurrence counts, in the order in which a hit says what matched."""
FEWEST_INITIALS, MOST_INITIALS = 3, 6
NAME_FIELDS = ("name", "native_name", "acronym", "other_names")

READ = """
SELECT
    organisation_id, name, native_name, acronym, other_names, city, sectors, technologies, keywords, ecosystems,
    emerging_industries, s3_priorities, country, region_printed AS region, memberships, partnerships,
    map_values(extracts) AS extracts, networks, is_gone
FROM clusters
WHERE organisation_id BETWEEN $first AND $last
ORDER BY organisation_id
"""
_BEHIND = ": "


def texts_of(row: dict[str, Any]) -> list[tuple[str, str]]:
    """(field, text) of one organisation, in the order of the fields, without empty and repeated ones."""
    found: dict[tuple[str, str], None] = {}
    for field in FIELD_WEIGHTS:
        value = row[field]
        for text in value if isinstance(value, list) else [value]:
            if text:
                found[field, str(text)] = None
    return list(found)


def packed(texts: Iterable[tuple[str, str]]) -> str:
    """Texts as the index keeps them, a line each behind its field: DuckDB reads a few lists of many by reading all of them."""
    return "\n".join(f"{field}{_BEHIND}{' '.join(text.splitlines())}" for field, text in texts)


def unpacked(kept: str) -> list[tuple[str, str]]:
    """(field, text) of what the index keeps."""
    return [(field, text) for field, _, text in (line.partition(_BEHIND) for line in kept.split("\n"))]


def searched(field: str, text: str) -> str:
    """What of a text is searched: in place of a country's code all its names, and behind a name of several words its initials."""
    if field == "country":
        return country_names(text)
    return f"{text} {initials(text)}" if field in NAME_FIELDS else text


def initials(name: str) -> str:
    """The first letters of a name's words, as staff write it in short: ``mva`` for Medicon Valley Alliance.

    Words that do not count in a query do not here. Empty: there are too few for that, or too many.
    """
    found = "".join(word[0] for word in words(name) if importances().get(word, 1.0) > 0)
    return found if FEWEST_INITIALS <= len(found) <= MOST_INITIALS else ""


def names_of(row: dict[str, Any]) -> Iterator[str]:
    """All names of one organisation, each once."""
    found: dict[str, None] = {}
    for field in NAME_FIELDS:
        for name in row[field] if isinstance(row[field], list) else [row[field]]:
            if name:
                found[str(name)] = None
    yield from found


@cache
def country_names(code: str) -> str:
    """A country's names as staff type them, in English and Swedish, and its code; a code that has no name stays alone."""
    named = [Locale(language).territories.get(code) for language in ("en", "sv")]
    return ", ".join(dict.fromkeys([*(name for name in named if name), *adjectives().get(code, ()), code]))
