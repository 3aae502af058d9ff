"""What pages of any network have in common: their title, their content, the login page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from connectors.contract import PageChanged, RawPage
from connectors.labels.words import collapse
from connectors.network import NetworkFacts

_LOGIN_PATH = re.compile(r"/(?:user/)?(?:log-?in|sign-?in|wp-login\.php|logga-in)(?:/|$)", re.IGNORECASE)
_LOGIN_TITLE = re.compile(r"(?:log ?in|sign ?in|logga in)\s+[|<‹«–—-]\s", re.IGNORECASE)


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


def roots_of(soup: BeautifulSoup, facts: NetworkFacts) -> list[Tag]:
    """Where to look for what the page says: in its content, then, where that is only a part of it, in all of it."""
    content = content_of(soup, facts)
    # Never in a set or a dict: bs4 hashes an element by writing out all of its markup.
    return [content] if content is soup else [content, soup]


def seen(soup: BeautifulSoup) -> str:
    """A few words on what a page is, for a message."""
    text = collapse((soup.body or soup).get_text(" "))
    title = title_of(soup)
    begins = f"text that begins {text[:80]!r}" if text else "no text"
    return f"a page titled {title!r} with {begins}" if title else f"a page without a title with {begins}"


def refuse_login(page: RawPage, soup: BeautifulSoup, wanted: str) -> None:
    """Raise PageChanged where the page asks to log in; it answers 200 like any other."""
    if _LOGIN_PATH.search(urlsplit(page.final_url).path) or _LOGIN_TITLE.match(title_of(soup)):
        raise PageChanged(f"wanted {wanted} at {page.request.url}, found the login page ({page.final_url})")
