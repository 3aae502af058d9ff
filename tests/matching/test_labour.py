"""Work is shared among processes and threads, and comes to what it would come to alone."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.labour import Labour, cut, portions


@given(st.integers(0, 1000), st.integers(1, 100))
def test_portions_follow_one_another_and_none_is_too_large(count: int, size: int) -> None:
    found = list(portions(count, size))
    assert [place for piece in found for place in range(piece.start, min(piece.stop, count))] == list(range(count))
    assert all(0 < piece.stop - piece.start <= size for piece in found)


def test_the_last_portions_are_smaller_down_to_a_half() -> None:
    assert [piece.stop - piece.start for piece in portions(60, 12)] == [12, 12, 12, 12, 6, 6]
    assert [piece.stop - piece.start for piece in portions(50, 12)] == [12, 12, 12, 7, 6, 6]
    assert [piece.stop - piece.start for piece in portions(10, 10)] == [10]


def test_what_is_made_ahead_comes_in_order() -> None:
    with Labour() as hands:
        assert list(hands.ahead(iter("abc"))) == ["a", "b", "c"]
        assert list(hands.ahead(iter(""))) == []


def test_the_first_is_made_before_it_is_asked_for() -> None:
    made = []

    def pieces() -> Iterator[int]:
        made.append(1)
        yield 1

    with Labour() as hands:
        found = hands.ahead(pieces())
        hands.beside(int).result()
        assert made == [1]
        assert list(found) == [1]


def test_what_fails_ahead_is_told_of_where_it_is_asked_for() -> None:
    def pieces() -> Iterator[int]:
        yield 1
        raise ValueError("wanted two, found one")

    with Labour() as hands:
        found = hands.ahead(pieces())
        assert next(found) == 1
        with pytest.raises(ValueError, match="wanted two"):
            next(found)


BUSY = [0.0, 0.0, 1.0]
"""Two pieces that another process does while this one has another to do, for so many seconds."""


@contextmanager
def started(processes: int) -> Iterator[Labour]:
    """So many processes, this one included, that are ready for work: what lies ready for one that is not is done by this one."""
    with Labour(processes=processes, many=1) as hands:
        hands.call(1)
        assert hands._pool is not None
        list(hands._pool.map(_stay, [0.3] * (processes - 1)))
        yield hands


@pytest.mark.thorough
def test_another_process_does_some_and_all_come_in_order() -> None:
    with started(2) as hands:
        assert list(hands.map(abs, [-3, 2, -1], 3)) == [3, 2, 1]
        assert [number == os.getpid() for number, _ in hands.map(_stay, BUSY, 1)] == [False, False, True]
        hands.dismiss()
        assert [number for number, _ in hands.map(_stay, [0.0], 0)] == [os.getpid()]


@pytest.mark.thorough
def test_what_lies_ready_for_another_process_is_taken_back_by_who_has_nothing_else_to_do() -> None:
    with started(2) as hands:
        (other, _), *_ = hands.map(_stay, BUSY, 1)
        found = hands.map(_stay, [3.0, 0.0, 1.0], 1)
        assert [number for number, _ in found] == [other, os.getpid(), os.getpid()]
        assert [number for number, _ in hands.map(_stay, BUSY, 1)] == [other, other, os.getpid()]


@pytest.mark.thorough
@pytest.mark.parametrize("before", [None, "2"])
def test_another_process_starts_without_threads_for_matrices_and_this_one_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if before is not None:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", before)
    with started(2) as hands:
        assert [threads for _, threads in hands.map(_stay, BUSY, 1)] == ["1", "1", before]
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before


@pytest.mark.thorough
def test_all_other_processes_start_at_once() -> None:
    with started(3) as hands:
        found = list(hands.map(_stay, [0.3] * 5, 1))
        others = {number: threads for number, threads in found if number != os.getpid()}
        assert [*others.values()] == ["1", "1"]


def _stay(seconds: float) -> tuple[int, str | None]:
    """Who does it, and with how many threads for matrices."""
    time.sleep(seconds)
    return os.getpid(), os.environ.get("OPENBLAS_NUM_THREADS")


KILLED = """
import os, signal
from matching.sameness.labour import Labour
if __name__ == "__main__":
    hands = Labour(processes=2, many=1).__enter__()
    print(*hands.map(abs, [1], 1), *hands._pool._processes, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.thorough
def test_another_process_ends_with_one_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "killed.py").write_text(KILLED, encoding="utf-8")
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    said = tmp_path / "said.txt"  # no pipe: it would be open for as long as the other process is there
    with said.open("w") as out:
        subprocess.run([sys.executable, "killed.py"], cwd=tmp_path, env=here, stdout=out, timeout=60)
    _, other = map(int, said.read_text(encoding="utf-8").split())
    for _ in range(600):
        if not Path(f"/proc/{other}").exists() or "State:\tZ" in Path(f"/proc/{other}/status").read_text(encoding="utf-8"):
            return
        time.sleep(0.1)
    os.kill(other, signal.SIGKILL)
    raise AssertionError(f"wanted the other process to end, found {other} a minute later")


def test_a_piece_of_a_table_takes_nothing_of_the_others_along() -> None:
    table = pa.table({"text": [f"text number {number}" for number in range(1000)]})
    pieces = list(cut(table, 300))
    assert pa.concat_tables(pieces).equals(table)
    assert [len(piece) for piece in pieces] == [300, 300, 200, 150, 50]
    assert sum(len(pickle.dumps(piece)) for piece in pieces) < 1.2 * len(pickle.dumps(table))
    assert list(cut(table.slice(0, 0), 300)) == []


def test_of_little_no_other_process_hears() -> None:
    with Labour(processes=2, many=10) as hands:
        hands.call(9)
        assert [number for number, _ in hands.map(_stay, [0.0, 0.0], 9)] == [os.getpid()] * 2
