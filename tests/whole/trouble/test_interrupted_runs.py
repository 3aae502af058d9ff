"""Runs that are killed, find the disk full, or may not write: readers keep a whole edition, and the next run makes up for it."""

from __future__ import annotations

import gzip
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.privileges import without_privileges
from support.sampling import some_of
from sync.cli.app import main
from sync.exits import Exit

pytestmark = pytest.mark.xdist_group("interrupted")

KILLED = """
import os, signal
import {module} as module
whole = module.{name}
def cut_short(*given, **named):
    if {is_after}:
        whole(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
module.{name} = cut_short
"""
DISK_FULL = """
import resource
import {module} as module
whole = module.{name}
def on_a_full_disk(*given, **named):
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
    return whole(*given, **named)
module.{name} = on_a_full_disk
"""
"""From that step on no file can grow beyond 100 bytes, so that every write fails as it does on a full disk."""


@dataclass(frozen=True)
class Night:
    """A folder with an edition of the network as it was, and the network, which has changed since.

    Arguments:
        kept: what that edition says.
        fresh: what the next edition has to say: as an undisturbed first run reads the network today.
    """

    config: Path
    kept: Any
    fresh: Any

    @property
    def var(self) -> Path:
        return self.config.parent / "var"


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory, module_network: Any, helpers: Any) -> Night:
    folder = tmp_path_factory.mktemp("nights")
    editions = []
    for name in ("kept", "fresh"):
        config = helpers.write_config(folder / name, eccp=module_network.base)
        assert run_here(config) == Exit.OK
        editions.append(helpers.published(config.parent / "var"))
        module_network.revision += name == "kept"
    kept, fresh = editions
    assert kept.claims != fresh.claims
    return Night(folder / "kept" / "config.toml", kept, fresh)


@pytest.fixture
def night(first_night: Night, tmp_path: Path) -> Night:
    shutil.copytree(first_night.config.parent, tmp_path / "night", symlinks=True)
    return Night(tmp_path / "night" / "config.toml", first_night.kept, first_night.fresh)


def run_here(config: Path) -> int:
    """The exit code of ``clusterbridge sync`` in this process."""
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(config), "--quiet", "sync"])
    return int(ended.value.code or 0)


@pytest.fixture
def sync(runs: Any, night: Night) -> Callable[..., Any]:
    """Runs ``clusterbridge sync`` in a process of its own."""
    return lambda **how: runs("--config", str(night.config), "sync", **how)


@pytest.fixture
def is_made_up_for(night: Night, helpers: Any) -> Iterator[None]:
    """After the test: the next run succeeds and publishes what an undisturbed one would, and nothing half-done is left."""
    yield
    before = helpers.published(night.var)
    assert before.claims in (night.kept.claims, night.fresh.claims)  # the one or the other, nothing between
    assert run_here(night.config) == Exit.OK
    after = helpers.published(night.var)
    assert after.number > before.number
    assert (after.claims, after.names) == (night.fresh.claims, night.fresh.names)
    assert not list((night.var / "editions").glob(".*"))
    assert not list(night.var.glob("*.wal"))
    assert not (night.var / "run.lock.json").exists()


@pytest.mark.usefixtures("is_made_up_for")
@pytest.mark.parametrize(
    ("module", "name", "is_after", "is_published"),
    [
        ("warehouse.load", "_load_complete", True, False),
        pytest.param("warehouse.editions", "point", False, False, marks=pytest.mark.thorough),
        pytest.param("warehouse.editions", "point", True, True, marks=pytest.mark.thorough),
    ],
    ids=["loaded but not committed", "renamed but not pointed at", "pointed at but not tidied up"],
)
def test_a_run_killed_between_two_steps_leaves_a_whole_edition(
    sync: Callable[..., Any], night: Night, helpers: Any, module: str, name: str, is_after: bool, is_published: bool
) -> None:
    ended = sync(prelude=KILLED.format(module=module, name=name, is_after=is_after))
    assert ended.code == -signal.SIGKILL
    assert helpers.published(night.var).claims == (night.fresh if is_published else night.kept).claims


@pytest.mark.thorough
@pytest.mark.usefixtures("is_made_up_for")
@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param("sync.capture", "written_wholly", marks=pytest.mark.thorough),
        ("warehouse.load", "_load_complete"),
        pytest.param("warehouse.editions", "write_draft", marks=pytest.mark.thorough),
        pytest.param("warehouse.editions", "prune", marks=pytest.mark.thorough),
    ],
    ids=["capture", "load", "draft", "closing the state"],
)
def test_a_full_disk_ends_the_run_with_a_sentence_and_the_edition_stays(
    sync: Callable[..., Any], night: Night, helpers: Any, module: str, name: str
) -> None:
    ended = sync(prelude=DISK_FULL.format(module=module, name=name))
    assert ended.code == Exit.TRY_AGAIN
    assert "File too large" in ended.err
    assert "the last good edition stays" in ended.err
    assert "make room" in ended.err
    assert "Traceback" not in ended.err
    assert helpers.published(night.var).names == night.kept.names


@pytest.mark.usefixtures("is_made_up_for")
@pytest.mark.parametrize("place", some_of(("var", "var/editions", "var/captures", "var/state.duckdb"), "var"))
def test_what_may_not_be_written_is_named_with_what_to_do(
    sync: Callable[..., Any], night: Night, helpers: Any, place: str
) -> None:
    with write_protected(night.config.parent / place):
        ended = sync(prelude=without_privileges())
    assert ended.code == Exit.CONFIGURATION
    assert "Permission denied" in ended.err
    assert str(night.config.parent / place) in ended.err
    assert "make it writable" in ended.err
    assert "Traceback" not in ended.err
    assert helpers.published(night.var) == night.kept


@pytest.mark.usefixtures("is_made_up_for")
@pytest.mark.thorough
def test_a_journal_that_may_not_be_written_does_not_stop_the_run(sync: Callable[..., Any], night: Night, helpers: Any) -> None:
    logs = night.var / "logs"
    for log in logs.iterdir():
        log.unlink()
    with write_protected(logs):
        ended = sync(prelude=without_privileges())
    assert ended.code == Exit.OK
    assert "the journal cannot be written" in ended.err
    assert helpers.published(night.var).claims == night.fresh.claims


@contextmanager
def write_protected(place: Path) -> Iterator[None]:
    """Within the block nobody may write the file, or add to the folder or any below it."""
    modes = {path: path.stat().st_mode for path in (place, *place.rglob("*")) if path == place or path.is_dir()}
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.mark.thorough
@pytest.mark.usefixtures("is_made_up_for")
def test_damaged_captures_are_fetched_again(night: Night, module_network: Any) -> None:
    """Every one of them: also those of the list and the sitemap, which are read again although they did not change."""
    assert run_here(night.config) == Exit.OK
    captures = list((night.var / "captures").rglob("*.gz"))
    for number, capture in enumerate(captures):
        damages = (b"", b"no gzip at all", gzip.compress(b"<p>another page</p>"), capture.read_bytes()[:-9])
        capture.write_bytes(damages[number % len(damages)])
    module_network.asked.clear()
    assert run_here(night.config) == Exit.OK
    assert len(module_network.asked) < module_network.clusters  # unchanged profiles are still not asked for
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(night.config), "--quiet", "sync", "--full"])
    assert ended.value.code == Exit.OK
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(night.config), "--quiet", "replay"])
    assert ended.value.code == Exit.OK
