"""Three machines push and three readers read, all at once; machines are killed and start again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECONDS = 20
MACHINES = ("north", "south", "west")

pytestmark = pytest.mark.lake


def test_what_three_machines_push_while_three_read_is_neither_lost_nor_torn_though_machines_are_killed(shore, rows, capsys):
    lake, diaries = shore.lake, {machine: shore.folder / f"{machine}.jsonl" for machine in MACHINES}

    def start(machine: str) -> subprocess.Popen[bytes]:
        words = [lake.catalog, lake.data, str(lake.python), str(shore.base), machine, str(diaries[machine])]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        # In a group of its own, so that it is killed with the program that it started.
        return subprocess.Popen([sys.executable, str(HERE / "pushing.py"), *words], env=env, start_new_session=True)

    def kill(machine: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(machine.pid, signal.SIGKILL)
        machine.wait()

    look = [str(lake.python), str(HERE / "reading.py"), lake.catalog, lake.data, str(ROOT), str(SECONDS)]
    readers = [subprocess.Popen(look, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    machines = {machine: start(machine) for machine in MACHINES}
    chance, kills, until = random.Random(20261129), 0, time.monotonic() + SECONDS
    try:
        while time.monotonic() < until:
            time.sleep(chance.uniform(2.0, 5.0))
            victim = chance.choice(MACHINES)
            assert machines[victim].poll() is None, "a machine ended by itself: what it pushed was refused"
            kill(machines[victim])
            kills += 1
            machines[victim] = start(victim)
        saw = [json.loads(reader.communicate(timeout=120)[0]) for reader in readers]
        enough = time.monotonic() + 60
        while not all(path.exists() and path.read_text() for path in diaries.values()) and time.monotonic() < enough:
            time.sleep(0.5)  # on a busy machine
    finally:
        for machine in machines.values():
            kill(machine)
        for reader in readers:
            reader.kill()
            reader.wait()
    assert [reader.returncode for reader in readers] == [0, 0, 0]
    assert [one["torn"] for one in saw] == [[], [], []]

    kept = lake.pushes()
    for machine, path in diaries.items():
        taken = [json.loads(line) for line in path.read_text().splitlines()]
        held = [(one.edition, one.snapshot) for one in kept if one.machine == machine]
        # A push that was killed after the lake had taken it is not in the diary: the same edition then comes again.
        assert [pair for pair in ((one["edition"], one["snapshot"]) for one in taken) if pair[1] and pair not in held] == []
        assert {one["edition"] for one in taken} <= {edition for edition, _ in held}
        assert [edition for edition, _ in held] == sorted(edition for edition, _ in held)
    assert _all_editions(shore, rows, kept) == {(one.machine, one.edition): 2 + one.edition for one in kept}

    done = lake.tidy(30, in_use_minutes=0)
    named = rows(
        shore,
        """
        SELECT count(*) FROM (
            FROM __ducklake_metadata_lake.ducklake_data_file SELECT path
            UNION ALL FROM __ducklake_metadata_lake.ducklake_delete_file SELECT path
        )
        """,
    )
    assert named == [[len(shore.files())]]  # whatever killed machines had left is gone, and nothing else
    assert {one.machine for one in lake.pushes() if one.is_current} == set(MACHINES)
    tries = sum(json.loads(line)["tries"] for path in diaries.values() for line in path.read_text().splitlines())
    looks = sum(one["looks"] for one in saw)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{kills} kills; {len(kept)} editions in the lake, none lost, pushed at {tries} tries; {looks} looks, none torn; "
            f"{done.orphans} files that killed machines had left"
        )


def _all_editions(shore, rows, kept) -> dict[tuple[str, int], int]:
    """How many clusters each edition shows by its snapshot."""
    asked = [
        "SELECT machine, edition, count(*) FROM lake.clusters "  # noqa: S608
        f"AT (VERSION => {one.snapshot}) WHERE machine = '{one.machine}' GROUP BY ALL"
        for one in kept
    ]
    found = rows(shore, " UNION ALL ".join(asked))
    return {(machine, edition): count for machine, edition, count in found}
