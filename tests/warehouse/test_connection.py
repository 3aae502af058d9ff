"""Texts of the program are parsed once a process, whichever connection runs them."""

from __future__ import annotations

from contextlib import closing

import duckdb
import pytest

from warehouse.connection import execute, taken_apart

TABLE = "CREATE OR REPLACE TABLE numbers AS SELECT 1 AS n; INSERT INTO numbers VALUES (2); SELECT sum(n) + $more FROM numbers"


def test_a_text_is_parsed_once_and_run_on_every_connection_with_its_own_values_and_tables() -> None:
    with closing(duckdb.connect()) as first:
        assert execute(first, TABLE, {"more": 10}).fetchall() == [(13,)]
        parsed = taken_apart(first, TABLE)
    with closing(duckdb.connect()) as second:
        assert execute(second, TABLE, {"more": 20}).fetchall() == [(23,)]
        assert taken_apart(second, TABLE) is parsed
        second.execute("CREATE OR REPLACE TABLE numbers AS SELECT 1.5 AS n")
        last = "SELECT sum(n) + ? FROM numbers"
        assert execute(second, last, [1]).fetchall() == [(2.5,)]
        second.execute("CREATE OR REPLACE TABLE numbers AS SELECT 3 AS n")
        assert execute(second, last, [1]).fetchall() == [(4,)]


def test_a_text_that_is_none_is_a_mistake_each_time() -> None:
    with closing(duckdb.connect()) as con:
        for _ in range(2):
            with pytest.raises(duckdb.ParserException):
                execute(con, "SELEKT 1")
