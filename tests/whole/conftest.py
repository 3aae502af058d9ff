"""The whole program against the replicas, twice, once a session: what the tests of the whole path look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.pages import Site
from demo.server import serve
from demo.site import build
from sync import pipeline
from sync.cli.run import demo_settings
from sync.clock import SystemClock
from sync.journal import journal
from sync.settings import Settings, load_settings
from warehouse.connection import Connection
from warehouse.editions import EditionReader


@dataclass(frozen=True)
class TwoNights:
    """Two runs in a row over replicas that do not change.

    Arguments:
        settings: of the runs; their folder is ``settings.paths.var``.
        asked: path and status of every request of the first and of the second run.
    """

    site: Site
    settings: Settings
    first: pipeline.RunReport
    second: pipeline.RunReport
    asked: tuple[list[tuple[str, int]], list[tuple[str, int]]]
    captures_after: tuple[frozenset[Path], frozenset[Path]]

    @property
    def var(self) -> Path:
        return self.settings.paths.var


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> TwoNights:
    folder = tmp_path_factory.mktemp("whole")
    site = build("eccp")
    ours = load_settings(None, {}, flags={"paths.var": str(folder)})
    reports, asked, captures = [], [], []
    with serve([site]) as replicas:
        settings = demo_settings(ours, replicas)
        for _ in range(2):
            replicas.replica("eccp").requests.clear()
            with journal(settings.paths.var, quiet=True) as log:
                reports.append(pipeline.run(settings, ("eccp",), SystemClock(), log))
            asked.append(list(replicas.replica("eccp").requests))
            captures.append(frozenset((settings.paths.var / "captures").rglob("*.gz")))
    return TwoNights(site, settings, reports[0], reports[1], (asked[0], asked[1]), (captures[0], captures[1]))


@pytest.fixture
def edition(nights: TwoNights) -> Iterator[Connection]:
    """A cursor on the edition that the second run published."""
    assert nights.second.edition is not None
    with EditionReader(nights.second.edition) as reader, reader.cursor() as con:
        yield con
