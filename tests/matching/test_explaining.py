"""The evidence on pairs that a person should look at is that by which the machine judged."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from matching.sameness.explaining import reasons
from matching.sameness.judging import logistic
from matching.sameness.resolution import resolve
from matching.sameness.weights import shipped
from support.records import know
from warehouse.connection import Connection
from warehouse.rows import Verdict
from warehouse.state import State

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
HABITAT = [
    {"record_id": 4, "name": "Habitat Cluster", "country": "SE", "nuts2": "SE31"},
    {"record_id": 6, "network": "tci", "name": "Habitat Sverige", "country": "SE", "nuts2": "SE31", "city": "Arvika"},
    {"record_id": 7, "network": "tci", "name": "Fog Arena", "country": "NO", "city": "Moss"},
]


@pytest.fixture
def con() -> Iterator[Connection]:
    with State.memory() as state:
        know(state.con, HABITAT)
        yield state.con


def test_the_weights_add_up_to_the_probability_that_was_judged(con: Connection) -> None:
    (judged,) = resolve(con, now=NOW, previous=()).judgements
    assert judged.verdict is Verdict.UNSURE
    ((pair, found),) = reasons(con, [(4, 6)])
    assert pair == (4, 6)
    log_odds = shipped().verdict.prior + math.fsum(one.weight for one in found)
    assert logistic(log_odds) == pytest.approx(judged.score, abs=1e-6)
    for one in found:
        assert one.because in judged.because
    assert [abs(one.weight) for one in found] == sorted((abs(one.weight) for one in found), reverse=True)


def test_also_a_pair_that_the_machine_never_looked_at_is_explained_and_nothing_is_left_behind(con: Connection) -> None:
    resolve(con, now=NOW, previous=())
    tables = con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    found = dict(reasons(con, [(4, 6), (4, 7)]))
    assert "different countries" in {one.because for one in found[4, 7]}
    assert con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall() == tables


def test_of_no_pairs_there_is_nothing_to_explain(con: Connection) -> None:
    assert list(reasons(con, [])) == []
