"""The schedule: what is due when, in ordinary nights and in those that change the clocks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
import time_machine

from sync.clock import SystemClock
from sync.exits import Exit
from sync.lock import one_run_at_a_time
from sync.schedule import Schedule, last_tries, plan
from sync.settings import ConfigError, NetworkSettings, Operator, Permission, Settings
from warehouse import ledger
from warehouse.load import load
from warehouse.rows import NetworkRun, Outcome
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("schedule")

PERMISSION = Permission(basis="a test", read_on=date(2026, 1, 31), by="the test")
A_MOMENT = timedelta(milliseconds=20)
LONGEST_SECONDS = 60


def settings(**crons: str) -> Settings:
    networks = {name: NetworkSettings(enabled=True, permission=PERMISSION, cron=cron) for name, cron in crons.items()}
    return Settings(operator=Operator(contact="robot@operator.example"), networks=networks)


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.perf_counter() + LONGEST_SECONDS  # which a time machine leaves alone
    while not is_so():
        assert time.perf_counter() < end
        threading.Event().wait(0.01)


@dataclass
class Nights:
    """A schedule that is kept in a thread, over runs that take no time, while a time machine moves the clock.

    Arguments:
        tries: the run ledger.
        runs: what was run, and when, in UTC.
        codes: exit codes of the next runs; without any they are complete.
    """

    machine: time_machine.Traveller
    settings: Settings
    tries: dict[str, datetime] = field(default_factory=dict)
    runs: list[tuple[str, str]] = field(default_factory=list)
    codes: list[int | Exception] = field(default_factory=list)
    is_locked: bool = False
    looks: int = 0
    trouble: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        log = structlog.wrap_logger(None, processors=[self._hear], wrapper_class=structlog.make_filtering_bound_logger(0))
        schedule = Schedule(
            self.read_settings,
            self.last_tries,
            self.run,
            SystemClock(),
            log,
            self.stopping,
            look_again=A_MOMENT,
            wait_for_lock=A_MOMENT,
        )
        self.thread = threading.Thread(target=schedule.keep)
        self.thread.start()
        self.settle()

    def end(self) -> None:
        self.stopping.set()
        self.thread.join(LONGEST_SECONDS)
        assert not self.thread.is_alive()

    def go_to(self, moment: str) -> None:
        """Let the clock show a moment and wait until the schedule has seen that it does."""
        self.machine.move_to(datetime.fromisoformat(moment))
        self.settle()

    def settle(self) -> None:
        seen = self.looks
        wait_until(lambda: self.looks >= seen + 4)

    def read_settings(self) -> Settings:
        self.looks += 1
        if self.trouble:
            raise ConfigError(self.trouble)
        return self.settings

    def last_tries(self, _settings: Settings) -> Mapping[str, datetime] | None:
        return None if self.is_locked else dict(self.tries)

    def run(self, names: Sequence[str]) -> int:
        now = datetime.now(UTC)
        self.runs.append((" ".join(names), f"{now:%m-%d %H:%M}"))
        code = self.codes.pop(0) if self.codes else Exit.OK
        if isinstance(code, Exception):
            raise code
        if code in (Exit.OK, Exit.PARTIAL, Exit.HELD):
            self.tries |= dict.fromkeys(names, now)
        return code

    def events(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.said if one["event"] == event]

    def _hear(self, _logger: Any, level: str, event: Any) -> Any:
        self.said.append({**event, "level": level})
        raise structlog.DropEvent


@pytest.fixture
def nights() -> Iterator[Callable[..., Nights]]:
    """Starts a schedule at a moment, with the networks tried the day before."""
    made: list[Nights] = []
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC)) as machine:

        def begin(moment: str, tried: str | None = "", **crons: str) -> Nights:
            machine.move_to(datetime.fromisoformat(moment))
            last = datetime.fromisoformat(tried) if tried else datetime.now(UTC) - timedelta(minutes=1)
            made.append(Nights(machine, settings(**crons), {} if tried is None else dict.fromkeys(crons, last)))
            made[-1].start()
            return made[-1]

        yield begin
        for one in made:
            one.end()


@pytest.mark.parametrize(
    ("evening", "early", "due", "runs"),
    [
        ("2026-10-24T22:00+02:00", "2026-10-25T04:14+01:00", "2026-10-25T04:15:01+01:00", [("eccp", "10-25 03:15")]),
        ("2026-03-28T22:00+01:00", "2026-03-29T04:14+02:00", "2026-03-29T04:15:01+02:00", [("eccp", "03-29 02:15")]),
    ],
    ids=["autumn", "spring"],
)
def test_a_quarter_past_four_comes_once_in_both_nights_that_change_the_clocks(
    nights: Callable[..., Nights], evening: str, early: str, due: str, runs: list[tuple[str, str]]
) -> None:
    night = nights(evening, eccp="15 4 * * *")
    night.go_to(early)
    assert night.runs == []
    night.go_to(due)
    night.go_to(due.replace("T04:15:01", "T12:00"))
    assert night.runs == runs


def test_half_past_two_comes_once_in_the_autumn_night_that_has_it_twice(nights: Callable[..., Nights]) -> None:
    night = nights("2026-10-24T22:00+02:00", eccp="30 2 * * *")
    night.go_to("2026-10-25T02:30:01+02:00")
    night.go_to("2026-10-25T02:30:01+01:00")
    night.go_to("2026-10-26T02:30:01+01:00")
    assert night.runs == [("eccp", "10-25 00:30"), ("eccp", "10-26 01:30")]


def test_half_past_two_comes_an_hour_later_in_the_spring_night_that_has_none(nights: Callable[..., Nights]) -> None:
    night = nights("2026-03-28T22:00+01:00", eccp="30 2 * * *")
    night.go_to("2026-03-29T03:00:01+02:00")
    assert night.runs == []
    night.go_to("2026-03-29T03:30:01+02:00")
    night.go_to("2026-03-30T02:30:01+02:00")
    assert night.runs == [("eccp", "03-29 01:30"), ("eccp", "03-30 00:30")]


def test_half_past_midnight_comes_on_the_day_after_the_spring_night_too(nights: Callable[..., Nights]) -> None:
    night = nights("2026-03-28T22:00+01:00", eccp="30 0 * * *")
    for day in (29, 30, 31):
        night.go_to(f"2026-03-{day}T00:30:01+0{1 if day == 29 else 2}:00")
    assert night.runs == [("eccp", "03-28 23:30"), ("eccp", "03-29 22:30"), ("eccp", "03-30 22:30")]


def test_a_missed_night_is_made_up_for_once_on_waking(nights: Callable[..., Nights]) -> None:
    night = nights("2026-11-25T08:00+01:00", tried="2026-11-24T04:20+01:00", eccp="15 4 * * *")
    assert night.runs == [("eccp", "11-25 07:00")]
    night.go_to("2026-11-26T04:15:01+01:00")
    assert len(night.runs) == 2


def test_a_night_that_was_not_missed_is_not_run_again_after_a_restart(nights: Callable[..., Nights]) -> None:
    assert nights("2026-11-25T08:00+01:00", tried="2026-11-25T04:20+01:00", eccp="15 4 * * *").runs == []


def test_a_sleep_over_several_nights_is_made_up_for_by_one_run(nights: Callable[..., Nights]) -> None:
    night = nights("2026-11-25T22:00+01:00", eccp="15 4 * * *")
    night.go_to("2026-12-03T09:00+01:00")
    assert night.runs == [("eccp", "12-03 08:00")]


def test_a_network_that_was_never_tried_is_read_at_once(nights: Callable[..., Nights]) -> None:
    assert nights("2026-11-25T08:00+01:00", tried=None, eccp="15 4 * * *").runs == [("eccp", "11-25 07:00")]


def test_networks_that_are_due_together_are_one_run_and_others_another(nights: Callable[..., Nights]) -> None:
    night = nights("2026-11-25T22:00+01:00", tci="15 4 * * *", eccp="15 4 * * *", eca="0 5 * * *")
    night.go_to("2026-11-26T04:15:01+01:00")
    night.go_to("2026-11-26T05:00:01+01:00")
    assert night.runs == [("eccp tci", "11-26 03:15"), ("eca", "11-26 04:00")]


def test_what_becomes_due_during_a_run_is_run_after_it(nights: Callable[..., Nights]) -> None:
    night = nights("2026-11-25T22:00+01:00", eccp="15 4 * * *", eca="0 5 * * *")
    whole = night.run

    def long(names: Sequence[str]) -> int:
        code = whole(names)
        if list(names) == ["eccp"]:
            night.machine.move_to(datetime(2026, 11, 26, 6, tzinfo=UTC))
        return code

    night.run = long  # type: ignore[method-assign]
    night.end()
    night.stopping.clear()
    night.start()
    night.go_to("2026-11-26T04:15:01+01:00")
    assert night.runs == [("eccp", "11-26 03:15"), ("eca", "11-26 06:00")]


def test_a_network_that_failed_is_left_alone_until_its_next_due_time(nights: Callable[..., Nights]) -> None:
    night = nights("2026-11-25T22:00+01:00", eccp="15 4 * * *")
    night.codes = [Exit.PARTIAL]
    night.go_to("2026-11-26T04:15:01+01:00")
    night.go_to("2026-11-26T12:00+01:00")
    assert len(night.runs) == 1
    night.go_to("2026-11-27T04:15:01+01:00")
    assert len(night.runs) == 2


@pytest.mark.parametrize("crash", [Exit.UNEXPECTED, -9, OSError("no process can be made")], ids=["fault", "killed", "not begun"])
def test_a_run_that_crashes_neither_ends_the_schedule_nor_is_repeated_at_once(
    nights: Callable[..., Nights], crash: int | Exception
) -> None:
    night = nights("2026-11-25T22:00+01:00", eccp="15 4 * * *")
    night.codes = [crash]
    night.go_to("2026-11-26T04:15:01+01:00")
    night.go_to("2026-11-26T12:00+01:00")
    assert len(night.runs) == 1
    night.go_to("2026-11-27T04:15:01+01:00")
    assert len(night.runs) == 2


def test_a_run_that_finds_the_lock_held_waits_and_tries_again(nights: Callable[..., Nights]) -> None:
    night = nights("2026-11-25T22:00+01:00", eccp="15 4 * * *")
    night.codes = [Exit.LOCKED, Exit.LOCKED]
    night.go_to("2026-11-26T04:15:01+01:00")
    wait_until(lambda: len(night.runs) == 3)
    night.settle()
    assert len(night.runs) == 3


def test_what_the_holder_of_the_lock_read_meanwhile_is_not_read_again(nights: Callable[..., Nights]) -> None:
    night = nights("2026-11-25T22:00+01:00", eccp="15 4 * * *")
    night.is_locked = True
    night.go_to("2026-11-26T04:15:01+01:00")
    wait_until(lambda: bool(night.events("another run is under way")))
    night.tries["eccp"] = datetime(2026, 11, 26, 4, tzinfo=UTC)
    night.is_locked = False
    night.settle()
    assert night.runs == []


def test_a_change_of_the_configuration_needs_no_restart(nights: Callable[..., Nights]) -> None:
    night = nights("2026-11-25T22:00+01:00", eccp="15 4 * * *")
    night.settings = settings(eccp="0 23 * * *")
    night.settle()
    night.go_to("2026-11-25T23:00:01+01:00")
    assert night.runs == [("eccp", "11-25 22:00")]
    assert [one["at"] for one in night.events("next due")][:2] == ["2026-11-26T04:15+01:00", "2026-11-25T23:00+01:00"]


def test_a_configuration_that_cannot_be_read_runs_nothing_is_said_once_and_counts_again_once_it_is_mended(
    nights: Callable[..., Nights],
) -> None:
    night = nights("2026-11-25T22:00+01:00", eccp="15 4 * * *")
    night.trouble = "config.toml line 3: unknown key"
    night.go_to("2026-11-26T04:15:01+01:00")
    assert (night.runs, len(night.events("configuration"))) == ([], 1)
    night.trouble = ""
    night.go_to("2026-11-27T04:15:01+01:00")
    assert night.runs == [("eccp", "11-27 03:15")]


def test_a_ledger_that_cannot_be_read_is_left_to_the_run_to_tell(nights: Callable[..., Nights]) -> None:
    night = nights("2026-11-25T22:00+01:00", eccp="15 4 * * *")

    def damaged(_settings: Settings) -> Mapping[str, datetime]:
        raise OSError("damaged")

    night.last_tries = damaged  # type: ignore[method-assign]
    night.end()
    night.stopping.clear()
    night.start()
    assert len(night.runs) == 1  # once, not again and again
    assert night.events("the run ledger cannot be read")


def test_who_is_not_scheduled_is_said_with_the_reason() -> None:
    made = settings(eccp="15 4 * * *", tci="").model_copy()
    off = made.model_copy(update={"networks": {**made.networks, "eca": NetworkSettings()}})
    found = plan(off)
    assert set(found.lines) == {"eccp"}
    assert "clusterbridge sync tci" in found.left_out["tci"]
    assert "enabled = true" in found.left_out["eca"]


def test_a_network_whose_permission_ended_stays_on_the_plan_so_that_its_run_tells_it() -> None:
    ended = PERMISSION.model_copy(update={"until": date(2026, 1, 31)})
    made = settings().model_copy(update={"networks": {"eccp": NetworkSettings(enabled=True, permission=ended)}})
    assert set(plan(made).lines) == {"eccp"}


def test_without_a_line_of_its_own_a_network_is_due_every_night() -> None:
    made = settings().model_copy(update={"networks": {"eccp": NetworkSettings(enabled=True, permission=PERMISSION)}})
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert [f"{due:%m-%d %H:%M}" for due in plan(made).next(now).values()] == ["11-26 04:15"]


def test_a_time_that_summer_time_moves_is_warned_of() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert plan(settings(eccp="15 4 * * *")).warnings(now) == []
    assert "on 2027-03-28 there is no 02:30: it runs at 03:30" in plan(settings(eccp="30 2 * * *")).warnings(now)[0]


def test_the_ledger_says_when_each_network_was_last_tried_whatever_came_of_it(tmp_path: Path) -> None:
    now = datetime(2026, 11, 25, 4, tzinfo=UTC)
    ours = Settings().model_copy(update={"paths": Settings().paths.model_copy(update={"var": tmp_path})})
    assert last_tries(ours, now) == {}
    with State.open(tmp_path / "state.duckdb") as state:
        run = NetworkRun("eccp", Outcome.FAILED, "down", now, now + timedelta(hours=1), 0, 0, 0, (), ())
        load(state, ledger.begin(state, now), run, now)
    assert last_tries(ours, now) == {"eccp": now + timedelta(hours=1)}
    with one_run_at_a_time(tmp_path, now):
        assert last_tries(ours, now) is None
