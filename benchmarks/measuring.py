"""What the benchmarks measure with: steps in processes of their own, the clock, the processors' seconds, the peak of memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-bench" / "bin" / "python"
"""The environment of what we compare with; ``make bench`` sets it up."""


@dataclass
class Taken:
    """What something took: seconds of the clock, and of all processors, with the processes that it started."""

    clock: float = 0.0
    processor: float = 0.0

    def told(self) -> dict[str, float]:
        return {"clock": self.clock, "processor": self.processor}


def _processor() -> float:
    return sum(
        used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


@contextmanager
def timed() -> Iterator[Taken]:
    """Measures a block; what it took stands there when it is over."""
    taken, began, before = Taken(), time.perf_counter(), _processor()
    yield taken
    taken.clock, taken.processor = time.perf_counter() - began, _processor() - before


def peak_mb() -> float:
    """The most memory that this process had so far, in MiB (ru_maxrss is in KiB on Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def step(module: str, *words: object, python: Path | str = sys.executable) -> dict[str, Any]:
    """What a module prints as JSON that is run in a process of its own, so that the memory of one is not taken for another's."""
    # Only our own steps see our folder: the other environment has its own libraries, and its modules import nothing of ours.
    where = ["-m", f"benchmarks.{module}"] if str(python) == sys.executable else [str(ROOT / "benchmarks" / f"{module}.py")]
    command = [str(python), *where, *map(str, words)]
    env = {**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env)  # noqa: S603
    return dict(json.loads(done.stdout.splitlines()[-1]))
