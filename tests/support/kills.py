"""Histories of runs that are killed, held against undisturbed ones."""

from __future__ import annotations

import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support import histories
from support.killer import PHASES, Plan, prelude
from sync.exits import Exit
from warehouse.edition_folder import drafts
from warehouse.edition_health import examine_file
from warehouse.editions import current

NIGHTS = (datetime(2026, 11, 23, 3, 15, tzinfo=UTC), datetime(2026, 11, 24, 3, 15, tzinfo=UTC))
KILLS_ON_END = (1, 1, 1, 2, 3)
"""How many runs are killed, one after the other, before one is left alone: chosen among these."""
CLAIMS = "ledger.claims"


@dataclass
class Tally:
    """What came of the kills."""

    kills: int = 0
    phases: Counter[str] = field(default_factory=Counter)
    scenarios: Counter[str] = field(default_factory=Counter)
    too_late: int = 0
    editions_examined: int = 0
    histories_compared: int = 0
    claims_compared: int = 0
    claims_lost: int = 0

    def __str__(self) -> str:
        phases = ", ".join(f"{count} {phase}" for phase, count in sorted(self.phases.items(), key=lambda item: -item[1]))
        scenarios = ", ".join(f"{count} {name}" for name, count in self.scenarios.items())
        return (
            f"{self.kills} kills ({self.too_late} more came after the end of the run)\n"
            f"  in: {scenarios}\n"
            f"  during: {phases}\n"
            f"  {self.editions_examined} editions examined after a kill, all sound and either the last or the next one\n"
            f"  {self.histories_compared} warehouses compared with an undisturbed history after the next run, row by row: equal\n"
            f"  {self.claims_compared} claims compared, {self.claims_lost} lost"
        )


@dataclass
class Scenario:
    """A folder as it was before the run, and the run.

    Arguments:
        before: the folder with ``config.toml`` and what earlier runs left in ``var``.
        words: the command that is killed, and that is run again.
        runs: runs a command in a process of its own.
        networks: as in Plan.
    """

    name: str
    before: Path
    words: tuple[str, ...]
    runs: Callable[..., Any]
    networks: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    """Phase -> how long it takes."""
    steps: int = 0
    """How many moments beside a step there are."""
    undisturbed: dict[int, tuple[histories.Rows, histories.Rows]] = field(default_factory=dict)
    """How often a network was loaded -> what state and edition say then, where nothing disturbs."""

    def run(self, folder: Path, **how: Any) -> Any:
        """Run the command in a folder, on the second night; ``how``: when it dies, as in Plan."""
        note = folder / "note"
        note.unlink(missing_ok=True)
        plan = Plan(str(note), NIGHTS[1], networks=self.networks, **how)
        return self.runs("--config", str(folder / "config.toml"), *self.words, prelude=prelude(plan))

    def copy(self, to: Path) -> Path:
        """A copy of the folder as it was before the run."""
        return Path(shutil.copytree(self.before, to, symlinks=True))

    def measure(self, to: Path) -> None:
        """Run it undisturbed, to know its phases and steps."""
        folder = self.copy(to)
        ended = self.run(folder)
        assert ended.code == Exit.OK, ended.err
        for line in (folder / "note").read_text(encoding="utf-8").splitlines():
            what, name = line.split(maxsplit=1)
            if what == "phase":
                phase, seconds = name.split()
                self.seconds[phase] = max(self.seconds.get(phase, 0.0), float(seconds))
            self.steps += what == "step"
        assert self.seconds.keys() == PHASES.keys()
        self._remember(folder)
        shutil.rmtree(folder)

    def expected(self, loads: int, to: Path) -> tuple[histories.Rows, histories.Rows]:
        """What state and edition say after so many loads, where nothing disturbs.

        A run that was killed after it had loaded has counted once for absence, as any complete run does.
        """
        if loads not in self.undisturbed:
            folder = self.copy(to)
            while loads not in self.undisturbed:
                assert self.run(folder).code == Exit.OK
                self._remember(folder)
            shutil.rmtree(folder)
        return self.undisturbed[loads]

    def _remember(self, folder: Path) -> None:
        var = folder / "var"
        self.undisturbed.setdefault(self.loads(var), (histories.of_state(var), histories.of_edition(var / "editions")))

    def loads(self, var: Path) -> int:
        """How often the scenario's network was loaded since it began; of several, that which was loaded most often."""
        before = histories.complete_loads(self.before / "var")
        return max((count - before.get(name, 0) for name, count in histories.complete_loads(var).items()), default=0)

    def moment(self, chance: random.Random) -> dict[str, Any]:
        """When to die: beside any of the steps, or at any moment of any phase, each as likely as another."""
        if chance.random() < 0.5:
            return {"step": chance.randint(1, self.steps)}
        phase = chance.choice(list(self.seconds))
        return {"phase": phase, "after_seconds": chance.random() * self.seconds[phase]}


def kill(scenario: Scenario, folder: Path, chance: random.Random, tally: Tally, most: int) -> None:
    """Kill a run, or a few on end, in a fresh copy of the scenario: after each, readers have a whole edition."""
    scenario.copy(folder)
    var = folder / "var"
    for _ in range(min(most, chance.choice(KILLS_ON_END))):
        ended = scenario.run(folder, **scenario.moment(chance))
        if ended.code != -signal.SIGKILL:
            assert ended.code == Exit.OK, ended.err
            tally.too_late += 1
            continue
        tally.kills += 1
        tally.scenarios[scenario.name] += 1
        tally.phases[(folder / "note").read_text(encoding="utf-8").splitlines()[-1].removeprefix("killed ")] += 1
        _edition_is_whole(scenario, var, folder.with_name("expected"), tally)
    ended = scenario.run(folder)
    assert ended.code == Exit.OK, ended.err
    state, edition = scenario.expected(scenario.loads(var), folder.with_name("expected"))
    found = histories.of_state(var)
    tally.histories_compared += 1
    tally.claims_compared += state[CLAIMS].total()
    tally.claims_lost += (state[CLAIMS] - found[CLAIMS]).total()
    assert histories.differences(found, state) == []
    assert histories.differences(histories.of_edition(var / "editions"), edition) == []
    assert leftovers(var) == []
    shutil.rmtree(folder)


def _edition_is_whole(scenario: Scenario, var: Path, to: Path, tally: Tally) -> None:
    path = current(var / "editions")
    earlier = current(scenario.before / "var" / "editions")
    if path is None:
        assert earlier is None
        return
    tally.editions_examined += 1
    assert examine_file(path).damage == ""
    found = histories.of_edition(path)
    allowed = [] if earlier is None else [histories.of_edition(earlier)]
    allowed += [scenario.expected(loads, to)[1] for loads in range(1, scenario.loads(var) + 1)]  # which, it does not say
    assert any(not histories.differences(found, each) for each in allowed), "neither the last edition nor a next one"


def leftovers(var: Path) -> list[Path]:
    """What no run that ended leaves behind."""
    hidden = [path for path in var.rglob(".*") if path.is_file()]
    return [*drafts(var / "editions"), *hidden, *var.rglob("*.wal"), *var.rglob("*.part"), *var.glob("run.lock.json")]
