"""Kills the process that it works in, at a moment that was chosen beforehand. It is armed inside a run's own process."""

from __future__ import annotations

import functools
import importlib
import os
import pathlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PHASES = {
    "read": ("sync.pipeline._read_all", "sync.importing.bring"),
    "load": ("sync.pipeline.load_run", "sync.importing.load_run"),
    "update": ("sync.pipeline.update",),
    "draft": ("warehouse.editions.write_draft",),
    "check": ("warehouse.editions.check_draft",),
    "point": ("warehouse.editions.point",),
    "prune": ("warehouse.editions.prune",),
    "close": ("warehouse.state.State.close",),
}
"""What a run does, in order: the functions that do it, by their names where they are called."""
STEPS = (
    (os, "fsync"),
    (pathlib.Path, "rename"),
    (pathlib.Path, "replace"),
    (pathlib.Path, "symlink_to"),
    (pathlib.Path, "unlink"),
    (pathlib.Path, "write_text"),
)
"""Calls after which the disk is otherwise than before. Just before and just after each is a moment to die at."""


@dataclass(frozen=True)
class Plan:
    """When to die.

    Arguments:
        note: a file for what happened: lines of "phase NAME SECONDS", "step NAME" and at last "killed PHASE".
        now: at which the machine's clock stands still, so that the dates of two histories can be compared.
        step: the number of the moment beside a step, from 1; None: by time.
        phase, after_seconds: the phase, and how long after its beginning; None: not at all.
        networks: names under which a network of ECCP's form is read; empty: those that are.
    """

    note: str
    now: datetime
    step: int | None = None
    phase: str | None = None
    after_seconds: float = 0.0
    networks: tuple[str, ...] = ()


class Killer:
    """Watches the phases and steps of a run, and keeps to the plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._phase = "begin"
        self._steps = 0
        self._note = os.open(plan.note, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._fsync = os.fsync

    def arm(self) -> None:
        """Put the watch around everything."""
        for phase, places in PHASES.items():
            for place in places:
                owner, name = _found(place)
                setattr(owner, name, self._as_phase(phase, getattr(owner, name)))
        for owner, name in STEPS:
            setattr(owner, name, self._as_step(name, getattr(owner, name)))
        state = importlib.import_module("warehouse.state")
        state.transaction = self._as_transaction(state.transaction)

    def _die(self) -> None:
        os.write(self._note, f"killed {self._phase}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)

    def _die_later(self) -> None:
        time.sleep(self._plan.after_seconds)
        self._die()

    def _as_phase(self, phase: str, whole: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(whole)
        def watched(*given: Any, **named: Any) -> Any:
            self._phase = phase
            began = time.monotonic()
            if self._plan.phase == phase:
                threading.Thread(target=self._die_later, daemon=True).start()
            result = whole(*given, **named)
            os.write(self._note, f"phase {phase} {time.monotonic() - began}\n".encode())
            self._phase = f"after {phase}"
            return result

        return watched

    def _step(self, name: str) -> None:
        self._steps += 1
        os.write(self._note, f"step {name}\n".encode())
        if self._steps == self._plan.step:
            self._die()

    def _as_step(self, name: str, whole: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(whole)
        def watched(*given: Any, **named: Any) -> Any:
            self._step(f"before {name}")
            result = whole(*given, **named)
            self._step(f"after {name}")
            return result

        return watched

    def _as_transaction(self, whole: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def watched(con: Any) -> Iterator[None]:
            with whole(con):
                yield
                self._step("before commit")
            self._step("after commit")

        return watched


def arm(plan: Plan) -> None:
    """Keep to the plan from now on in this process."""
    clock = importlib.import_module("sync.clock")
    clock.SystemClock.now = lambda _self: plan.now
    if plan.networks:
        _play(plan.networks)
    Killer(plan).arm()


def prelude(plan: Plan) -> str:
    """Python that arms a run's process."""
    here = str(pathlib.Path(__file__).parents[1])
    return f"import sys, datetime\nsys.path.insert(0, {here!r})\nfrom support.killer import Plan, arm\narm({plan!r})"


def _found(place: str) -> tuple[Any, str]:
    """The module or class that holds a function, and the function's name there."""
    path, name = place.rsplit(".", 1)
    try:
        return importlib.import_module(path), name
    except ModuleNotFoundError:
        module, owner = path.rsplit(".", 1)
        return getattr(importlib.import_module(module), owner), name


def _play(names: tuple[str, ...]) -> None:
    """Have the registry know these networks and no others, all of ECCP's form."""
    registry: Any = importlib.import_module("connectors.registry")
    connector = importlib.import_module("connectors.eccp.connector").EccpConnector
    eccp = registry.network("eccp")
    networks = {
        name: eccp.model_copy(update={"facts": eccp.facts.model_copy(update={"name": name, "canaries": ()})}) for name in names
    }
    registry.names = lambda: names
    registry.network = networks.__getitem__
    registry.connector = lambda name, base: connector(networks[name], base)
