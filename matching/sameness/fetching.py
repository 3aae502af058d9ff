"""What stands in the state, read beside what else is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from matching.sameness.labour import Labour, finished
from warehouse.connection import Connection
from warehouse.named_sql import Script

Result = TypeVar("Result")


class Fetched(Generic[Result]):
    """Something that is read once: when it is asked for, or beside what is done before that.

    Arguments:
        read: how, with the statements of ``warehouse/sql/sameness.sql``.
    """

    def __init__(self, con: Connection, labour: Labour, read: Callable[[Script], Result]) -> None:
        self._con, self._labour, self._read = con, labour, read
        self._underway: Future[Result] | None = None

    def begin(self) -> None:
        """Begins to read it; nothing that is not yet committed is in it."""
        # A connection of its own, since one does one thing at a time.
        con = self._con.cursor()

        def read() -> Result:
            with con:
                return self._read(Script(con, "sameness"))

        self._underway = self._labour.beside(read)

    def result(self) -> Result:
        """What was read. Raises what went wrong with it."""
        if self._underway is None:
            self._underway = finished(self._read(Script(self._con, "sameness")))
        return self._underway.result()
