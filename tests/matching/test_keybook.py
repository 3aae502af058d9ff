"""Keys in the state: in order, with what came since beside them, until that is much."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks import synthetic
from matching.sameness import keybook
from matching.sameness.resolution import Resolution, resolve
from support.records import know
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
    for number in range(20):
        records[number] |= {"name": f"Quokka {number}"}
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
