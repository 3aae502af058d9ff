"""Work on very many records, shared among processes; on few, done at once."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import pickle
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import numpy as np
import pyarrow as pa

from matching.sameness.handed import Handed, Seen, look_at

Piece = TypeVar("Piece")
Result = TypeVar("Result")

MUCH = 30_000
"""Records from which the second that other processes take to start is worth it."""
PAIRS_OF_A_RECORD = 3
"""Pairs that are weighed in the time in which one record is taken apart."""
_THREADS = "OPENBLAS_NUM_THREADS"
_WAITING = 2
"""Pieces that lie ready for each of the other processes, so that none waits for the next."""
_LEFT = 2
"""The last pieces are such a part of what is left, and at least of a whole piece."""


def portions(count: int, size: int) -> Iterator[slice]:
    """Pieces of so many, the last ones of several smaller, down to a half: so nobody waits long for who has the last."""
    at = 0
    while at < count:
        piece = size if count <= size else min(size, max((count - at) // _LEFT, -(-size // _LEFT)))
        yield slice(at, at + piece)
        at += piece


def cut(table: pa.Table, size: int) -> Iterator[pa.Table]:
    """Pieces of a table, each copied: a slice takes all that it was cut from to another process."""
    for piece in portions(len(table), size):
        yield table.take(np.arange(len(table))[piece])


@contextmanager
def _without_matrix_threads() -> Iterator[None]:
    """Processes that start meanwhile get numpy without the threads that it has for matrices, which nobody needs for words."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before


def _nothing() -> None:
    """The least that can be done."""


def _end_with(other: BaseProcess) -> None:
    other.join()
    os._exit(1)


def _begin(rehearse: Callable[[], None], seen: Seen) -> None:
    """What another process does first. Nothing that it makes refers back to itself, and to look for that takes time; so does to
    let go, in the end, of what goes with the process."""
    look_at(seen)
    gc.disable()
    atexit.register(os._exit, 0)
    if (parent := multiprocessing.parent_process()) is not None:
        # One that is killed closes no queue: its helpers would wait for the next piece for ever.
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    rehearse()


class Labour:
    """Hands pieces of work to processes, which start when there is much for the first time and end with the block, and what is
    not Python's own to a thread.

    This process works along: while the others start, whenever they have enough, and in the end at what they have not begun.

    Arguments:
        processes: this one included; None: as many as processors.
        many: how much is much.
        rehearse: what another process does first, so that it has read what it needs when the first piece comes.
    """

    def __init__(self, processes: int | None = None, many: int = MUCH, rehearse: Callable[[], None] = _nothing) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._many = many
        self._rehearse = rehearse
        self._pool: ProcessPoolExecutor | None = None
        self._handed = 0
        self._thread: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for pool in (self._pool, self._thread):
            if pool is not None:
                pool.shutdown(cancel_futures=True)
        self._pool = self._thread = None

    def beside(self, work: Callable[[], Result]) -> Future[Result]:
        """Begins a piece of work of which most is not Python's own, in this process, beside what else it does."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1)
        return self._thread.submit(work)

    def call(self, amount: int) -> None:
        """Lets the other processes start where there is much: they take a second, in which this one can do what it does alone."""
        if self._pool is None and self._processes > 1 and amount >= self._many:
            # Not forked: the database has threads of its own, and a copy of them would hold locks that nobody opens.
            start, others = multiprocessing.get_context("spawn"), self._processes - 1
            self._seen = Seen.nothing()
            self._pool = ProcessPoolExecutor(others, start, initializer=_begin, initargs=(self._rehearse, self._seen))
            with _without_matrix_threads():
                # Each piece makes it start one more, as long as none of them is free.
                for _ in range(others):
                    self._pool.submit(_nothing)

    def dismiss(self) -> None:
        """Lets the other processes go, beside what else is done."""
        if self._pool is not None:
            self.beside(partial(self._pool.shutdown, cancel_futures=True))
            self._pool = None

    def ahead(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Pieces, each of which is made ``beside`` what is done with the one before; the first one from now on."""
        source = iter(pieces)
        first = self.beside(lambda: next(source, None))

        def following() -> Iterator[Piece]:
            made = first
            while (piece := made.result()) is not None:
                made = self.beside(lambda: next(source, None))
                yield piece

        return following()

    def map(self, work: Callable[[Piece], Result], pieces: Iterable[Piece], amount: int) -> Iterator[Result]:
        """The results in the order of the pieces, of which only a few are in memory at a time.

        Arguments:
            work: a function of a module, or a partial one: it must reach another process.
            amount: of records in all the pieces, or of what takes as long.
        """
        self.call(amount)
        if self._pool is None or amount < self._many:
            yield from map(work, pieces)
            return
        underway: deque[Handed[Piece, Result] | Future[Result]] = deque()
        for piece in pieces:
            if sum(not one.done() for one in underway) < _WAITING * (self._processes - 1):
                self._handed += 1
                underway.append(Handed(self._pool, self._seen, self._handed, work, piece))
            else:
                underway.append(finished(work(piece)))
            while underway and underway[0].done():
                yield underway.popleft().result()
        while underway:
            # Nothing is left but what lies ready for the others.
            for one in reversed(underway):
                if isinstance(one, Handed) and not one.is_begun():
                    one.take_back(self._handed + 1)
                    break
            else:
                yield underway.popleft().result()


class Common(Generic[Result]):
    """What all pieces of a work need. It travels with each of them, packed once, and every process unpacks it once."""

    def __init__(self, value: Result) -> None:
        self.value = value
        self._packed: bytes | None = None

    def __reduce__(self) -> tuple[Callable[[bytes], Common[Result]], tuple[bytes]]:
        if self._packed is None:
            self._packed = pickle.dumps(self.value, pickle.HIGHEST_PROTOCOL)
        return _unpacked, (self._packed,)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Common[Any]:
    return Common(pickle.loads(packed))  # noqa: S301  from the process that started this one


def finished(result: Result) -> Future[Result]:
    """What is done already, for whoever waits for it."""
    found: Future[Result] = Future()
    found.set_result(result)
    return found
