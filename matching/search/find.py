"""Names an organisation as people do: by number, name, other name, or a part of one that fits no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from matching.search.search import search
from matching.search.text import fold
from warehouse.connection import Connection

MOST_CANDIDATES = 20
MOST_SUGGESTIONS = 5


@dataclass(frozen=True)
class Named:
    """An organisation's number, name and country."""

    id: int
    name: str
    country: str | None


@dataclass(frozen=True)
class Found:
    """Exactly one organisation is meant."""

    one: Named


@dataclass(frozen=True)
class Ambiguous:
    """Several are meant: up to 20 of them by name, of ``total``."""

    candidates: tuple[Named, ...]
    total: int


@dataclass(frozen=True)
class Missing:
    """None is meant: the nearest by search."""

    suggestions: tuple[Named, ...]


Answer: TypeAlias = Found | Ambiguous | Missing


def find(con: Connection, words: str, *, suggest: bool = True) -> Answer:
    """Which organisation is meant by its number, its name, another of its names, or a part of one; the first that fits decides.

    Needs the tables of ``index.build``. Gone organisations can be named too. A number that once named an organisation
    leads to its successor where the table ``redirects`` exists.

    Arguments:
        suggest: whether to look for the nearest where none is meant.
    """
    if words.strip().isdecimal():
        by_number = _by_number(con, int(words))
        if by_number:
            return Found(by_number[0])
    folded = fold(words)
    if folded:
        for condition in (
            "is_shown AND folded = $folded",
            "folded = $folded",
            "contains(' ' || folded || ' ', ' ' || $folded || ' ')",
            "contains(folded, $folded)",
        ):
            named = _named(con, condition, folded)
            if named:
                return Found(named[0]) if len(named) == 1 else Ambiguous(tuple(named[:MOST_CANDIDATES]), len(named))
    near = search(con, words, limit=MOST_SUGGESTIONS, with_model=False).results if folded and suggest else ()
    return Missing(tuple(Named(hit.id, hit.name, hit.country) for hit in near))


def _by_number(con: Connection, number: int) -> list[Named]:
    if number >= 2**63:
        return []
    if _exists(con, "redirects"):
        moved = con.execute("SELECT organisation_id FROM redirects WHERE old_id = $number", {"number": number}).fetchone()
        number = number if moved is None else moved[0]
    rows = con.execute("SELECT organisation_id, name, country FROM clusters WHERE organisation_id = $number", {"number": number})
    return [Named(*row) for row in rows.fetchall()]


def _named(con: Connection, condition: str, folded: str) -> list[Named]:
    # The conditions are this module's own; what was typed is a parameter.
    sql = (
        "SELECT c.organisation_id, c.name, c.country FROM clusters AS c"  # noqa: S608
        f" WHERE c.organisation_id IN (SELECT organisation_id FROM search_names WHERE {condition})"
        " ORDER BY lower(c.name), c.organisation_id"
    )
    return [Named(*row) for row in con.execute(sql, {"folded": folded}).fetchall()]


def _exists(con: Connection, table: str) -> bool:
    found = con.execute(
        "SELECT 1 FROM information_schema.tables"
        " WHERE table_catalog = current_database() AND table_schema = current_schema() AND table_name = $name",
        {"name": table},
    ).fetchone()
    return found is not None
