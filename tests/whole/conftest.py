"""The whole program against the replicas, twice, once a session: what the tests of the whole path look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.pages import Site
from demo.server import serve
from demo.site import NETWORKS, build
from demo.truth import TruthPage, records
from sync import pipeline
from sync.cli.run import demo_settings
from sync.clock import SystemClock
from sync.journal import journal
from sync.settings import Settings, load_settings
from warehouse.connection import Connection
from warehouse.editions import EditionReader

Asked = Mapping[str, list[tuple[str, int]]]
"""Network -> path and status of every request."""


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
    captures_after: tuple[frozenset[Path], frozenset[Path]]

    @property
    def var(self) -> Path:
        return self.settings.paths.var

    @property
    def truth(self) -> list[TruthPage]:
        return [page for site in self.sites for page in site.truth]


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> TwoNights:
    folder = tmp_path_factory.mktemp("whole")
    sites = tuple(build(network) for network in NETWORKS)
    floors = {site.network: len(records(site.truth, site.network)) for site in sites}
    ours = load_settings(None, {}, flags={"paths.var": str(folder)})
    reports, asked, captures = [], [], []
    with serve(sites) as replicas:
        settings = demo_settings(ours, replicas, floors)
        for _ in range(2):
            for network in replicas:
                replicas.replica(network).requests.clear()
            with journal(settings.paths.var, quiet=True) as log:
                reports.append(pipeline.run(settings, tuple(replicas), SystemClock(), log))
            asked.append({network: list(replicas.replica(network).requests) for network in replicas})
            captures.append(frozenset((settings.paths.var / "captures").rglob("*.gz")))
    return TwoNights(sites, settings, reports[0], reports[1], (asked[0], asked[1]), (captures[0], captures[1]))


@pytest.fixture
def edition(nights: TwoNights) -> Iterator[Connection]:
    """A cursor on the edition that the second run published."""
    assert nights.second.edition is not None
    with EditionReader(nights.second.edition) as reader, reader.cursor() as con:
        yield con
