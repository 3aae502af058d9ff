"""ECCP's result lists: links to profiles, and the pager."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from connectors.addresses import Addresses
from connectors.contract import PageChanged, PageKind, PageRequest, RawPage
from connectors.markup import read_html
from connectors.network import NetworkFacts
from connectors.pages import content_of, refuse_login, refuse_missing, seen

_PROFILE_ONLY = re.compile(r"^(?:/[a-z]{2})?/cluster-organisations/[^/]+/?$")
_MAY_BE_PROFILE = re.compile(r"^(?:/[a-z]{2})?/(?:cluster-organisations/[^/]+|content/[^/]+|node/\d+)/?$")


def is_profile_only(path: str) -> bool:
    """Whether nothing but a profile can stand at the path."""
    return _PROFILE_ONLY.match(path) is not None


def may_be_profile(path: str) -> bool:
    """Whether a profile can stand at the path; news and calls stand at ``/content/`` and ``/node/`` too."""
    return _MAY_BE_PROFILE.match(path) is not None


def read_listing(page: RawPage, facts: NetworkFacts, addresses: Addresses) -> list[PageRequest]:
    """The profiles that a list links to, and its next page.

    An empty page after the first is the list's proper end. Raises PageChanged for a first page without entries, for a login
    page, and for a pager that does not lead on.
    """
    soup = read_html(page)
    refuse_login(page, soup, wanted="a list of cluster organisations")
    refuse_missing(page, soup, wanted="a list of cluster organisations")
    profiles = _profiles(page, soup, facts, addresses)
    if not profiles:
        if page_number(page.request.url) > 0:
            return []
        raise PageChanged(
            f"wanted cards of cluster organisations on the first page of the list {page.request.url}, found {seen(soup)}"
        )
    following = _next_page(page, soup, facts, addresses)
    return [PageRequest(url, PageKind.PROFILE) for url in profiles] + ([following] if following else [])


def page_number(url: str) -> int:
    """The number of a list's page, from 0. The older site has two pagers on one page, ``page=0,2``; one of them moves."""
    asked = parse_qs(urlsplit(url).query).get("page", ["0"])[0]
    return sum(int(part) for part in asked.split(",") if part.isdigit())


def _profiles(page: RawPage, soup: BeautifulSoup, facts: NetworkFacts, addresses: Addresses) -> list[str]:
    """The profile that each card links to; where no card is known, every link of the content that can be a profile's."""
    for selector in facts.selectors.get("entry", ()):
        cards = [_links(page, card, addresses)[:1] for card in soup.select(selector)]
        found = [url for links in cards for url in links]
        if found:
            return list(dict.fromkeys(found))
    return _links(page, content_of(soup, facts), addresses)


def _links(page: RawPage, element: Tag, addresses: Addresses) -> list[str]:
    """Links to what can be a profile, those in headings first, each once; menus and pagers apart."""
    anchors = [a for a in element.find_all("a", href=True) if a.find_parent(["nav", "footer"]) is None]
    anchors.sort(key=lambda a: a.find_parent(["h2", "h3", "h4", "h5"]) is None and a.find(["h2", "h3", "h4", "h5"]) is None)
    urls = (addresses.own(str(a["href"]), page.final_url) for a in anchors)
    return list(dict.fromkeys(url for url in urls if url and may_be_profile(urlsplit(url).path)))


def _next_page(page: RawPage, soup: BeautifulSoup, facts: NetworkFacts, addresses: Addresses) -> PageRequest | None:
    for selector in facts.selectors.get("next_page", ()):
        for anchor in soup.select(selector):
            url = addresses.own(str(anchor.get("href", "")), page.final_url)
            if url is None:
                continue
            if page_number(url) <= page_number(page.request.url):
                raise PageChanged(f"wanted the page after {page.request.url}, found a pager that leads back to {url}")
            return PageRequest(url, PageKind.LISTING)
    return None
