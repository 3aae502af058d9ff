"""This installation and the lake: what it pushed, how far the lake lags behind, and which erasures have not reached it yet."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.files import write_whole
from sync.lock import one_run_at_a_time
from sync.places import EDITIONS, LAKE
from sync.settings import ConfigError, Settings
from warehouse.edition_folder import missing, number_of, sync_to_disk
from warehouse.editions import current, open_edition
from warehouse.lake import InLake, Lake, LakeTrouble, Pushed

PUSHED = "pushed.json"
INSTALLATION = "installation"
FORGET = "forget-"
"""How the files begin that say that an erasure has to reach the lake; the rest of the name is its mark."""


def lake_of(settings: Settings) -> Lake:
    """The lake of the configuration. Raises ConfigError where there is none, or half of one."""
    said = settings.lake
    lacking = [key for key in ("catalog", "data", "machine") if not getattr(said, key)]
    if lacking:
        raise ConfigError(f"wanted {' and '.join(lacking)} in [lake] of config.toml (or in the environment), found nothing")
    if not said.catalog.startswith("ducklake:"):
        raise ConfigError("wanted lake.catalog as ducklake:postgres:…, found something that does not begin with ducklake:")
    python = Path(said.python) if said.python else _python_beside()
    return Lake(said.catalog, said.data, python)


def _python_beside() -> Path:
    """Where ``make lake`` puts it."""
    windows = Path(sys.prefix).parent / ".venv-lake" / "Scripts" / "python.exe"
    return windows if windows.exists() else Path(sys.prefix).parent / ".venv-lake" / "bin" / "python"


@dataclass(frozen=True)
class LakeStanding:
    """How far the lake lags behind this installation.

    Arguments:
        current: number of the edition that readers here have; None: there is none.
        pushed: of the one that was pushed last; None: none was.
        pushed_at: when.
        erasures_waiting: how many erasures the next push has to carry out.
    """

    machine: str
    current: int | None
    pushed: int | None
    pushed_at: datetime | None
    erasures_waiting: int

    @property
    def is_behind(self) -> bool:
        """Whether a push would change anything."""
        return self.erasures_waiting > 0 or self.current != self.pushed


def is_in_use(settings: Settings, var: Path) -> bool:
    """Whether there is a lake that has, or may have, what this installation published."""
    return bool(settings.lake.catalog) or (var / LAKE / PUSHED).exists()


def standing(settings: Settings, var: Path) -> LakeStanding | None:
    """How the lake stands as far as it is known here, without asking it; None: there is none."""
    if not is_in_use(settings, var):
        return None
    path = current(var / EDITIONS)
    said = _pushed(var)
    return LakeStanding(
        settings.lake.machine,
        None if path is None else number_of(path),
        None if said is None else int(said["edition"]),
        None if said is None else datetime.fromisoformat(said["pushed_at"]),
        len(_marks(var)),
    )


def push(settings: Settings, now: datetime, *, is_taking_over: bool = False) -> Pushed:
    """Push the current edition. What erasures took out of it goes out of the lake with it, and with the next tidying.

    Raises:
        ConfigError: no lake is configured.
        EditionMissing: there is no edition.
        Locked: another push of this installation is under way.
        LakeTrouble: it cannot be done.
    """
    lake, var = lake_of(settings), settings.paths.var
    with one_run_at_a_time(var / LAKE, now):
        marks = _marks(var)  # before the edition: an erasure publishes first, and marks then
        path = current(var / EDITIONS)
        if path is None:
            raise missing(f"wanted an edition in {var / EDITIONS}, found none")
        published_at = open_edition(path).published_at
        names = [mark.name.removeprefix(FORGET) for mark in marks]
        done = lake.push(path, settings.lake.machine, _installation(var), names, is_taking_over=is_taking_over)
        said = {"edition": done.edition, "published_at": published_at.isoformat(), "pushed_at": now.isoformat()}
        before = _pushed(var)
        if done.snapshot is not None or before is None or before["edition"] != done.edition:
            write_whole(var / LAKE / PUSHED, json.dumps(said).encode())
        for mark in marks:
            mark.unlink()
    return done


def mark_erasure(settings: Settings, var: Path) -> None:
    """Note that something was erased, after an edition without it was published: the next push carries it to the lake."""
    if is_in_use(settings, var):
        write_whole(var / LAKE / f"{FORGET}{uuid.uuid4().hex}", b"")
        sync_to_disk(var / LAKE)


@dataclass(frozen=True)
class FoundInLake:
    """What the lake has of something.

    Arguments:
        found: in which machines' editions it stands.
        trouble: why that is not known.
    """

    found: Sequence[InLake] = ()
    trouble: str | None = None


def found_in_lake(settings: Settings, var: Path, texts: Sequence[str]) -> FoundInLake | None:
    """Where in the lake one of the texts stands; None: there is no lake."""
    if not is_in_use(settings, var):
        return None
    try:
        return FoundInLake(tuple(lake_of(settings).holding(texts)))
    except (LakeTrouble, ConfigError) as trouble:
        return FoundInLake(trouble=str(trouble))


def _pushed(var: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads((var / LAKE / PUSHED).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _marks(var: Path) -> list[Path]:
    return sorted((var / LAKE).glob(f"{FORGET}*"))


def _installation(var: Path) -> str:
    """A name that no other installation has; a restored backup is another one."""
    file = var / LAKE / INSTALLATION
    if not file.exists():
        write_whole(file, uuid.uuid4().hex.encode())
    return file.read_text(encoding="utf-8")
