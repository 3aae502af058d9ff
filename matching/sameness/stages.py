"""Writing a night down: all of it or nothing, or in stages that are carried out beside what else is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from matching.sameness.labour import Labour
from warehouse.connection import Connection


class Stages:
    """A transaction for as long as a block lasts. Whatever ends the block by an exception takes back what was written since the
    last stage.

    Arguments:
        labour: writes beside what else is done.
    """

    def __init__(self, con: Connection, labour: Labour) -> None:
        self._con, self._labour = con, labour
        self._is_open = False
        self._deferred: list[Callable[[], object]] = []
        self._underway: Future[None] | None = None

    def __enter__(self) -> Self:
        self._con.begin()
        self._is_open = True
        return self

    def defer(self, work: Callable[[], object]) -> None:
        """Leaves work on the connection for later: until it is written ``beside``, or the block ends."""
        self._deferred.append(work)

    def write(self, *, is_stage: bool) -> None:
        """Begins to do what was deferred, beside what else is done; nothing may be asked of the connection before ``settle``.

        Outside the block it does nothing.

        Arguments:
            is_stage: whether all that was done so far is then written down for good.
        """
        if self._is_open and self._underway is None:
            self._is_open = not is_stage
            self._underway = self._labour.beside(self._write_for_good if is_stage else self._do_deferred)

    def settle(self) -> None:
        """Waits until that is done. Raises what went wrong with it."""
        if self._underway is not None:
            underway, self._underway = self._underway, None
            underway.result()
            if not self._is_open:
                self._con.begin()
                self._is_open = True

    def complete(self) -> None:
        """The same; what was deferred is done."""
        self.settle()
        self._do_deferred()

    def _do_deferred(self) -> None:
        while self._deferred:
            self._deferred.pop(0)()

    def _write_for_good(self) -> None:
        self._do_deferred()
        self._con.commit()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if error is None:
                self.complete()
                self._con.commit()
                self._is_open = False
        finally:
            if self._underway is not None:
                # What ends the block is told. What is under way comes to its end, well or not.
                self._underway.exception()
                self._underway = None
            if self._is_open:
                self._con.rollback()
                self._is_open = False
