"""The folder of editions: numbered files, and the pointer to the current one."""

from __future__ import annotations

import os
import re
from pathlib import Path

POINTER = "current.duckdb"
_NAME = re.compile(r"clusters-(\d{6,})\.duckdb")
_SET_ASIDE = re.compile(r"clusters-(\d{6,})\.damaged(-\d+)?")
_DRAFT = ".draft-"
_LONGEST_LINE = 100
ATTEMPTS = 5
"""How often to follow the pointer anew when the edition that it named was pruned before it could be opened."""


class EditionMissing(Exception):  # noqa: N818  says what is the matter
    """There is no edition to read. The message says which command makes one."""


class EditionDamaged(EditionMissing):
    """An edition, or the pointer to it, is not as it was published; ``edition_health.mend`` knows what helps.

    Attributes:
        folder: of the editions.
        trouble: what was wanted and what was found.
    """

    def __init__(self, path: Path, trouble: str) -> None:
        super().__init__(f"{trouble}; `clusterbridge doctor` says which command mends it")
        self.folder = path.parent
        self.trouble = trouble


def unreadable(path: Path, found: object) -> EditionDamaged:
    """The error for an edition whose file cannot be read, or not all of it."""
    return EditionDamaged(path, f"wanted the edition {path} as it was published, found: {found}")


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


def last_number(folder: Path) -> int:
    """The highest number that an edition in the folder has, also one that was set aside; 0: there is none."""
    aside = [int(found[1]) for path in folder.glob("clusters-*.damaged*") if (found := _SET_ASIDE.fullmatch(path.name))]
    return max([*aside, *numbered(folder)], default=0)


def set_aside(path: Path) -> Path:
    """Rename a damaged edition so that it no longer counts as one; what it is called now. Nothing is ever overwritten."""
    aside, times = path.with_suffix(".damaged"), 1
    while aside.exists():
        times += 1
        aside = path.with_suffix(f".damaged-{times}")
    path.rename(aside)
    sync_to_disk(path.parent)
    return aside


def draft_path(folder: Path, number: int) -> Path:
    """Where the edition of that number is written before it is one."""
    return folder / f"{_DRAFT}{number:06d}.duckdb"


def drafts(folder: Path) -> list[Path]:
    """What publications left behind that were interrupted; or what one is writing now."""
    return sorted([*folder.glob(f"{_DRAFT}*"), *folder.glob(f".{POINTER}-*")])


def named_by_pointer(folder: Path) -> int | None:
    """The number that the pointer gives, whether or not there is such a file; None: it gives none."""
    pointer = folder / POINTER
    try:
        return number_of(pointer.readlink() if pointer.is_symlink() else Path(_pointer_text(pointer)))
    except (OSError, EditionMissing):
        return None


def current(folder: Path) -> Path | None:
    """The file of the current edition, resolved: open this path, not the pointer. None: nothing was ever published here.

    Raises EditionDamaged where the pointer leads nowhere.
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
    raise EditionDamaged(pointer, f"wanted the edition that {pointer} names, found no such file ({path.name!r})")


def _pointer_text(pointer: Path) -> str:
    with pointer.open("rb") as file:
        line = file.read(_LONGEST_LINE).decode("utf-8", errors="replace").strip()
    if _NAME.fullmatch(line) is None:
        raise EditionDamaged(pointer, f"wanted the name of an edition in {pointer}, found {line[:40]!r}")
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
