"""The connection that other rooms receive; they never import duckdb themselves."""

from __future__ import annotations

from typing import TypeAlias

import duckdb

Connection: TypeAlias = duckdb.DuckDBPyConnection
DatabaseError: TypeAlias = duckdb.Error
"""What every failure of the database is, so that others can tell it from their own."""

_DAMAGE = ("Corrupt database file", "Could not read enough bytes", "not a valid DuckDB database file")


def is_damage(error: DatabaseError) -> bool:
    """Whether the database found its file other than it was written. DuckDB has no type for that, only these words."""
    return any(words in str(error) for words in _DAMAGE)
