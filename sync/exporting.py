"""Exports: an edition's tables in a folder of the operator's, and the register by which erasing finds them again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sync.files import PART, sweep, write_whole
from sync.lock import Locked, one_run_at_a_time
from sync.places import EXPORTING
from sync.withholding.stored_texts import in_text
from sync.withholding.suppression import NOTHING, Suppressions
from warehouse.connection import Connection
from warehouse.export import PACKAGE, Format, package
from warehouse.exported import Unreadable, texts_of
from warehouse.hostile import visible

REGISTER = "exports.json"


@dataclass(frozen=True)
class Exported:
    """An export.

    Arguments:
        edition: number of the edition that it was made of.
        published_at: when that was published; editions after a restoration may bear the number of an earlier one.
        files: names within the folder.
    """

    folder: Path
    edition: int
    published_at: str
    made_at: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class InExport:
    """Whether something stands in an export.

    Arguments:
        is_there: whether any of its files still is.
        is_holding: whether it stands there; None: that cannot be told, for a file cannot be read.
        files: names of those in which it stands.
        unreadable: names of those that cannot be read.
    """

    folder: str
    edition: int
    made_at: str
    is_there: bool
    is_holding: bool | None
    files: tuple[str, ...]
    unreadable: tuple[str, ...]


class FolderInUse(Exception):  # noqa: N818  says what is the matter
    """The folder holds something else: what is not ours is never overwritten."""


@contextmanager
def alone(var: Path, now: datetime) -> Iterator[None]:
    """Hold what exports and erasures hold one after the other, so that none writes what the other has just deleted.

    Raises Locked where another one does. A run is hindered by neither.
    """
    try:
        with one_run_at_a_time(var / EXPORTING, now):
            yield
    except Locked as locked:
        raise Locked(f"another export or an erasure is under way: {locked}") from locked


def export(con: Connection, var: Path, folder: Path, kind: Format, now: datetime, public: frozenset[str] | None) -> Exported:
    """Write an edition's tables into a folder, and note where they are; an earlier export there is replaced. Only ``alone``.

    Arguments:
        con: inside the edition.
        public: networks whose data may be handed on; None: all.

    Raises:
        FolderInUse: the folder has other files.
        ValueError: a table is too long for a workbook.
    """
    folder = folder.resolve()
    earlier = next((one for one in registered(var) if one.folder == folder), None)
    if earlier:
        sweep(folder)
    ours = set(earlier.files) if earlier else set()
    strangers = sorted(path.name for path in folder.iterdir() if path.name not in ours) if folder.exists() else []
    if strangers:
        raise FolderInUse(f"wanted a new or empty folder, or one of an earlier export, found {strangers[0]!r} in {folder}")
    number, published_at = edition_of(con)
    made = package(con, kind, now, public=public)
    names = (*made.files, PACKAGE)
    done = Exported(folder, number, published_at, now.isoformat(timespec="seconds"), names)
    # Before the files: whatever is written is known to erasing, also where this is killed on the way.
    older = earlier if earlier and earlier.edition < number else done
    both = Exported(folder, older.edition, older.published_at, done.made_at, tuple({*ours, *names}))
    _note(var, [*(one for one in registered(var) if one.folder != folder), both])
    for name in sorted(ours - set(names)):
        (folder / name).unlink(missing_ok=True)
    for name, content in made.files.items():
        write_whole(folder / name, content)
    write_whole(folder / PACKAGE, json.dumps(made.descriptor, ensure_ascii=False, indent=2).encode())
    _note(var, [*(one for one in registered(var) if one.folder != folder), done])
    return done


def registered(var: Path) -> list[Exported]:
    """The exports that were made, also those that somebody moved or deleted since."""
    try:
        rows = json.loads((var / REGISTER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [
        Exported(Path(row["folder"]), row["edition"], row.get("published_at", ""), row["made_at"], tuple(row["files"]))
        for row in rows
    ]


def edition_of(con: Connection) -> tuple[int, str]:
    """Number of an edition, and when it was published.

    Arguments:
        con: inside the edition.
    """
    number, published_at = con.execute("SELECT number, published_at FROM edition").fetchall()[0]
    return int(number), published_at.isoformat()


def holding(var: Path, texts: Collection[str], values: Suppressions) -> list[InExport]:
    """Of each export whether one of the texts, or of the values, stands in its files."""
    wanted = sorted({*texts, *map(visible, texts)})
    return [_holding(one, wanted, values) for one in registered(var)]


def _holding(one: Exported, wanted: list[str], values: Suppressions) -> InExport:
    found, unreadable = [], []
    there = _files(one)
    for path in there:
        try:
            said = list(texts_of(path))
            # Words first: where they are found nobody need look for every form of a telephone number.
            is_in = any(in_text(text, wanted, NOTHING) for text in said) or any(in_text(text, (), values) for text in said)
        except Unreadable:
            unreadable.append(path.name)
        else:
            found += [path.name] if is_in else []
    is_holding = True if found else None if unreadable else False
    return InExport(
        str(one.folder), one.edition, one.made_at, bool(there), is_holding, tuple(sorted(found)), tuple(sorted(unreadable))
    )


def _files(one: Exported) -> list[Path]:
    """What is still there of an export, and what a killed one left half written."""
    whole = [one.folder / name for name in one.files if (one.folder / name).is_file()]
    return whole + [path for path in one.folder.glob(f".*{PART}") if path.is_file()]


def remove(var: Path, clean_editions: Collection[tuple[int, str]]) -> list[Path]:
    """Delete the exports of every edition but these, and forget them; their folders, where any of their files was still there.

    Arguments:
        clean_editions: as ``edition_of`` tells them.
    """
    kept, removed = [], []
    for one in registered(var):
        if (one.edition, one.published_at) in clean_editions:
            kept.append(one)
            continue
        found = _files(one)
        for path in found:
            path.unlink()
        if found:
            removed.append(one.folder)
    if len(kept) != len(registered(var)):
        _note(var, kept)
    return removed


def _note(var: Path, exports: list[Exported]) -> None:
    rows = [
        {
            "folder": str(one.folder),
            "edition": one.edition,
            "published_at": one.published_at,
            "made_at": one.made_at,
            "files": list(one.files),
        }
        for one in exports
    ]
    write_whole(var / REGISTER, json.dumps(rows, ensure_ascii=False, indent=2).encode())
