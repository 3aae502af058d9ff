"""Runs killed at random moments: readers keep a whole edition, and the next run ends in the warehouse that it would have been."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from demo import member_list
from support.killer import Plan, prelude
from support.kills import NIGHTS, Scenario, Tally, kill
from sync.exits import Exit

pytestmark = pytest.mark.xdist_group("two_runs")

SEED = 20261123
FEW = 3
SEVERAL = ("alps", "baltic", "coast")

Make = Callable[..., Scenario]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, runs: Any, helpers: Any) -> Iterator[Make]:
    """Makes scenarios, each over networks of its own."""
    with ExitStack() as stack:

        def make(
            name: str,
            *words: str,
            networks: tuple[str, ...] = ("eccp",),
            change: Callable[[Any], None] | None = None,
        ) -> Scenario:
            """``change``: what becomes of each network after the first night; None: there was no first night."""
            sites = {network: stack.enter_context(helpers.serving(network)) for network in networks}
            for site in sites.values():
                site.clusters = 12
            bases = {network: site.base for network, site in sites.items()}
            if "import" in words:
                bases["clusters_of_sweden"] = "http://127.0.0.1:9"  # never asked: the list is imported
            folder = tmp_path_factory.mktemp(name)
            config = helpers.write_config(folder / "before", **bases)
            played = networks if networks != ("eccp",) else ()
            if change is not None:
                plan = Plan(str(folder / "note"), NIGHTS[0], networks=played)
                assert runs("--config", str(config), "sync", *networks, prelude=prelude(plan)).code == Exit.OK
                for site in sites.values():
                    change(site)
            scenario = Scenario(name, folder / "before", words, runs, played)
            scenario.measure(folder / "measured")
            return scenario

        yield make


def revise(site: Any) -> None:
    """Every profile changes."""
    site.revision += 1


def shrink(site: Any) -> None:
    """Every profile changes, and one is no longer listed."""
    site.revision += 1
    site.clusters -= 1


def leave(site: Any) -> None:
    """Nothing changes."""


@pytest.mark.thorough
def test_a_few_kills_cost_readers_nothing_and_the_next_run_makes_up_for_them(make: Make, tmp_path: Path) -> None:
    tally, chance = Tally(), random.Random(SEED)
    scenario = make("changes", "sync", change=shrink)
    while tally.kills < FEW:
        kill(scenario, tmp_path / "killed", chance, tally, most=FEW - tally.kills)
    assert tally.claims_lost == 0
    assert tally.editions_examined == FEW


@pytest.mark.soak
def test_many_kills_cost_readers_nothing_and_the_next_run_makes_up_for_them(
    make: Make, tmp_path: Path, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    lists = tmp_path / "medlemmar.csv"
    lists.write_bytes(member_list.csv_bytes("semicolon, cp1252"))
    scenarios = [
        make("a first run", "sync"),
        make("a night with changes", "sync", change=revise),
        make("a night without changes", "sync", change=leave),
        make("a night on which a profile goes", "sync", change=shrink),
        make("everything anew", "sync", "--full", change=revise),
        make("several networks", "sync", networks=SEVERAL, change=revise),
        make("an import", "import", "clusters-of-sweden", str(lists), change=leave),
    ]
    tally, chance = Tally(), random.Random(pytestconfig.getoption("--seed"))
    wanted = pytestconfig.getoption("--kills")
    try:
        while tally.kills < wanted:
            scenario = scenarios[tally.histories_compared % len(scenarios)]
            kill(scenario, tmp_path / "killed", chance, tally, most=wanted - tally.kills)
    finally:
        with capsys.disabled():
            print(f"\n{tally}")  # noqa: T201  what `make soak` is for
    assert tally.claims_lost == 0
    assert tally.editions_examined > wanted // 2
