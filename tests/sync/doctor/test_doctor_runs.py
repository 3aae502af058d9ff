"""What the doctor says of what runs by itself."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.webhook import hooked
from sync.doctor.check import Check, Level
from sync.doctor.runs import run_checks, told_checks
from sync.lock import one_run_at_a_time
from sync.settings import NetworkSettings, Operator, Paths, Permission, Settings
from sync.settings_shape import Notify
from warehouse import ledger
from warehouse.load import load
from warehouse.rows import NetworkRun, Outcome
from warehouse.state import State

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PERMISSION = Permission(basis="a test", read_on=date(2026, 1, 31), by="the test")


def examined(var: Path, urls: tuple[str, ...] = (), contact: str = "robot@operator.example", **eccp: Any) -> dict[str, Check]:
    network = NetworkSettings(**{"enabled": True, "permission": PERMISSION, **eccp})
    ours = Settings(
        operator=Operator(contact=contact), paths=Paths(var=var), networks={"eccp": network}, notify=Notify(urls=urls)
    )
    checks = list(run_checks(ours, NOW))
    for check in checks:
        assert bool(check.mend) is (check.level is not Level.OK), check
    return {check.what: check for check in checks}


def tried(var: Path, *outcomes: tuple[Outcome, timedelta]) -> None:
    """Runs over eccp, each ended so long ago."""
    with State.open(var / "state.duckdb") as state:
        for outcome, ago in outcomes:
            moment = NOW - ago
            because = "" if outcome is Outcome.COMPLETE else "too few"
            run = NetworkRun("eccp", outcome, because, moment, moment, 0, 0, 0, (), ())
            load(state, ledger.begin(state, moment), run, moment)


def test_a_network_that_was_read_last_night_is_in_order(tmp_path: Path) -> None:
    tried(tmp_path, (Outcome.COMPLETE, timedelta(hours=8)))
    check = examined(tmp_path)["last run eccp"]
    assert (check.level, check.found) == (Level.OK, "last good 2026-11-25 04:00 UTC, 8 hours ago")


def test_a_network_that_missed_a_night_is_warned_of_with_its_last_try(tmp_path: Path) -> None:
    tried(tmp_path, (Outcome.COMPLETE, timedelta(hours=56)), (Outcome.HELD, timedelta(hours=8)))
    check = examined(tmp_path)["last run eccp"]
    assert check.level is Level.WARN
    assert "56 hours ago; last try 2026-11-25 04:00 UTC: held (too few)" in check.found


def test_a_network_that_was_tried_and_never_good_fails(tmp_path: Path) -> None:
    tried(tmp_path, (Outcome.HELD, timedelta(hours=8)))
    check = examined(tmp_path)["last run eccp"]
    assert (check.level, "never good" in check.found) == (Level.FAIL, True)


def test_a_network_that_was_never_tried_is_warned_of(tmp_path: Path) -> None:
    assert "clusterbridge sync eccp" in examined(tmp_path)["last run eccp"].mend
    assert not list(tmp_path.iterdir())  # looking makes no state


def test_while_a_run_has_the_state_the_last_runs_cannot_be_told(tmp_path: Path) -> None:
    tried(tmp_path, (Outcome.COMPLETE, timedelta(hours=8)))
    program = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(tmp_path / "state.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        check = examined(tmp_path)["last runs"]
        holder.communicate("")
    assert check.level is Level.WARN


def test_a_state_that_is_none_is_a_failure_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "state.duckdb").write_text("not a database, but long enough to be looked at as one" * 100)
    assert examined(tmp_path)["last runs"].level is Level.FAIL


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    assert examined(tmp_path)["lock"].found == "no run is under way"
    with one_run_at_a_time(tmp_path, NOW - timedelta(hours=1)):
        check = examined(tmp_path)["lock"]
    assert (check.level, f"process {os.getpid()}" in check.found) == (Level.OK, True)


def test_a_lock_that_is_held_for_too_long_is_warned_of(tmp_path: Path) -> None:
    with one_run_at_a_time(tmp_path, NOW - timedelta(hours=13)):
        check = examined(tmp_path)["lock"]
    assert (check.level, f"kill {os.getpid()}" in check.mend) == (Level.WARN, True)


def test_the_note_of_a_run_that_was_killed_is_no_lock(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    note = {"pid": dead.pid, "host": socket.gethostname(), "since": (NOW - timedelta(days=3)).isoformat()}
    (tmp_path / "run.lock.json").write_text(json.dumps(note))
    check = examined(tmp_path)["lock"]
    assert (check.level, check.found.startswith("free")) == (Level.OK, True)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x", "host": "", "since": ""}', '{"pid": 1}'])
def test_a_note_that_is_half_written_is_no_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.lock.json").write_text(text)
    assert examined(tmp_path)["lock"].level is Level.OK


@pytest.mark.parametrize(
    ("until", "level"),
    [(date(2027, 12, 31), Level.OK), (date(2026, 12, 25), Level.WARN), (date(2026, 11, 25), Level.WARN)],
)
def test_a_permission_that_ends_soon_is_warned_of(tmp_path: Path, until: date, level: Level) -> None:
    check = examined(tmp_path, permission=PERMISSION.model_copy(update={"until": until}))["permission eccp"]
    assert check.level is level
    assert str(until) in check.found


def test_a_permission_without_an_end_is_not_spoken_of(tmp_path: Path) -> None:
    assert "permission eccp" not in examined(tmp_path)


def test_a_schedule_says_the_next_due_time_in_the_operators_time(tmp_path: Path) -> None:
    check = examined(tmp_path)["schedule eccp"]
    assert (check.level, check.found) == (Level.OK, "next due 2026-11-26 04:15 (Europe/Stockholm)")


def test_a_time_in_the_hour_that_summer_time_moves_is_warned_of_for_both_nights(tmp_path: Path) -> None:
    check = examined(tmp_path, cron="30 2 * * *")["schedule eccp"]
    assert check.level is Level.WARN
    assert "2027-03-28" in check.found
    assert "2027-10-31" in check.found


def test_a_network_that_is_never_due_by_itself_is_warned_of(tmp_path: Path) -> None:
    assert examined(tmp_path, cron="")["schedule eccp"].level is Level.WARN


def test_that_nobody_is_told_is_warned_of(tmp_path: Path) -> None:
    assert "CLUSTERBRIDGE_NOTIFY__URLS" in examined(tmp_path)["notify"].mend


def test_an_address_that_is_none_fails_and_is_not_printed(tmp_path: Path) -> None:
    checks = examined(tmp_path, urls=("jsons://hook.example/s3cret", "https://hook.example/s3cret"))
    assert (checks["notify 1"].level, checks["notify 2"].level) == (Level.OK, Level.FAIL)
    assert "jsons://" in checks["notify 2"].mend
    assert "s3cret" not in repr(checks)


def test_without_a_contact_a_live_network_cannot_be_read(tmp_path: Path) -> None:
    assert examined(tmp_path, contact="")["contact"].level is Level.FAIL
    assert examined(tmp_path, contact="", enabled=False)["contact"].level is Level.WARN


def test_trying_out_says_of_each_address_whether_the_message_was_delivered(tmp_path: Path) -> None:
    with hooked() as hook:
        ours = Settings(paths=Paths(var=tmp_path), notify=Notify(urls=(hook.address, "json://127.0.0.1:9/s3cret-word")))
        delivered, lost = told_checks(ours, NOW)
    assert (delivered.level, lost.level) == (Level.OK, Level.FAIL)
    assert "s3cret" not in lost.found + lost.mend + lost.what
