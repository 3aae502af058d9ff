"""Work is shared among processes and threads, and comes to what it would come to alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.labour import Labour, portions


@given(st.integers(0, 1000), st.integers(1, 100))
def test_portions_follow_one_another_and_none_is_too_large(count: int, size: int) -> None:
    found = list(portions(count, size))
    assert [place for piece in found for place in range(piece.start, min(piece.stop, count))] == list(range(count))
    assert all(0 < piece.stop - piece.start <= size for piece in found)


def test_the_last_portions_are_half_as_large() -> None:
    assert [piece.stop - piece.start for piece in portions(50, 10)] == [10, 10, 10, 5, 5, 5, 5]
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


@pytest.mark.thorough
def test_another_process_does_some_and_all_come_in_order() -> None:
    with Labour(processes=2, many=1) as hands:
        hands.call(2)
        assert hands.elsewhere(os.getpid).result() != os.getpid()
        assert list(hands.map(abs, [-3, 2, -1], 3)) == [3, 2, 1]
        hands.dismiss()
        assert list(hands.map(abs, [-3], 0)) == [3]
        assert hands.elsewhere(os.getpid).result() == os.getpid()


@pytest.mark.thorough
@pytest.mark.parametrize("before", [None, "2"])
def test_another_process_starts_without_threads_for_matrices_and_this_one_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if before is not None:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", before)
    with Labour(processes=2, many=1) as hands:
        hands.call(1)
        assert hands.elsewhere(os.getenv, "OPENBLAS_NUM_THREADS").result() == "1"
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before


def test_of_little_no_other_process_hears() -> None:
    with Labour(processes=2, many=10) as hands:
        hands.call(9)
        assert hands.elsewhere(os.getpid).result() == os.getpid()
        assert list(hands.map(abs, [-1, 2], 9)) == [1, 2]
