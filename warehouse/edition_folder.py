"""The folder of editions: numbered files, and the pointer to the current one."""

from __future__ import annotations

import os
import re
from pathlib import Path

POINTER = "current.duckdb"
_NAME = re.compile(r"clusters-(\d{6,})\.duckdb")
_LONGEST_LINE = 100
ATTEMPTS = 5
"""How often to follow the pointer anew when the edition that it named was pruned before it could be opened."""


class EditionMissing(Exception):  # noqa: N818  says what is the matter
    """There is no edition to read. The message says which command makes one."""


def missing(what: str) -> EditionMissing:
    """The error, with the commands that help."""
    return EditionMissing(f"{what}; make one: `clusterbridge sync` (live networks) or `make demo` (replicas on this machine)")


def file_name(number: int) -> str:
    """``clusters-000123.duckdb``."""
    return f"clusters-{number:06d}.duckdb"


def number_of(path: Path) -> int | None:
    """The number that a file's name gives; None: it is not named as an edition."""
    found = _NAME.fullmatch(path.name)
    return None if found is None else int(found[1])


def numbered(folder: Path) -> dict[int, Path]:
    """The editions in a folder, by number, lowest first."""
    found = {number: path for path in folder.glob("clusters-*.duckdb") if (number := number_of(path)) is not None}
    return dict(sorted(found.items()))


def current(folder: Path) -> Path | None:
    """The file of the current edition, resolved: open this path, not the pointer. None: nothing was ever published here.

    Raises EditionMissing where the pointer leads nowhere.
    """
    pointer = folder / POINTER
    if not os.path.lexists(pointer):
        return None
    path = pointer
    # A publication may move the pointer and prune the edition that we are just looking at: then we look again.
    for _ in range(ATTEMPTS):
        path = pointer.resolve() if pointer.is_symlink() else folder.resolve() / _pointer_text(pointer)
        if number_of(path) is not None and path.is_file():
            return path
    raise missing(f"wanted the edition that {pointer} names, found no such file ({path.name!r})")


def _pointer_text(pointer: Path) -> str:
    with pointer.open("rb") as file:
        line = file.read(_LONGEST_LINE).decode("utf-8", errors="replace").strip()
    if _NAME.fullmatch(line) is None:
        raise missing(f"wanted the name of an edition in {pointer}, found {line[:40]!r}")
    return line


def point(folder: Path, name: str) -> None:
    """Move the pointer, in one step, to a file of the folder: a symbolic link, or a one-line text where links are impossible."""
    draft = folder / f".{POINTER}-{os.getpid()}"
    draft.unlink(missing_ok=True)
    try:
        draft.symlink_to(name)
    except (OSError, NotImplementedError):  # Windows without the privilege, some network drives
        draft.write_text(name + "\n", encoding="utf-8")
        sync_to_disk(draft)
    draft.replace(folder / POINTER)
    sync_to_disk(folder)


def prune(folder: Path, keep: int) -> None:
    """Delete all but the last ``keep`` editions; never the current one, and never one newer than it."""
    now = current(folder)
    newest = None if now is None else number_of(now)
    if newest is None:
        return
    older = [path for number, path in numbered(folder).items() if number < newest]
    for path in older[: max(0, len(older) - (keep - 1))]:
        try:
            path.unlink()
        except PermissionError:  # Windows does not delete a file that somebody reads: the next publication tries again
            continue


def sync_to_disk(path: Path) -> None:
    """Make a file, or a folder's entries, survive a power cut. Windows cannot do it for folders and does not need it."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
