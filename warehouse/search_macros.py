"""The statements that search an edition, and the macros by which any client of an edition may do so (``sql/search.sql``)."""

from __future__ import annotations

from warehouse.connection import Connection
from warehouse.named_sql import statements

NEEDED = frozenset(
    f"search_{name}" for name in ("terms", "grams", "postings", "phrases", "thesaurus", "meanings", "endings", "faint", "size")
)
"""The tables that the macros read."""


def make_macros(con: Connection) -> None:
    """Make the macros where the connection is. Their tables must be there."""
    for title in ("make_readings", "make_scores", "make_clusters"):
        con.execute(statement(title)).fetchall()


def statement(title: str) -> str:
    """A statement of ``sql/search.sql``."""
    return statements("search")[title]
