"""Pieces of work that were handed to another process, and can be taken back as long as it has not begun with them.

Nothing is locked: where both look at the same time, a piece is done twice, or left by both, and then done by who asks for its
result.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future
from ctypes import c_longlong
from typing import Generic, NamedTuple, TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class Seen(NamedTuple):
    """What all processes see of the pieces, which are numbered from 1 and begun in that order.

    Arguments:
        begun: the last one that was.
        first, behind: from the one to before the other they are taken back.
    """

    begun: c_longlong
    first: c_longlong
    behind: c_longlong

    @classmethod
    def nothing(cls) -> Seen:
        """Before the first piece. It reaches another process only when that starts."""
        begin = multiprocessing.get_context("spawn")
        return cls(*(begin.RawValue(c_longlong, 0) for _ in cls._fields))


_seen: Seen | None = None
"""In another process."""


def look_at(seen: Seen) -> None:
    """What another process has to do first."""
    global _seen
    _seen = seen


class Handed(Generic[Piece, Result]):
    """A piece that is done by another process, or by this one after all.

    Arguments:
        pool: of processes that were told to ``look_at`` what is seen.
        work: a function of a module, or a partial one: it must reach another process.
    """

    def __init__(self, pool: Executor, seen: Seen, number: int, work: Callable[[Piece], Result], piece: Piece) -> None:
        self._seen, self._number, self._work, self._piece = seen, number, work, piece
        self._found: tuple[Result] | None = None
        self._future: Future[tuple[Result] | None] = pool.submit(_unless_taken_back, work, number, piece)

    def done(self) -> bool:
        return self._found is not None or self._future.done()

    def is_begun(self) -> bool:
        """Whether another process has begun with it, or this one."""
        return self._found is not None or self._seen.begun.value >= self._number

    def take_back(self, behind: int) -> None:
        """Does it here.

        Arguments:
            behind: the number of the next piece.
        """
        self._seen.behind.value = behind
        self._seen.first.value = self._number
        self._found = (self._work(self._piece),)

    def result(self) -> Result:
        """What came of it, when it is done."""
        found = self._found or self._future.result()
        return found[0] if found is not None else self._work(self._piece)


def _unless_taken_back(work: Callable[[Piece], Result], number: int, piece: Piece) -> tuple[Result] | None:
    if _seen is None:
        raise RuntimeError("wanted a process that was told what to look at, found one that was not")
    _seen.begun.value = number
    return None if _seen.first.value <= number < _seen.behind.value else (work(piece),)
