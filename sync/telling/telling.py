"""Telling the operator: one message a run when something is not right, and one when it is well again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from structlog.typing import FilteringBoundLogger

from sync.pipeline import RunReport
from sync.settings import Settings
from sync.telling import by_apprise as telling_apprise
from sync.telling.by_apprise import Message, scheme, short_name
from sync.telling.memory import EDITION, RUN, Told, Wrong, read_told, write_told
from sync.telling.reporting import Status
from sync.telling.words import trouble_message, try_out_message, well_message
from warehouse.rows import Outcome

Send = Callable[[str, Message], str]
"""Delivers a message to an address; why it could not, or nothing."""


def judged_of_run(report: RunReport) -> dict[str, Wrong | None]:
    """What a run that came to its end found of every subject that it looked at; None: it is well.

    A run that was told to stop says nothing of what it did not get to: somebody stopped it, and knows.
    """
    judged: dict[str, Wrong | None] = {} if report.stopped else {RUN: None}
    for one in report.networks:
        is_good = one.run.outcome is Outcome.COMPLETE
        judged[one.run.network] = None if is_good else Wrong(one.run.outcome.value, one.run.because)
    judged |= {name: Wrong("barred", because) for name, because in report.not_permitted.items()}
    if report.edition_held:
        judged[EDITION] = Wrong("held", report.edition_held)
    elif report.edition:
        judged[EDITION] = None
    return judged


def judged_of_trouble(because: str) -> dict[str, Wrong | None]:
    """What a run that broke off found: that it broke off."""
    return {RUN: Wrong("broken off", because)}


def tell(
    settings: Settings,
    judged: Mapping[str, Wrong | None],
    status: Status,
    now: datetime,
    log: FilteringBoundLogger,
    *,
    send: Send = telling_apprise.send,
) -> None:
    """Tell every address what a run found, where there is something to tell, and remember what was told.

    What cannot be delivered is said in the journal and costs the run nothing; that something is well again is told by the next
    run then. A memory that cannot be written keeps nobody from being told: the disk may be full, and that is the news.
    """
    var, place = settings.paths.var, ZoneInfo(settings.operator.timezone)
    addresses = {short_name(address): address for address in settings.notify.urls}
    before = read_told(var)
    told = before.after(judged, now, tuple(addresses))
    if told != before:
        _keep(var, told, log)
    wrong = {subject: entry for subject, entry in told.wrong().items() if judged.get(subject) is not None}
    for number, (name, address) in enumerate(addresses.items(), start=1):
        well = told.well(name)
        if wrong:
            message = trouble_message(wrong, well, status, now, place)
        elif well:
            message = well_message(well, [subject for subject in told.wrong() if subject not in wrong], status, place)
        else:
            continue
        why_not = send(address, message)
        if why_not:
            log.warning("not told", address=f"{number} ({scheme(address)})", because=why_not)
            continue
        log.info("told", address=f"{number} ({scheme(address)})", subject=message.subject)
        crossed_out = told.delivered(name)
        if crossed_out != told:  # at once: a crash before the next address repeats nothing here
            _keep(var, crossed_out, log)
        told = crossed_out


def _keep(var: Path, told: Told, log: FilteringBoundLogger) -> None:
    try:
        write_told(var, told)
    except OSError as error:
        log.error("what was told could not be written down", because=f"{error.strerror} at {error.filename}")


def try_out(settings: Settings, now: datetime, *, send: Send = telling_apprise.send) -> list[tuple[str, str]]:
    """Send every address a message that asks for nothing: its number and kind, and why it was not delivered or nothing."""
    message = try_out_message(now, ZoneInfo(settings.operator.timezone))
    return [
        (f"{number} ({scheme(address)})", send(address, message)) for number, address in enumerate(settings.notify.urls, start=1)
    ]
