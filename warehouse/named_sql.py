"""The warehouse's SQL files, cut into their named statements, and how they are run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from warehouse.connection import Connection, Relation, Statement, execute, taken_apart


@cache
def statements(name: str) -> Mapping[str, str]:
    """The statements of ``warehouse/sql/<name>.sql`` by the names that their ``-- name: …`` lines give, in order."""
    text = files("warehouse").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)$", text, flags=re.MULTILINE)[1:]
    return {title: sql.strip() for title, sql in zip(parts[::2], parts[1::2], strict=True)}


class Script:
    """One SQL file at work on one connection, with the values that its statements may ask for as ``$name``."""

    def __init__(self, con: Connection, name: str, **values: object) -> None:
        self._con = con
        self._statements = statements(name)
        self._values = values

    def run(self, title: str, **more: object) -> int:
        """Run one statement; how many rows it inserted, updated or deleted (0 for other statements)."""
        rows = self.rows(title, **more)
        return int(rows[0][0]) if rows and isinstance(rows[0][0], int) else 0

    def run_over(self, title: str, wanted_arrow: pa.Table, **more: object) -> None:
        """Run one statement over the rows of a table, which it calls ``wanted_arrow``.

        DuckDB finds the table by the name of an argument. That takes a third of the time of one that is ``staged``, which it
        also holds to the end of the transaction.
        """
        self.rows_over(title, wanted_arrow, **more)

    def rows_over(
        self,
        title: str,
        wanted_arrow: pa.Table,  # noqa: ARG002  DuckDB asks for it
        **more: object,
    ) -> list[tuple[Any, ...]]:
        """The rows that a statement selects of those of a table, likewise."""
        statement, wanted = self._parsed(title, more)
        return (self._con.execute(statement, wanted) if wanted else self._con.execute(statement)).fetchall()

    def table_over(
        self,
        title: str,
        wanted_arrow: pa.Table,  # noqa: ARG002  DuckDB asks for it
        **more: object,
    ) -> pa.Table:
        """The same as an Arrow table."""
        statement, wanted = self._parsed(title, more)
        return self._con.sql(statement, params=wanted).to_arrow_table()

    def value(self, title: str, **more: object) -> Any:
        """The single value that a statement selects."""
        rows = self.rows(title, **more)
        if not rows:
            raise LookupError(f"wanted one row from the statement {title!r}, found none")
        return rows[0][0]

    def rows(self, title: str, **more: object) -> list[tuple[Any, ...]]:
        """The rows that a statement selects."""
        return self._execute(title, more).fetchall()

    def table(self, title: str, **more: object) -> pa.Table:
        """The rows that a statement selects, as an Arrow table."""
        return self._relation(title, more).to_arrow_table()

    def batches(self, title: str, **more: object) -> pa.RecordBatchReader:
        """The same, some at a time in their order, so that they are in memory once.

        Nothing else is done with the connection before the last of them is read.
        """
        return self._relation(title, more).to_arrow_reader()

    def _relation(self, title: str, more: Mapping[str, object]) -> Relation:
        """What comes by ``execute`` would be copied once more on its way to Arrow, and DuckDB 2 warns of that."""
        statement, wanted = self._parsed(title, more)
        return self._con.sql(statement, params=wanted)

    def _parsed(self, title: str, more: Mapping[str, object]) -> tuple[Statement, dict[str, object]]:
        sql, wanted = self._with_values(title, more)
        [statement] = taken_apart(self._con, sql)
        return statement, wanted

    def _execute(self, title: str, more: Mapping[str, object]) -> Connection:
        sql, wanted = self._with_values(title, more)
        return execute(self._con, sql, wanted)

    def _with_values(self, title: str, more: Mapping[str, object]) -> tuple[str, dict[str, object]]:
        sql = self._statements[title]
        values = {**self._values, **more}
        # DuckDB refuses values that a statement does not ask for.
        return sql, {name: values[name] for name in re.findall(r"\$([a-z_]+)", sql)}


@contextmanager
def transaction(con: Connection) -> Iterator[None]:
    """All or nothing: whatever ends the block by an exception leaves no trace."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


@contextmanager
def staged(con: Connection, **tables: pa.Table) -> Iterator[None]:
    """Arrow tables that SQL sees under their names, without a copy, for as long as the block lasts."""
    for name, table in tables.items():
        con.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            con.unregister(name)
