"""What ECCP's pages have in common: their title, their content, the login page."""

from __future__ import annotations

from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from connectors.contract import PageChanged, RawPage
from connectors.labels import collapse
from connectors.network import NetworkFacts

SITE_NAME = "European Cluster Collaboration Platform"


def title_of(soup: BeautifulSoup) -> str:
    """The document's title as printed; empty without one."""
    return collapse(soup.title.get_text()) if soup.title else ""


def content_of(soup: BeautifulSoup, facts: NetworkFacts) -> Tag:
    """The part of the page that is its own: the first selector of ``content`` that fits exactly one element, else the body."""
    for selector in facts.selectors.get("content", ()):
        found = soup.select(selector)
        if len(found) == 1:
            return found[0]
    return soup.body or soup


def seen(soup: BeautifulSoup) -> str:
    """A few words on what a page is, for a message."""
    text = collapse((soup.body or soup).get_text(" "))
    title = title_of(soup)
    begins = f"text that begins {text[:80]!r}" if text else "no text"
    return f"a page titled {title!r} with {begins}" if title else f"a page without a title with {begins}"


def refuse_login(page: RawPage, soup: BeautifulSoup, wanted: str) -> None:
    """Raise PageChanged where the page asks to log in; it answers 200 like any other."""
    if "/user/login" in urlsplit(page.final_url).path or title_of(soup).startswith("Log in |"):
        raise PageChanged(f"wanted {wanted} at {page.request.url}, found the login page ({page.final_url})")
