"""Writing a night down: all of it or nothing, or in stages that are carried out beside what else is done."""

from __future__ import annotations

from concurrent.futures import Future
from types import TracebackType
from typing import Self

from matching.sameness.labour import Labour
from warehouse.connection import Connection


class Stages:
    """A transaction for as long as a block lasts. Whatever ends the block by an exception takes back what was written since the
    last stage.

    Arguments:
        labour: carries out the stages.
    """

    def __init__(self, con: Connection, labour: Labour) -> None:
        self._con, self._labour = con, labour
        self._is_open = False
        self._underway: Future[object] | None = None

    def __enter__(self) -> Self:
        self._con.begin()
        self._is_open = True
        return self

    def carry_out(self) -> None:
        """Begins to write down for good what was done so far; nothing may be asked of the connection before ``settle``."""
        self._underway = self._labour.beside(self._con.commit)

    def settle(self) -> None:
        """Waits until the last stage is carried out; what follows is of the next one. Raises what went wrong with it."""
        if self._underway is not None:
            underway, self._underway = self._underway, None
            self._is_open = False
            underway.result()
            self._con.begin()
            self._is_open = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.settle()
            self._con.commit()
        elif self._underway is not None:
            # What ends the block is told; a stage that is under way comes to its end, well or not.
            self._underway.exception()
            self._underway = None
        elif self._is_open:
            self._con.rollback()
        self._is_open = False
