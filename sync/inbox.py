"""The inbox: member lists that staff laid there on their page; the next run takes each in as ``import`` would, and deletes it.

A list lies there without what names persons. It is a folder of its own: the list, and beside it, written last, what was said of
it; a folder without that is one whose writer was killed, or is at work.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from connectors import registry
from connectors.registry import UnknownNetwork
from sync import importing
from sync.clock import Clock
from sync.files import written_wholly
from sync.importing import ColumnUnknown, MemberList, TableUnreadable
from sync.lock import Locked
from sync.member_lists.columns import SET_ASIDE, Use
from sync.member_lists.rows import written
from sync.pipeline import RunReport
from sync.places import INBOX
from sync.settings import Settings

LIST, SAID = "list.csv", "said.json"
REFUSED = "refused"
"""The folder of lists that could not be taken in, each with why."""


@dataclass(frozen=True)
class Laid:
    """A list that waits.

    Arguments:
        folder: where it lies.
        columns: heading -> field, as ``import --column`` has it.
        is_whole: whether it is the network's whole list.
        at: with a time zone.
    """

    folder: Path
    network: str
    name: str
    columns: Mapping[str, str]
    is_whole: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Taken:
    """What became of a list: the run that took it in, or why none could."""

    laid: Laid
    report: RunReport | None
    trouble: str = ""


def lay(var: Path, network: str, one: MemberList, *, is_whole: bool, by: str, at: datetime) -> Laid:
    """Lay a list in the inbox, as it may be stored: cells of columns that are read, without persons' addresses."""
    folder = var / INBOX / f"{at:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    # Columns are said one by one: what stood above the heading, and told what a column is, is not kept.
    columns = {
        column.heading: column.field if column.use is Use.READ and column.field else SET_ASIDE
        for column in one.columns
        if column.heading
    }
    laid = Laid(folder, network, one.name, columns, is_whole, by, at)
    folder.mkdir(parents=True, mode=0o700)
    with written_wholly(folder / LIST, mode=0o600) as file:
        file.write(written(one.members))
    said = {**asdict(laid), "folder": folder.name, "at": at.isoformat()}
    with written_wholly(folder / SAID, mode=0o600) as file:
        file.write(json.dumps(said, ensure_ascii=False, indent=1).encode())
    return laid


def waiting(var: Path) -> list[Laid]:
    """Lists that no run has taken in yet, the one that was laid first at the head."""
    found = sorted((var / INBOX).glob(f"*/{SAID}"))
    return [_read(path) for path in found if path.parent.name != REFUSED]


def refused(var: Path) -> list[Path]:
    """Folders of lists that could not be taken in."""
    return sorted(path.parent for path in (var / INBOX / REFUSED).glob(f"*/{SAID}"))


def _read(path: Path) -> Laid:
    said = json.loads(path.read_text(encoding="utf-8"))
    return Laid(
        path.parent, said["network"], said["name"], said["columns"], said["is_whole"], said["by"],
        datetime.fromisoformat(said["at"]),
    )  # fmt: skip


def take_in(
    settings: Settings,
    clock: Clock,
    log: FilteringBoundLogger,
    account: Callable[[Callable[[], RunReport]], RunReport] = lambda run: run(),
) -> list[Taken]:
    """Import every list that waits, one after the other, each as a run of its own; what cannot be read is set aside and told.

    A list is deleted once its run has ended, whatever came of it: its rows are stored then. Killed before that, it is imported
    again, which changes nothing.

    Arguments:
        account: does a run, and gives account of it (``sync.aftermath``).

    Raises Locked where another run holds the lock; then the list waits on.
    """
    return [_take(settings, clock, log, laid, account) for laid in waiting(settings.paths.var)]


def _take(
    settings: Settings,
    clock: Clock,
    log: FilteringBoundLogger,
    laid: Laid,
    account: Callable[[Callable[[], RunReport]], RunReport],
) -> Taken:
    try:
        network = registry.network(laid.network)
        body = (laid.folder / LIST).read_bytes()
        one = importing.read_list(network, laid.name, body, chosen=laid.columns)
        is_part = not laid.is_whole
        report = account(lambda: importing.run(settings, network, [one], clock, log, is_additional=is_part))
    except Locked:
        raise
    except (TableUnreadable, ColumnUnknown, UnknownNetwork, FileNotFoundError) as trouble:
        aside = settings.paths.var / INBOX / REFUSED / laid.folder.name
        aside.parent.mkdir(exist_ok=True)
        laid.folder.replace(aside)
        log.error("list not taken in", network=laid.network, because=str(trouble), folder=str(aside))
        return Taken(laid, None, str(trouble))
    shutil.rmtree(laid.folder)
    log.info("list taken in", network=laid.network, run=report.run_id, laid_by=laid.by)
    return Taken(laid, report)
