"""Cron lines by the wall clock, above all in the two nights that change it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.schedule_cron import CronLine

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def dues(line: str, after: datetime, count: int = 3, place: ZoneInfo = STOCKHOLM) -> list[str]:
    cron, found = CronLine(line, place), []
    for _ in range(count):
        after = cron.after(after)
        found.append(after.isoformat(timespec="minutes"))
    return found


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("15 4 * * *", ["2026-10-25T04:15+01:00", "2026-10-26T04:15+01:00"]),
        ("30 2 * * *", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),  # not a second time an hour later
        ("30 0 * * *", ["2026-10-25T00:30+02:00", "2026-10-26T00:30+01:00"]),
        ("0 3 * * *", ["2026-10-25T03:00+01:00", "2026-10-26T03:00+01:00"]),
    ],
)
def test_in_the_autumn_night_each_time_comes_once(line: str, wanted: list[str]) -> None:
    assert dues(line, datetime(2026, 10, 24, 22, tzinfo=UTC), 2) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("15 4 * * *", ["2026-03-29T04:15+02:00", "2026-03-30T04:15+02:00"]),
        ("30 2 * * *", ["2026-03-29T03:30+02:00", "2026-03-30T02:30+02:00"]),  # there is no 02:30 in the first of them
        ("30 0 * * *", ["2026-03-29T00:30+01:00", "2026-03-30T00:30+02:00"]),
        ("0 3 * * *", ["2026-03-29T03:00+02:00", "2026-03-30T03:00+02:00"]),
    ],
)
def test_in_the_spring_night_each_time_comes_and_none_is_left_out(line: str, wanted: list[str]) -> None:
    assert dues(line, datetime(2026, 3, 28, 22, tzinfo=UTC), 2) == wanted


def test_after_the_change_the_time_that_was_left_out_is_still_to_come() -> None:
    after_the_change = datetime(2026, 3, 29, 1, 10, tzinfo=UTC)  # 03:10 in Stockholm, where 02:30 never was
    assert dues("30 2 * * *", after_the_change, 1) == ["2026-03-29T03:30+02:00"]


def test_in_the_hour_that_comes_twice_what_ran_the_first_time_is_not_due_again() -> None:
    second_time = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 in Stockholm for the second time
    assert dues("30 2 * * *", second_time, 1) == ["2026-10-26T02:30+01:00"]


MOMENTS = st.integers(0, 2 * 366 * 24 * 3600).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    start=MOMENTS,
    place=st.sampled_from(["Europe/Stockholm", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_a_daily_line_is_due_once_on_every_day_of_the_year(minute: int, hour: int, start: datetime, place: str) -> None:
    cron, moment, days = CronLine(f"{minute} {hour} * * *", ZoneInfo(place)), start, []
    for _ in range(400):
        moment = cron.after(moment)
        days.append(moment.date())
    assert days == [days[0] + timedelta(days=number) for number in range(400)]
    assert days[0] - start.astimezone(ZoneInfo(place)).date() <= timedelta(days=1)


@given(MOMENTS)
def test_the_next_due_time_is_later_and_there_is_none_between(moment: datetime) -> None:
    cron = CronLine("30 2 * * *", STOCKHOLM)
    due = cron.after(moment)
    assert due > moment
    assert cron.after(due - timedelta(seconds=1)) == due
    assert cron.after(due) > due


@pytest.mark.parametrize(
    ("field", "weekdays"),
    [("0", {6}), ("7", {6}), ("1-5", {0, 1, 2, 3, 4}), ("5-7", {4, 5, 6}), ("0-6/2", {6, 1, 3, 5}), ("mon,3", {0, 2})],
)
def test_weekdays_are_counted_as_cron_counts_them(field: str, weekdays: set[int]) -> None:
    found = dues(f"15 4 * * {field}", datetime(2026, 11, 25, tzinfo=UTC), 14)
    assert {datetime.fromisoformat(due).weekday() for due in found} == weekdays


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("15 4 *", "wanted five cron fields"),
        ("@daily", "wanted five cron fields"),
        ("61 4 * * *", "higher than the maximum value"),
        ("x 4 * * *", 'Unrecognized expression "x"'),
        ("15 4 * * 8", "a weekday is 0 (Sunday) to 7 (Sunday) or a name, not '8'"),
        ("15 4 * * 5-2", "run backwards"),
        ("15 4 1 * 1", "a day of the month or a day of the week, found both"),
        ("15 4 31 2 *", "which no day fits"),
    ],
)
def test_a_line_that_means_nothing_says_what_was_wanted(line: str, says: str) -> None:
    with pytest.raises(ValueError, match="wanted") as error:
        CronLine(line, STOCKHOLM)
    assert says in str(error.value)


def test_a_line_within_the_hour_that_summer_time_moves_says_what_happens_in_each_night() -> None:
    assert CronLine("30 2 * * *", STOCKHOLM).change_nights(datetime(2026, 11, 25, tzinfo=UTC)) == [
        "on 2027-03-28 there is no 02:30: it runs at 03:30",
        "on 2027-10-31 02:30 comes twice: it runs the first time only",
    ]


@pytest.mark.parametrize("line", ["15 4 * * *", "59 1 * * *", "0 3 * * *", "30 2 * * mon-sat", "30 2 15 * *"])
def test_a_line_that_no_change_of_the_clocks_meets_is_not_warned_of(line: str) -> None:
    assert CronLine(line, STOCKHOLM).change_nights(datetime(2026, 11, 25, tzinfo=UTC)) == []


def test_where_the_clocks_are_never_changed_no_line_is_warned_of() -> None:
    assert CronLine("30 2 * * *", ZoneInfo("UTC")).change_nights(datetime(2026, 11, 25, tzinfo=UTC)) == []
