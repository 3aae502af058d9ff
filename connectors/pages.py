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
LONGEST_NOTICE = 120
_NO_PAGE = re.compile(
    r"""(?:error\W*)?(?:404|410)(?:\W+(?:error|gone|(?:page\W+)?(?:is\W+)?not\W+found))?\W*
    |(?:(?:oops|sorry|we.re\ sorry)\W+)*(?:the|that|this|your)?\s*(?:requested\s+)?(?:page|content|address|url)\b.{0,60}?
     \b(?:not\ (?:be\ )?found|(?:ca|could|was)n.t\ (?:be\ )?found|(?:does\ not|doesn.t)\ exist
     |no\ longer\ (?:exists|available))\W*
    |not\ found\W*|nothing\ (?:was\ )?found\W*|nothing\ here\W*
    |access\ (?:is\ )?denied\W*|you\ are\ not\ authori[sz]ed\ to\ access\ this\ page\W*
    |(?:(?:oj|hoppsan|tyvärr)\W+)*(?:den\ (?:begärda\ )?)?sidan\b.{0,60}?
     \b(?:hittades\ inte|(?:kunde|kan|går)\ inte\ (?:att\ )?hittas?|finns\ inte(?:\ längre)?)\W*
    |(?:vi\ )?hittade\ inte\ sidan\W*|sidan\ saknas\W*|åtkomst\ nekad\W*""",
    re.IGNORECASE | re.VERBOSE,
)
"""What sites write over a page that is none, in English and Swedish; never a cluster's whole name."""
_BETWEEN = re.compile(r"\s+[|<>‹›«»–—·•-]\s+|\s*[|»«]\s*")


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


def refuse_missing(page: RawPage, soup: BeautifulSoup, wanted: str) -> None:
    """Raise PageChanged where the page's title or only main heading says that there is no such page, although it answers 200."""
    mains = [collapse(h1.get_text(" ")) for h1 in soup.find_all("h1")]
    for text in (*_BETWEEN.split(title_of(soup)), *(mains if len(mains) == 1 else ())):
        if len(text) <= LONGEST_NOTICE and _NO_PAGE.fullmatch(text):  # not quoted: it may repeat what was asked for
            raise PageChanged(f"wanted {wanted} at {page.request.url}, found a page that says that there is no such page")
