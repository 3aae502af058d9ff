"""Editions: numbered read-only files for any number of readers, published while the state is being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse.edition_draft import EditionHeld, check_draft, wal_of, write_draft
from warehouse.edition_folder import (
    POINTER,
    EditionDamaged,
    EditionMissing,
    current,
    draft_path,
    drafts,
    file_name,
    last_number,
    missing,
    number_of,
    point,
    prune,
    sync_to_disk,
    unreadable,
)
from warehouse.edition_reader import EditionOlder, EditionReader
from warehouse.state import State, aware, utc

__all__ = [
    "POINTER",
    "Edition",
    "EditionDamaged",
    "EditionHeld",
    "EditionMissing",
    "EditionOlder",
    "EditionReader",
    "current",
    "open_edition",
    "publish",
]


@dataclass(frozen=True)
class Edition:
    """A published edition.

    Arguments:
        path: its file, resolved.
        published_at: with a time zone.
        run_id: the last run whose data it holds; 0: it was published before any run.
    """

    number: int
    path: Path
    published_at: datetime
    run_id: int


def publish(state: State, folder: Path, now: datetime, keep: int = 7) -> Edition:
    """Publish what the state knows as the next edition and make it the current one.

    A draft is written beside the others, checked, made safe on the disk, renamed, and only then does the pointer move: at
    whatever moment this is interrupted, readers have the last good edition. Its number is higher than that of any edition before
    it, also of those that were pruned, set aside or lost.

    Arguments:
        folder: where the editions are; made where it is missing.
        keep: how many editions to leave there, at least 1.

    Raises:
        EditionHeld: a check returns rows; the draft is then removed.
        StateMoved: the state is no longer where it was opened.
    """
    if keep < 1:
        raise ValueError(f"wanted to keep at least 1 edition, found {keep}")
    state.check_place()
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    number = max(last_number(folder), _last_number(state)) + 1
    run_id = int(state.con.execute("SELECT coalesce(max(run_id), 0) FROM ledger.runs").fetchall()[0][0])
    draft = draft_path(folder, number)
    path = folder / file_name(number)
    try:
        write_draft(state, draft, number, run_id, now)
        check_draft(draft)
        sync_to_disk(draft)
        _remember(state, number, now)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
        wal_of(draft).unlink(missing_ok=True)
    sync_to_disk(folder)
    point(folder, path.name)
    prune(folder, keep)
    return Edition(number, path.resolve(), now, run_id)


def open_edition(path: Path) -> Edition:
    """What an edition's file says of itself. Raises EditionMissing where it cannot be read as an edition."""
    if number_of(path) is None or not path.is_file():
        raise missing(f"wanted an edition at {path}, found none")
    with EditionReader(path) as reader, reader.cursor() as con:
        rows = con.execute("SELECT number, published_at, run_id FROM edition").fetchall()
    if len(rows) != 1:
        raise unreadable(path, f"{len(rows)} rows in the table edition, not one")
    number, published_at, run_id = rows[0]
    return Edition(number, path.resolve(), aware(published_at), run_id)


def _sweep(folder: Path) -> None:
    """Remove drafts that an interrupted publication left behind; there is one publisher at a time (the run's lock)."""
    for leftover in drafts(folder):
        leftover.unlink()


def _remember(state: State, number: int, now: datetime) -> None:
    state.con.execute(
        "UPDATE ledger.numbers SET last_edition = $number, last_published_at = $now", {"number": number, "now": utc(now)}
    )


def _last_number(state: State) -> int:
    return int(state.con.execute("SELECT last_edition FROM ledger.numbers").fetchall()[0][0])
