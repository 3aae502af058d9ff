"""Three machines push and three readers read, all at once; machines are killed and start again.

It goes on for 20 seconds, and from then on until so much has happened that it says something, however slow the machine is.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MACHINES = ("north", "south", "west")
READERS = 3
SECONDS = 20
PUSHES = 15
PUSHES_OF_EACH = 3
KILLS = 6
KILLS_IN_A_PUSH = 3
"""Of them at least so many while files of a push were written that the lake had not taken yet."""
LOOKS = 60
PATIENCE_SECONDS = 600
"""By then all this must have happened, also where other work keeps the processors busy."""

pytestmark = pytest.mark.lake


@dataclass
class Crowd:
    """The machines and readers of a lake, as they run.

    Arguments:
        kills: how often a machine was killed; ``in_a_push``: of these, with files written and not taken yet.
    """

    shore: Any
    machines: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    readers: list[subprocess.Popen[str]] = field(default_factory=list)
    kills: int = 0
    in_a_push: int = 0

    def start(self, machine: str) -> None:
        lake = self.shore.lake
        words = [lake.catalog, lake.data, str(lake.python), str(self.shore.base), machine, str(self.diary(machine))]
        # In a group of its own, so that it is killed with the program that it started.
        self.machines[machine] = subprocess.Popen(
            [sys.executable, str(HERE / "pushing.py"), *words],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
        )  # fmt: skip

    def start_reader(self) -> None:
        lake = self.shore.lake
        words = [lake.catalog, lake.data, str(ROOT), str(self.looked(len(self.readers))), str(self.stop)]
        look = [str(lake.python), str(HERE / "reading.py"), *words]
        self.readers.append(subprocess.Popen(look, stdout=subprocess.PIPE, text=True))

    def kill(self, machine: str) -> None:
        if self.is_writing(machine):
            self.in_a_push += 1
        self.end(machine)
        self.kills += 1

    def end(self, machine: str) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.machines[machine].pid, signal.SIGKILL)
        self.machines[machine].wait()

    @property
    def stop(self) -> Path:
        return self.shore.folder / "stop"

    def diary(self, machine: str) -> Path:
        return self.shore.folder / f"{machine}.jsonl"

    def looked(self, reader: int) -> Path:
        return self.shore.folder / f"looks-{reader}"

    def taken(self, machine: str) -> list[dict[str, Any]]:
        """What a machine wrote down of its pushes."""
        path = self.diary(machine)
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def pushes(self) -> int:
        return sum(len(self.taken(machine)) for machine in MACHINES)

    @property
    def looks(self) -> int:
        paths = [self.looked(reader) for reader in range(len(self.readers))]
        return sum(path.stat().st_size for path in paths if path.exists())  # a byte a look

    def is_writing(self, machine: str) -> bool:
        """Whether it is in a push and has written files already: more than were there when that push began."""
        began = self.diary(machine).with_suffix(".began")
        if not began.exists() or not (said := began.read_text().split()):
            return False
        edition, files = map(int, said)
        last = self.taken(machine)[-1:]
        return (not last or last[0]["edition"] < edition) and files_of(self.shore.lake.data, machine) > files

    def is_enough(self) -> bool:
        each = all(len(self.taken(machine)) >= PUSHES_OF_EACH for machine in MACHINES)
        return each and self.pushes >= PUSHES and self.is_killed_enough() and self.looks >= LOOKS

    def is_killed_enough(self) -> bool:
        return self.kills >= KILLS and self.in_a_push >= KILLS_IN_A_PUSH

    def check_alive(self) -> None:
        for name, machine in self.machines.items():
            assert machine.poll() is None, f"{name} ended by itself: what it pushed was refused"
        for reader in self.readers:
            assert reader.poll() is None, "a reader ended by itself"


def files_of(data: str, machine: str) -> int:
    """How many files of a machine there are, named by the lake or not."""
    return sum(1 for _ in Path(data).rglob(f"machine={machine}/*.parquet"))


@contextmanager
def at_work(shore: Any) -> Iterator[Crowd]:
    """Everybody pushes and reads until the block ends; then nobody does."""
    crowd = Crowd(shore)
    try:
        for _ in range(READERS):
            crowd.start_reader()
        for machine in MACHINES:
            crowd.start(machine)
        yield crowd
    finally:
        for machine in crowd.machines:
            crowd.end(machine)
        for reader in crowd.readers:
            reader.kill()
            reader.wait()


def test_what_three_machines_push_while_three_read_is_neither_lost_nor_torn_though_machines_are_killed(shore, rows, capsys):
    chance, began = random.Random(20261129), time.monotonic()
    with at_work(shore) as crowd:
        pushes_at_kill, due = 0, began + chance.uniform(2.0, 5.0)
        while not (crowd.is_enough() and time.monotonic() - began >= SECONDS):
            time.sleep(0.05)
            crowd.check_alive()
            assert time.monotonic() - began < PATIENCE_SECONDS, (crowd.pushes, crowd.kills, crowd.in_a_push, crowd.looks)
            # Somebody has to get through between two kills, or nobody ever would where pushes are slow.
            if crowd.pushes == pushes_at_kill or time.monotonic() < due or crowd.is_killed_enough():
                continue
            victim = next((machine for machine in MACHINES if crowd.is_writing(machine)), None)
            if crowd.kills % 2 and victim is None:
                continue  # every second one is of a machine that writes, the others of any, at any moment
            victim = victim if crowd.kills % 2 and victim else chance.choice(MACHINES)
            crowd.kill(victim)
            crowd.start(victim)
            pushes_at_kill, due = crowd.pushes, time.monotonic() + chance.uniform(0.2, 3.0)
        seconds = time.monotonic() - began
        crowd.stop.touch()
        saw = [json.loads(reader.communicate(timeout=120)[0]) for reader in crowd.readers]
        assert [reader.returncode for reader in crowd.readers] == [0] * READERS
    assert [one["torn"] for one in saw] == [[]] * READERS
    assert min(one["editions"] for one in saw) > 1, "a reader never saw a lake that changed"

    lake, kept = shore.lake, shore.lake.pushes()
    for machine in MACHINES:
        taken = crowd.taken(machine)
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
    assert done.orphans > 0, "no kill left a file that the lake had not taken"
    assert {one.machine for one in lake.pushes() if one.is_current} == set(MACHINES)
    tries = sum(one["tries"] for machine in MACHINES for one in crowd.taken(machine))
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{seconds:.0f} seconds: {crowd.kills} kills, {crowd.in_a_push} of them while a push wrote; {len(kept)} editions "
            f"in the lake, none lost, {crowd.pushes} of them pushed at {tries} tries; {sum(one['looks'] for one in saw)} looks "
            f"at {max(one['editions'] for one in saw)} editions, none torn; {done.orphans} files that killed machines had left"
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
