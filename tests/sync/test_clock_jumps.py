"""A machine's clock that jumps: what is written down never goes back, and no memory from the future is believed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.examples import examples
from sync.clock import FrozenClock, SteadyClock, oddity
from sync.pipeline import begin, dated
from warehouse import ledger
from warehouse.load import load
from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput, NetworkRun, Outcome, RecordInput
from warehouse.state import State

NIGHT = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
moments = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def record(key: str, city: str) -> RecordInput:
    profile = ClusterProfile.model_validate(
        {"network": "eccp", "source_key": key, "url": f"https://eccp.example/{key}", "name": key, "city": city}
    )
    return RecordInput(profile, (ClaimInput("city", f'"{city}"', (city,), profile.url, "0" * 64, ""),))


def night(state: State, now: datetime, records: tuple[RecordInput, ...]) -> None:
    """A run over a network of a few records, by a clock that stands at ``now``."""
    clock = FrozenClock(now)
    run_id, steady = begin(state, clock)
    run = NetworkRun("eccp", Outcome.COMPLETE, "", clock.now(), clock.now(), 1, 0, 0, records, (), (), frozenset(), frozenset())
    load(state, run_id, dated(run, steady), steady.now())
    ledger.end(state, run_id, steady.now())


def rows(state: State, sql: str) -> list[tuple]:
    return state.con.execute(sql).fetchall()


@settings(max_examples=examples(15))
@given(
    st.lists(
        st.tuples(moments, st.sets(st.sampled_from("abc"), min_size=1), st.sampled_from(["Lund", "Falun"])),
        min_size=2,
        max_size=6,
    )
)
def test_whatever_the_clock_does_no_date_goes_back(nights: list[tuple[datetime, set[str], str]]) -> None:
    with State.memory() as state:
        checked: dict[str, date] = {}
        for now, keys, city in nights:
            night(state, now, tuple(record(key, city) for key in sorted(keys)))
            found = dict(rows(state, "SELECT source_key, checked_on FROM ledger.records"))
            assert all(found[key] >= before for key, before in checked.items())
            checked = found
        assert rows(state, "SELECT * FROM ledger.claims WHERE last_seen_on < first_seen_on OR last_run < first_run") == []
        assert rows(state, "SELECT * FROM ledger.records WHERE checked_on < first_seen_on OR changed_on < first_seen_on") == []
        assert rows(state, "SELECT * FROM ledger.records WHERE missing_since < first_seen_on") == []
        assert rows(state, "SELECT * FROM ledger.runs WHERE ended_at < started_at") == []
        assert rows(state, "SELECT * FROM ledger.network_runs WHERE ended_at < started_at") == []
        for column in ("started_at", "ended_at"):
            in_order = [row[0] for row in rows(state, f"SELECT {column} FROM ledger.network_runs ORDER BY run_id")]  # noqa: S608
            assert in_order == sorted(in_order)
        days = [row[0] for row in rows(state, "SELECT changed_on FROM ledger.changes ORDER BY run_id, rowid")]
        assert days == sorted(days)


@given(st.lists(moments, min_size=1), st.none() | moments)
def test_a_steady_clock_never_goes_back(jumps: list[datetime], last: datetime | None) -> None:
    class Jumping(FrozenClock):
        def now(self) -> datetime:
            return left.pop(0)

    left = list(jumps)
    steady = SteadyClock(Jumping(NIGHT), last)
    told = [steady.now() for _ in jumps]
    assert told == sorted(told)
    assert all(moment >= jump for moment, jump in zip(told, jumps, strict=True))
    assert last is None or told[0] >= last
    assert last is None or steady.not_before(jumps[0]) == max(jumps[0], last)
    assert told[-1] in {*jumps, last}


def test_a_steady_clock_waits_and_measures_by_the_machines() -> None:
    machine = FrozenClock(NIGHT)
    steady = SteadyClock(machine, NIGHT + HOUR)
    steady.sleep(90)
    assert (machine.naps, steady.monotonic(), steady.now()) == ([90.0], 90.0, NIGHT + HOUR)


def test_a_clock_that_stands_before_the_last_run_is_one_finding_and_the_run_does_its_work() -> None:
    with State.memory() as state:
        night(state, NIGHT, (record("a", "Lund"),))
        night(state, NIGHT - 30 * HOUR, (record("a", "Falun"),))
        found = rows(state, "SELECT run_id, kind, because FROM ledger.findings")
        assert [(run, kind) for run, kind, _ in found] == [(2, "clock")]
        assert "the clock stands 30.0 hours before the last run's (2026-11-23 04:15 UTC): mend it" in found[0][2]
        assert rows(state, "SELECT value, first_seen_on FROM ledger.claims WHERE last_run IS NULL") == [('"Falun"', NIGHT.date())]


@pytest.mark.parametrize(
    ("stands", "says"),
    [
        (None, None),
        (timedelta(0), None),
        (timedelta(days=300), None),
        (-timedelta(minutes=9), None),
        (-timedelta(minutes=90), "1.5 hours before"),
        (-timedelta(days=9000), "9000 days before"),
        (timedelta(days=9000), "9000 days after"),
    ],
)
def test_what_is_odd_about_a_clock(stands: timedelta | None, says: str | None) -> None:
    odd = oddity(NIGHT, None if stands is None else NIGHT - stands)
    assert odd is None if says is None else says in str(odd)


def test_a_run_without_a_predecessor_has_no_last_moment(tmp_path: Path) -> None:
    with State.open(tmp_path / "state.duckdb") as state:
        assert ledger.last_moment(state.con) is None
        run_id, steady = begin(state, FrozenClock(NIGHT))
        assert (run_id, steady.now(), ledger.last_moment(state.con)) == (1, NIGHT, NIGHT)
        assert rows(state, "SELECT * FROM ledger.findings") == []
