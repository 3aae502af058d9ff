"""``python -m benchmarks.memory PROCESS``: the most memory that a process and those that it starts hold together, in MiB.

It looks five times a second, or more seldom where looking takes long, until its standard input ends, at what Linux calls the
proportional set: what several processes share counts once. The highest resident sets, which the system keeps, do not add up: one
process has its peak when another has let go, and what starts as a copy of a large process counts as large until it is itself.
Itself it leaves out.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 0.2
_SHARE = 0.02
"""Of the time, at most, that is spent looking: a process cannot ask for memory meanwhile."""


@dataclass
class Peak:
    """What ``watched`` found, when its block is over."""

    mb: float = 0.0


@contextmanager
def watched() -> Iterator[Peak]:
    """Watches this process and those that it starts while the block lasts, in a process of its own."""
    found = Peak()
    command = [sys.executable, "-m", "benchmarks.memory", str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as watcher:  # noqa: S603  ourselves
        if watcher.stdin is None or watcher.stdout is None:
            raise OSError("wanted pipes to a process, found none")
        watcher.stdout.readline()
        yield found
        watcher.stdin.close()
        found.mb = float(watcher.stdout.readline())


def together_mb(process: int, but: int) -> float:
    """What a process and those that it started hold now; one that has just ended holds nothing.

    Arguments:
        but: the number of one that is left out.
    """
    if process == but:
        return 0.0
    where = Path("/proc", str(process))
    try:
        said = (where / "smaps_rollup").read_text(encoding="ascii")
        children = " ".join(file.read_text(encoding="ascii") for file in where.glob("task/*/children"))
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    [held] = [int(line.split()[1]) for line in said.splitlines() if line.startswith("Pss:")]
    return held / 1024 + sum(together_mb(int(child), but) for child in children.split())


def main() -> None:
    process, most = int(sys.argv[1]), 0.0
    print("watching", flush=True)
    while True:
        began = time.perf_counter()
        most = max(most, together_mb(process, os.getpid()))
        if select.select([sys.stdin], [], [], max(_SECONDS, (time.perf_counter() - began) / _SHARE))[0]:
            print(most, flush=True)
            return


if __name__ == "__main__":
    main()
