"""An import of saved pages: read by the crawl's own machinery, judged by the same verdict, published into the same edition.

Saved pages are the *whole* network where every list that a crawl begins with is among them, from its beginning to its end, with
nearly all profiles that it leads to; or where the operator says so. Then they count as a nightly run does: floors, canaries,
absence; and a list that breaks off, or a profile that is not there, is what it is in a run.

Otherwise they are an *addition*: they add and update, nothing counts as missing, and no floor on numbers applies. What is held
then is what cannot be right: too many pages unlike what was expected, a field that hardly any of them has, a well-known profile
that says something else. One page of either sort is a finding and not a doubt: with few pages it is a large share.

Pages of an addition are remembered beside the network's own (``sync.member_lists.imported``). A set of pages none of which is
later than what was read before tells nothing new, and is no second look at what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import structlog
from structlog.typing import FilteringBoundLogger

from connectors import registry
from connectors.contract import Connector, PageKind
from connectors.network import Expectations, Network, PersonalBlock
from sync.capture import CaptureMissing, Captures
from sync.clock import Clock
from sync.member_lists import imported
from sync.normalise.profile import normalise
from sync.normalise.readings import Normalised
from sync.pipeline import RunReport, begin, dated, finish, known_before, load_run
from sync.privacy.run import impersonal
from sync.privacy.strip import strip_personal
from sync.reading import Before
from sync.saved.pages import SavedPages
from sync.saved.reading import SavedReading
from sync.saved.verdict import judged_addition, judged_whole
from sync.settings import NetworkSettings, Settings
from sync.store import PrivateStore
from sync.withholding.pages import Rewrites
from sync.withholding.suppression import NOTHING, Suppressions, learn_of, suppressions
from sync.workplace import at_work
from warehouse.rows import Finding, NetworkRun, Outcome


@dataclass(frozen=True)
class Brought:
    """What came of reading saved pages.

    Arguments:
        run: the network's part of a run, ready to load.
        reading: what it was made from, page by page.
        is_whole: whether the pages count as the whole network.
        because: why they do or do not, as a sentence.
    """

    run: NetworkRun
    reading: SavedReading
    is_whole: bool
    because: str


def run(
    settings: Settings,
    network: Network,
    pages: SavedPages,
    clock: Clock,
    log: FilteringBoundLogger,
    *,
    is_whole: bool | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[RunReport, Brought]:
    """Import saved pages of one network, and publish an edition.

    Arguments:
        is_whole: whether they are the whole network; None: find out.
        progress: called with (profile pages done, profile pages known of so far).

    Raises:
        Locked: another run holds the lock.
    """
    name = network.facts.name
    var = settings.paths.var
    ours = settings.networks.get(name, NetworkSettings())
    with at_work(var, clock.now(), settings.merge) as state:
        run_id, steady = begin(state, clock)
        log.info("import began", run=run_id, network=name, pages=len(pages))
        store = PrivateStore(Captures(var / "captures"), network.facts.personal)
        brought = bring(
            network,
            pages,
            registry.connector(name, ours.base or network.facts.home),
            store,
            known_before(state, name),
            kept_out=suppressions(var),
            expect=ours.expectations(network.facts.expect),
            keeps_at_least=settings.run.keeps_at_least,
            is_whole=is_whole,
            now=clock.now,
            log=log,
            progress=progress,
        )
        told = tuple(Finding("personal block without an end", doubt, network=name) for doubt in store.doubts)
        network_run = dated(replace(brought.run, findings=brought.run.findings + told), steady)
        learn_of(var, brought.reading.crawl.learnt)
        report = load_run(settings, state, run_id, network_run, brought.reading.crawl.captures_new, steady, log)
        return finish(settings, state, run_id, (report,), {}, steady, log), brought


def bring(
    network: Network,
    pages: SavedPages,
    connector: Connector,
    store: Rewrites,
    before: Before,
    *,
    kept_out: Suppressions = NOTHING,
    expect: Expectations,
    keeps_at_least: float,
    is_whole: bool | None,
    now: Callable[[], datetime],
    log: FilteringBoundLogger,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    connect: imported.Connect = registry.connector,
) -> Brought:
    """Read saved pages and judge the reading.

    Arguments:
        connector: the network's own, at the place where it is read.
        kept_out: what is neither stored nor read.
        is_whole: whether the pages are the whole network; None: find out.
        connect: the network's connector for pages that were read at an address (scheme and host).
    """
    one = SavedReading(network, pages, connector, store, before, now, log, progress, kept_out=kept_out)
    trouble = one.read()
    whole, because = one.scope(is_whole, expect.pages_unread_at_most)
    run = judged_whole(one, expect, keeps_at_least) if whole else judged_addition(one, expect, connect)
    if trouble:
        run = replace(run, outcome=Outcome.HELD, because=trouble, doubted=None)
    return Brought(impersonal(replace(run, ended_at=now())), one, whole, because)


class NothingStored:
    """What a reading needs of the captures, where nothing is to be stored: the page that is being read, without persons.

    Arguments:
        rules: the blocks of text that name persons on this network's pages.
    """

    def __init__(self, rules: tuple[PersonalBlock, ...]) -> None:
        self._rules = rules
        self._last = ("", b"")

    def keep(self, body: bytes, charset: str | None, kind: PageKind) -> tuple[str, bool]:
        """Hold a page without its personal data until the next; its digest. Raises PageChanged like the captures."""
        plain = strip_personal(body, charset, self._rules, kind).body
        self._last = (sha256(plain).hexdigest(), plain)
        return self._last[0], True

    def has(self, digest: str) -> bool:
        """Whether it is the page that is held."""
        return digest == self._last[0]

    def remove(self, digest: str) -> None:
        """Let go of the page, if it is the one that is held."""
        if digest == self._last[0]:
            self._last = ("", b"")

    def get(self, digest: str) -> bytes:
        """The page that is held. Raises CaptureMissing for any other."""
        if digest != self._last[0]:
            raise CaptureMissing(f"wanted the page {digest}, found that a preview holds no page but the last")
        return self._last[1]


def preview(
    network: Network, pages: SavedPages, base: str, clock: Clock, most: int
) -> tuple[SavedReading, list[Normalised], list[Finding]]:
    """What saved pages would be taken for: the reading, the first profiles, and what was found. Nothing is stored or known.

    Arguments:
        base: scheme and host where the network is read.
        most: how many profiles to make.
    """
    log: FilteringBoundLogger = structlog.wrap_logger(structlog.ReturnLogger())
    connector = registry.connector(network.facts.name, base)
    one = SavedReading(network, pages, connector, NothingStored(network.facts.personal), Before({}, {}, None), clock.now, log)
    trouble = one.read()
    profiles = [normalise(profile, network, today=clock.now().date()) for profile in one.crawl.profiles[:most]]
    findings = [Finding("page changed", trouble, network=one.name)] if trouble else []
    return one, profiles, [*findings, *one.crawl.findings, *(found for each in profiles for found in each.findings)]
