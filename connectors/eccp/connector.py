"""ECCP: which pages to ask for, and what each of them is."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from connectors.addresses import Addresses
from connectors.contract import PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from connectors.eccp.listing import is_profile_only, may_be_profile, read_listing
from connectors.eccp.profile import ProfileReader
from connectors.markup import read_html
from connectors.network import Network
from connectors.sitemap import read_sitemap

_STARTS = (("sitemap", PageKind.SITEMAP), ("d9_listing", PageKind.LISTING), ("d7_listing", PageKind.LISTING))


class EccpConnector:
    """Reads ECCP's sitemap, the result lists of both eras, and the profiles of both eras."""

    def __init__(self, network: Network, base: str) -> None:
        self.network = network.facts.name
        self._facts = network.facts
        self._addresses = Addresses(base, network.facts.hosts)
        self._profiles = ProfileReader(network, self._addresses)

    def start(self) -> Iterable[PageRequest]:
        """The sitemap first, because it says what changed; then the newer era's list, then the older one's."""
        for name, kind in _STARTS:
            for path in self._facts.paths[name]:
                yield PageRequest(self._addresses.at(path), kind)

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        """What a sitemap or a list leads to. Raises PageChanged."""
        if page.request.kind is PageKind.SITEMAP:
            return self._follow_sitemap(page)
        if page.request.kind is PageKind.LISTING:
            return read_listing(page, self._facts, self._addresses)
        raise ValueError(f"wanted a sitemap or a listing to follow, found a {page.request.kind} page: {page.request.url}")

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        """The profile on a page; none on a news or call page. Raises PageChanged."""
        return self._profiles.read(page, read_html(page))

    def kind_of(self, url: str) -> PageKind | None:
        """What stands at an address, as far as its path tells; the pages of one list differ in their queries only."""
        path = urlsplit(url).path
        for name, kind in _STARTS:
            if any(urlsplit(start).path == path.rstrip("/") for start in self._facts.paths[name]):
                return kind
        return PageKind.PROFILE if may_be_profile(path) else None

    def _follow_sitemap(self, page: RawPage) -> list[PageRequest]:
        try:
            sitemap = read_sitemap(page.body)
        except PageChanged as changed:
            raise PageChanged(f"{page.request.url}: {changed}") from changed
        requests = []
        for entry in sitemap.entries:
            url = self._addresses.own(entry.location, page.final_url)
            if url is None:
                continue
            path = urlsplit(url).path
            if sitemap.is_index:
                requests.append(PageRequest(url, PageKind.SITEMAP, entry.changed_at))
            elif may_be_profile(path):
                requests.append(PageRequest(url, PageKind.PROFILE, entry.changed_at, discovers=is_profile_only(path)))
        return requests


def connect(network: Network, base: str) -> EccpConnector:
    """The connector, reading the network at ``base`` (scheme and host)."""
    return EccpConnector(network, base)
