"""The doctor's questions about what is stored: the state, the clock beside it, and the editions, each read in full."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sync import lock
from sync.clock import BACK_AT_LEAST, oddity
from sync.doctor.check import Check, Level
from sync.exits import Exit
from sync.keeping.storage import storage_trouble
from warehouse import edition_folder, edition_health, ledger
from warehouse.connection import DatabaseError
from warehouse.edition_health import Examined
from warehouse.migrate import SchemaNewer, SchemaOlder
from warehouse.state import MEND, State, StateDamaged, StateLocked

AGED_AFTER_HOURS = 36
"""A nightly edition older than this has missed a night."""


def lock_checks(var: Path) -> Iterator[Check]:
    """Whether runs can keep one another out; nothing where they can."""
    try:
        lock.is_held(var)
    except lock.NoLocks as trouble:
        yield Check("lock", Level.FAIL, str(trouble), "without a lock no run begins")


def state_checks(var: Path, now: datetime) -> Iterator[Check]:
    """Whether the state is as it was written, and whether the clock goes right beside it; nothing where there is none yet."""
    path = next((path for home in (var, var / "demo") if (path := home / "state.duckdb").exists()), None)
    if path is None:
        return
    try:
        with State.open(path, read_only=True) as state:
            state.read_everything()
            odd = oddity(now, ledger.last_moment(state.con))
    except StateLocked:
        yield Check("state", Level.OK, "a run has it open")
        return
    except SchemaOlder:
        yield Check("state", Level.OK, "an earlier version wrote it; the next run brings it up to date")
        return
    except StateDamaged as damaged:
        yield Check("state", Level.FAIL, damaged.trouble, MEND, Exit.UNEXPECTED)
        return
    except SchemaNewer as newer:
        yield Check("state", Level.FAIL, str(newer), "install the version that wrote it", Exit.UNEXPECTED)
        return
    except DatabaseError as error:
        trouble = storage_trouble(error)
        if trouble is None:
            raise
        yield Check("state", Level.FAIL, f"{path} cannot be read", trouble.because, trouble.code)
        return
    yield Check("state", Level.OK, f"{path.name} is as it was written, block by block")
    if odd is None:
        yield Check("clock", Level.OK, f"{now:%Y-%m-%d %H:%M} UTC, after the last run and not long after it")
    else:
        yield Check("clock", Level.WARN, odd, "set the machine's clock right, and keep it right with NTP")


def edition_checks(var: Path, now: datetime) -> Iterator[Check]:
    """Whether readers have a whole edition, and whether the others could take its place."""
    live = any(edition_folder.numbered(var / "editions")) or edition_folder.named_by_pointer(var / "editions") is not None
    home = var if live else var / "demo"
    folder = home / "editions"
    found = edition_health.examine(folder)
    yield _current(folder, found, now, is_live=live)
    for one in found:
        if one.damage and not one.is_current:
            mend = "readers do not see it: leave it, it goes when newer ones take its place; it cannot be restored"
            yield Check(f"edition {one.number}", Level.WARN, f"{one.path.name} is damaged: {one.damage}", mend)
    drafts = edition_folder.drafts(folder)
    if drafts and not lock.is_held(home):
        mend = "a publication was interrupted: nothing is lost, the next run removes it"
        yield Check("draft", Level.WARN, f"{drafts[0].name} is left over", mend)


def _current(folder: Path, found: list[Examined], now: datetime, *, is_live: bool) -> Check:
    current = next((one for one in found if one.is_current), None)
    if current is None and not found and edition_folder.named_by_pointer(folder) is None:
        return Check("edition", Level.WARN, "none yet", "make one: `clusterbridge demo` or `clusterbridge sync`")
    if current is None or current.published_at is None or current.damage:
        what = f"{current.path} is damaged: {current.damage}" if current else f"{folder / edition_folder.POINTER} leads nowhere"
        return Check("edition", Level.FAIL, what, edition_health.mend(folder), Exit.NOTHING_RAN)
    hours = (now - current.published_at).total_seconds() / 3600
    what = f"{current.path.name} of {current.published_at:%Y-%m-%d %H:%M} UTC"
    if current.published_at - now > BACK_AT_LEAST:
        mend = "the clock is wrong, or was when it was published: set it right; a later run publishes with the right time"
        return Check("edition", Level.WARN, f"{what}, {-hours:.1f} hours from now", mend)
    if current.is_older:
        mend = "the next run publishes one of this version; until then some commands may not find what they ask for"
        return Check("edition", Level.WARN, f"{what}, made by an older version", mend)
    if is_live and hours > AGED_AFTER_HOURS:
        mend = "see `clusterbridge status` for what stands in the way"
        return Check("edition", Level.WARN, f"{what}, {hours:.0f} hours old", mend)
    return Check("edition", Level.OK, f"{what}, as it was published, block by block")
