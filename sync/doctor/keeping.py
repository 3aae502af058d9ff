"""What `doctor` asks about what cannot be had again: backups, the key of the suppressions, an erasure that was not ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sync import inbox
from sync.doctor.doctor import Check, Level
from sync.erasing import is_unfinished
from sync.keeping.backup import LAST, is_private
from sync.places import DESK, KEY, STATE
from sync.withholding.suppression import key_trouble
from warehouse import removals
from warehouse.desk import Desk, DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.migrate import SchemaNewer, SchemaOlder

BACKUP_DAYS = 7
"""A backup older than this is too old to go back to without a loss that hurts."""
INBOX_DAYS = 2
"""A nightly run would have taken in what lies there for so long."""


def examine(var: Path, now: datetime) -> Iterator[Check]:
    """The checks of one folder; none where there is nothing yet to lose."""
    if (var / STATE).exists():
        yield _backup(var, now)
    if (var / DESK).exists() or (var / KEY).exists():
        yield _key(var)
        yield from _requests(var, now)
    yield from _inbox(var, now)
    if is_unfinished(var):
        yield Check("erasure", Level.FAIL, "one was interrupted", "end it: `clusterbridge privacy erase`")


def _backup(var: Path, now: datetime) -> Check:
    mend = "make one: `clusterbridge backup DIR`, on another disk"
    try:
        said = json.loads((var / LAST).read_text(encoding="utf-8"))
        folder, made_at = str(said["folder"]), datetime.fromisoformat(said["made_at"])
    except FileNotFoundError:
        return Check("backup", Level.WARN, "none was made yet", mend)
    except (ValueError, KeyError, TypeError):
        return Check("backup", Level.WARN, f"{var / LAST} does not say when the last one was made", mend)
    days = (now - made_at).days
    found = f"the last one is of {made_at:%Y-%m-%d}, in {folder}"
    if days > BACKUP_DAYS:
        return Check("backup", Level.WARN, f"{found}, {days} days old", mend)
    return Check("backup", Level.OK, found)


def _inbox(var: Path, now: datetime) -> Iterator[Check]:
    """Whether lists that staff brought lie there and nobody takes them in."""
    if refused := inbox.refused(var):
        mend = f"read why in the journal, bring the list anew, and delete {refused[0].parent}"
        yield Check("inbox", Level.WARN, f"{len(refused)} lists that staff brought could not be taken in", mend)
    waiting = inbox.waiting(var)
    if waiting and (days := (now - waiting[0].at).days) >= INBOX_DAYS:
        mend = "take them in: `clusterbridge import --inbox`; a nightly run does so too"
        yield Check("inbox", Level.WARN, f"{len(waiting)} lists that staff brought wait, the oldest for {days} days", mend)


def _requests(var: Path, now: datetime) -> Iterator[Check]:
    """Whether organisations wait for an answer; nothing where the desk cannot say, of which another check speaks."""
    try:
        with Desk.open(var / DESK, read_only=True) as desk:
            waiting = removals.removals(desk, open_only=True)
    except (FileNotFoundError, SchemaOlder, SchemaNewer, DeskBusy, DeskDamaged, DeskUnwritable):
        return
    if waiting:
        days = (now - waiting[0].asked_at).days
        what = "1 organisation asks" if len(waiting) == 1 else f"{len(waiting)} organisations ask"
        found = f"{what} to be removed or corrected, the oldest for {days} days (GDPR gives a month)"
        yield Check("requests", Level.WARN, found, "see them: `clusterbridge privacy requests`")


def _key(var: Path) -> Check:
    try:
        trouble = key_trouble(var)
    except (DeskBusy, DeskDamaged, DeskUnwritable) as error:
        return Check("privacy", Level.FAIL, str(error), "no run can tell what is kept out until the desk can be read")
    if trouble:
        return Check("privacy", Level.FAIL, trouble, "bring back what is missing: `clusterbridge restore DIR`")
    if (var / KEY).exists() and not is_private(var / KEY):
        return Check("privacy", Level.FAIL, f"others on this machine can read {var / KEY}", f"chmod 600 {var / KEY}")
    return Check("privacy", Level.OK, "what is kept out can be recognised")
