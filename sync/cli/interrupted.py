"""Ctrl-C and SIGTERM: a command ends with a sentence and the exit code that shells expect."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
NOTHING_LOST = "nothing is lost: the last good edition stays as it is, and the next run makes up for what this one did not do"


class Interrupted(BaseException):
    """Somebody wants the command to end. No Exception, so that nothing on the way takes it for a fault of a network or a page.

    Attributes:
        code: the exit code, 128 and the signal's number.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"{signal.Signals(number).name}; {NOTHING_LOST}")
        self.code = 128 + number


@contextmanager
def interruptible() -> Iterator[None]:
    """Within the block the signals raise Interrupted in the main thread; afterwards they do what they did before."""
    if current_thread() is not main_thread():  # Python lets only that one say what signals do
        yield
        return
    came: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        raise Interrupted(number)

    before = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield
    except Exception as error:
        if came:  # a library caught it in the middle of its work (DuckDB: "Query interrupted")
            raise Interrupted(came[0]) from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
