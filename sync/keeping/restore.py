"""Bringing a backup back: everything is checked and laid ready first, then moved in, and what was there is set aside.

A restoration that is killed is ended by the next run, or by ``clusterbridge restore`` itself: once the plan is on the disk there
is only one way, forward. Before that nothing was touched.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from sync.files import copy_wholly, written_wholly
from sync.keeping import backup as backups
from sync.lock import one_run_at_a_time
from sync.places import CAPTURES, DESK, EDITIONS, KEY, SNAPSHOT, STATE
from sync.withholding.carried import Carried, carry_over
from warehouse import editions
from warehouse.desk import Desk
from warehouse.edition_folder import point, sync_to_disk
from warehouse.state import AsOf, as_of

READY = ".restore"
PLAN = "plan.json"
_COMPANIONS = {
    STATE: (f"{STATE}.wal", SNAPSHOT.as_posix()),
    DESK: (f"{DESK}-wal", f"{DESK}-shm"),
}
"""What belongs to a file and would spoil another one of that name."""


class BackupUnusable(Exception):  # noqa: N818  it says what is the case
    """The folder is no backup, or not as it was when it was made. Nothing was changed."""


@dataclass(frozen=True)
class Restored:
    """What was brought back.

    Arguments:
        state: the run that the state is as of.
        set_aside: where the files that were there before are now; None: there were none.
        config: the backup's configuration, which nobody overwrites with; None: it holds none.
        suppressions: what became of those that were decided since.
    """

    made_at: datetime
    state: AsOf
    set_aside: Path | None
    config: Path | None
    suppressions: Carried


def restore(folder: Path, var: Path, now: datetime) -> Restored:
    """Bring back the backup in a folder.

    Raises:
        BackupUnusable: as it says.
        Locked: a run is under way.
        migrate.SchemaNewer: a later version of the program made it.
    """
    made_at, files = _checked(folder)
    with one_run_at_a_time(var, now):
        resume(var)
        ready = var / READY
        shutil.rmtree(ready, ignore_errors=True)
        ready.mkdir()
        names = [name for name in (STATE, DESK, KEY) if name in files]
        for name in names:
            copy_wholly(folder / name, ready / name)
        is_between_desks = DESK in names and (var / DESK).exists()
        carried = carry_over(var / DESK, ready / DESK) if is_between_desks else Carried()
        state = as_of(ready / STATE)
        _add_captures(var, files)
        _add_edition(var, files)
        aside = var / f"before-restore-{now:%Y%m%dT%H%M%SZ}"
        with written_wholly(ready / PLAN) as file:
            file.write(json.dumps({"names": names, "aside": aside.name}).encode())
        sync_to_disk(ready)
        resume(var)
    config = folder / "config.toml"
    return Restored(made_at, state, aside if aside.exists() else None, config if config.exists() else None, carried)


def resume(var: Path) -> None:
    """End a restoration that was interrupted, if there is one. Only under the run's lock; again and again does no harm."""
    ready = var / READY
    if not (ready / PLAN).exists():
        return
    plan = json.loads((ready / PLAN).read_text(encoding="utf-8"))
    aside = var / plan["aside"]
    for name in plan["names"]:
        if not (ready / name).exists():  # it was moved in before we were interrupted
            continue
        for there in (name, *_COMPANIONS.get(name, ())):
            if (var / there).exists():
                (aside / there).parent.mkdir(parents=True, exist_ok=True)
                (var / there).replace(aside / there)
        (ready / name).replace(var / name)
        sync_to_disk(var)
    shutil.rmtree(ready)


def _checked(folder: Path) -> tuple[datetime, dict[str, Path]]:
    """When a backup was made, and its files. Raises BackupUnusable where one is missing, another, or not listed."""
    files = {}
    try:
        manifest = json.loads((folder / backups.MANIFEST).read_text(encoding="utf-8"))
        form, made_at = manifest["form"], datetime.fromisoformat(manifest["made_at"])
        for entry in manifest["files"]:
            path = _within(folder, entry["path"])
            if not path.is_file() or path.stat().st_size != entry["bytes"] or backups.digest(path) != entry["sha256"]:
                raise BackupUnusable(
                    f"wanted {path} as it was backed up, found that it is missing or another; take another backup"
                )
            files[entry["path"]] = path
    except FileNotFoundError as error:
        newest = backups.newest(folder)
        hint = f"; did you mean {newest}?" if newest else ""
        raise BackupUnusable(
            f"wanted the folder of a backup with its {backups.MANIFEST}, found none in {folder}{hint}"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupUnusable(
            f"wanted the list of a backup in {folder / backups.MANIFEST}, found something else: {error}"
        ) from error
    if form != backups.FORM:
        raise BackupUnusable(f"wanted a backup of form {backups.FORM}, found {form}: install the version that made it")
    if STATE not in files:
        raise BackupUnusable(f"wanted a state among the files of {folder}, found none; take another backup")
    if DESK in files:
        with Desk.open(files[DESK], read_only=True, older_too=True) as desk:
            faults = desk.faults()
        if faults:
            raise BackupUnusable(f"wanted a sound {files[DESK]}, found: {faults[0]}; take another backup")
    return made_at, files


def _within(folder: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts:
        raise BackupUnusable(f"wanted files within {folder}, found {name!r} in its list; somebody has changed it")
    return folder.joinpath(*parts)


def _add_captures(var: Path, files: dict[str, Path]) -> None:
    """Add stored pages that are not there; none is ever another under the same name."""
    for name, path in files.items():
        there = var / name
        if name.startswith(f"{CAPTURES}/") and not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            copy_wholly(path, there)


def _add_edition(var: Path, files: dict[str, Path]) -> None:
    """Add the edition where there is none to read; the next run publishes a new one."""
    held = [path for name, path in files.items() if name.startswith(f"{EDITIONS}/")]
    try:
        is_wanted = editions.current(var / EDITIONS) is None
    except editions.EditionMissing:
        is_wanted = True
    if held and is_wanted:
        (var / EDITIONS).mkdir(parents=True, exist_ok=True)
        copy_wholly(held[0], var / EDITIONS / held[0].name)
        point(var / EDITIONS, held[0].name)
