"""Keys in the state: in order, with what came since beside them, until that is much."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import synthetic
from matching.sameness import keybook
from matching.sameness.labour import Labour
from matching.sameness.resolution import Resolution, resolve
from matching.sameness.weights import shipped
from support.records import know
from warehouse.named_sql import Script
from warehouse.state import State

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)


def resolved(state: State) -> Resolution:
    return resolve(state.con, now=NOW, previous=())


def kept_and_since(state: State) -> tuple[int, int]:
    counts = "SELECT (SELECT count(*) FROM sameness_keys), (SELECT count(*) FROM sameness_keys_since)"
    [(kept, since)] = state.con.execute(counts).fetchall()
    return kept, since


def test_keys_are_put_in_order_anew_when_many_are_of_records_that_said_otherwise(state: State) -> None:
    records = synthetic.make(100, seed=3).table.to_pylist()
    know(state.con, records)
    resolved(state)
    first, none = kept_and_since(state)
    assert none == 0 < first
    is_in_order = []
    for number in range(0, 24, 3):
        for one in records[number : number + 3]:
            one["name"] = f"Quokka {one['record_id']}"
        know(state.con, records)
        found = resolved(state)
        kept, since = kept_and_since(state)
        is_in_order.append(since == 0)
        assert since <= keybook.WORN * kept
        with State.memory() as anew:
            know(anew.con, records)
            assert found == resolved(anew)
            if since == 0:
                assert kept_and_since(anew) == (kept, 0)
    assert is_in_order.index(True) > 1
    stored = [key for (key,) in state.con.execute("SELECT key FROM sameness_keys").fetchall()]
    assert stored == sorted(stored)


def test_a_night_without_changes_reads_no_keys(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    know(state.con, synthetic.make(100, seed=3).table.to_pylist())
    first = resolved(state)

    def fail(*_: object) -> None:
        raise AssertionError("wanted no keys to be read")

    monkeypatch.setattr(keybook, "_stood", fail)
    assert resolved(state) == first


def test_keys_that_cannot_be_written_end_the_night_and_the_next_one_finds_them_all(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(state.con, synthetic.make(100, seed=3).table.to_pylist())
    run_over = keybook.Script.run_over

    def fail(script: keybook.Script, title: str, *given: object, **more: object) -> None:
        if title == "note_keys":
            raise OSError("wanted to write, found a full disk")
        run_over(script, title, *given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(keybook.Script, "run_over", fail)
        with pytest.raises(OSError, match="a full disk"):
            resolved(state)
    found = resolved(state)
    with State.memory() as anew:
        know(anew.con, synthetic.make(100, seed=3).table.to_pylist())
        assert found == resolved(anew)
        assert kept_and_since(state) == kept_and_since(anew)


KEYS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), unique=True)
"""Keys, of which each two meet that differ in the last bit alone, and the places that have them."""


def test_whoever_has_a_key_is_found_in_whatever_order_and_however_often_it_is_asked_for(state: State) -> None:
    sql = Script(state.con, "sameness")

    @given(KEYS, KEYS, st.lists(st.integers(0, 9)), st.sets(st.integers(0, 5)))
    def is_found(kept: list[tuple[int, int]], since: list[tuple[int, int]], asked: list[int], there: set[int]) -> None:
        sql.run("forget_keys")
        sql.run("forget_keys_since")
        sql.run_over("note_keys", held(sorted(kept)))
        sql.run_over("note_keys_since", held(since))
        with Labour() as hands:
            book = keybook.Keybook(state.con, shipped().candidates, hands)
            book.open(np.array([place in there for place in range(6)]))
            found = book.places_with(np.array(asked, np.uint64))
        has = [sorted(place for key, place in [*kept, *since] if key // 2 == one // 2 and place in there) for one in asked]
        assert [sorted(some.tolist()) for some in np.split(found.values, found.starts[1:-1])] == (has or [[]])

    is_found()


def held(keys: list[tuple[int, int]]) -> pa.Table:
    return pa.table(
        {"key": pa.array([key for key, _ in keys], pa.uint64()), "place": pa.array([at for _, at in keys], pa.int32())}
    )
