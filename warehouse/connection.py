"""The connection that other rooms receive; they never import duckdb themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import duckdb

Connection: TypeAlias = duckdb.DuckDBPyConnection
DatabaseError: TypeAlias = duckdb.Error
"""What every failure of the database is, so that others can tell it from their own."""

Statement: TypeAlias = duckdb.Statement
Relation: TypeAlias = duckdb.DuckDBPyRelation

_DAMAGE = ("Corrupt database file", "Could not read enough bytes", "not a valid DuckDB database file")


def is_damage(error: DatabaseError) -> bool:
    """Whether the database found its file other than it was written. DuckDB has no type for that, only these words."""
    return any(words in str(error) for words in _DAMAGE)


_taken_apart: dict[str, tuple[Statement, ...]] = {}


def taken_apart(con: Connection, sql: str) -> tuple[Statement, ...]:
    """The statements of an SQL text, parsed once a process: DuckDB 2 takes up to a third of a small statement's time for it.

    Arguments:
        con: any; the statements can be executed on every other too.
        sql: of the program itself. It is remembered for ever: nothing that hangs on data may be written into it.
    """
    if (found := _taken_apart.get(sql)) is None:
        found = _taken_apart[sql] = tuple(con.extract_statements(sql))
    return found


def execute(con: Connection, sql: str, values: Mapping[str, object] | Sequence[object] | None = None) -> Connection:
    """``con.execute`` of a text of the program itself, which is parsed once a process.

    Arguments:
        values: of its last statement.
    Errors:
        ValueError: the text has no statement.
    """
    statements = taken_apart(con, sql)
    if not statements:
        raise ValueError(f"wanted an SQL text with a statement, found none in {sql[:80]!r}")
    *before, last = statements
    for statement in before:
        con.execute(statement)
    return con.execute(last, values) if values else con.execute(last)
