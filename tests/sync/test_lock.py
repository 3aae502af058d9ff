"""One run at a time: who holds the lock, and what cannot be held."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.lock import Locked, NoLocks, is_held, one_run_at_a_time

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from sync.lock import one_run_at_a_time
with one_run_at_a_time(Path(sys.argv[1]), datetime(2026, 11, 23, 4, 15, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock of ``tmp_path``."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.communicate()


def dead_process() -> int:
    """The number of a process that there no longer is."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def ask(var: Path) -> None:
    with one_run_at_a_time(var, NOW):
        pass


def test_the_second_is_told_who_holds_the_lock(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    with pytest.raises(Locked, match=f"process {holder.pid} on {socket.gethostname()} since 2026-11-23T04:15:00"):
        ask(tmp_path)
    assert is_held(tmp_path)


def test_a_lock_ends_with_its_holder_however_that_ends(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait()
    assert (tmp_path / "run.lock.json").exists()
    assert not is_held(tmp_path)
    with one_run_at_a_time(tmp_path, NOW):
        assert json.loads((tmp_path / "run.lock.json").read_text(encoding="utf-8"))["pid"] == os.getpid()
        assert is_held(tmp_path)
    assert not (tmp_path / "run.lock.json").exists()


@pytest.mark.parametrize(
    "note",
    [
        json.dumps({"pid": dead_process(), "host": socket.gethostname(), "since": "2026-11-22T04:15:00+00:00"}),
        json.dumps({"pid": 2**63, "host": socket.gethostname(), "since": "2026-11-22T04:15:00+00:00"}),
        '{"pid": 4',
        '["pid"]',
        "{}",
        "",
    ],
    ids=["a dead process", "a number that no process has", "half a note", "a list", "empty", "nothing"],
)
def test_a_note_that_is_not_the_holders_is_not_shown_as_the_holder(
    tmp_path: Path, holder: subprocess.Popen[bytes], note: str
) -> None:
    (tmp_path / "run.lock.json").write_text(note, encoding="utf-8")
    with pytest.raises(Locked, match=r"run\.lock: it began this moment; wait until it ends"):
        ask(tmp_path)


def test_a_holder_on_another_machine_is_shown_as_its_note_says(tmp_path: Path, holder: subprocess.Popen[bytes]) -> None:
    note = {"pid": dead_process(), "host": "another.example", "since": "2026-11-22T04:15:00+00:00"}
    (tmp_path / "run.lock.json").write_text(json.dumps(note), encoding="utf-8")
    with pytest.raises(Locked, match=r"on another\.example since 2026-11-22"):
        ask(tmp_path)


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK])
def test_where_nothing_can_be_locked_no_run_begins_and_nothing_else_is_taken_for_a_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def without(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "run.lock").touch()
    monkeypatch.setattr(fcntl, "flock", without)
    for question in (ask, is_held):
        with pytest.raises(NoLocks, match=r"file system without locks .*; set \[paths\] var"):
            question(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.lock"]


def test_asking_whether_it_is_held_makes_nothing(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "missing")
    assert not is_held(tmp_path)
    assert list(tmp_path.iterdir()) == []
