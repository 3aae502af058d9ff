"""The schedule: each network read when its cron line says so, one run at a time, a missed night once.

What is due follows from the run ledger and not from what a process remembers: a network is due when a due time has passed since
its last try, or when it was never tried. So a night that was slept over is made up for by one run, however often this is started
anew. A try counts whatever came of it: a network that failed or refused is left alone until its next due time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from structlog.typing import FilteringBoundLogger

from sync.clock import Clock
from sync.exits import Exit
from sync.lock import Locked, one_run_at_a_time
from sync.schedule_cron import CronLine
from sync.settings import ConfigError, Settings
from warehouse import ledger
from warehouse.state import State, StateLocked

WAIT_FOR_LOCK = timedelta(minutes=5)
"""Until the next try where another run holds the lock, or somebody reads the state."""
LOOK_AGAIN = timedelta(minutes=1)
"""How often the configuration is looked at. Each look also wakes the scheduler, whose own waiting stands still while the machine
sleeps."""

ReadSettings = Callable[[], Settings]
"""The settings as they are now. Raises ConfigError."""
LastTries = Callable[[Settings], Mapping[str, datetime] | None]
"""When each network was last tried; None: another run is under way, so nobody can say."""
Run = Callable[[Sequence[str]], int]
"""One run over some networks; its exit code."""

logging.getLogger("apscheduler").addHandler(logging.NullHandler())
logging.getLogger("apscheduler").propagate = False  # what matters of it is said in the journal


@dataclass(frozen=True)
class Plan:
    """Who is read when.

    Arguments:
        lines: network -> its cron line.
        left_out: network that stands in the configuration and is not read -> why.
    """

    lines: Mapping[str, CronLine]
    left_out: Mapping[str, str]

    def due(self, tries: Mapping[str, datetime], now: datetime) -> list[str]:
        """The networks with a due time since their last try, or without any try; by name."""
        return sorted(name for name, line in self.lines.items() if name not in tries or line.after(tries[name]) <= now)

    def next(self, now: datetime) -> dict[str, datetime]:
        """When each network is due next, the first one first."""
        moments = {name: line.after(now) for name, line in self.lines.items()}
        return dict(sorted(moments.items(), key=lambda item: (item[1], item[0])))

    def warnings(self, now: datetime) -> list[str]:
        """What the two nights that change the clocks do to a line."""
        return [
            f"{name} is due at {line.line!r}, {'; '.join(nights)}; a time outside that hour is safer"
            for name, line in sorted(self.lines.items())
            if (nights := line.change_nights(now))
        ]


def plan(settings: Settings) -> Plan:
    """The plan that the settings make: every network that is switched on.

    Also one that may not be read (its permission ended): the run at its due time reads nothing and tells the operator.
    """
    place = ZoneInfo(settings.operator.timezone)
    lines, left_out = {}, {}
    for name, network in sorted(settings.networks.items()):
        if not network.enabled:
            left_out[name] = f"{name} is off; to read it, write [networks.{name}] enabled = true in config.toml"
        elif not network.cron:
            left_out[name] = f'{name} has cron = "", so only `clusterbridge sync {name}` reads it'
        else:
            lines[name] = CronLine(network.cron, place)
    return Plan(lines, left_out)


class _Earliest(BaseTrigger):  # type: ignore[misc]
    """Fires whenever any network is due; those that are due at one moment make it fire once.

    What was missed is not counted up: whether it still has to be made up for, the ledger says.
    """

    def __init__(self, lines: Sequence[CronLine]) -> None:
        self._lines = lines

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime | None:
        return min((line.after(now) for line in self._lines), default=None)


class _Every(BaseTrigger):  # type: ignore[misc]
    """Fires again and again; after a long sleep once, where APScheduler's own would count up every time that it missed."""

    def __init__(self, pause: timedelta) -> None:
        self._pause = pause

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self._pause


