"""The connection that other rooms receive; they never import duckdb themselves."""

from __future__ import annotations

from typing import TypeAlias

import duckdb

Connection: TypeAlias = duckdb.DuckDBPyConnection
DatabaseError: TypeAlias = duckdb.Error
"""What every failure of the database is, so that others can tell it from their own."""
