"""Two runs at once, runs that are told to stop, and runs whose folder is taken away."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from demo.pages import XML
from demo.wire import response
from support.privileges import without_privileges
from sync.cli.app import main
from sync.exits import Exit

pytestmark = pytest.mark.xdist_group("two_runs")

PATIENCE_SECONDS = 60
SIGNALLED_IN = """
import os, signal
import {module} as module
whole = module.{name}
def told_to_stop(*given, **named):
    os.kill(os.getpid(), signal.{signal})
    return whole(*given, **named)
module.{name} = told_to_stop
"""
TAKEN_AWAY_IN = """
import shutil
from pathlib import Path
import {module} as module
whole = module.{name}
def without_its_folder(*given, **named):
    shutil.move({var!r}, {var!r} + "-moved")
    return whole(*given, **named)
module.{name} = without_its_folder
"""


@pytest.fixture
def config(tmp_path: Path, synced: Path, module_network: Any) -> Path:
    """A folder in which one run was complete; the network has changed since."""
    shutil.copytree(synced, tmp_path / "night", symlinks=True)
    module_network.revision += 1
    return tmp_path / "night" / "config.toml"


def run_here(config: Path, *words: str) -> int:
    """The exit code of a command in this process."""
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(config), "--quiet", *words])
    return int(ended.value.code or 0)


@contextmanager
def stuck(network: Any, run: Callable[[], Any]) -> Iterator[tuple[Future[Any], Callable[[], None]]]:
    """A run in another process whose network does not answer: its end, and what lets it go on."""
    is_asked, may_answer = threading.Event(), threading.Event()

    def wait(connection: Any) -> None:
        is_asked.set()
        may_answer.wait(PATIENCE_SECONDS)
        connection.sendall(response(200, network.sitemap(), XML))

    network.replies["/sitemap.xml"] = wait
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(run)
        try:
            assert is_asked.wait(PATIENCE_SECONDS)
            yield ended, may_answer.set
        finally:
            may_answer.set()
            network.replies.clear()


def holder_of(config: Path) -> int:
    return int(json.loads((config.parent / "var" / "run.lock.json").read_text(encoding="utf-8"))["pid"])


def test_the_second_run_ends_with_6_and_names_the_first(
    config: Path, module_network: Any, runs: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "members.csv").write_text("Namn\nPaper Province\n", encoding="utf-8")
    with stuck(module_network, lambda: runs("--config", str(config), "sync")) as (first, go_on):
        commands = (["sync"], ["import", "clusters-of-sweden", str(tmp_path / "members.csv")], ["editions", "restore", "1"])
        for words in commands:
            assert run_here(config, *words) == Exit.LOCKED, words
            assert f"process {holder_of(config)} on " in capsys.readouterr().err
        assert run_here(config, "doctor") == Exit.OK
        assert "a run has it open" in " ".join(capsys.readouterr().out.split())
        go_on()
        assert first.result(PATIENCE_SECONDS).code == Exit.OK
    assert not (config.parent / "var" / "run.lock.json").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.thorough)])
def test_a_run_that_is_told_to_stop_while_it_reads_ends_in_order(
    config: Path, module_network: Any, runs: Any, helpers: Any, number: signal.Signals
) -> None:
    before = helpers.published(config.parent / "var")
    with stuck(module_network, lambda: runs("--config", str(config), "sync")) as (run, go_on):
        os.kill(holder_of(config), number)
        time.sleep(0.1)  # the answer comes after the signal; a later one only makes the test longer
        go_on()
        ended = run.result(PATIENCE_SECONDS)
    assert ended.code == Exit.TRY_AGAIN
    assert "told to stop before eccp was read to the end; the next run reads it and publishes" in " ".join(ended.err.split())
    assert helpers.published(config.parent / "var") == before
    assert not (config.parent / "var" / "run.lock.json").exists()
    assert run_here(config, "sync") == Exit.OK


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param("sync.pipeline", "load_run", id="loading", marks=pytest.mark.thorough),
        pytest.param("sync.pipeline", "update", id="updating"),
        pytest.param("warehouse.editions", "check_draft", id="publishing", marks=pytest.mark.thorough),
    ],
)
def test_wherever_it_is_told_to_stop_the_edition_stays_and_nothing_half_done_is_left(
    config: Path, runs: Any, helpers: Any, module: str, name: str
) -> None:
    before = helpers.published(config.parent / "var")
    prelude = SIGNALLED_IN.format(module=module, name=name, signal="SIGTERM")
    is_told(runs("--config", str(config), "sync", prelude=prelude), signal.SIGTERM)
    assert helpers.published(config.parent / "var") == before
    assert not list((config.parent / "var" / "editions").glob(".*"))
    assert run_here(config, "sync") == Exit.OK


def is_told(ended: Any, number: signal.Signals) -> None:
    assert ended.code == 128 + number, ended.err
    assert f"interrupted: {number.name}; nothing is lost: the last good edition stays" in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param("sync.capture", "written_wholly", id="fetching", marks=pytest.mark.thorough),
        pytest.param("sync.pipeline", "load_run", id="loading", marks=pytest.mark.thorough),
        pytest.param("warehouse.editions", "write_draft", id="publishing"),
    ],
)
def test_a_run_whose_folder_is_taken_away_publishes_nothing_and_says_so(
    config: Path, runs: Any, helpers: Any, module: str, name: str
) -> None:
    var = config.parent / "var"
    before = helpers.published(var)
    ended = runs("--config", str(config), "sync", prelude=TAKEN_AWAY_IN.format(module=module, name=name, var=str(var)))
    assert ended.code == Exit.UNEXPECTED
    assert "Traceback" not in ended.err
    assert "run it again" in ended.err
    assert not list((var / "editions").glob("clusters-*"))
    shutil.rmtree(var, ignore_errors=True)
    shutil.move(f"{var}-moved", var)
    assert helpers.published(var).claims == before.claims
    assert run_here(config, "sync") == Exit.OK
    assert helpers.published(var).claims != before.claims


def test_a_lock_that_belongs_to_another_user_is_named_with_what_to_do(config: Path, runs: Any) -> None:
    lock = config.parent / "var" / "run.lock"
    lock.chmod(0)
    ended = runs("--config", str(config), "sync", prelude=without_privileges())
    assert ended.code == Exit.CONFIGURATION
    assert "Permission denied" in ended.err
    assert str(lock) in ended.err
    assert "make it writable" in ended.err
    assert "Traceback" not in ended.err
