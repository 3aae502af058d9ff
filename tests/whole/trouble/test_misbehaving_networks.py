"""One night with many networks in trouble, each in its own: each gets what it deserves, none disturbs another."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from connectors import registry
from connectors.directory.connector import DirectoryConnector
from connectors.eccp.connector import EccpConnector
from connectors.network import Network, NetworkFacts
from demo.troubled_site import Trouble, Where
from demo.troubles import TROUBLES, trouble
from support.sampling import some_of
from support.small_network import SmallDirectory, SmallNetwork, running
from support.trouble_cases import CASES, COMPLETE, FAILED, HELD, LISTS_AT_MOST, REFUSED, TRIED
from sync import pipeline
from sync.exits import Exit
from sync.fetch import Caps, Fetcher
from sync.journal import journal
from sync.settings import load_settings
from sync.unused import NOT_USED
from warehouse.editions import EditionReader
from warehouse.rows import Finding

pytestmark = pytest.mark.xdist_group("misbehaving")

DEADLINE_SECONDS = 8.0
"""Of networks that keep us waiting; long enough for their healthy pages on a machine that does much else."""
WAITING = ("drip", "silence")
INTERNAL = "clusters.example"
"""A host name that the tests' own resolver leads to an address within somebody's network."""


class LeapingClock(threading.local):
    """Time passes as it does, but a nap is over at once; for each thread by itself, as the others have not slept."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 4, tzinfo=UTC) + timedelta(seconds=self.slept)

    def monotonic(self) -> float:
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += max(0.0, seconds)


class ImpatientFetcher(Fetcher):
    """Waits less for the networks that keep one waiting, and as long as always for all others."""

    @classmethod
    def for_network(cls, facts: NetworkFacts, *given: Any, **named: Any) -> Self:
        case = CASES.get(facts.name)
        caps = Caps(deadline_seconds=DEADLINE_SECONDS) if case and case.trouble.name in WAITING else Caps()
        return super().for_network(facts, *given, caps=caps, **named)


@dataclass(frozen=True)
class Night:
    """What came of it.

    Arguments:
        names: network -> the names in the edition of its records.
        asked: network -> the targets that were asked for, in order.
        stored: every page that was stored.
    """

    report: pipeline.RunReport
    names: dict[str, list[str]]
    asked: dict[str, list[str]]
    stored: list[bytes]

    def reading(self, network: str) -> pipeline.NetworkReport:
        return next(report for report in self.report.networks if report.run.network == network)


def like(kind: type[SmallNetwork], name: str) -> Network:
    """The facts and words of ECCP or TCI for a network that exists only here."""
    real = registry.network("tci" if kind is SmallDirectory else "eccp")
    paths = {**real.facts.paths, "d7_listing": ()}
    return real.model_copy(update={"facts": real.facts.model_copy(update={"name": name, "canaries": (), "paths": paths})})


@contextmanager
def playing(kinds: Mapping[str, type[SmallNetwork]], troubles: Mapping[str, Trouble]) -> Iterator[dict[str, SmallNetwork]]:
    """Serve a small network for each name, and have the registry know them and no others."""
    facts = {name: like(kind, name) for name, kind in kinds.items()}
    connectors = {name: DirectoryConnector if kind is SmallDirectory else EccpConnector for name, kind in kinds.items()}
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "names", lambda: tuple(kinds))
        patch.setattr(registry, "network", facts.__getitem__)
        patch.setattr(registry, "connector", lambda name, base: connectors[name](facts[name], base))
        sites = {name: kind(name.replace("_", "-")) for name, kind in kinds.items()}
        for name, site in sites.items():
            one = troubles.get(name)
            stack.enter_context(running(site, is_tls=one is not None and one.is_tls))
            if one is not None:
                site.site.troubles = [one]
                site.base = one.base(int(site.base.rpartition(":")[2]))
        yield sites


def run(folder: Path, sites: Mapping[str, SmallNetwork], helpers: Any) -> Night:
    """One run over all the sites."""
    settings = load_settings(helpers.write_config(folder, **{name: site.base for name, site in sites.items()}), {})
    with journal(settings.paths.var, quiet=True) as log:
        report = pipeline.run(settings, tuple(sites), LeapingClock(), log)
    names: dict[str, list[str]] = {name: [] for name in sites}
    with EditionReader(folder / "var" / "editions") as reader, reader.cursor() as con:
        for network, name in con.execute("SELECT network, name FROM cluster_sources ORDER BY ALL").fetchall():
            names[network].append(name)
    stored = [gzip.decompress(path.read_bytes()) for path in (folder / "var" / "captures").rglob("*.gz")]
    return Night(report, names, {name: list(site.asked) for name, site in sites.items()}, stored)


def played(folder: Path, helpers: Any, names: Iterable[str]) -> Night:
    """A night with two healthy networks and each of these cases."""
    cases = {name: CASES[name] for name in names}
    kinds = {"eccp": SmallNetwork, "tci": SmallDirectory} | {name: case.kind for name, case in cases.items()}
    with playing(kinds, {name: case.trouble for name, case in cases.items()}) as sites, pytest.MonkeyPatch.context() as patch:
        for name, case in cases.items():
            sites[name].clusters = case.clusters
        patch.setattr(pipeline, "Fetcher", ImpatientFetcher)
        patch.setattr("sync.crawl.GUIDES_AT_MOST", LISTS_AT_MOST)
        return run(folder, sites, helpers)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Night:
    return played(tmp_path_factory.mktemp("tried"), helpers, TRIED)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Night:
    return played(tmp_path_factory.mktemp("others"), helpers, [name for name in CASES if name not in TRIED])


