"""Reading one network: ask for what the connector wants, in order, and parse only what changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from connectors.contract import Connector, PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from sync.fetch import Fetched, NetworkDown, NotModified, PageGone, RobotsUnreadable, Unreachable, Validators
from warehouse.rows import Finding, PageMemory

ORDER = (PageKind.SITEMAP, PageKind.LISTING, PageKind.PROFILE)


class Fetches(Protocol):
    """What the crawl needs of the fetcher."""

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        """The page, or the word that it is as before. Raises Refused, Unreachable, PageGone, BudgetSpent."""
        ...


class Store(Protocol):
    """What the crawl needs of the captures."""

    def keep(self, body: bytes, charset: str | None) -> tuple[str, bool]:
        """Store a page without its personal data; its digest, and whether it is new."""
        ...

    def has(self, digest: str) -> bool:
        """Whether the bytes are (still) there: they may have been tidied away."""
        ...

    def get(self, digest: str) -> bytes:
        """The stored bytes."""
        ...


@dataclass
class Crawl:
    """What one reading of a network brought; filled as it goes, so that a reading cut short still says what it did."""

    profiles: list[ParsedProfile] = field(default_factory=list)
    pages: dict[str, PageMemory] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unchanged_keys: set[str] = field(default_factory=set)
    """Records whose pages are all as before: checked, not parsed."""
    unread_keys: set[str] = field(default_factory=set)
    """Records that the network still lists but whose page could not be read: neither checked nor missing."""
    requests: int = 0
    """Requests that were answered with a page or with "not modified"."""
    captures_new: int = 0
    profile_pages: int = 0
    pages_unchanged: int = 0
    pages_changed: int = 0
    """Profile pages that were not the expected ones (PageChanged)."""


class Reading:
    """One reading of one network; ``run`` does it.

    Arguments:
        known: what is remembered of its pages, by address.
        is_full: ask for every page anew and parse it, whatever is remembered.
        progress: called with (profile pages done, profile pages known of so far).
    """

    def __init__(
        self,
        connector: Connector,
        fetcher: Fetches,
        store: Store,
        known: Mapping[str, PageMemory],
        now: Callable[[], datetime],
        *,
        is_full: bool = False,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        self._connector = connector
        self._fetcher = fetcher
        self._store = store
        self._known = known
        self._is_full = is_full
        self._now = now
        self._progress = progress
        self._queues: dict[PageKind, deque[PageRequest]] = {kind: deque() for kind in ORDER}
        self._asked: set[str] = set()
        self._changed_at: dict[str, datetime] = {}
        self._listing_digests: set[str] = set()
        self._fresh: set[str] = set()
        """Records that were parsed in this reading."""
        self._parsed: set[str] = set()
        """Addresses of the pages that were parsed in this reading."""
        self.crawl = Crawl()

    def run(self) -> Crawl:
        """Read the network. Raises Refused, BudgetSpent, Unreachable or PageChanged where it cannot be read as a whole."""
        self._ask(self._connector.start())
        for kind in ORDER:
            queue = self._queues[kind]
            while queue:
                request = queue.popleft()
                if kind is PageKind.PROFILE:
                    self._read_profile(request)
                    self._progress(self.crawl.profile_pages, self.crawl.profile_pages + len(queue))
                else:
                    self._read_guide(request)
        self._parse_siblings()
        return self.crawl

    def _ask(self, requests: Iterable[PageRequest]) -> int:
        """Queue the requests that were not asked before; how many of them were new."""
        new = 0
        for request in requests:
            if request.changed_at is not None:
                self._changed_at[request.url] = request.changed_at
            if request.discovers and request.url not in self._asked:
                self._asked.add(request.url)
                self._queues[request.kind].append(request)
                new += 1
        return new

    def _fetch(self, request: PageRequest, *, is_conditional: bool) -> tuple[PageMemory, bool]:
        """Ask for a page: what to remember of it, and whether its bytes are as before."""
        remembered = self._known.get(request.url)
        validators = None
        if remembered is not None and is_conditional:
            validators = Validators(remembered.etag, remembered.last_modified)
        answer = self._fetcher.fetch(request.url, validators)
        self.crawl.requests += 1
        changed_at = self._changed_at.get(request.url)
        if isinstance(answer, NotModified):
            if remembered is None:
                raise Unreachable(f"{request.url} answered 304 Not Modified to a request that set no condition")
            return replace(remembered, changed_at=changed_at), True
        digest, is_new = self._store.keep(answer.body, answer.charset)
        self.crawl.captures_new += is_new
        is_as_before = remembered is not None and remembered.digest == digest
        memory = PageMemory(
            url=request.url,
            kind=request.kind.value,
            digest=digest,
            fetched_at=self._now(),
            charset=answer.charset,
            final_url=answer.final_url,
            source_keys=remembered.source_keys if remembered is not None and is_as_before else (),
            changed_at=changed_at,
            etag=answer.etag,
            last_modified=answer.last_modified,
        )
        return memory, is_as_before

    def _has_body(self, remembered: PageMemory | None) -> bool:
        return remembered is not None and self._store.has(remembered.digest)

    def _page(self, memory: PageMemory, request: PageRequest) -> RawPage:
        return RawPage(
            request, self._store.get(memory.digest), memory.digest, memory.fetched_at, memory.charset, memory.final_url
        )

    def _read_guide(self, request: PageRequest) -> None:
        """Read a sitemap or listing and queue what it leads to."""
        try:
            can_use_stored = not self._is_full and self._has_body(self._known.get(request.url))
            memory, _ = self._fetch(request, is_conditional=can_use_stored)
        except PageGone as gone:
            self._find(f"no {request.kind.value}", str(gone), url=request.url)
            return
        self.crawl.pages[request.url] = memory
        if request.kind is PageKind.LISTING:
            if memory.digest in self._listing_digests:
                self._find("listing repeats", f"{request.url} is the same page as an earlier one of the listing", url=request.url)
                return
            self._listing_digests.add(memory.digest)
        self._ask(self._connector.follow(self._page(memory, request)))

    def _read_profile(self, request: PageRequest) -> None:
        """Read one profile page, unless the network says that it is as before."""
        self.crawl.profile_pages += 1
        remembered = self._known.get(request.url)
        changed_at = self._changed_at.get(request.url)
        if remembered is not None and not self._is_full and changed_at is not None and remembered.changed_at == changed_at:
            self._unchanged(remembered)
            return
        try:
            memory, is_unchanged = self._fetch(request, is_conditional=not self._is_full)
        except PageGone as gone:
            self._find("page gone", str(gone), url=request.url)
            return
        except (NetworkDown, RobotsUnreadable):  # not this page's trouble but the whole network's
            raise
        except Unreachable as trouble:
            self._find("page unreachable", str(trouble), url=request.url)
            self._unread(remembered)
            return
        if is_unchanged and not self._is_full:
            self._unchanged(memory)
        else:
            self._parse(self._page(memory, request), memory)

    def _unchanged(self, memory: PageMemory) -> None:
        self.crawl.pages[memory.url] = memory
        self.crawl.pages_unchanged += 1
        self.crawl.unchanged_keys.update(memory.source_keys)

    def _unread(self, remembered: PageMemory | None) -> None:
        """Keep what is remembered of a page that could not be read, validators apart, so that it is asked for again."""
        if remembered is not None:
            self.crawl.pages[remembered.url] = replace(remembered, changed_at=None, etag=None, last_modified=None)
            self.crawl.unread_keys.update(remembered.source_keys)

    def _parse(self, page: RawPage, memory: PageMemory) -> None:
        try:
            profiles = tuple(self._connector.parse(page))
        except PageChanged as changed:
            self.crawl.pages_changed += 1
            self._find("page changed", str(changed), url=page.request.url)
            self._unread(self._known.get(page.request.url))
            return
        self.crawl.profiles.extend(profiles)
        keys = tuple(profile.source_key for profile in profiles)
        self._fresh.update(keys)
        self._parsed.add(memory.url)
        self.crawl.pages[memory.url] = replace(memory, source_keys=keys)

    def _parse_siblings(self) -> None:
        """Parse stored pages again that share a record with a page that changed or is gone.

        A record may stand on several pages (two eras of one site); what it says is what its pages say together.
        """
        lost = {
            key
            for url, page in self._known.items()
            if page.kind == PageKind.PROFILE and url not in self.crawl.pages
            for key in page.source_keys
        }
        wanted = (self._fresh | lost) & (self.crawl.unchanged_keys | self.crawl.unread_keys)
        for url, memory in list(self.crawl.pages.items()):
            is_stored = memory.kind == PageKind.PROFILE and url not in self._parsed
            if is_stored and wanted.intersection(memory.source_keys):
                self._parse_stored(PageRequest(url, PageKind.PROFILE), memory)
        self.crawl.unchanged_keys -= self._fresh
        self.crawl.unread_keys -= self._fresh

    def _parse_stored(self, request: PageRequest, memory: PageMemory) -> None:
        """Parse a page from its capture, or from the network where the capture was tidied away."""
        if not self._has_body(memory):
            try:
                memory, _ = self._fetch(request, is_conditional=False)
            except PageGone as gone:
                self._find("page gone", str(gone), url=request.url)
                return
        self._parse(self._page(memory, request), memory)

    def _find(self, kind: str, because: str, url: str) -> None:
        self.crawl.findings.append(Finding(kind, because, network=self._connector.network, url=url))
