"""Soft 404: a page that says that there is none, and answers 200 like any other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors import registry
from connectors.contract import Connector, PageChanged, PageKind, PageRequest, RawPage
from connectors.markup import read_html
from connectors.pages import refuse_missing

SAYS = "found a page that says that there is no such page"
FOOT = "<footer><p>Country: Belgium</p><p>Website: https://www.example.org</p><p>Year of foundation: 2016</p></footer>"


def page(html: str, kind: PageKind = PageKind.PROFILE, path: str = "/organizations/x", *, is_guess: bool = False) -> RawPage:
    url = f"https://www.tci-network.org{path}"
    request = PageRequest(url, kind, is_guess=is_guess)
    return RawPage(request, html.encode(), "0" * 64, datetime(2026, 11, 23, tzinfo=UTC), "utf-8", url)


@pytest.fixture
def tci() -> Connector:
    return registry.connector("tci", "https://www.tci-network.org")


@pytest.mark.parametrize(
    "words",
    [
        "Page not found",
        "404",
        "Error 404",
        "404 - Page not found!",
        "404 Not Found",
        "Oops! That page can’t be found.",
        "Sorry, the page you are looking for does not exist",
        "The requested page could not be found.",
        "This page is no longer available",
        "Access denied",
        "Nothing here",
        "Sidan hittades inte",
        "Hoppsan! Sidan kunde inte hittas",
        "Den begärda sidan finns inte längre",
    ],
)
def test_a_page_that_says_that_it_is_none_is_known_by_its_title_or_its_only_heading(words: str) -> None:
    for html in (f"<title>{words} | TCI Network</title>", f"<title>TCI Network</title><h1>{words}</h1>"):
        with pytest.raises(PageChanged, match=SAYS):
            refuse_missing(found := page(html), read_html(found), wanted="a profile")


@pytest.mark.parametrize(
    "name",
    [
        "404 Group",
        "Not Found Festival Cluster",
        "Page One Cluster",
        "Cluster of pages not found elsewhere",
        "Sidan Kluster",
        "410 Aerospace",
        "Access Denied Security Cluster",
        "Nothing Hill",
    ],
)
def test_a_cluster_may_be_called_nearly_so(name: str) -> None:
    refuse_missing(found := page(f"<title>{name} | TCI Network</title><h1>{name}</h1>"), read_html(found), wanted="a profile")


def test_a_second_heading_may_say_that_nothing_was_found() -> None:
    html = "<title>Alpha | TCI Network</title><h1>Alpha</h1><h1>Nothing found</h1>"
    refuse_missing(found := page(html), read_html(found), wanted="a profile")


def test_a_missing_page_is_no_cluster_however_much_its_foot_says(tci: Connector) -> None:
    with pytest.raises(PageChanged, match=SAYS):
        list(tci.parse(page(f"<title>Page not found | TCI Network</title><main><h1>Page not found</h1></main>{FOOT}")))


def test_a_missing_list_is_no_empty_one_but_beyond_its_last_page_it_is_the_end(tci: Connector) -> None:
    html = f"<title>Page not found | TCI Network</title><main><h1>Page not found</h1></main>{FOOT}"
    with pytest.raises(PageChanged, match=SAYS):
        list(tci.follow(page(html, PageKind.LISTING, "/members?page=2")))
    assert not list(tci.follow(page(html, PageKind.LISTING, "/members?page=2", is_guess=True)))


def test_a_page_of_eccps_list_that_a_pager_announces_and_that_is_missing_is_no_end_of_the_list() -> None:
    eccp = registry.connector("eccp", "https://www.tci-network.org")
    with pytest.raises(PageChanged, match=SAYS):
        list(eccp.follow(page("<title>Page not found | Platform</title>", PageKind.LISTING, "/search-results?page=7")))
