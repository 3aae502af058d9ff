"""Keeping out while a network is read: between the fetcher and the crawl, before a byte of a page is stored.

An organisation that is kept out is recognised by the address of its page, which is then not asked for; else by what its page
says, which is then not handed on. Where others stand on the same page, the page is handed on without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from connectors.contract import Connector, PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from connectors.markup import decoded
from connectors.network import Network
from sync.crawled import Crawl, Fetches, Store, Withheld
from sync.fetch import Fetched, NotModified, Validators
from sync.normalise.profile import normalise
from sync.privacy.strip import encoded
from sync.withholding.links import PLACEHOLDER, is_placeholder, page_without, page_without_texts, sitemap_without
from sync.withholding.suppression import Mark, Suppressions
from sync.withholding.values import without_values

_NAMES = ("name", "native_name", "other_names")
_WAYS = ("website", "email", "phone", "address", "description")
ROUNDS = 3
"""So often a page is looked at again whether an organisation is still to be recognised on it."""


class Rewrites(Store, Protocol):
    """What taking something out of a stored page needs of the captures."""

    def remove(self, digest: str) -> None:
        """Delete a page's bytes, where they are there."""
        ...


class Withholding:
    """A network's connector and fetcher at once, without what is kept out. For one reading.

    Arguments:
        connector, fetcher: those that do the work.
        now: for normalising, by which an organisation is recognised.
    """

    def __init__(self, network: Network, connector: Connector, fetcher: Fetches, kept_out: Suppressions, now: datetime) -> None:
        self.network = network.facts.name
        self._read = network
        self._connector = connector
        self._fetcher = fetcher
        self._kept_out = kept_out
        self._now = now
        self._requests: dict[str, PageRequest] = {}
        self.met: set[str] = set()
        """Addresses and source keys of what was kept out."""
        self.learnt: list[tuple[frozenset[Mark], frozenset[Mark]]] = []
        """Of each that was recognised by what its page says: the marks that told, and all that it has."""
        self.recognised_at: set[str] = set()
        """Addresses that were asked for and then found to be kept out: the journal names them."""

    # The connector

    def start(self) -> Iterable[PageRequest]:
        """The addresses to begin with."""
        return self.wanted(self._connector.start())

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        """The pages that a guide leads to, apart from those that are kept out."""
        return self.wanted(self._connector.follow(page))

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        """The profiles on a page, apart from those that are kept out."""
        return [profile for profile in self._connector.parse(page) if not _is_placeholder(profile)]

    def kind_of(self, url: str) -> PageKind | None:
        """What stands at an address, as far as the address tells."""
        return self._connector.kind_of(url)

    def wanted(self, requests: Iterable[PageRequest]) -> Iterator[PageRequest]:
        """The requests, apart from those for what is kept out."""
        for request in requests:
            if is_placeholder(request.url):
                continue
            if self._is_kept_out(request.url):
                self.met.add(request.url)
                continue
            for url in (request.url, *request.alternatives):
                self._requests[url] = replace(request, url=url, alternatives=())
            yield request

    def _is_kept_out(self, url: str) -> bool:
        return self._kept_out.has_page(self.network, url)

    # The fetcher

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        """The page without what is kept out. Raises Withheld where nothing else stands on it, and what the fetcher raises."""
        answer = self._fetcher.fetch(url, validators)
        if isinstance(answer, NotModified):
            return answer
        request = self._requests.get(url, PageRequest(url, PageKind.PROFILE))
        if self._is_kept_out(answer.final_url):
            self.met.add(url)
            raise Withheld
        return replace(answer, body=self._without(answer, request))

    def _without(self, answer: Fetched, request: PageRequest) -> bytes:
        text, codec = decoded(answer.body, answer.charset)
        if request.kind is PageKind.SITEMAP:
            left = sitemap_without(text, answer.final_url, self._is_met)
        else:
            left = self._without_records(text, codec, answer, request)
            left = page_without(left, answer.final_url, self._is_met)
        left = without_values(left, self._kept_out)
        return answer.body if left == text else encoded(left, codec, answer.charset)

    def _is_met(self, url: str) -> bool:
        """As ``_is_kept_out``, and takes note of it."""
        if not self._is_kept_out(url):
            return False
        self.met.add(url)
        return True

    def _without_records(self, text: str, codec: str, answer: Fetched, request: PageRequest) -> str:
        """A page without the entries that are kept out.

        Raises Withheld where all are, PageChanged where one cannot be taken out for certain: then nothing is stored.
        """
        for _ in range(ROUNDS):
            body = encoded(text, codec, answer.charset)
            profiles = self._profiles(body, answer, request)
            urls = (request.url, answer.final_url) if len(profiles) == 1 else ()
            doomed = [profile for profile in profiles if self._is_recognised(profile, urls)]
            if not doomed:
                return text
            if len(doomed) == len(profiles):
                self.met.add(request.url)
                raise Withheld
            self.met.update(profile.source_key for profile in doomed)
            names = {value for profile in doomed for value in _said(profile, _NAMES)}
            ways = {value for profile in doomed for value in _said(profile, _WAYS)}
            text = page_without_texts(text, names, ways)
        raise PageChanged("wanted to leave out what is kept out on request, found that the page still has it")

    def _profiles(self, body: bytes, answer: Fetched, request: PageRequest) -> list[ParsedProfile]:
        """What the page prints of each organisation; none where it is no page of profiles, or cannot be read as one."""
        page = RawPage(request, body, "", self._now, answer.charset, answer.final_url)
        try:
            if request.kind is PageKind.LISTING:
                leads = self._connector.follow(page)
                if not any(lead.kind is PageKind.PROFILE and lead.url == request.url for lead in leads):
                    return []
            return [profile for profile in self._connector.parse(page) if not _is_placeholder(profile)]
        except Exception:  # whatever it is, the crawl meets it too, and says so
            return []

    def _is_recognised(self, parsed: ParsedProfile, own_urls: tuple[str, ...]) -> bool:
        """Whether an organisation is kept out; if so, it is learnt by what else it can be recognised.

        Arguments:
            own_urls: addresses at which nothing else stands.
        """
        profile = normalise(parsed, self._read, today=self._now.date()).profile
        if profile is None or not self._kept_out.keeps_out(profile):
            return False
        marker = self._kept_out.marker
        marks = marker.of_profile(profile)
        self.recognised_at.update(own_urls)
        own = {marker.address(self.network, url) for url in own_urls}
        self.learnt.append((marks & self._kept_out.marks, marks | own))
        self._kept_out = replace(self._kept_out, marks=self._kept_out.marks | own)
        return True

    def strip_guides(self, crawl: Crawl, store: Rewrites) -> None:
        """Take what was recognised only after the lists had been stored out of these too."""
        if not self.learnt:
            return
        for url, memory in list(crawl.pages.items()):
            if memory.kind not in (PageKind.LISTING, PageKind.SITEMAP) or not store.has(memory.digest):
                continue
            kind, body = PageKind(memory.kind), store.get(memory.digest)
            text, codec = decoded(body, memory.charset)
            strip = sitemap_without if kind is PageKind.SITEMAP else page_without
            left = strip(text, memory.final_url, self._is_kept_out)
            if left != text:
                digest, _ = store.keep(encoded(left, codec, memory.charset), memory.charset, kind)
                crawl.pages[url] = replace(memory, digest=digest)
                store.remove(memory.digest)


def _is_placeholder(profile: ParsedProfile) -> bool:
    return PLACEHOLDER in (profile.printed.get("name") or ("",))[0]


def _said(profile: ParsedProfile, fields: tuple[str, ...]) -> Iterator[str]:
    for field, values in profile.printed.items():
        if field.partition(".")[0] in fields:
            yield from (value for value in values if len(value) > 2)
