"""The whole program against the replicas, night after night, once a session: what the tests of the whole path look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from demo.pages import Site
from demo.server import Replicas, serve
from demo.site import NETWORKS, build
from demo.truth import TruthPage, records
from matching.partners import ranking
from support.commands import Ended, Run, called
from support.own_settings import settings_in
from sync import pipeline
from sync.cli import output
from sync.cli.run import demo_settings
from sync.clock import SystemClock
from sync.journal import journal
from sync.settings import Settings
from warehouse.connection import Connection
from warehouse.editions import EditionReader

Asked = Mapping[str, list[tuple[str, int]]]
"""Network -> path and status of every request."""


@dataclass(frozen=True)
class Visit:
    """One run.

    Arguments:
        asked: what it asked for.
        captures: the names of all pages that were stored when it had ended.
        state: a copy of the state as the run left it.
    """

    report: pipeline.RunReport
    asked: Asked
    captures: frozenset[str]
    state: Path


@dataclass(frozen=True)
class TwoNights:
    """Two runs in a row over replicas that do not change.

    Arguments:
        settings: of the runs; their folder is ``settings.paths.var``.
        asked: what the first and the second run asked for.
    """

    sites: tuple[Site, ...]
    settings: Settings
    first: pipeline.RunReport
    second: pipeline.RunReport
    asked: tuple[Asked, Asked]
    captures_after: tuple[frozenset[str], frozenset[str]]

    @property
    def var(self) -> Path:
        return self.settings.paths.var

    @property
    def truth(self) -> list[TruthPage]:
        return [page for site in self.sites for page in site.truth]


@dataclass(frozen=True)
class History:
    """Runs that follow the two nights, in a copy of their folder.

    Arguments:
        visits: by night, in order; a night that is visited twice stands twice.
    """

    visits: tuple[tuple[int, Visit], ...]

    def visit(self, night: int, again: int = 0) -> Visit:
        """The first visit of a night, or a later one."""
        return [visit for of, visit in self.visits if of == night][again]


@pytest.fixture(scope="session")
def sites_of() -> Mapping[int, tuple[Site, ...]]:
    """Night -> the replicas as they are then."""
    return {night: tuple(build(network, night=night) for network in NETWORKS) for night in (1, 2, 3)}


@pytest.fixture(scope="session")
def replicas(sites_of: Mapping[int, tuple[Site, ...]]) -> Iterator[Replicas]:
    """The replicas at their addresses, which stay the same from night to night."""
    with serve(sites_of[1]) as running:
        yield running


def visit(replicas: Replicas, sites: tuple[Site, ...], settings: Settings, kept: Path, *, is_full: bool = False) -> Visit:
    """Run over these sites; ``kept`` is where the copy of the state goes."""
    for site in sites:
        replica = replicas.replica(site.network)
        replica.site = site
        replica.requests.clear()
    few = partial(ranking.rank_all, top=10)  # to explain fifty of each cluster's partners takes a third of an unchanged night
    with journal(settings.paths.var, quiet=True) as log, patch.object(ranking, "rank_all", few):
        report = pipeline.run(settings, tuple(replicas), SystemClock(), log, is_full=is_full)
    asked = {network: list(replicas.replica(network).requests) for network in replicas}
    shutil.copy(settings.paths.var / "state.duckdb", kept)
    captures = frozenset(path.name for path in (settings.paths.var / "captures").rglob("*.gz"))
    return Visit(report, asked, captures, kept)


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory, replicas: Replicas, sites_of: Mapping[int, tuple[Site, ...]]) -> TwoNights:
    folder, kept = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("states")
    floors = {site.network: len(records(site.truth, site.network)) for site in sites_of[1]}
    settings = demo_settings(settings_in(folder), replicas, floors)
    first, second = (visit(replicas, sites_of[1], settings, kept / f"{run}.duckdb") for run in (1, 2))
    return TwoNights(
        sites_of[1],
        settings,
        first.report,
        second.report,
        (first.asked, second.asked),
        (first.captures, second.captures),
    )


@pytest.fixture(scope="session")
def later(
    tmp_path_factory: pytest.TempPathFactory, nights: TwoNights, replicas: Replicas, sites_of: Mapping[int, tuple[Site, ...]]
) -> History:
    """The second night, the same again, and the third."""
    return history(tmp_path_factory.mktemp("later"), nights, replicas, sites_of, (2, 2, 3), is_full=False)


@pytest.fixture(scope="session")
def later_in_full(
    tmp_path_factory: pytest.TempPathFactory, nights: TwoNights, replicas: Replicas, sites_of: Mapping[int, tuple[Site, ...]]
) -> History:
    """The second night, asking for every page."""
    return history(tmp_path_factory.mktemp("full"), nights, replicas, sites_of, (2,), is_full=True)


def history(
    folder: Path,
    nights: TwoNights,
    replicas: Replicas,
    sites_of: Mapping[int, tuple[Site, ...]],
    order: tuple[int, ...],
    *,
    is_full: bool,
) -> History:
    shutil.copytree(nights.var, folder / "var", symlinks=True)
    networks = {  # the floors are those of the first night, and a few records leave
        name: ours.model_copy(update={"expect": ours.expect.model_copy(update={"profiles_at_least": 1})}) if ours.expect else ours
        for name, ours in nights.settings.networks.items()
    }
    paths = nights.settings.paths.model_copy(update={"var": folder / "var"})
    settings = nights.settings.model_copy(update={"paths": paths, "networks": networks})
    visits = [
        (night, visit(replicas, sites_of[night], settings, folder / f"{number}.duckdb", is_full=is_full))
        for number, night in enumerate(order)
    ]
    return History(tuple(visits))


@pytest.fixture
def edition(nights: TwoNights) -> Iterator[Connection]:
    """A cursor on the edition that the second run published."""
    assert nights.second.edition is not None
    with EditionReader(nights.second.edition) as reader, reader.cursor() as con:
        yield con


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``clusterbridge`` with these words; wide enough that no cell is folded."""
    monkeypatch.setattr(output.results, "width", 250)

    def run(*words: str) -> Ended:
        return called(capsys, *words)

    return run


@pytest.fixture
def ask(run: Run, nights: Any, tmp_path: Path) -> Run:
    """Runs ``clusterbridge`` where the two nights of the replicas took place."""
    config = tmp_path / "config.toml"
    config.write_text(f"[paths]\nvar = {str(nights.var.parent)!r}\n", encoding="utf-8")
    return lambda *words: run("--config", str(config), *words)


@pytest.fixture
def elsewhere(run: Run, tmp_path: Path) -> Run:
    """Runs ``clusterbridge`` where nothing ever took place."""
    config = tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")
    return lambda *words: run("--config", str(config), *words)
