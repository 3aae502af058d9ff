"""Checks of what happens by itself: the lock, the last runs, permissions that end, the schedule, and being told."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from sync.doctor.check import Check, Level
from sync.exits import Exit
from sync.schedule import plan
from sync.settings import Settings
from sync.telling.by_apprise import is_understood, scheme
from sync.telling.telling import try_out
from warehouse import ledger
from warehouse.connection import DatabaseError
from warehouse.ledger import NetworkStatus
from warehouse.migrate import SchemaNewer, SchemaOlder
from warehouse.state import State, StateDamaged, StateLocked

LOCK_AGED_AFTER = timedelta(hours=12)
"""A run may take one network for as long as this, and no longer."""
GOOD_AGED_AFTER = timedelta(hours=36)
"""A network that is read every night and was not read well for longer has missed a night."""
PERMISSION_ENDS_WITHIN = timedelta(days=30)


def run_checks(settings: Settings, now: datetime) -> Iterator[Check]:
    """All checks of this module, in the order in which to mend them."""
    yield _contact(settings)
    yield from _permissions(settings, now.date())
    yield _lock(settings.paths.var, now)
    yield from _last_runs(settings, now)
    yield from _schedule(settings, now)
    yield from _notify(settings)


def told_checks(settings: Settings, now: datetime) -> Iterator[Check]:
    """Send every address a message to try out; what came of each."""
    for address, why_not in try_out(settings, now):
        if why_not:
            mend = "mend the address in [notify] urls (or CLUSTERBRIDGE_NOTIFY__URLS), or what stands in the way"
            yield Check(f"message to {address}", Level.FAIL, f"not delivered: {why_not}", mend)
        else:
            yield Check(f"message to {address}", Level.OK, "delivered; see that it arrived")


def _contact(settings: Settings) -> Check:
    if settings.operator.contact:
        return Check("contact", Level.OK, f"networks are told {settings.operator.contact}")
    level = Level.FAIL if any(network.enabled for network in settings.networks.values()) else Level.WARN
    return Check("contact", level, "none", 'write [operator] contact = "an address that is read"; without it no live run')


def _permissions(settings: Settings, today: date) -> Iterator[Check]:
    for name, network in sorted(settings.networks.items()):
        until = network.permission.until
        if not network.enabled or until is None or until < today:  # one that has ended is the network's own check
            continue
        if until - today <= PERMISSION_ENDS_WITHIN:
            mend = f"renew it with the network, then change [networks.{name}.permission] until"
            yield Check(f"permission {name}", Level.WARN, f"ends on {until}, in {(until - today).days} days", mend)
        else:
            yield Check(f"permission {name}", Level.OK, f"holds until {until}")


def _lock(var: Path, now: datetime) -> Check:
    """Who holds the lock, by the note beside it: to try the lock itself would, for that moment, keep a run from it."""
    note = var / "run.lock.json"
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
        pid, host, since = int(holder["pid"]), str(holder["host"]), datetime.fromisoformat(holder["since"])
    except FileNotFoundError:
        return Check("lock", Level.OK, "no run is under way")
    except (ValueError, KeyError, TypeError):
        return Check("lock", Level.OK, "a run begins or ends this moment")
    who = f"process {pid} on {host} since {since:%Y-%m-%d %H:%M} UTC"
    if host == socket.gethostname() and not _is_alive(pid):
        return Check("lock", Level.OK, f"free; {who} was killed and left its note, which the next run writes anew")
    hours = (now - since).total_seconds() / 3600
    if now - since > LOCK_AGED_AFTER:
        mend = f"see whether it still works (var/logs); if not, end it: kill {pid}"
        return Check("lock", Level.WARN, f"held by {who}, {hours:.0f} hours", mend)
    return Check("lock", Level.OK, f"held by {who}")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, and so alive
        return True
    return True


def _last_runs(settings: Settings, now: datetime) -> Iterator[Check]:
    enabled = [name for name, network in sorted(settings.networks.items()) if network.enabled]
    if not enabled:
        return
    path = settings.paths.var / "state.duckdb"
    try:
        known: dict[str, NetworkStatus] = {}
        if path.exists():
            with State.open(path, read_only=True) as state:
                known = {one.network: one for one in ledger.networks(state)}
    except StateLocked:
        yield Check("last runs", Level.WARN, "a run has the state to itself", "look again when it has ended")
        return
    except SchemaOlder:
        yield Check("last runs", Level.WARN, "the state is of an older release", "the next run brings it up to date")
        return
    except DatabaseError:  # it may not be opened; the check of the state says so
        return
    except (StateDamaged, SchemaNewer) as trouble:
        mend = "take back the release that wrote it, or put a backup in its place"
        yield Check("last runs", Level.FAIL, str(trouble), mend, Exit.NOTHING_RAN)
        return
    for name in enabled:
        yield _last_run(name, known.get(name), now)


def _last_run(name: str, one: NetworkStatus | None, now: datetime) -> Check:
    what = f"last run {name}"
    if one is None:
        return Check(what, Level.WARN, "never tried", f"wait for its due time, or read it now: clusterbridge sync {name}")
    tried = f"last try {one.last_try.ended_at:%Y-%m-%d %H:%M} UTC: {one.last_try.outcome.value}"
    because = f" ({one.last_try.because})" if one.last_try.because else ""
    if one.last_good is None:
        return Check(what, Level.FAIL, f"never good; {tried}{because}", "see `clusterbridge status`", Exit.NOTHING_RAN)
    age = now - one.last_good.ended_at
    found = f"last good {one.last_good.ended_at:%Y-%m-%d %H:%M} UTC, {age.total_seconds() / 3600:.0f} hours ago"
    if age > GOOD_AGED_AFTER:
        return Check(
            what, Level.WARN, f"{found}; {tried}{because}", "see `clusterbridge status`; is `clusterbridge schedule` running?"
        )
    return Check(what, Level.OK, found)


def _schedule(settings: Settings, now: datetime) -> Iterator[Check]:
    planned = plan(settings)
    for name, moment in planned.next(now).items():
        nights = planned.lines[name].change_nights(now)
        due = f"next due {moment:%Y-%m-%d %H:%M} ({settings.operator.timezone})"
        if nights:
            mend = f"write a time outside that hour: [networks.{name}] cron"
            yield Check(f"schedule {name}", Level.WARN, f"{due}; {'; '.join(nights)}", mend)
        else:
            yield Check(f"schedule {name}", Level.OK, due)
    for name, network in sorted(settings.networks.items()):
        if network.enabled and not network.cron:
            mend = f"write [networks.{name}] cron, or read it by hand"
            yield Check(f"schedule {name}", Level.WARN, "never due by itself", mend)


def _notify(settings: Settings) -> Iterator[Check]:
    urls = settings.notify.urls
    if not urls:
        mend = "write an address into [notify] urls, or into CLUSTERBRIDGE_NOTIFY__URLS where it holds a password"
        yield Check("notify", Level.WARN, "nobody is told when something is not right", mend)
    for number, address in enumerate(urls, start=1):
        what = f"notify {number}"
        if is_understood(address):
            yield Check(what, Level.OK, f"{scheme(address)}; try it: clusterbridge doctor --tell")
        else:
            mend = "see https://appriseit.com/services/ for how it is written (mailtos://…, jsons://… for a webhook)"
            yield Check(what, Level.FAIL, f"Apprise does not understand the address ({scheme(address)}://…)", mend)
