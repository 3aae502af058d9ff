"""``status.json``: how the last run ended and how every network stands, for machines that watch over the night.

Written after every run, also after one that crashed. Its keys are the fields below; moments are ISO 8601 in UTC, and ages are as
of ``written_at``: whoever reads it later adds what has passed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from sync.exits import Exit
from sync.pipeline import RunReport
from warehouse import editions
from warehouse.ledger import NetworkStatus
from warehouse.rows import Outcome

STATUS = "status.json"


class _Part(BaseModel):
    # Not "forbid": an older release must be able to read what a newer one wrote before it was taken back.
    model_config = ConfigDict(frozen=True)


class LastRun(_Part):
    """The last run, whatever came of it."""

    number: int | None
    """In the run ledger; null where none was begun."""
    began_at: datetime
    ended_at: datetime
    duration_seconds: float
    exit_code: int
    exit: str
    """The exit code as a word: ``ok``, ``partial``, ``held`` …"""
    because: str
    """What stood in the way of the run as a whole; empty where nothing did. What a network did stands with the network."""


class CurrentEdition(_Part):
    """The edition that readers have."""

    number: int
    file: str
    published_at: datetime
    age_seconds: float
    held_because: str
    """Why the last run's edition was not published in its place; empty where it was."""


class NetworkState(_Part):
    """How a network stands."""

    outcome: Outcome | None = None
    """Of its last try; null: it was never tried."""
    because: str = ""
    barred_because: str = ""
    """Why the last run that asked for it might not read it."""
    last_try_at: datetime | None = None
    last_good_at: datetime | None = None
    age_seconds: float | None = None
    """Since its last good run."""
    records: int = 0
    records_missing: int = 0
    records_gone: int = 0
    findings: int = 0
    findings_new: dict[str, int] = {}
    """Kind -> findings of the last try that the last complete run before it did not have."""


class Status(_Part):
    """All of ``status.json``."""

    format: Literal[1] = 1
    clusterbridge: str
    written_at: datetime
    run: LastRun
    edition: CurrentEdition | None
    organisations: int
    organisations_swedish: int
    networks: dict[str, NetworkState]


def read_status(var: Path) -> Status | None:
    """What the run before wrote; None: nothing, or nothing that can be read (what is in the way, writing it anew will say)."""
    try:
        return Status.model_validate_json((var / STATUS).read_bytes())
    except (OSError, ValidationError):
        return None


def status_of_run(var: Path, report: RunReport, began_at: datetime, now: datetime) -> Status:
    """The status after a run that came to its end.

    Arguments:
        var: the folder of the run, with its editions and the status of the run before.
        began_at: when the run was asked for, where the ledger knows of none.
    """
    before = read_status(var)
    networks = dict(before.networks) if before else {}
    if report.standing:
        began_at = report.standing.began_at
        tried = {one.run.network for one in report.networks}
        for one in report.standing.networks:
            new = report.standing.findings_new.get(one.network, {})
            kept = networks.get(one.network, NetworkState()).findings_new
            networks[one.network] = _network(one, new if one.network in tried else kept, now)
    for name, because in report.not_permitted.items():
        networks[name] = networks.get(name, NetworkState()).model_copy(update={"barred_because": because})
    stopped = f"told to stop before {', '.join(report.stopped)} was read to the end" if report.stopped else ""
    nothing = "" if report.networks or report.stopped else "no network was read"
    return Status(
        clusterbridge=version("clusterbridge"),
        written_at=now,
        run=_last_run(report.run_id or None, began_at, now, report.exit, report.edition_held or stopped or nothing),
        edition=_edition(var, report.edition_held or "", now),
        organisations=report.organisations if report.standing or before is None else before.organisations,
        organisations_swedish=report.swedish if report.standing or before is None else before.organisations_swedish,
        networks=dict(sorted(networks.items())),
    )


def status_of_trouble(var: Path, code: Exit, because: str, began_at: datetime, now: datetime) -> Status:
    """The status after a run that broke off: what the last one said of the networks, with this end."""
    before = read_status(var)
    return Status(
        clusterbridge=version("clusterbridge"),
        written_at=now,
        run=_last_run(None, began_at, now, code, because),
        edition=_edition(var, "", now),
        organisations=before.organisations if before else 0,
        organisations_swedish=before.organisations_swedish if before else 0,
        networks=_aged(before.networks, now) if before else {},
    )


def _last_run(number: int | None, began_at: datetime, now: datetime, code: Exit, because: str) -> LastRun:
    return LastRun(
        number=number,
        began_at=began_at,
        ended_at=now,
        duration_seconds=round((now - began_at).total_seconds(), 3),
        exit_code=int(code),
        exit=code.name.lower(),
        because=because,
    )


def _network(one: NetworkStatus, new: Mapping[str, int], now: datetime) -> NetworkState:
    good = one.last_good.ended_at if one.last_good else None
    return NetworkState(
        outcome=one.last_try.outcome,
        because=one.last_try.because,
        last_try_at=one.last_try.ended_at,
        last_good_at=good,
        age_seconds=_age(good, now),
        records=one.records,
        records_missing=one.records_missing,
        records_gone=one.records_gone,
        findings=one.findings,
        findings_new=dict(new),
    )


def _aged(networks: Mapping[str, NetworkState], now: datetime) -> dict[str, NetworkState]:
    return {name: one.model_copy(update={"age_seconds": _age(one.last_good_at, now)}) for name, one in networks.items()}


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else round((now - moment).total_seconds(), 3)


def _edition(var: Path, held_because: str, now: datetime) -> CurrentEdition | None:
    """The current edition; None where there is none, or none that can be opened (`clusterbridge doctor` says why)."""
    try:
        path = editions.current(var / "editions")
        one = editions.open_edition(path) if path else None
    except editions.EditionMissing:
        return None
    if one is None:
        return None
    age = (now - one.published_at).total_seconds()
    return CurrentEdition(
        number=one.number,
        file=one.path.name,
        published_at=one.published_at,
        age_seconds=round(age, 3),
        held_because=held_because,
    )
