"""Being told to stop: the page under way is finished, nothing else is begun, and what is open is closed in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sync.clock import SystemClock

FINISH_SECONDS = 5.0
"""What a response under way gets to be complete once a run is told to stop."""


class Stopped(Exception):  # noqa: N818  it says what is the case
    """The run was told to stop before it came to its end."""


class StoppableClock(SystemClock):
    """The machine's clock, on which a nap ends as soon as the run is told to stop.

    Arguments:
        stopping: set when it is.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Stopped where the run is, or was, told to stop."""
        if seconds > 0 and self._stopping.wait(seconds):
            raise Stopped("the run was told to stop while it waited for its next request")


@contextmanager
def told_by_signals(stopping: threading.Event) -> Iterator[None]:
    """SIGTERM and Ctrl-C set the event instead of ending the process; a second Ctrl-C ends it at once.

    Only in the main thread, which alone may hear signals; elsewhere whoever called has to set the event.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def hear(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT and stopping.is_set():
            raise KeyboardInterrupt
        # In a thread of its own: the handler may have interrupted this thread while it holds the event's lock.
        threading.Thread(target=stopping.set, name="told-to-stop").start()

    before = {number: signal.signal(number, hear) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
