"""A network's connector over saved pages: the crawl's own machinery reads them, and asks only for what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from connectors.contract import Connector, PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from sync.saved.aside import Why
from sync.saved.pages import SavedPages


@dataclass
class SavedConnector:
    """A network's connector that asks only for pages that were handed to us, and notes which others it would have asked for.

    Arguments:
        connector: the network's own; what a page is, it decides.
        pages: by address.
    """

    connector: Connector
    pages: SavedPages
    network: str = field(init=False)
    absent_starts: list[str] = field(default_factory=list)
    """Where a list begins and no saved page is, nor at one of its alternatives."""
    absent_lists: list[str] = field(default_factory=list)
    """Pages of lists that a saved one announces."""
    is_open_ended: bool = False
    """Whether a list may go on after its last saved page: one that is counted has its end only where a page is empty."""
    absent_profiles: set[str] = field(default_factory=set)
    """Profiles that a saved list or sitemap leads to."""
    unreadable_lists: list[str] = field(default_factory=list)
    """What is wrong with a saved list or sitemap, as sentences."""
    lists: int = 0
    """Saved pages of lists that were read."""
    led_to: set[str] = field(default_factory=set)
    """Profiles that a saved list or sitemap leads to, saved ones."""
    _asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.network = self.connector.network

    def start(self) -> Iterator[PageRequest]:
        """The saved sitemaps and lists: those that a crawl begins with, then all others."""
        for request in self.connector.start():
            found = next((url for url in (request.url, *request.alternatives) if url in self.pages), None)
            if found is not None:
                self._asked.add(found)
                yield replace(request, url=found, alternatives=())
            elif request.kind is PageKind.LISTING:
                self.absent_starts.append(request.url)
        for url in self.pages:
            kind = self.connector.kind_of(url)
            if kind in (PageKind.SITEMAP, PageKind.LISTING):
                self._asked.add(url)
                # Nobody printed the address, so that it lists what others list (a second pager's) is no trouble of the network.
                yield PageRequest(url, kind, is_guess=True)

    def follow(self, page: RawPage) -> Iterator[PageRequest]:
        """What a saved sitemap or list leads to, as far as it is saved."""
        try:
            leads = list(self.connector.follow(page))
        except PageChanged as changed:
            self.unreadable_lists.append(str(changed))
            return
        self.lists += page.request.kind is PageKind.LISTING
        for lead in leads:
            if lead.url in self.pages or not lead.discovers:
                if lead.discovers:
                    self._asked.add(lead.url)
                    self.led_to |= {lead.url} if lead.kind is PageKind.PROFILE else set()
                yield lead
            elif lead.is_guess:
                self.is_open_ended = True
            elif lead.kind is PageKind.LISTING:
                self.absent_lists.append(lead.url)
            elif lead.kind is PageKind.PROFILE:
                self.absent_profiles.add(lead.url)

    def rest(self) -> Iterator[PageRequest]:
        """The saved profiles to which no saved list leads; pages at no profile's address are set aside."""
        for url, page in self.pages.items():
            if url in self._asked:
                continue
            if self.connector.kind_of(url) is PageKind.PROFILE:
                yield PageRequest(url, PageKind.PROFILE)
            else:
                self.pages.aside.add(Why.NO_PLACE, page.piece.name, urlsplit(url).path)

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        """The profiles on a page. Raises PageChanged."""
        return self.connector.parse(page)

    def kind_of(self, url: str) -> PageKind | None:
        """What stands at an address, as far as the address tells."""
        return self.connector.kind_of(url)

    def is_whole(self, pages_unread_at_most: float) -> bool:
        """Whether the saved pages are the whole network: every list from its beginning to its end, and nearly all profiles.

        Arguments:
            pages_unread_at_most: share of the profiles that may be missing; one always may, as in a crawl.
        """
        if not self.lists or self.absent_starts or self.absent_lists or self.unreadable_lists or self.is_open_ended:
            return False
        total = len(self.led_to) + len(self.absent_profiles)
        return len(self.absent_profiles) <= max(1.0, pages_unread_at_most * total) and bool(self.led_to)
