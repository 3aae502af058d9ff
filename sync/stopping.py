"""Being told to stop, by Ctrl-C or SIGTERM: a sentence, the exit code that shells expect, and nothing lost.

While networks are read, the page under way is finished and what was read to the end is loaded. At any other moment the command
ends at once: whatever it was writing is written whole or not at all.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from sync.clock import SystemClock

SIGNALS = (signal.SIGINT, signal.SIGTERM)
FINISH_SECONDS = 5.0
"""What a response under way gets to be complete once a run is told to stop."""
NOTHING_LOST = "nothing is lost: the last good edition stays as it is, and the next run makes up for what this one did not do"


class Stopped(Exception):  # noqa: N818  it says what is the case
    """The run was told to stop before it came to its end."""


class Interrupted(BaseException):
    """Somebody wants the command to end. No Exception, so that nothing on the way takes it for a fault of a network or a page.

    Attributes:
        code: the exit code, 128 and the signal's number.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"{signal.Signals(number).name}; {NOTHING_LOST}")
        self.code = 128 + number


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
def interruptible() -> Iterator[None]:
    """Within the block the signals raise Interrupted in the main thread; afterwards they do what they did before."""
    came: list[int] = []

    def interrupt(number: int) -> None:
        came.append(number)
        raise Interrupted(number)

    with _heard(interrupt):
        try:
            yield
        except Exception as error:
            if came:  # a library caught it in the middle of its work (DuckDB: "Query interrupted")
                raise Interrupted(came[0]) from error
            raise


@contextmanager
def told_by_signals(stopping: threading.Event) -> Iterator[None]:
    """Within the block the signals set the event instead of ending the command; a second Ctrl-C raises Interrupted."""

    def tell(number: int) -> None:
        if number == signal.SIGINT and stopping.is_set():
            raise Interrupted(number)
        # In a thread of its own: the handler may have interrupted this thread while it holds the event's lock.
        threading.Thread(target=stopping.set, name="told-to-stop").start()

    with _heard(tell):
        yield


@contextmanager
def _heard(hear: Callable[[int], None]) -> Iterator[None]:
    """Have the signals call ``hear`` within the block; only in the main thread, which alone may say what signals do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(number: int, _frame: FrameType | None) -> None:
        hear(number)

    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
