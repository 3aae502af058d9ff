"""The generic list-and-detail connector: which pages to ask for, and what each of them is, as ``network.toml`` says."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup

from connectors.addresses import Addresses
from connectors.contract import PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from connectors.directory.lists import ListReader
from connectors.directory.marks import clean
from connectors.directory.profile import Found, ProfileReader
from connectors.directory.sites import Site, fits
from connectors.markup import read_html
from connectors.network import Network, ProfileList
from connectors.pages import refuse_login, refuse_missing, seen
from connectors.sitemap import read_sitemap
from connectors.slugs import slug


class DirectoryConnector:
    """Reads a network by its lists and profiles; all that is particular to the network stands in its folder.

    Raises ValueError where ``network.toml`` has no ``[directory]``.
    """

    def __init__(self, network: Network, base: str) -> None:
        facts = network.facts
        if facts.directory is None:
            raise ValueError(f"wanted a table [directory] in network.toml of {facts.name!r}, or a connector.py, found neither")
        self.network = facts.name
        self._directory = facts.directory
        self._addresses = Addresses(base, facts.hosts)
        self._site = Site(network, facts.directory, self._addresses)
        self._profiles = ProfileReader(network, self._site)
        self._lists = ListReader(self._site, self._profiles)

    def start(self) -> Iterable[PageRequest]:
        """The sitemap first, because it says what changed; then each list, at the first of its addresses that is there."""
        starts = [(self._directory.sitemaps, PageKind.SITEMAP)]
        starts += [(one.paths, PageKind.LISTING) for one in self._directory.lists]
        for paths, kind in starts:
            urls = tuple(self._addresses.at(path) for path in paths)
            if urls:
                yield PageRequest(urls[0], kind, alternatives=urls[1:])

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        """What a sitemap or a list leads to. Raises PageChanged."""
        if page.request.kind is PageKind.SITEMAP:
            return self._follow_sitemap(page)
        if page.request.kind is PageKind.LISTING:
            return self._lists.read(page, self._document(page, "a list"))
        raise ValueError(f"wanted a sitemap or a listing to follow, found a {page.request.kind} page: {page.request.url}")

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        """The profiles on a page; none on a page of another sort. Raises PageChanged."""
        one = self._site.holder_at(page.request.url)
        if one is not None:
            soup = self._document(page, "a list")
            found = self._lists.entries(page, soup, one)
            if not found and self._site.page_number(page.request.url) <= self._directory.first_page:
                raise PageChanged(f"wanted entries in the list at {page.request.url}, found {seen(soup)}")
            url = self._addresses.own(page.final_url) or page.final_url
            return [self._profile(page, each, one, url, f"entry-{place}") for place, each in enumerate(found, 1)]
        if fits(urlsplit(page.final_url).path, self._directory.other):
            return []
        soup = self._document(page, "a profile")
        one = self._site.list_of_profile(page.request.url)
        detail = self._profiles.read(page, soup, one)
        if detail is None:
            return []
        return [self._profile(page, detail, one, self._canonical(page, soup, one), "")]

    def _document(self, page: RawPage, wanted: str) -> BeautifulSoup:
        soup = read_html(page)
        refuse_login(page, soup, wanted=f"{wanted} of {self._site.facts.title}")
        if not page.request.is_guess:  # beyond a list's last page it says no more than that the list has ended
            refuse_missing(page, soup, wanted=f"{wanted} of {self._site.facts.title}")
        clean(soup, self._site.facts.selectors.get("remove", ()), self._directory.icon_glyphs)
        return soup

    def _follow_sitemap(self, page: RawPage) -> list[PageRequest]:
        try:
            sitemap = read_sitemap(page.body)
        except PageChanged as changed:
            raise PageChanged(f"{page.request.url}: {changed}") from changed
        requests = []
        for entry in sitemap.entries:
            url = self._addresses.own(entry.location, page.final_url)
            path = urlsplit(url).path if url else ""
            if url is None or fits(path, self._directory.other):
                continue
            if sitemap.is_index:
                if fits(path, self._directory.sitemap_parts) or not self._directory.sitemap_parts:
                    requests.append(PageRequest(url, PageKind.SITEMAP, entry.changed_at))
                continue
            for one in self._directory.lists:
                if fits(path, one.profiles) or fits(path, one.possible):
                    discovers = one.sitemap_discovers and fits(path, one.profiles)
                    requests.append(PageRequest(url, PageKind.PROFILE, entry.changed_at, discovers))
                    break
        return requests

    def _profile(self, page: RawPage, found: Found, one: ProfileList, url: str, spare_key: str) -> ParsedProfile:
        return ParsedProfile(
            source_key=self._key(url, found.name) or spare_key,
            url=url,
            printed=found.sheet.printed,
            page_digest=page.digest,
            era=one.era,
            how=found.sheet.how,
            unread_labels=found.sheet.unread_labels,
            phrases=found.sheet.phrases,
        )

    def _key(self, url: str, name: str) -> str:
        """The key that ``key`` of network.toml speaks of; empty where an entry has no name."""
        if self._directory.key == "name":
            return slug(name)
        parts = urlsplit(url)
        if self._directory.key == "segment":
            return parts.path.rstrip("/").rpartition("/")[2]
        values = parse_qs(parts.query).get(self._directory.key.removeprefix("?"))
        if not values:
            raise PageChanged(f"wanted the parameter {self._directory.key} in the address of a profile, found {url}")
        return values[0]

    def _canonical(self, page: RawPage, soup: BeautifulSoup, one: ProfileList) -> str:
        """The page's canonical address where it is a profile's of the same list, else the address that it was found at.

        A translation may name the original as canonical.
        """
        for link in soup.find_all("link", rel="canonical", href=True):
            url = self._addresses.own(str(link["href"]), page.final_url)
            if url is not None and self._site.may_be_profile(url, one):
                return url
        return self._addresses.own(page.final_url) or page.final_url


def connect(network: Network, base: str) -> DirectoryConnector:
    """The connector, reading the network at ``base`` (scheme and host). Raises ValueError where its folder says not how."""
    return DirectoryConnector(network, base)
