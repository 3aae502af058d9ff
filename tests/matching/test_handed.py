"""A piece of work is done once: by the process to which it was handed, or by this one, which takes it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, cast

import pytest

from matching.sameness import handed
from matching.sameness.handed import Handed, Seen
from matching.sameness.labour import Labour


class Later(Executor):
    """Does what it was told when it is asked to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: work(*given, **named)))
        return future

    def go_on(self) -> None:
        """Does the first of what it was told."""
        future, work = self.waiting.pop(0)
        try:
            future.set_result(work())
        except RuntimeError as error:
            future.set_exception(error)


@pytest.fixture
def seen() -> Iterator[Seen]:
    seen = Seen.nothing()
    handed.look_at(seen)
    yield seen
    handed._seen = None


class Worker:
    """Says how often it worked on what."""

    def __init__(self) -> None:
        self.did: list[int] = []

    def __call__(self, piece: int) -> int:
        self.did.append(piece)
        return -piece


def hand(count: int, seen: Seen) -> tuple[Later, Worker, list[Handed[int, int]]]:
    later, work = Later(), Worker()
    return later, work, [Handed(later, seen, number, work, 10 * number) for number in range(1, count + 1)]


def test_who_was_handed_a_piece_does_it(seen: Seen) -> None:
    later, work, (one,) = hand(1, seen)
    assert (one.is_begun(), one.done()) == (False, False)
    later.go_on()
    assert (one.is_begun(), one.done()) == (True, True)
    assert (one.result(), work.did) == (-10, [10])


def test_a_piece_that_was_taken_back_is_not_done_again_and_those_before_and_behind_it_are(seen: Seen) -> None:
    later, work, (first, second) = hand(2, seen)
    later.go_on()
    assert not second.is_begun()
    second.take_back(3)
    assert (second.is_begun(), second.done()) == (True, True)
    third = Handed(later, seen, 3, work, 30)
    later.go_on()
    later.go_on()
    assert work.did == [10, 20, 30]
    assert [one.result() for one in (first, second, third)] == [-10, -20, -30]
    assert work.did == [10, 20, 30]


def test_several_are_taken_back_from_the_last_one_on(seen: Seen) -> None:
    later, work, pieces = hand(4, seen)
    for one in reversed(pieces[1:]):
        one.take_back(5)
    for _ in pieces:
        later.go_on()
    assert [one.result() for one in pieces] == [-10, -20, -30, -40]
    assert sorted(work.did) == [10, 20, 30, 40]


def test_a_piece_that_both_have_left_is_done_by_who_asks_for_it(seen: Seen) -> None:
    later, work, (one,) = hand(1, seen)
    seen.behind.value, seen.first.value = 2, 1
    later.go_on()
    assert one.done()
    assert work.did == []
    assert (one.result(), work.did) == (-10, [10])


def test_a_process_that_was_not_told_where_to_look_says_so() -> None:
    later, _, (one,) = hand(1, Seen.nothing())
    later.go_on()
    with pytest.raises(RuntimeError, match="wanted a process that was told what to look at"):
        one.result()


def test_what_no_process_begins_is_taken_back_from_the_last_one_on_and_comes_in_order(seen: Seen) -> None:
    work, later = Worker(), Later()
    with Labour(processes=2, many=1) as hands:
        hands._pool, hands._seen = cast(Any, later), seen
        assert list(hands.map(work, [1, 2, 3, 4], 4)) == [-1, -2, -3, -4]
    assert work.did == [3, 4, 2, 1]
    later.go_on()
    later.go_on()
    assert work.did == [3, 4, 2, 1]
