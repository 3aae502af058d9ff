"""A network in one state that is crawled and whose member list is imported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog

from connectors.contract import PageKind, PageRequest, ParsedProfile, RawPage
from connectors.network import Expectations, Network, NetworkFacts, Phrasebook
from sync import importing
from sync.capture import Captures
from sync.clock import FrozenClock
from sync.fetch import Fetched, NotModified, Validators
from sync.pipeline import known_before
from sync.reading import read_network
from sync.store import PrivateStore
from warehouse import ledger
from warehouse.load import load
from warehouse.rows import Loaded, NetworkRun, Outcome
from warehouse.state import State

BASE = "https://toy.example"
NETWORK = Network(
    facts=NetworkFacts(
        name="toy",
        title="Toy",
        home=BASE,
        hosts=("toy.example",),
        licence="none",
        organisation_type="cluster",
        eras=("old", "new"),
    ),
    phrasebook=Phrasebook(labels={"Ort": "city"}),
)


class Pages:
    """A connector of pages of ``field: value`` lines, at ``/<key>``."""

    network = "toy"

    def __init__(self, urls: Iterable[str] = ()) -> None:
        self.urls = tuple(urls)

    def start(self) -> Iterable[PageRequest]:
        return [PageRequest(url, PageKind.PROFILE) for url in self.urls]

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        return ()

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        printed = {name: (value,) for name, value in (line.split(": ") for line in page.body.decode().splitlines())}
        yield ParsedProfile(page.final_url.rpartition("/")[2], page.final_url, printed, page.digest, era="new")


@dataclass
class Website:
    """The network: address -> body; it speaks of changes by ETag."""

    pages: dict[str, str]

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        body = self.pages[url].encode()
        etag = sha256(body).hexdigest()
        if validators is not None and validators.etag == etag:
            return NotModified(url=url, final_url=url)
        return Fetched(url, url, 200, body, "utf-8", "text/html", etag, None)


@dataclass
class Toy:
    """A network that is crawled and whose list is imported, in one state."""

    state: State
    folder: Path
    clock: FrozenClock
    runs: list[NetworkRun] = field(default_factory=list)

    @property
    def captures(self) -> Captures:
        return Captures(self.folder / "captures")

    def _load(self, run: NetworkRun) -> Loaded:
        run_id = ledger.begin(self.state, self.clock.now())
        loaded = load(self.state, run_id, run, self.clock.now())
        ledger.end(self.state, run_id, self.clock.now())
        self.runs.append(run)
        self.clock.advance(86_400)
        return loaded

    def take(self, text: str, *, additional: bool = False, name: str = "m.csv", **expect: Any) -> Loaded:
        """Import a list."""
        one = importing.read_list(NETWORK, name, text.encode(), chosen={})
        run, _ = importing.bring(
            NETWORK,
            [one],
            self.captures,
            known_before(self.state, "toy"),
            connect=lambda _base: Pages(),
            expect=Expectations(**expect),
            keeps_at_least=0.85,
            is_additional=additional,
            now=self.clock.now,
        )
        return self._load(run)

    def crawl(self, **pages: str) -> Loaded:
        """Read these pages, each of ``field: value`` lines."""
        website = Website({f"{BASE}/{key}": body for key, body in pages.items()})
        run, _ = read_network(
            NETWORK,
            Pages(website.pages),
            website,
            PrivateStore(self.captures, ()),
            known_before(self.state, "toy"),
            expect=Expectations(),
            keeps_at_least=0.85,
            now=self.clock.now,
            is_full=False,
            is_stopping=lambda: False,
            progress=lambda _done, _total: None,
            log=structlog.get_logger(),
        )
        return self._load(run)

    @property
    def outcome(self) -> Outcome:
        return self.runs[-1].outcome

    @property
    def kinds(self) -> set[str]:
        """The kinds of the last run's findings."""
        return {finding.kind for finding in self.runs[-1].findings}

    def profile(self, key: str) -> dict[str, object]:
        return ledger.profiles(self.state, "toy")[key]

    def listed(self) -> set[str]:
        """Records that are not gone."""
        return set(ledger.profiles(self.state, "toy"))

    def missing(self) -> set[str]:
        rows = self.state.con.execute("SELECT source_key FROM ledger.records WHERE missing_runs > 0 OR is_gone").fetchall()
        return {key for (key,) in rows}

    def said(self, key: str) -> set[tuple[str, str]]:
        """(era, field) of the claims that stand."""
        rows = self.state.con.execute(
            """
            SELECT c.era, c.field FROM ledger.claims AS c JOIN ledger.records AS r ON r.record_id = c.record_id
            WHERE r.source_key = ? AND c.last_run IS NULL AND c.field NOT IN ('name', 'organisation_type')
            """,
            [key],
        ).fetchall()
        return set(rows)

    def forget_captures(self) -> None:
        for capture in (self.folder / "captures").rglob("*.gz"):
            capture.unlink()
