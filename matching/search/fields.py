"""Which columns of ``clusters`` search looks into, and how much an occurrence in each counts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from babel import Locale

from matching.search.thesaurus import adjectives

FIELD_WEIGHTS: dict[str, float] = {
    "name": 4.0,
    "native_name": 4.0,
    "acronym": 4.0,
    "other_names": 3.0,
    "city": 2.0,
    "sectors": 1.0,
    "technologies": 2.0,
    "keywords": 2.0,
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
NAME_FIELDS = ("name", "native_name", "acronym", "other_names")

COLUMNS = """
    organisation_id, name, native_name, acronym, other_names, city, sectors, technologies, keywords, ecosystems,
    emerging_industries, s3_priorities, country, region_printed AS region, memberships, partnerships,
    map_values(extracts) AS extracts
"""
READ = (
    f"SELECT {COLUMNS}, networks, is_gone FROM clusters WHERE organisation_id BETWEEN $first AND $last ORDER BY organisation_id"  # noqa: S608  our own names
)


READ_SOME = (
    f"SELECT {COLUMNS} FROM clusters JOIN (SELECT unnest($ids::BIGINT[]) AS organisation_id) AS wanted USING (organisation_id)"  # noqa: S608
)
"""By a join, for which DuckDB reads of all others nothing but the number."""


def texts_of(row: dict[str, Any]) -> list[tuple[str, str]]:
    """(field, text) of one organisation, in the order of the fields, without empty and repeated ones."""
    found: dict[tuple[str, str], None] = {}
    for field in FIELD_WEIGHTS:
        value = row[field]
        if field == "country":
            value = country_names(value) if value else None
        for text in value if isinstance(value, list) else [value]:
            if text:
                found[field, str(text)] = None
    return list(found)


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
