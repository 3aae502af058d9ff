"""Runs and schedules that are told to stop: they end in order, nothing is lost, and the next run makes up for it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync.cli.app import main
from sync.exits import Exit
from warehouse import ledger
from warehouse.rows import Outcome
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("stopped")

LONGEST_SECONDS = 60
"""A process that has not ended by then hangs."""


@dataclass
class Hanging:
    """A page that is begun and never ends, until the client leaves or the page is let go."""

    is_reached: threading.Event
    is_let_go: threading.Event

    def __call__(self, connection: socket.socket) -> None:
        self.is_reached.set()
        connection.settimeout(0.1)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<html><title>")
        while not self.is_let_go.is_set():
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    page = Hanging(threading.Event(), threading.Event())
    yield page
    page.is_let_go.set()


@pytest.fixture
def network(helpers: Any) -> Iterator[Any]:
    with helpers.serving("eccp") as one:
        yield one


@pytest.fixture
def other(helpers: Any) -> Iterator[Any]:
    with helpers.serving("tci") as one:
        yield one


@pytest.fixture
def started() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts ``clusterbridge`` with these words in a process of its own."""
    processes: list[subprocess.Popen[str]] = []

    def start(*words: str, **how: Any) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "sync.cli", *words]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True, **pipes, **how))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def run_here(config: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(config), "--quiet", *words])
    return int(ended.value.code or 0)


def until(is_so: Callable[[], bool], run: subprocess.Popen[str]) -> None:
    """Wait until something is so, while the run lives."""
    while not is_so():
        assert run.poll() is None
        time.sleep(0.05)


def tries(var: Path) -> dict[str, tuple[int, Outcome]]:
    """Each network's last run and its outcome, as the ledger has them; the state opens, so whoever had it let go of it."""
    with State.open(var / "state.duckdb", read_only=True) as state:
        return {one.network: (one.last_try.run_id, one.last_try.outcome) for one in ledger.networks(state)}


@pytest.mark.thorough
def test_a_run_that_is_told_to_stop_in_the_middle_of_a_page_ends_in_order(
    network: Any, hanging: Hanging, started: Callable[..., Any], helpers: Any, tmp_path: Path
) -> None:
    config, var = helpers.write_config(tmp_path, eccp=network.base), tmp_path / "var"
    assert run_here(config, "sync") == Exit.OK
    kept = helpers.published(var)
    network.revision = 2
    network.replies[network.path(4)] = hanging
    run = started("--config", str(config), "sync")
    assert hanging.is_reached.wait(LONGEST_SECONDS)
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=LONGEST_SECONDS)
    assert run.returncode == Exit.TRY_AGAIN
    assert "told to stop before eccp was read to the end" in said
    assert "Traceback" not in said
    assert not (var / "run.lock.json").exists()
    assert tries(var) == {"eccp": (1, Outcome.COMPLETE)}  # of run 2 nothing is believed
    assert helpers.published(var) == kept
    network.replies.clear()
    assert run_here(config, "sync") == Exit.OK
    assert helpers.published(var).claims != kept.claims


@pytest.mark.thorough
def test_a_run_that_waits_for_its_next_request_stops_too(
    network: Any, started: Callable[..., Any], helpers: Any, tmp_path: Path
) -> None:
    config = helpers.write_config(tmp_path, eccp=network.base)
    config.write_text(config.read_text().replace("pace_seconds = 0", "pace_seconds = 3600"))
    run = started("--config", str(config), "sync")
    until(lambda: "/robots.txt" in network.asked, run)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=LONGEST_SECONDS)
    assert run.returncode == Exit.TRY_AGAIN
    assert network.asked == ["/robots.txt"]


@pytest.mark.thorough
def test_what_was_read_to_the_end_before_the_stop_is_loaded(
    network: Any, other: Any, hanging: Hanging, started: Callable[..., Any], helpers: Any, tmp_path: Path
) -> None:
    other.replies["*"] = hanging
    config, var = helpers.write_config(tmp_path, eccp=network.base, tci=other.base), tmp_path / "var"
    run = started("--config", str(config), "sync")
    assert hanging.is_reached.wait(LONGEST_SECONDS)
    until(lambda: network.path(network.clusters - 1) in network.asked, run)  # its last page
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=LONGEST_SECONDS)
    assert run.returncode == Exit.TRY_AGAIN
    assert tries(var) == {"eccp": (1, Outcome.COMPLETE)}


@pytest.mark.thorough
def test_the_schedule_reads_what_was_never_read_and_stops_in_the_middle_of_a_page(
    network: Any, hanging: Hanging, started: Callable[..., Any], helpers: Any, tmp_path: Path
) -> None:
    config, var = helpers.write_config(tmp_path, eccp=network.base), tmp_path / "var"
    network.replies[network.path(4)] = hanging
    schedule = started("--config", str(config), "schedule")
    assert hanging.is_reached.wait(LONGEST_SECONDS)
    assert (var / "run.lock.json").exists()
    schedule.send_signal(signal.SIGTERM)
    _, said = schedule.communicate(timeout=LONGEST_SECONDS)
    assert schedule.returncode == Exit.OK
    assert "next due" in said
    assert "Traceback" not in said
    assert not (var / "run.lock.json").exists()
    assert tries(var) == {}
    network.replies.clear()
    assert run_here(config, "sync") == Exit.OK


@pytest.mark.thorough
def test_a_schedule_that_waits_for_the_night_stops_at_once_and_has_read_everything_once(
    network: Any, started: Callable[..., Any], helpers: Any, tmp_path: Path
) -> None:
    config, var = helpers.write_config(tmp_path, eccp=network.base), tmp_path / "var"
    schedule = started("--config", str(config), "schedule")
    for line in schedule.stderr:
        if "run ended" in line:
            break
    schedule.send_signal(signal.SIGTERM)
    schedule.communicate(timeout=LONGEST_SECONDS)
    assert schedule.returncode == Exit.OK
    assert tries(var) == {"eccp": (1, Outcome.COMPLETE)}
    assert network.asked.count(network.path(4)) == 1
