"""A backup: everything that cannot be had again from the networks, in one folder that says what it holds."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sync.files import PART, copy_wholly, written_wholly
from sync.lock import Locked, one_run_at_a_time
from sync.places import CAPTURES, DESK, EDITIONS, KEY, SNAPSHOT, STATE
from sync.settings import without_secrets
from warehouse import editions
from warehouse.desk import Desk
from warehouse.edition_folder import sync_to_disk
from warehouse.state import AsOf, State, as_of

MANIFEST = "MANIFEST.json"
LAST = "last-backup.json"
"""Where and when the last backup was made; `doctor` reads it."""
FORM = 1
"""The form of the manifest; a later one may hold more."""


class NothingToBackUp(Exception):  # noqa: N818  it says what is the case
    """There is no state, or none that can be read while a run has it."""


@dataclass(frozen=True)
class Entry:
    """One file of a backup.

    Arguments:
        path: within the backup's folder, with slashes.
        sha256: of its bytes, in hexadecimal digits.
    """

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    Arguments:
        made_at: when, with a time zone.
        state: the run that the state is as of; a run that was under way is not in it.
        left_out: keys of the configuration whose values may be secret.
    """

    folder: Path
    made_at: datetime
    state: AsOf
    entries: tuple[Entry, ...]
    left_out: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(entry.bytes for entry in self.entries)


def back_up(var: Path, config: Path | None, target: Path, now: datetime, *, with_captures: bool = False) -> Backup:
    """Write a backup into a new folder below ``target``; the folder has its name only when everything is on the disk.

    While a run is under way the state is the one that the run before left; all else is of now.

    Arguments:
        config: the configuration file; None: there is none.
        with_captures: also the stored pages, which the networks would have to be asked for again.

    Raises:
        NothingToBackUp: as it says.
        desk.DeskBusy, state.StateDamaged: what is there cannot be read.
    """
    name = f"clusterbridge-{now:%Y%m%dT%H%M%SZ}"
    draft = target / f".{name}{PART}"
    target.mkdir(parents=True, exist_ok=True)
    draft.mkdir(mode=0o700)  # it holds the key that the suppressions are made with
    try:
        _copy_state(var, draft, now)
        if (var / DESK).exists():
            with Desk.open(var / DESK) as desk:
                desk.copy_to(draft / DESK)
        if (var / KEY).exists():
            copy_wholly(var / KEY, draft / KEY)
        left_out = _copy_config(config, draft)
        _copy_edition(var, draft)
        if with_captures and (var / CAPTURES).is_dir():
            shutil.copytree(var / CAPTURES, draft / CAPTURES, ignore=shutil.ignore_patterns(".*"))
        backup = Backup(target / name, now, as_of(draft / STATE), tuple(_entries(draft)), left_out)
        with written_wholly(draft / MANIFEST) as file:
            file.write(json.dumps(_manifest(backup), indent=2).encode())
        for path in [*draft.rglob("*"), draft]:
            sync_to_disk(path)
        draft.rename(backup.folder)
        sync_to_disk(target)
        with written_wholly(var / LAST) as file:
            file.write(json.dumps({"folder": str(backup.folder.absolute()), "made_at": now.isoformat()}).encode())
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return backup


def _copy_state(var: Path, draft: Path, now: datetime) -> None:
    """The state itself where no run has it, else the last run's copy."""
    try:
        with one_run_at_a_time(var, now):
            if not (var / STATE).exists():
                demo = "; the demo's is backed up where [paths] var names its folder" if (var / "demo" / STATE).exists() else ""
                raise NothingToBackUp(f"wanted a state in {var}, found none; `clusterbridge sync` makes it{demo}")
            State.open(var / STATE).close()  # works what a killed run left in the log into the file
            copy_wholly(var / STATE, draft / STATE)
    except Locked as held:
        if not (var / SNAPSHOT).exists():
            raise NothingToBackUp(f"{held}; it is the first one here, so there is nothing yet to back up") from held
        copy_wholly(var / SNAPSHOT, draft / STATE)


def _copy_config(config: Path | None, draft: Path) -> tuple[str, ...]:
    if config is None:
        return ()
    text, left_out = without_secrets(config.read_text(encoding="utf-8"))
    with written_wholly(draft / "config.toml") as file:
        file.write(text.encode())
    return left_out


def _copy_edition(var: Path, draft: Path) -> None:
    """The current edition, so that there is something to read before the next run. It is no loss where it cannot be had."""
    (draft / EDITIONS).mkdir()
    try:
        path = editions.current(var / EDITIONS)
    except editions.EditionMissing:
        return
    if path is not None:
        copy_wholly(path, draft / EDITIONS / path.name)


def _entries(folder: Path) -> Iterable[Entry]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield Entry(path.relative_to(folder).as_posix(), path.stat().st_size, digest(path))


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(backup: Backup) -> dict[str, object]:
    return {
        "form": FORM,
        "made_at": backup.made_at.isoformat(),
        "made_by": f"clusterbridge {version('clusterbridge')}",
        "duckdb": version("duckdb"),
        "state": {
            "schema": backup.state.schema,
            "run": backup.state.run_id,
            "ended_at": backup.state.ended_at and backup.state.ended_at.isoformat(),
        },
        "left_out": list(backup.left_out),
        "files": [asdict(entry) for entry in backup.entries],
    }


def newest(target: Path) -> Path | None:
    """The latest whole backup below a folder; None: there is none."""
    found = sorted(path for path in target.glob("clusterbridge-*Z") if (path / MANIFEST).is_file())
    return found[-1] if found else None


def is_private(path: Path) -> bool:
    """Whether only its owner may read a file; where the system knows no such thing, yes."""
    return os.name == "nt" or path.stat().st_mode & 0o077 == 0
