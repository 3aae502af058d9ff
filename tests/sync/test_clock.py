"""Clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.clock import Clock, FrozenClock, SystemClock

NIGHT = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)


def test_the_machines_clock_is_in_utc_and_does_not_go_back() -> None:
    clock: Clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0.01)
    clock.sleep(-1)
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() - before >= 0.01


def test_a_frozen_clock_stands_still_until_it_is_told_to_move() -> None:
    clock = FrozenClock(NIGHT)
    assert (clock.now(), clock.now(), clock.monotonic()) == (NIGHT, NIGHT, 0.0)
    clock.advance(90)
    assert (clock.now(), clock.monotonic(), clock.naps) == (NIGHT + timedelta(seconds=90), 90.0, [])


@given(st.lists(st.floats(-10, 10_000)))
def test_a_nap_lets_the_time_pass_that_it_takes(seconds: list[float]) -> None:
    clock = FrozenClock(NIGHT)
    for nap in seconds:
        clock.sleep(nap)
    assert clock.naps == [nap for nap in seconds if nap > 0]
    assert clock.monotonic() == pytest.approx(sum(clock.naps))


def test_a_frozen_clock_wants_a_timezone_and_tells_utc() -> None:
    stockholm = timezone(timedelta(hours=1))
    assert FrozenClock(NIGHT.astimezone(stockholm)).now().isoformat() == "2026-11-23T04:15:00+00:00"
    with pytest.raises(ValueError, match="timezone"):
        FrozenClock(datetime(2026, 11, 23))  # noqa: DTZ001
    with pytest.raises(ValueError, match="0 or more"):
        FrozenClock(NIGHT).advance(-1)
