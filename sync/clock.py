"""The one door by which time comes in."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Lock
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


class SteadyClock:
    """A clock for what is written down: it never stands before the last run, nor before what it said itself.

    Arguments:
        clock: the machine's, which may jump (NTP, a wrong BIOS); its ``monotonic`` and ``sleep`` are used as they are.
        last: the last moment that was written down, timezone-aware; None: there is none.
    """

    def __init__(self, clock: Clock, last: datetime | None) -> None:
        self._clock = clock
        self._floor = self._last = last
        self._lock = Lock()

    def now(self) -> datetime:
        """The later of the machine's date and time and the last that was written down or said, in UTC."""
        with self._lock:
            now = self._clock.now()
            self._last = now if self._last is None else max(now, self._last)
            return self._last

    def not_before(self, moment: datetime) -> datetime:
        """The moment, or the last that was written down where that is later."""
        return moment if self._floor is None else max(moment, self._floor)

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait. Nothing at all for zero or less."""
        self._clock.sleep(seconds)


BACK_AT_LEAST = timedelta(minutes=10)
"""Clocks that are kept right by NTP go back by seconds, which is no news."""
AHEAD_AT_LEAST = timedelta(days=366)
"""No nightly job rests for so long unless it was put away; a clock leaps by years when its battery is empty."""


def oddity(now: datetime, last: datetime | None) -> str | None:
    """What is odd about the machine's clock beside the last moment that was written down, and what to do; None: nothing."""
    if last is None or -AHEAD_AT_LEAST < last - now < BACK_AT_LEAST:
        return None
    then = f"{last:%Y-%m-%d %H:%M} UTC"
    if last > now:
        return (
            f"the clock stands {_span(last - now)} before the last run's ({then}): mend it; until it has caught up, everything "
            "is dated as that run was"
        )
    return (
        f"the clock stands {_span(now - last)} after the last run's ({then}): if it is wrong, mend it now, "
        "because no date that is written down goes back"
    )


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.1f} hours" if hours < 100 else f"{span.days} days"


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
