"""Searching, as tests do it."""

from __future__ import annotations

from typing import Any

from matching.search.search import search
from warehouse.connection import Connection


def names(con: Connection, text: str, limit: int = 10, **filters: Any) -> list[str]:
    """The names of those that answer, the best first."""
    return [hit.name for hit in search(con, text, limit=limit, **filters).results]
