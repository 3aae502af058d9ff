"""One reading of saved pages: what they bring, and whether they are the whole network or an addition to what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from structlog.typing import FilteringBoundLogger

from connectors.contract import Connector, PageChanged, PageKind, PageRequest
from connectors.network import Network
from sync.crawl import Reading
from sync.fetch import Unreachable
from sync.member_lists import imported
from sync.reading import Before
from sync.saved.connector import SavedConnector
from sync.saved.pages import SavedPages
from sync.withholding.pages import Rewrites, Withholding
from sync.withholding.run import left_out
from sync.withholding.suppression import NOTHING, Suppressions
from warehouse.rows import Finding, PageMemory

SET_ASIDE = "page set aside"
"""The kind of a finding that counts what was set aside for one reason; which it was, only the terminal hears."""
MOST_NAMED = 3
"""Addresses that a sentence names; of the others it says how many there are."""


class SavedReading:
    """One reading of saved pages of a network; ``read`` does it.

    Arguments:
        pages: those that are older than what is known of their addresses are set aside.
        connector: the network's own, at the place where it is read.
        store: where pages are kept, without persons.
        before: what is known of the network.
        log: hears of faults of ours.
        progress: called with (profile pages done, profile pages known of so far).
        kept_out: what is neither stored nor read.
    """

    def __init__(
        self,
        network: Network,
        pages: SavedPages,
        connector: Connector,
        store: Rewrites,
        before: Before,
        now: Callable[[], datetime],
        log: FilteringBoundLogger,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
        *,
        kept_out: Suppressions = NOTHING,
    ) -> None:
        self.network = network
        self.name = network.facts.name
        self.store = store
        self.before = before
        self.started_at = now()
        self.own = dict(before.pages)
        """Remembered pages of the network itself, by address."""
        self.imports = {page.url: page for page in before.imports}
        remembered = self.own | self.imports
        # To a reading a page is a page, whoever saw it last.
        self.known = {
            url: replace(page, kind=PageKind.PROFILE.value) if page.kind == imported.SAVED else page
            for url, page in remembered.items()
        }
        """All remembered pages, by address."""
        self.pages = pages.without_outdated(remembered)
        self.saved = SavedConnector(connector, self.pages)
        self.kept_out = kept_out
        self._withholding = Withholding(network, self.saved, self.pages, kept_out, self.started_at) if kept_out else None
        self._reading = Reading(
            self._withholding or self.saved,
            self._withholding or self.pages,
            store,
            self.known,
            now,
            log,
            progress=progress,
            rest=self._rest,
        )
        self.crawl = self._reading.crawl
        self.findings: list[Finding] = []

    @property
    def withheld(self) -> int:
        """How many organisations or pages were kept out."""
        return len(self._withholding.met) if self._withholding else 0

    def _rest(self) -> Iterable[PageRequest]:
        return self._withholding.wanted(self.saved.rest()) if self._withholding else self.saved.rest()

    def read(self) -> str:
        """Read the pages; why that could not be done as a whole, or nothing."""
        trouble = ""
        try:
            self._reading.run()
        except (PageChanged, Unreachable) as doubt:
            trouble = str(doubt)
        if self._withholding is not None:
            self._withholding.strip_guides(self.crawl, self.store)
            self.crawl.learnt = self._withholding.learnt
        self.crawl.pages = {url: self._dated(url, memory) for url, memory in self.crawl.pages.items()}
        self.findings += [
            Finding(SET_ASIDE, f"{times} times among the saved pages: {why}", network=self.name)
            for why, times, _ in self.pages.aside
        ]
        self.findings += left_out(self.name, self.withheld)
        return trouble

    def _dated(self, url: str, memory: PageMemory) -> PageMemory:
        """A page's memory with the date on which it was saved. A sitemap's date is left out: the network is asked anew."""
        known = self.known.get(url)
        if known is not None and memory.fetched_at == known.fetched_at:  # it could not be read: what was known stands
            return memory
        return replace(memory, fetched_at=self.pages[url].saved_at, changed_at=None)

    def is_later(self, url: str) -> bool:
        """Whether a page that was read tells more than was known of its address, or the same at a later time."""
        known = self.known.get(url)
        return known is None or self.crawl.pages[url].fetched_at > known.fetched_at

    def scope(self, said: bool | None, pages_unread_at_most: float) -> tuple[bool, str]:
        """Whether the pages count as the whole network, and why.

        Arguments:
            said: what the operator says; None: nothing.
            pages_unread_at_most: share of the profiles that may be missing.
        """
        if said is not False and not any(map(self.is_later, self.crawl.pages)):
            return False, "an addition: no page is later than what was read before"
        if said is not None:
            return said, "the whole network, as you say" if said else "an addition, as you say"
        if self.saved.is_whole(pages_unread_at_most):
            return True, "the whole network: every list is there to its end, with nearly all profiles that it leads to"
        missing = self.saved.absent_starts or self.saved.absent_lists
        if missing:
            return False, f"an addition: there is no saved page of {some(missing)}; --complete says that the pages are all"
        return False, "an addition: the lists or their profiles are not all there; --complete says that the pages are all"


@dataclass(frozen=True)
class Taken:
    """What one saved page was taken for.

    Arguments:
        name: what the person who handed it to us calls it.
        by: what tells its address.
        what: ``sitemap``, ``listing``, ``profile``, ``another sort of page``, ``not read``.
        source_keys: the records that it names.
        because: why it was not read.
    """

    name: str
    url: str
    by: str
    what: str
    source_keys: tuple[str, ...] = ()
    because: str = ""


def taken_for(one: SavedReading) -> Iterator[Taken]:
    """What each saved page was taken for, in the order in which they were handed to us."""
    told = {finding.url: finding.because for finding in one.crawl.findings}
    for url, page in one.pages.items():
        name, memory = page.piece.name, one.crawl.pages.get(url)
        if url in told or memory is None:
            yield Taken(name, url, page.by, "not read", because=told.get(url, "nothing leads to it"))
        elif memory.kind == PageKind.PROFILE and not memory.source_keys:
            yield Taken(name, url, page.by, "another sort of page")
        else:
            yield Taken(name, url, page.by, memory.kind, memory.source_keys)


def some(urls: list[str]) -> str:
    """The first addresses, and how many more there are."""
    more = f" and {len(urls) - MOST_NAMED} more" if len(urls) > MOST_NAMED else ""
    return ", ".join(urls[:MOST_NAMED]) + more
