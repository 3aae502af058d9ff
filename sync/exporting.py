"""Exports: an edition's tables in a folder of the operator's, and the register by which erasing finds them again."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sync.files import write_whole
from warehouse.connection import Connection
from warehouse.export import PACKAGE, Format, package

REGISTER = "exports.json"


@dataclass(frozen=True)
class Exported:
    """An export.

    Arguments:
        edition: number of the edition that it was made of.
        files: names within the folder.
    """

    folder: Path
    edition: int
    made_at: str
    files: tuple[str, ...]


class FolderInUse(Exception):  # noqa: N818  says what is the matter
    """The folder holds something else: what is not ours is never overwritten."""


def export(con: Connection, var: Path, folder: Path, kind: Format, now: datetime, public: frozenset[str] | None) -> Exported:
    """Write an edition's tables into a folder, and note where they are; an earlier export there is replaced.

    Arguments:
        con: inside the edition.
        public: networks whose data may be handed on; None: all.

    Raises:
        FolderInUse: the folder has other files.
        ValueError: a table is too long for a workbook.
    """
    folder = folder.resolve()
    earlier = next((one for one in registered(var) if one.folder == folder), None)
    ours = set(earlier.files) if earlier else set()
    strangers = sorted(path.name for path in folder.iterdir() if path.name not in ours) if folder.exists() else []
    if strangers:
        raise FolderInUse(f"wanted a new or empty folder, or one of an earlier export, found {strangers[0]!r} in {folder}")
    number = int(con.execute("SELECT number FROM edition").fetchall()[0][0])
    made = package(con, kind, now, public=public)
    names = (*made.files, PACKAGE)
    done = Exported(folder, number, now.isoformat(timespec="seconds"), names)
    # Before the files: whatever is written is known to erasing, also where this is killed on the way.
    both = Exported(folder, min(number, earlier.edition) if earlier else number, done.made_at, tuple({*ours, *names}))
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
    return [Exported(Path(row["folder"]), row["edition"], row["made_at"], tuple(row["files"])) for row in rows]


def remove(var: Path, clean_editions: Collection[int]) -> list[Path]:
    """Delete the exports of every edition but these, and forget them; their folders, where any of their files was still there."""
    kept, removed = [], []
    for one in registered(var):
        if one.edition in clean_editions:
            kept.append(one)
            continue
        found = [one.folder / name for name in one.files if (one.folder / name).is_file()]
        for path in found:
            path.unlink()
        if found:
            removed.append(one.folder)
    if len(kept) != len(registered(var)):
        _note(var, kept)
    return removed


def _note(var: Path, exports: list[Exported]) -> None:
    rows = [
        {"folder": str(one.folder), "edition": one.edition, "made_at": one.made_at, "files": list(one.files)} for one in exports
    ]
    write_whole(var / REGISTER, json.dumps(rows, ensure_ascii=False, indent=2).encode())
