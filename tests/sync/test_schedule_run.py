"""Scheduled runs as processes of their own."""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from sync import schedule_run
from sync.exits import Exit
from sync.schedule_run import ProcessRun


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that plays ``python``: it says with which words it was called, then does what the file beside it says."""
    script = tmp_path / "python"
    script.write_text(f"#!{sys.executable}\nimport sys\nopen({str(tmp_path / 'said')!r}, 'w').write(' '.join(sys.argv[1:]))\n")
    script.chmod(0o755)
    monkeypatch.setattr(schedule_run.sys, "executable", str(script))
    return script


def does(program: Path, *lines: str) -> None:
    with program.open("a") as script:
        script.write("\n".join(lines) + "\n")


def stop_when_it_waits(program: Path) -> threading.Event:
    """An event that is set as soon as the program waits."""
    stopping, ready = threading.Event(), program.with_name("ready")
    does(program, f"open({str(ready)!r}, 'w').close()", "import time; time.sleep(600)")

    def watch() -> None:
        while not ready.exists():
            time.sleep(0.02)
        stopping.set()

    threading.Thread(target=watch, daemon=True).start()
    return stopping


def test_a_run_names_its_networks_and_hands_back_its_exit_code(program: Path, tmp_path: Path) -> None:
    does(program, "sys.exit(5)")
    run = ProcessRun(["--config", "there.toml"], threading.Event(), structlog.get_logger())
    assert run(["eccp", "tci"]) == Exit.HELD
    assert (tmp_path / "said").read_text() == "-P -m sync.cli --config there.toml sync eccp tci"


def test_a_run_that_is_killed_is_said_in_the_journal_and_is_no_end_of_the_schedule(program: Path) -> None:
    does(program, "import os, signal", "os.kill(os.getpid(), signal.SIGKILL)")
    with capture_logs() as said:
        assert ProcessRun([], threading.Event(), structlog.get_logger())(["eccp"]) == -signal.SIGKILL
    assert [(one["event"], one["signal"]) for one in said] == [("run killed", signal.SIGKILL)]


def test_a_run_that_does_not_stop_in_time_is_killed(program: Path) -> None:
    does(program, "import signal", "signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    stopping = stop_when_it_waits(program)
    with capture_logs() as said:
        code = ProcessRun([], stopping, structlog.get_logger(), stop_within_seconds=0.5)(["eccp"])
    assert code == -signal.SIGKILL
    assert "did not stop in time" in said[0]["event"]


def test_a_run_that_stops_when_it_is_told_to_ends_by_its_own_code(program: Path) -> None:
    does(program, "import signal", "signal.signal(signal.SIGTERM, lambda *_: sys.exit(75))")
    stopping = stop_when_it_waits(program)
    assert ProcessRun([], stopping, structlog.get_logger(), stop_within_seconds=30)(["eccp"]) == Exit.TRY_AGAIN
