"""Cron lines, by the wall clock of a place: when is it due next, and what do the two nights do to it that change the clocks?

APScheduler reads the line; the wall clock is ours. Its own reckoning in a timezone with summer time (3.11) runs a line of 02:30
twice in the autumn night, and leaves out a line of 00:30 on the day after the spring night.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

LARGEST_CHANGE = timedelta(hours=3)
"""By which no place changes its clocks at once."""
A_YEAR = timedelta(days=366)
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""By cron's number; 0 and 7 are both Sunday. APScheduler counts from Monday, so it is given names."""
_NUMBERED_DAYS = re.compile(r"([0-7])(?:-([0-7]))?(?:/([1-7]))?")


class CronLine:
    """The moments that a cron line names, each once.

    A time that the spring night leaves out comes an hour later by the clock, one that the autumn night has twice comes the first
    time.

    Arguments:
        line: minute, hour, day of the month, month, day of the week (0 or 7 is Sunday).
        place: whose wall clock.

    Raises ValueError for a line that is none, or that no day fits.
    """

    def __init__(self, line: str, place: ZoneInfo) -> None:
        fields = line.split()
        if len(fields) != 5:
            raise ValueError(f"wanted five cron fields such as '15 4 * * *', found {line!r}")
        if fields[2] != "*" and fields[4] != "*":
            # Other crons run when either fits, APScheduler when both do: nobody should have to guess.
            raise ValueError(f"wanted a cron line with a day of the month or a day of the week, found both in {line!r}")
        try:
            self._walls = CronTrigger.from_crontab(" ".join([*fields[:4], _named(fields[4])]), UTC)
        except ValueError as error:
            raise ValueError(f"wanted five cron fields such as '15 4 * * *', found {line!r}: {error}") from error
        self.line = line
        self.place = place
        if self._wall(datetime(2000, 1, 1)) is None:  # noqa: DTZ001  a time on the wall
            raise ValueError(f"wanted a cron line that comes at some time, found {line!r}, which no day fits")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CronLine) and (self.line, self.place.key) == (other.line, other.place.key)

    def __hash__(self) -> int:
        return hash((self.line, self.place.key))

    def after(self, moment: datetime) -> datetime:
        """The first due time after a moment, in the place's time."""
        wall = moment.astimezone(self.place).replace(tzinfo=None) - LARGEST_CHANGE
        while True:
            found = self._wall(wall)
            if found is None:
                raise ValueError(f"wanted a due time after {moment.isoformat()}, found none for {self.line!r}")
            due = self._moment(found)
            if due > moment.astimezone(UTC):
                return due.astimezone(self.place)
            wall = found + timedelta(minutes=1)

    def change_nights(self, now: datetime) -> list[str]:
        """What changing the clocks does to this line within a year, a sentence a night; empty: nothing, or nothing is changed."""
        said = []
        for change in _changes(self.place, now):
            wall = self._wall(change.first)
            if wall is None or wall >= change.end:
                continue
            due = self._moment(wall).astimezone(self.place)
            if change.is_gap:
                said.append(f"on {wall:%Y-%m-%d} there is no {wall:%H:%M}: it runs at {due:%H:%M}")
            else:
                said.append(f"on {wall:%Y-%m-%d} {wall:%H:%M} comes twice: it runs the first time only")
        return said

    def _wall(self, start: datetime) -> datetime | None:
        """The first time on the wall from ``start`` on, both without a zone; for APScheduler it is UTC, which never changes."""
        found: Any = self._walls.get_next_fire_time(None, start.replace(tzinfo=UTC))
        return None if found is None else found.replace(tzinfo=None)

    def _moment(self, wall: datetime) -> datetime:
        """When the wall clock shows a time: the first of two, and of a time that is left out as if the change came later."""
        return wall.replace(tzinfo=self.place, fold=0).astimezone(UTC)


def _named(field: str) -> str:
    """A cron field of weekdays with names in place of numbers. Names and ``*`` stay."""
    named = []
    for part in field.split(","):
        numbers = _NUMBERED_DAYS.fullmatch(part)
        if numbers is None:
            if part[:1].isdigit():
                raise ValueError(f"a weekday is 0 (Sunday) to 7 (Sunday) or a name, not {part!r}")
            named.append(part)
            continue
        first, last = int(numbers[1]), int(numbers[2] or numbers[1])
        if first > last:
            raise ValueError(f"the weekdays {part!r} run backwards")
        named += [WEEKDAYS[number] for number in range(first, last + 1, int(numbers[3] or 1))]
    return ",".join(dict.fromkeys(named))


@dataclass(frozen=True)
class _Change:
    """The times on the wall that one change of the clocks leaves out or has twice: from ``first`` up to ``end``."""

    first: datetime
    end: datetime
    is_gap: bool


def _changes(place: ZoneInfo, now: datetime) -> Iterator[_Change]:
    """The changes of the clocks within a year; every place changes them at a full quarter of an hour, and once a day at most."""
    day = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for start in (day + timedelta(days=number) for number in range(A_YEAR.days)):
        old, new = _offset(place, start), _offset(place, start + timedelta(days=1))
        if old == new:
            continue
        quarters = (start + timedelta(minutes=15) * number for number in range(1, 97))
        moment = next(quarter for quarter in quarters if _offset(place, quarter) == new)
        walls = [moment.astimezone(timezone(each)).replace(tzinfo=None) for each in (old, new)]
        yield _Change(min(walls), max(walls), is_gap=new > old)


def _offset(place: ZoneInfo, moment: datetime) -> timedelta:
    offset = moment.astimezone(place).utcoffset()
    return timedelta(0) if offset is None else offset
