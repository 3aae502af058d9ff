"""The replicas' nights, told afterwards to the row from the last edition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import macros
from warehouse.connection import Connection
from warehouse.editions import EditionReader
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("whole")

AS_IT_STOOD = (
    "SELECT * EXCLUDE (first_seen_on, changed_on, checked_on, profile_updated_on) FROM clusters ORDER BY organisation_id"
)


@pytest.fixture
def last(later: Any) -> Iterator[Connection]:
    with EditionReader(later.visit(3).report.edition) as reader, reader.cursor() as con:
        yield con


def told(con: Connection, run_id: int) -> list[tuple]:
    return con.execute("SELECT * FROM clusters_as_of_run($run_id) ORDER BY organisation_id", {"run_id": run_id}).fetchall()


def test_the_first_nights_stand_as_their_edition_has_them(last: Connection, edition: Connection) -> None:
    rows = edition.execute(AS_IT_STOOD).fetchall()
    assert told(last, 1) == told(last, 2) == rows
    assert len(rows) > 500


def test_each_later_night_stands_as_the_run_left_it(last: Connection, later: Any) -> None:
    seen = []
    for _, visit in later.visits:
        with State.open(Path(visit.state), read_only=True) as state:
            rows = state.con.execute(AS_IT_STOOD).fetchall()
        assert told(last, visit.report.run_id) == rows
        seen.append(rows)
    assert seen[0] != told(last, 1)
    assert seen[0] != seen[-1], "organisations went and came"


def test_whoever_was_away_for_a_night_has_two_spells(last: Connection) -> None:
    spells = """
        SELECT c.name, count(*), count(*) FILTER (WHERE m.listed_until IS NULL)
        FROM network_memberships AS m
        JOIN clusters AS c ON c.organisation_id = m.organisation_id
        GROUP BY c.name, m.record_id
        HAVING count(*) > 1
    """
    assert last.execute(spells).fetchall() == [("DAC – Distretto Aerospaziale della Campania", 2, 1)]
    standing = "SELECT count(*) FROM network_memberships AS m WHERE m.listed_until IS NULL"
    listed = "SELECT count(*) FROM cluster_sources WHERE missing_since IS NULL"
    assert last.execute(standing).fetchall() == last.execute(listed).fetchall()


def test_every_macro_that_an_edition_has_is_described_and_answers_alike_directly_and_through_the_locked_engine(
    last: Connection, later: Any
) -> None:
    given = {"day": "current_date", "run_number": "1", "earlier, later": "DATE '2000-01-01', current_date", "typed": "'vätgas'"}
    known = (*macros.HISTORY, *macros.SEARCH)
    calls = [f"SELECT count(*) FROM {one.name}({given[one.form.partition('(')[2].rstrip(')')]})" for one in known]  # noqa: S608
    with duckdb.connect(str(later.visit(3).report.edition.resolve()), read_only=True) as direct:
        made = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type LIKE '%macro' AND NOT internal"
        inner = {"search_readings", "search_scores"}
        assert {name for (name,) in direct.execute(made).fetchall()} - inner == {one.name for one in known}
        answers = [direct.execute(call).fetchall()[0][0] for call in calls]
    assert min(answers) > 0
    assert [last.execute(call).fetchall()[0][0] for call in calls] == answers
