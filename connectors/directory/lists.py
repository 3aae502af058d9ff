"""A directory's lists: links to profiles, entries that are profiles themselves, and the pager."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from connectors.contract import PageChanged, PageKind, PageRequest, RawPage
from connectors.directory.profile import Found, ProfileReader
from connectors.directory.sites import Site, fits
from connectors.network import ProfileList
from connectors.pages import content_of, seen

_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_NEXT = (
    "a[rel~=next]",
    "link[rel~=next]",
    "a.next",
    "a.nextpostslink",
    "li.next > a",
    "li[class*=pager-next] a",
    "[class*=pagination] [class*=next] a",
    'a[aria-label^="next" i]',
    'a[aria-label^="nästa" i]',
    'a[title*="next page" i]',
    'a[title*="nästa sida" i]',
)
"""Links to a list's next page, as content management systems print them; those of ``next_page`` go first."""


class ListReader:
    """Reads one network's lists."""

    def __init__(self, site: Site, profiles: ProfileReader) -> None:
        self._site = site
        self._profiles = profiles

    def read(self, page: RawPage, soup: BeautifulSoup) -> list[PageRequest]:
        """What a page of a list leads to: its profiles (its own address, where they are its entries), and the next page.

        A page without entries after the first is the list's proper end. Raises PageChanged for a first page without entries,
        for a pager that leads back, and for a list that does not end.
        """
        one = self._site.list_of(page.request.url)
        if one.holds == "profiles":
            entries = [PageRequest(page.request.url, PageKind.PROFILE)] if self.entries(page, soup, one) else []
        else:
            entries = self._linked(page, soup, one)
        number = self._site.page_number(page.request.url)
        if not entries:
            if number > self._site.directory.first_page:
                return []
            raise PageChanged(f"wanted entries on the first page of the list {page.request.url}, found {seen(soup)}")
        is_counted = self._site.directory.pager != "links"
        if is_counted and number - self._site.directory.first_page >= self._site.directory.pages_at_most:
            raise PageChanged(
                f"wanted the list to end within {self._site.directory.pages_at_most} pages, found entries at {page.request.url}"
            )
        following = self._next_page(page, soup, number)
        return [*entries, following] if following else entries

    # Entries

    def entries(self, page: RawPage, soup: BeautifulSoup, one: ProfileList) -> list[Found]:
        """What a list prints of each entry: by the first selector of ``entry`` of whose elements most can be read as one.

        An entry without a name is among them (and reported when it is normalised); links to pages of another sort are none.
        """
        for selector in self._site.facts.selectors.get("entry", ()):
            elements = [
                element for element in content_of(soup, self._site.facts).select(selector) if self._is_entry(page, element)
            ]
            found = [self._profiles.read_entry(page, element, one) for element in elements]
            if found and 2 * sum(each.is_evident for each in found) >= len(found):
                return found
        return []

    def _is_entry(self, page: RawPage, element: Tag) -> bool:
        has_cells = element.name != "tr" or element.find("td") is not None
        leads = [urlsplit(url).path for url in self._own_links(page, element)]
        is_other = bool(leads) and all(fits(path, self._site.directory.other) for path in leads)
        return has_cells and not is_other and bool(element.get_text(strip=True))

    def _linked(self, page: RawPage, soup: BeautifulSoup, one: ProfileList) -> list[PageRequest]:
        """The profile that each entry links to, with what the entry tells; where no entry is known, every link that fits."""
        content = content_of(soup, self._site.facts)
        for selector in self._site.facts.selectors.get("entry", ()):
            found: dict[str, PageRequest] = {}
            for element in content.select(selector):
                url = next(self._profile_links(page, element, one), None)
                if url is not None and url not in found:
                    found[url] = PageRequest(url, PageKind.PROFILE, carried=self._carried(page, element, one))
            if found:
                return list(found.values())
        urls = list(dict.fromkeys(self._profile_links(page, content, one)))
        certain = [url for url in urls if fits(urlsplit(url).path, one.profiles)]
        return [PageRequest(url, PageKind.PROFILE) for url in certain or urls]

    def _carried(self, page: RawPage, element: Tag, one: ProfileList) -> dict[str, str]:
        wanted = self._site.directory.carry
        if not wanted:
            return {}
        printed = self._profiles.read_entry(page, element, one).sheet.printed
        return {field: printed[field][0] for field in wanted if printed.get(field)}

    def _profile_links(self, page: RawPage, element: Tag, one: ProfileList) -> Iterator[str]:
        return (url for url in self._own_links(page, element) if self._site.may_be_profile(url, one))

    def _own_links(self, page: RawPage, element: Tag) -> Iterator[str]:
        """Links to the network's own pages, those in headings first; those of the page's frame apart."""
        anchors = [element] if element.name == "a" else []
        anchors += [a for a in element.find_all("a") if not _is_in_frame(a, element)]
        anchors = [a for a in anchors if a.get("href")]
        anchors.sort(key=lambda a: a.find_parent(_HEADINGS) is None and a.find(_HEADINGS) is None)
        for anchor in anchors:
            url = self._site.addresses.own(str(anchor["href"]), page.final_url)
            if url is not None:
                yield url

    # Pager

    def _next_page(self, page: RawPage, soup: BeautifulSoup, number: int) -> PageRequest | None:
        here = page.request.url
        if self._site.directory.pager != "links":
            return PageRequest(self._site.page_at(here, number + 1), PageKind.LISTING, is_guess=True)
        for selector in (*self._site.facts.selectors.get("next_page", ()), *_NEXT):
            for element in soup.select(selector):
                href = str(element.get("href") or "#").strip()
                url = self._site.addresses.own(href, page.final_url)
                if href.startswith("#") or url is None or not self._is_of_list(url, here):
                    continue
                is_counted = self._site.unnumbered(url) == self._site.unnumbered(here)
                if is_counted and self._site.page_number(url) <= number:
                    raise PageChanged(f"wanted the page after {here}, found a pager that leads back to {url}")
                return PageRequest(url, PageKind.LISTING)
        return self._next_number(page, soup, number)

    def _is_of_list(self, url: str, here: str) -> bool:
        return urlsplit(self._site.unnumbered(url)).path == urlsplit(self._site.unnumbered(here)).path

    def _next_number(self, page: RawPage, soup: BeautifulSoup, number: int) -> PageRequest | None:
        """The nearest later page that a row of numbers links to."""
        later: dict[int, str] = {}
        for anchor in soup.find_all("a", href=True):
            url = self._site.addresses.own(str(anchor["href"]), page.final_url)
            if url is not None and self._site.unnumbered(url) == self._site.unnumbered(page.request.url):
                later.setdefault(self._site.page_number(url), url)
        following = min((other for other in later if other > number), default=None)
        return PageRequest(later[following], PageKind.LISTING) if following is not None else None


def _is_in_frame(anchor: Tag, within: Tag) -> bool:
    """Whether a link belongs to a menu, or to the page's head or foot: those of an article or an entry are its own."""
    is_in_head_or_foot = False
    for above in anchor.parents:
        if above is within or above.name in ("article", "main"):
            return False
        if above.name in ("nav", "aside"):
            return True
        is_in_head_or_foot |= above.name in ("header", "footer")
    return is_in_head_or_foot
