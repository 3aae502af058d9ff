"""A backup while a run in another process goes on, and one for which the disk is too small."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync.exits import Exit
from sync.places import STATE
from warehouse.state import as_of

pytestmark = pytest.mark.xdist_group("interrupted")

PAUSED = """
import pathlib, time
import sync.pipeline as module
whole = module.finish
def waiting(*given, **named):
    pathlib.Path({reached!r}).touch()
    while not pathlib.Path({released!r}).exists():
        time.sleep(0.02)
    return whole(*given, **named)
module.finish = waiting
"""
"""A run that has loaded everything and published nothing yet waits there until it is told to go on."""
DISK_FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
"""
"""No file can grow beyond 300 kB, so that the copy of the state fails as it does on a full disk."""
LONGEST_SECONDS = 120


@pytest.fixture
def config(tmp_path: Path, module_network: Any, helpers: Any, runs: Any) -> Path:
    """A folder in which the network was read once."""
    module_network.clusters, module_network.revision = 10, 1
    module_network.replies.clear()
    path: Path = helpers.write_config(tmp_path / "ours", eccp=module_network.base)
    assert runs("--config", str(path), "--quiet", "sync").code == Exit.OK
    return path


def backups(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.mark.thorough
def test_a_backup_under_a_run_of_another_process_is_that_of_the_run_before_and_comes_back_whole(
    config: Path, tmp_path: Path, module_network: Any, helpers: Any, runs: Any, second_runs: Any
) -> None:
    reached, released, ended = tmp_path / "reached", tmp_path / "released", []
    module_network.revision = 2
    prelude = PAUSED.format(reached=str(reached), released=str(released))
    run = threading.Thread(target=lambda: ended.append(runs("--config", str(config), "sync", prelude=prelude)))
    run.start()
    try:
        give_up = time.monotonic() + LONGEST_SECONDS
        while not reached.exists() and run.is_alive() and time.monotonic() < give_up:
            time.sleep(0.02)
        assert reached.exists()
        made = second_runs("--config", str(config), "backup", str(tmp_path / "backups"))
    finally:
        released.touch()
        run.join(LONGEST_SECONDS)
    assert (made.code, "that after run 1" in made.out) == (Exit.OK, True), made.err
    assert [one.code for one in ended] == [Exit.OK]
    (backup,) = backups(tmp_path / "backups")
    assert (as_of(backup / STATE).run_id, as_of(config.parent / "var" / STATE).run_id) == (1, 2)
    wanted = helpers.published(config.parent / "var")
    elsewhere = helpers.write_config(tmp_path / "elsewhere", eccp=module_network.base)
    assert runs("--config", str(elsewhere), "restore", str(backup)).code == Exit.OK
    assert "eccp" in runs("--config", str(elsewhere), "status").out
    assert runs("--config", str(elsewhere), "sync").code == Exit.OK
    after = helpers.published(elsewhere.parent / "var")
    assert (after.names, after.claims) == (wanted.names, wanted.claims)


def test_a_backup_for_which_there_is_no_room_leaves_nothing_and_says_so(config: Path, tmp_path: Path, runs: Any) -> None:
    state = (config.parent / "var" / STATE).stat()
    assert state.st_size > 300_000
    made = runs("--config", str(config), "backup", str(tmp_path / "backups"), prelude=DISK_FULL)
    assert made.code == Exit.TRY_AGAIN, made.err
    assert backups(tmp_path / "backups") == []
    assert (config.parent / "var" / STATE).stat().st_size == state.st_size
    assert runs("--config", str(config), "backup", str(tmp_path / "backups")).code == Exit.OK
    assert datetime.now(UTC).strftime("%Y") in backups(tmp_path / "backups")[0].name
