"""Erasures killed at random moments: readers keep a whole edition, and once more erases all of it, for ever."""

from __future__ import annotations

import random
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.killer import Plan, prelude
from support.traces import where
from sync.erasing import is_unfinished
from sync.exits import Exit
from warehouse.edition_health import examine_file
from warehouse.editions import current

pytestmark = pytest.mark.xdist_group("kept_out")

NOW = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)
NAME, SLUG = "Eccp Clúster Number 3", "eccp-cluster-3"
ERASE = ("privacy", "erase", NAME, "--by", "Astrid Operator", "--because", "asked by letter")
SEED = 20261129
FEW = 1


class Erasures:
    """Erasures of one organisation, each in a copy of a folder that two runs have filled."""

    def __init__(self, runs: Any, helpers: Any, before: Path, network: Any) -> None:
        self._runs, self._helpers, self._before = runs, helpers, before
        self._config = helpers.write_config(before, eccp=network.base)
        for network.revision in (1, 2):
            assert self.run(before, "sync").code == Exit.OK
        assert len(where(before, NAME, SLUG)) == 2
        self.steps = 0

    def run(self, folder: Path, *words: str, step: int | None = None) -> Any:
        """Run a command in a folder; ``step``: the moment at which it is killed."""
        note = folder / "note"
        note.unlink(missing_ok=True)
        watched = prelude(Plan(str(note), NOW, step=step))
        return self._runs("--config", str(folder / "config.toml"), *words, prelude=watched)

    def measure(self, folder: Path) -> None:
        """Count the moments beside a step, of an erasure that nobody kills."""
        shutil.copytree(self._before, folder, symlinks=True)
        assert self.run(folder, *ERASE).code == Exit.OK
        self.steps = sum(line.startswith("step") for line in (folder / "note").read_text(encoding="utf-8").splitlines())
        (folder / "note").unlink()
        assert where(folder, NAME, SLUG) == {}

    def kill(self, folder: Path, step: int) -> None:
        """Kill an erasure at a step; what readers have then, and what is left when it was run again."""
        shutil.copytree(self._before, folder, symlinks=True)
        var = folder / "var"
        ended = self.run(folder, *ERASE, step=step)
        assert ended.code == -signal.SIGKILL, ended.err
        edition = current(var / "editions")
        assert edition is not None
        assert examine_file(edition).damage == ""
        is_advised = step % 2 == 0 and is_unfinished(var)  # doctor's advice; else the same words once more
        again = self.run(folder, *(ERASE[:2] if is_advised else ERASE))
        if again.code != Exit.OK:  # it is known by that name no more
            assert is_unfinished(var) == ("`clusterbridge privacy erase`" in again.err), again.err
            again = self.run(folder, "privacy", "erase")
        assert again.code == Exit.OK, again.err
        assert not is_unfinished(var)
        (folder / "note").unlink()
        assert where(folder, NAME, SLUG) == {}, f"after a kill at step {step}"
        assert self.run(folder, "sync", "--full").code == Exit.OK
        (folder / "note").unlink()
        assert where(folder, NAME, SLUG) == {}, f"after a kill at step {step} and the next run"
        assert len(self._helpers.published(var).names) == 9
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def erasures(tmp_path_factory: pytest.TempPathFactory, runs: Any, helpers: Any, module_network: Any) -> Erasures:
    module_network.clusters = 10
    folder = tmp_path_factory.mktemp("erasures")
    made = Erasures(runs, helpers, folder / "before", module_network)
    made.measure(folder / "measured")
    return made


@pytest.mark.thorough
def test_a_few_kills_of_an_erasure_cost_readers_nothing_and_once_more_erases_all(erasures: Erasures, tmp_path: Path) -> None:
    for step in random.Random(SEED).sample(range(1, erasures.steps + 1), FEW):
        erasures.kill(tmp_path / "killed", step)


@pytest.mark.soak
def test_a_kill_at_any_step_of_an_erasure_costs_readers_nothing_and_once_more_erases_all(
    erasures: Erasures, tmp_path: Path, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = range(1, erasures.steps + 1)
    chosen = random.Random(pytestconfig.getoption("--seed")).sample(steps, min(len(steps), pytestconfig.getoption("--kills")))
    for step in chosen:
        erasures.kill(tmp_path / "killed", step)
    with capsys.disabled():
        print(f"\n{len(chosen)} erasures killed, at {len(chosen)} of {len(steps)} steps: nothing is left of any")  # noqa: T201
