"""Is everything in order? One line a question, each with what to do when it is not."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from connectors import registry
from sync.doctor.check import Check, Level
from sync.doctor.data import edition_checks, lock_checks, state_checks
from sync.doctor.runs import run_checks
from sync.embeddings import used
from sync.permission import why_not
from sync.settings import ConfigError, Settings

__all__ = ["Check", "Level", "examine"]

FREE_BYTES_AT_LEAST = 1 << 30


def examine(
    read_settings: Callable[[], Settings], now: datetime, *others: Callable[[Path, datetime], Iterable[Check]]
) -> list[Check]:
    """All checks, in the order in which to mend them.

    Arguments:
        read_settings: reads the configuration; its ConfigError is a check's answer.
        others: further checks, of the folder of all data.
    """
    checks = [_versions()]
    try:
        settings = read_settings()
    except ConfigError as error:
        return [*checks, Check("configuration", Level.FAIL, str(error), "mend the keys named; the rest waits for it")]
    checks.append(Check("configuration", Level.OK, "every key is known"))
    var = settings.paths.var
    checks += [_folder(var), _disk(var), *lock_checks(var), *state_checks(var, now), *edition_checks(var, now)]
    checks.append(Check("sentence model", Level.OK, used(settings)))
    checks += [*_networks(settings, now), *run_checks(settings, now)]
    checks += [check for examine_more in others for check in examine_more(var, now)]
    return checks


def _versions() -> Check:
    found = (
        f"clusterbridge {version('clusterbridge')}, Python {platform.python_version()}, DuckDB {version('duckdb')}, "
        f"{platform.system()} {platform.machine()}"
    )
    return Check("versions", Level.OK, found)


def _nearest_existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _folder(var: Path) -> Check:
    nearest = _nearest_existing(var)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        return Check(
            "folder", Level.FAIL, f"{nearest} cannot be written", f"make {var} writable for this user, or change [paths] var"
        )
    return Check("folder", Level.OK, f"{var} can be written")


def _disk(var: Path) -> Check:
    free = shutil.disk_usage(_nearest_existing(var)).free
    found = f"{free / (1 << 30):.1f} GiB free where {var} lies"
    if free < FREE_BYTES_AT_LEAST:
        return Check("disk", Level.WARN, found, "make room: a run needs space for captures and for a whole new edition")
    return Check("disk", Level.OK, found)


def _networks(settings: Settings, now: datetime) -> Iterator[Check]:
    enabled = [name for name, network in sorted(settings.networks.items()) if network.enabled]
    if not enabled:
        yield Check("networks", Level.WARN, "no live network is switched on", "see the README: how to point it at a live network")
    for name in enabled:
        reason = why_not(settings, registry.network(name).facts, now.date())
        yield Check(name, Level.FAIL, "may not be read", reason) if reason else Check(name, Level.OK, "may be read")
