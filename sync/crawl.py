"""Reading one network: ask for what the connector wants, in order, and parse only what changed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from structlog.typing import FilteringBoundLogger

from connectors.contract import Connector, PageChanged, PageKind, PageRequest, RawPage
from sync.crawled import Crawl, Fetches, Store, Withheld
from sync.fetch import NetworkDown, NotModified, PageGone, Refusal, Refused, RobotsUnreadable, Unreachable, Validators
from sync.heavy import in_turn
from sync.stopping import Stopped
from warehouse.rows import Finding, PageMemory

ORDER = (PageKind.SITEMAP, PageKind.LISTING, PageKind.PROFILE)
FORBIDDEN_IN_A_ROW = 3
"""So many forbidden profiles on end are the network's no; fewer are single pages that were withdrawn."""
STALE_LISTS_IN_A_ROW = 3
"""So many pages of a listing on end without a new entry are a pager without an end."""
GUIDES_AT_MOST = 500
"""Pages of listings, or sitemaps, of one network: twice as many as the largest of them has."""
LASTMOD_TRUSTED_AFTER = timedelta(hours=24)
"""A sitemap's date may lack its time: an edit later on the day of our last look would hide behind it."""


class Reading:
    """One reading of one network; ``run`` does it.

    Arguments:
        known: what is remembered of its pages, by address.
        log: hears of faults of ours.
        is_full: ask for every page anew and parse it, whatever is remembered.
        is_stopping: whether to end after the current page.
        progress: called with (profile pages done, profile pages known of so far).
        rest: what to ask for once all that the connector leads to is read.
    """

    def __init__(
        self,
        connector: Connector,
        fetcher: Fetches,
        store: Store,
        known: Mapping[str, PageMemory],
        now: Callable[[], datetime],
        log: FilteringBoundLogger,
        *,
        is_full: bool = False,
        is_stopping: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
        rest: Callable[[], Iterable[PageRequest]] = lambda: (),
    ) -> None:
        self._connector = connector
        self._fetcher = fetcher
        self._store = store
        self._known = known
        self._now = now
        self._log = log
        self._is_full = is_full
        self._is_stopping = is_stopping
        self._progress = progress
        self._rest = rest
        self._queues: dict[PageKind, deque[PageRequest]] = {kind: deque() for kind in ORDER}
        self._asked: dict[str, PageRequest] = {}
        self._changed_at: dict[str, datetime] = {}
        self._starts: set[str] = set()
        self._guides: Counter[PageKind] = Counter()
        self._listing_digests: set[str] = set()
        self._listed: set[str] = set()
        """Addresses of the profiles that the listing leads to."""
        self._stale_lists = 0
        self._lists_gone: list[str] = []
        self._has_read_a_list = False
        self._forbidden = 0
        self._fresh: set[str] = set()
        """Records that were parsed in this reading."""
        self._parsed: set[str] = set()
        """Addresses of the pages that were parsed in this reading."""
        self._torn: set[str] = set()
        """Records of which one page was read and another, that still stands there, could not be read again."""
        self.crawl = Crawl()

    def run(self) -> Crawl:
        """Read the network. Raises Refused, BudgetSpent, Unreachable or PageChanged where it cannot be read as a whole.

        A network whose lists are all gone is not an empty one: that is PageChanged too. Stopped when told to stop.
        """
        self._ask(self._connector.start())
        self._starts = set(self._asked)
        self._read_queued()
        self._ask(self._rest())
        self._read_queued()
        self._demand_a_list()
        self._parse_siblings()
        return self.crawl

    def _read_queued(self) -> None:
        while (kind := next((kind for kind in ORDER if self._queues[kind]), None)) is not None:
            if self._is_stopping():
                raise Stopped(f"{self._connector.network} was told to stop after {self.crawl.requests} pages")
            if kind is PageKind.PROFILE:
                self._demand_a_list()
                self._read_profile(self._queues[kind].popleft())
                self._progress(self.crawl.profile_pages, self.crawl.profile_pages + len(self._queues[kind]))
            else:
                self._read_guide(self._queues[kind].popleft())

    def _demand_a_list(self) -> None:
        if self._lists_gone and not self._has_read_a_list:
            raise PageChanged(f"wanted a list at one of {', '.join(self._lists_gone)}, found that none of them is there")

    def _ask(self, requests: Iterable[PageRequest]) -> None:
        """Queue the requests that were not asked before."""
        for request in requests:
            if request.changed_at is not None:
                self._changed_at[request.url] = request.changed_at
            if request.discovers and request.url not in self._asked:
                self._asked[request.url] = request
                self._queues[request.kind].append(request)

    def _fetch(self, request: PageRequest, *, is_conditional: bool) -> tuple[PageMemory, bool]:
        """Ask for a page: what to remember of it, and whether its bytes are as before."""
        remembered = self._known.get(request.url)
        validators = None
        if remembered is not None and is_conditional:
            validators = Validators(remembered.etag, remembered.last_modified)
        answer = self._fetcher.fetch(request.url, validators)
        self.crawl.requests += 1
        changed_at, now = self._changed_at.get(request.url), self._now()
        if isinstance(answer, NotModified):
            if remembered is None:
                raise Unreachable(f"{request.url} answered 304 Not Modified to a request that set no condition")
            return replace(remembered, changed_at=changed_at, fetched_at=now, carried=request.carried), True
        digest, is_new = self._store.keep(answer.body, answer.charset, request.kind)
        self.crawl.captures_new += is_new
        is_as_before = remembered is not None and remembered.digest == digest
        memory = PageMemory(
            url=request.url,
            kind=request.kind.value,
            digest=digest,
            fetched_at=now,
            charset=answer.charset,
            final_url=answer.final_url,
            source_keys=remembered.source_keys if remembered is not None and is_as_before else (),
            phrases=remembered.phrases if remembered is not None and is_as_before else None,
            unread_labels=remembered.unread_labels if remembered is not None and is_as_before else (),
            changed_at=changed_at,
            etag=answer.etag,
            last_modified=answer.last_modified,
            carried=request.carried,
        )
        return memory, is_as_before

    def _has_body(self, remembered: PageMemory | None) -> bool:
        return remembered is not None and self._store.has(remembered.digest)

    def _page(self, memory: PageMemory, request: PageRequest) -> RawPage:
        return RawPage(
            request, self._store.get(memory.digest), memory.digest, memory.fetched_at, memory.charset, memory.final_url
        )

    # Guides: sitemaps and listings

    def _read_guide(self, request: PageRequest) -> None:
        """Read a sitemap or listing and queue what it leads to."""
        self._guides[request.kind] += 1
        if self._guides[request.kind] > GUIDES_AT_MOST:
            raise PageChanged(f"wanted a {request.kind} that ends within {GUIDES_AT_MOST} pages, found {request.url} after them")
        found = self._fetch_guide(request)
        if found is None:
            return
        memory, page, is_as_before = found
        self.crawl.pages[memory.url] = memory
        if request.kind is PageKind.LISTING:
            self._read_list(memory, page, request, is_as_before=is_as_before)
        else:
            self._ask(self._leads(page))

    def _leads(self, page: RawPage) -> tuple[PageRequest, ...]:
        return in_turn(page.body, lambda: tuple(self._connector.follow(page)))

    def _fetch_guide(self, request: PageRequest) -> tuple[PageMemory, RawPage, bool] | None:
        """The page, or the first of its alternatives that is there, and whether its bytes are as before; None: all are gone."""
        urls = (request.url, *request.alternatives)
        missing = []
        for url in urls:
            one = self._asked[url] = replace(request, url=url, alternatives=())
            try:
                can_use_stored = not self._is_full and self._has_body(self._known.get(url))
                memory, is_as_before = self._fetch(one, is_conditional=can_use_stored)
            except PageGone as gone:
                missing.append(str(gone))
            except Withheld:
                self._has_read_a_list |= request.kind is PageKind.LISTING
                return None
            else:
                return memory, self._page(memory, one), is_as_before
        if not request.is_guess:
            self._find(f"no {request.kind.value}", "; ".join(missing), url=request.url)
            if request.kind is PageKind.LISTING:
                self._lists_gone.extend(urls)
                if request.url not in self._starts:
                    self.crawl.doubts.append(f"wanted the page of the listing that an earlier one announces, found {missing[0]}")
        return None

    def _read_list(self, memory: PageMemory, page: RawPage, request: PageRequest, *, is_as_before: bool) -> None:
        """Queue what a page of a listing leads to; where its entries are profiles themselves, read them."""
        self._has_read_a_list = True
        if memory.digest in self._listing_digests:
            self._repeats(memory, request)
            return
        self._listing_digests.add(memory.digest)
        leads = self._leads(page)
        profiles = {lead.url for lead in leads if lead.kind is PageKind.PROFILE}
        self._stale_lists = 0 if profiles - self._listed or not profiles else self._stale_lists + 1
        self._listed |= profiles
        if self._stale_lists >= STALE_LISTS_IN_A_ROW:
            self._repeats(memory, request)
            return
        if memory.url in profiles:
            self._read_entries(memory, page, is_as_before=is_as_before)
        self._ask(leads)

    def _repeats(self, memory: PageMemory, request: PageRequest) -> None:
        """A pager that leads back: beyond its end where the address was guessed, before it where the network printed it."""
        if not request.is_guess:
            because = f"wanted a listing with an end, found that {memory.url} lists what earlier pages of it list"
            self._find("listing repeats", because, url=memory.url)
            self.crawl.doubts.append(because)

    def _read_entries(self, memory: PageMemory, page: RawPage, *, is_as_before: bool) -> None:
        """Read a list's page as the profiles that it holds; from then on it is remembered as a page of profiles."""
        self.crawl.profile_pages += 1
        remembered = self._known.get(memory.url)
        was_read = remembered is not None and remembered.kind == PageKind.PROFILE
        del self.crawl.pages[memory.url]
        memory = replace(memory, kind=PageKind.PROFILE.value)
        if is_as_before and was_read and not self._must_parse(memory.url):
            self._unchanged(memory)
        else:
            self._parse(page, memory)

    # Profiles

    def _read_profile(self, request: PageRequest) -> None:
        """Read one profile page, unless the network says that it is as before."""
        self.crawl.profile_pages += 1
        remembered = self._known.get(request.url)
        if remembered is not None and not self._is_full and self._is_called_unchanged(remembered):
            self._unchanged(remembered)
            return
        found = self._obtain(request, is_conditional=not self._is_full)
        if found is None:
            return
        memory, is_unchanged = found
        if is_unchanged and not self._must_parse(request.url):
            self._unchanged(memory)
        else:
            self._parse(self._page(memory, request), memory)

    def _must_parse(self, url: str) -> bool:
        """Whether a page is parsed although it is as it is remembered: one that was doubted is believed again only so."""
        return self._is_full or (url in self._known and self._known[url].is_doubted)

    def _is_called_unchanged(self, remembered: PageMemory) -> bool:
        """Whether the sitemap dates the page's last change to well before our last look at it.

        A look that lies in the future was dated by a clock that was wrong: it proves nothing.
        """
        changed_at = self._changed_at.get(remembered.url)
        return (
            changed_at is not None
            and remembered.changed_at == changed_at
            and changed_at <= remembered.fetched_at - LASTMOD_TRUSTED_AFTER
            and remembered.fetched_at <= self._now()
        )

    def _obtain(self, request: PageRequest, *, is_conditional: bool) -> tuple[PageMemory, bool] | None:
        """A profile page, and whether it is as before; None: this page could not be had, and a finding says why."""
        try:
            found = self._fetch(request, is_conditional=is_conditional)
        except PageGone as gone:
            self._find("page gone", str(gone), url=request.url)
            return None
        except Withheld:
            self.crawl.profile_pages -= 1
            return None
        except PageChanged as changed:
            self._changed(request.url, "page changed", str(changed))
            return None
        except (NetworkDown, RobotsUnreadable):  # not this page's trouble but the whole network's
            raise
        except Refused as refused:
            self._forbidden += 1
            if refused.by not in (Refusal.FORBIDDEN, Refusal.ROBOTS) or self._forbidden >= FORBIDDEN_IN_A_ROW:
                raise
            self._find("page forbidden", str(refused), url=request.url)
        except Unreachable as trouble:
            self._find("page unreachable", str(trouble), url=request.url)
        else:
            self._forbidden = 0
            return found
        self.crawl.pages_unread += 1
        self._unread(request.url)
        return None

    def _unchanged(self, memory: PageMemory) -> None:
        self.crawl.pages[memory.url] = memory
        self.crawl.pages_unchanged += 1
        self.crawl.unchanged_keys.update(memory.source_keys)

    def _unread(self, url: str) -> None:
        """Keep what is remembered of a page that could not be read, validators apart, so that it is asked for again."""
        remembered = self._known.get(url)
        if remembered is not None:
            self.crawl.pages[url] = replace(remembered, changed_at=None, etag=None, last_modified=None)
            self.crawl.unread_keys.update(remembered.source_keys)

    def _parse(self, page: RawPage, memory: PageMemory) -> None:
        try:
            profiles = in_turn(page.body, lambda: tuple(self._connector.parse(page)))
        except PageChanged as changed:
            self._changed(page.request.url, "page changed", str(changed))
            return
        except Exception as fault:
            # One page that our parser cannot stand must not cost the network its night; too many of them hold it.
            self._log.exception("parsing crashed", network=self._connector.network, url=page.request.url)
            self._changed(
                page.request.url, "page not parsed", f"our parser failed on it, see the journal: {type(fault).__name__}: {fault}"
            )
            return
        self.crawl.profiles.extend(profiles)
        keys = tuple(profile.source_key for profile in profiles)
        self._fresh.update(keys)
        self._parsed.add(memory.url)
        self.crawl.pages[memory.url] = replace(memory, source_keys=keys)

    def _changed(self, url: str, kind: str, because: str) -> None:
        self.crawl.pages_changed += 1
        self._find(kind, because, url=url)
        self._unread(url)

    def _parse_siblings(self) -> None:
        """Parse stored pages again that share a record with a page that changed or is gone.

        A record may stand on several pages (two eras of one site); what it says is what its pages say together. Where one of
        them cannot be had, the others say only half of it: then it keeps its last good values.
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
                self._parse_stored(self._asked[url], memory)
        self.crawl.unchanged_keys -= self._fresh
        self.crawl.unread_keys -= self._fresh
        if torn := self._torn & self._fresh:
            self.crawl.profiles = [profile for profile in self.crawl.profiles if profile.source_key not in torn]
            self.crawl.set_aside(torn, self._known)

    def _parse_stored(self, request: PageRequest, memory: PageMemory) -> None:
        """Parse a page from its capture, or from the network where the capture was tidied away."""
        if not self._has_body(memory):
            found = self._obtain(request, is_conditional=False)
            if found is None:
                self._torn.update(memory.source_keys)
                return
            memory = replace(found[0], source_keys=memory.source_keys)
        self._parse(self._page(memory, request), memory)
        if memory.url not in self._parsed:
            self._torn.update(memory.source_keys)

    def _find(self, kind: str, because: str, url: str) -> None:
        self.crawl.findings.append(Finding(kind, because, network=self._connector.network, url=url))
