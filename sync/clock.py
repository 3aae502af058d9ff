"""The one door by which time comes in."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the run knows of time. Nothing else calls ``time`` or ``datetime.now``."""

    def now(self) -> datetime:
        """The date and time, timezone-aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back, so differences of it measure durations."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait. Nothing at all for zero or less."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The date and time, timezone-aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait. Nothing at all for zero or less."""
        if seconds > 0:
            time.sleep(seconds)


class FrozenClock:
    """A clock that moves only when it is told to, and for which a night's waiting takes no time.

    Arguments:
        now: the date and time at which it stands, timezone-aware.
    """

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError(f"wanted a date and time with a timezone, found {now.isoformat()}; write tzinfo=UTC")
        self._now = now.astimezone(UTC)
        self._elapsed = 0.0
        self.naps: list[float] = []
        """The seconds of every ``sleep`` that was not for zero or less, in order."""

    def now(self) -> datetime:
        """The date and time at which it stands, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """The seconds that ``advance`` and ``sleep`` have let pass."""
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Let time pass. Raises ValueError for a negative number: no clock of ours goes back."""
        if seconds < 0:
            raise ValueError(f"wanted 0 or more seconds to let pass, found {seconds}")
        self._elapsed += seconds
        self._now += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        """Let time pass at once, and remember it in ``naps``."""
        if seconds > 0:
            self.naps.append(seconds)
            self.advance(seconds)
