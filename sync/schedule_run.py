"""A scheduled run: a process of its own, so that nothing it does to itself ends the schedule, nor grows with the months."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from threading import Event

from structlog.typing import FilteringBoundLogger

STOP_WITHIN_SECONDS = 9.0
"""What a run that is told to stop gets to end in order, before it is killed; the whole schedule is to stop within ten seconds."""
LOOK_SECONDS = 0.2


class ProcessRun:
    """Runs ``clusterbridge sync NETWORK ...`` and waits for its end.

    A run that is told to stop and does not is killed: readers keep the last good edition, and the next run makes up for it.

    Arguments:
        options: what stands between ``clusterbridge`` and ``sync``.
        stopping: set to stop the run under way.
    """

    def __init__(
        self,
        options: Sequence[str],
        stopping: Event,
        log: FilteringBoundLogger,
        *,
        stop_within_seconds: float = STOP_WITHIN_SECONDS,
    ) -> None:
        self._options = tuple(options)
        self._stopping = stopping
        self._log = log
        self._stop_within_seconds = stop_within_seconds

    def __call__(self, names: Sequence[str]) -> int:
        """The exit code; negative: the signal that killed it."""
        # -P: what lies in the folder in which the schedule was started is no part of the program.
        words = [sys.executable, "-P", "-m", "sync.cli", *self._options, "sync", *names]
        with subprocess.Popen(words, stdin=subprocess.DEVNULL) as process:  # noqa: S603  words of ours
            while process.poll() is None:
                if self._stopping.wait(LOOK_SECONDS):
                    self._stop(process)
        if process.returncode < 0:
            self._log.error("run killed", networks=list(names), signal=-process.returncode)
        return process.returncode

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(self._stop_within_seconds)
        except subprocess.TimeoutExpired:
            self._log.warning("run killed because it did not stop in time", after_seconds=self._stop_within_seconds)
            process.kill()
            process.wait()