class Schedule:
    """Keeps the schedule until it is told to stop.

    The configuration is read anew every minute, so a change needs no restart. While it cannot be read nothing is run: it may be
    just that permission which somebody is taking back.

    Arguments:
        run: does one run and ends in order when ``stopping`` is set.
        stopping: set to end.
        look_again: how often to look at the configuration.
        wait_for_lock: how long to wait where another run holds the lock.
    """

    def __init__(
        self,
        read_settings: ReadSettings,
        last_tries: LastTries,
        run: Run,
        clock: Clock,
        log: FilteringBoundLogger,
        stopping: Event,
        *,
        look_again: timedelta = LOOK_AGAIN,
        wait_for_lock: timedelta = WAIT_FOR_LOCK,
    ) -> None:
        self._read_settings = read_settings
        self._last_tries = last_tries
        self._run = run
        self._clock = clock
        self._log = log
        self._stopping = stopping
        self._look_again = look_again
        self._wait_for_lock = wait_for_lock
        self._running = Lock()
        self._plan: Plan | None = None
        self._trouble = ""
        """What is wrong with the configuration, as it was said last."""
        self._attempts: dict[str, datetime] = {}
        """When this process last began to run each network: what a run that crashed leaves no trace of in the ledger."""
        # Started late, because the machine slept or a run was long, is better than never; and once, however often it was due.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)
        self._scheduler.add_listener(self._hear_trouble, EVENT_JOB_ERROR)

    def keep(self) -> None:
        """Run what is due now, then whatever is due when it is due. Returns when told to stop and the run under way has ended.

        Raises ConfigError where the configuration cannot be read at the start.
        """
        self._read_settings()
        self._look()
        self._scheduler.add_job(self._run_due, id="start")
        self._scheduler.add_job(self._look, _Every(self._look_again), id="look")
        self._scheduler.start()
        self._stopping.wait()
        self._scheduler.shutdown(wait=True)
        self._log.info("schedule ended")

    def _look(self) -> None:
        """Plan anew where the configuration says something else than before."""
        settings = self._settings()
        if settings is None:
            return
        now = self._clock.now()
        planned = plan(settings)
        if planned == self._plan:
            return
        self._plan = planned
        self._scheduler.add_job(self._run_due, _Earliest(tuple(planned.lines.values())), id="run", replace_existing=True)
        for name, because in planned.left_out.items():
            self._log.info("not scheduled", network=name, because=because)
        for warning in planned.warnings(now):
            self._log.warning("summer time", because=warning)
        self._say_next(planned)

    def _settings(self) -> Settings | None:
        """The settings; None where they cannot be read, which is said once."""
        try:
            settings = self._read_settings()
        except ConfigError as error:
            if str(error) != self._trouble:
                self._log.error("configuration", because=str(error), meanwhile="nothing is run until it is mended")
            self._trouble = str(error)
            return None
        self._trouble = ""
        return settings

    def _run_due(self) -> None:
        """Run all that is due, and what has become due meanwhile; networks that are due together in one run."""
        with self._running:  # a due time that comes during a run waits here, and then looks whether it still is due
            while not self._stopping.is_set():
                settings = self._settings()
                if settings is None:
                    return
                now = self._clock.now()
                planned = plan(settings)
                tries = self._tries(settings)
                names = None if tries is None else planned.due(tries, now)
                if names == []:
                    return
                self._run_or_wait(names, now)

    def _run_or_wait(self, names: Sequence[str] | None, now: datetime) -> None:
        """Run these networks; where another run is under way, wait until it is worth looking again."""
        code: int = Exit.LOCKED
        if names is not None:
            self._log.info("run begins", networks=names)
            code = self._run(names)
            self._log.info("run ended", networks=names, exit=code)
        if names is None or code == Exit.LOCKED:
            self._log.info("another run is under way", again_after_seconds=self._wait_for_lock.total_seconds())
            self._stopping.wait(self._wait_for_lock.total_seconds())
        else:
            self._attempts.update(dict.fromkeys(names, now))
            if self._plan is not None:
                self._say_next(self._plan)

    def _tries(self, settings: Settings) -> dict[str, datetime] | None:
        """When each network was last tried, as the ledger knows it and as we do; None: another run is under way."""
        try:
            known = self._last_tries(settings)
        except Exception:
            # The run will meet the same trouble, and say and tell it better than we can; without a try all counts as due.
            self._log.exception("the run ledger cannot be read")
            known = {}
        if known is None:
            return None
        tries = dict(known)
        for name, moment in self._attempts.items():
            tries[name] = max(moment, tries.get(name, moment))
        return tries

    def _say_next(self, planned: Plan) -> None:
        for name, moment in planned.next(self._clock.now()).items():
            self._log.info("next due", network=name, at=moment.isoformat(timespec="minutes"))
        if not planned.lines:
            self._log.warning("nothing is scheduled", mend="switch a network on in config.toml; `clusterbridge doctor` says more")

    def _hear_trouble(self, event: JobExecutionEvent) -> None:
        self._log.error("the schedule met a fault of ours and goes on", job=event.job_id, exception=str(event.traceback))


def last_tries(settings: Settings, now: datetime) -> Mapping[str, datetime] | None:
    """When each network's last run ended, whatever came of it, as the run ledger says; None: another run is under way."""
    path = settings.paths.var / "state.duckdb"
    if not path.exists():
        return {}
    try:
        with one_run_at_a_time(settings.paths.var, now), State.open(path) as state:
            return {network.network: network.last_try.ended_at for network in ledger.networks(state)}
    except (Locked, StateLocked):
        return None