@pytest.fixture
def night(request: pytest.FixtureRequest) -> Night:
    """The night of the case that a test is about; of no case: that of the suite."""
    name = getattr(request.node, "callspec", None) and request.node.callspec.params.get("name")
    return request.getfixturevalue("others" if name in CASES and name not in TRIED else "tried")


def test_every_trouble_that_a_replica_can_be_in_is_met() -> None:
    assert {one.name for one in TROUBLES} == {case.trouble.name for case in CASES.values()}


@pytest.mark.parametrize("network", ["eccp", "tci"])
def test_the_healthy_networks_are_complete_and_the_edition_is_published_with_them(night: Night, network: str) -> None:
    found = night.reading(network)
    assert (found.run.outcome, found.run.because, of_pages(found.run.findings), found.profiles) == (COMPLETE, "", [], 10)
    assert len(night.names[network]) == 10
    assert night.report.edition is not None
    assert night.report.edition_held is None
    assert night.report.exit is Exit.HELD  # some are held, which a person has to look at before those that failed


def of_pages(findings: Iterable[Finding]) -> list[Finding]:
    """Without those on entries of the phrasebook that a network of ten profiles does not need."""
    return [finding for finding in findings if finding.kind != NOT_USED]


@pytest.mark.parametrize("name", some_of(CASES, *TRIED))
def test_each_trouble_has_its_outcome_and_its_sentence(night: Night, name: str) -> None:
    case, found = CASES[name], night.reading(name)
    assert found.run.outcome is case.outcome, found.run.because
    said = sentences(of_pages(found.run.findings)) if case.outcome is COMPLETE else found.run.because
    for part in case.says:
        assert part in said
    assert case.says or not said
    assert "our own program failed" not in said


@pytest.mark.parametrize("name", some_of(CASES, *TRIED))
def test_what_is_published_of_a_network_in_trouble_is_its_own_clusters_by_their_names(night: Night, name: str) -> None:
    case = CASES[name]
    site = case.kind(name.replace("_", "-"), case.clusters)
    found = night.names[name]
    assert len(found) == case.profiles
    assert set(found) <= {site.name(number) for number in range(case.clusters)}


def sentences(findings: Iterable[Finding]) -> str:
    return "\n".join(finding.because for finding in findings)


FROM_THE_START = [name for name, case in CASES.items() if case.trouble.where is Where.ALL and case.outcome is not COMPLETE]
ONCE = [name for name in CASES if "duplicate" in name or "pager" in name]


@pytest.mark.parametrize("name", some_of(FROM_THE_START, *(set(FROM_THE_START) & set(TRIED))))
def test_a_network_that_is_in_trouble_from_the_start_is_not_asked_for_profiles(night: Night, name: str) -> None:
    assert {target.rstrip("/") for target in night.asked[name]} <= {"/robots.txt", "/sitemap.xml"}


@pytest.mark.parametrize("name", some_of(ONCE, *(set(ONCE) & set(TRIED))))
def test_no_page_is_asked_for_twice_however_often_it_is_named(night: Night, name: str) -> None:
    assert set(Counter(night.asked[name]).values()) == {1}


def test_no_challenge_no_login_page_and_nothing_of_this_machine_is_stored(night: Night) -> None:
    hostile = (b"Just a moment", b"_cf_chl_opt", b"Log in |", b'type="password"', b"root:x:0:0")
    assert len(night.stored) > 100
    assert not [page[:80] for page in night.stored if any(sign in page for sign in hostile)]


def test_a_name_that_leads_into_somebodys_network_is_not_followed(tmp_path: Path, helpers: Any) -> None:
    real = socket.getaddrinfo

    def lookup(host: str, *given: Any, **named: Any) -> list[Any]:
        return real("10.0.0.7" if host == INTERNAL else host, *given, **named)

    inwards = {"inwards": replace(trouble("private-dns"), host=INTERNAL)}
    with playing({"eccp": SmallNetwork, "inwards": SmallNetwork}, inwards) as sites, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.fetching.transport.socket.getaddrinfo", lookup)
        found = run(tmp_path, sites, helpers)
    assert found.reading("inwards").run.outcome is FAILED
    assert f"{INTERNAL} leads to 10.0.0.7, which is not an address of the open internet" in found.reading("inwards").run.because
    assert "try again" not in found.reading("inwards").run.because
    assert found.asked["inwards"] == []
    assert found.report.exit is Exit.PARTIAL


def test_networks_in_trouble_keep_their_last_good_state_beside_what_the_others_say_today(tmp_path: Path, helpers: Any) -> None:
    words = {
        "refuses": "challenge-403",
        "changes": "soft-404@profiles",
        "breaks": "reset",
        "turns": "turning-pager",
        "garbles": "wrong-utf-8",
    }
    with playing(dict.fromkeys(("eccp", *words), SmallNetwork), {}) as sites:
        first = run(tmp_path, sites, helpers)
        for site in sites.values():
            site.revision += 1
        for name, word in words.items():
            sites[name].site.troubles = [trouble(word)]
        second = run(tmp_path, sites, helpers)
    assert first.names == second.names
    assert {len(names) for names in first.names.values()} == {10}
    assert [report.run.outcome for report in first.report.networks] == [COMPLETE] * 6
    assert [report.run.outcome for report in second.report.networks] == [COMPLETE, REFUSED, HELD, FAILED, HELD, COMPLETE]
    assert first.report.edition != second.report.edition
    claims = helpers.published(tmp_path / "var").claims
    is_of_today = {(network, "revision 2" in str(value)) for network, _, field, value in claims if field == "extracts"}
    assert is_of_today == {("eccp", True), ("garbles", True), ("garbles", False)} | {(name, False) for name in words}
    garbled = sentences(second.reading("garbles").run.findings)
    assert "found bytes that are none in the charset" in garbled
    assert "the page is left out" in garbled
