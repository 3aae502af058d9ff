"""The generic connector: a network that nobody wrote Python for, its TOML, and its lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import structlog
from pydantic import ValidationError

from connectors import registry
from connectors.contract import Connector, PageChanged, PageKind
from connectors.network import Network
from support.alpland import DIRECTORY, HOME, LIST, NOW, Alpland, led, page
from sync.crawl import Reading
from sync.crawled import Crawl
from sync.fetch import Fetched, NotModified, PageGone, Validators
from sync.normalise.profile import normalise
from warehouse.profile import ClusterProfile


@pytest.fixture
def alpland(tmp_path: Path) -> Alpland:
    return Alpland(tmp_path)


# A whole network, by TOML only

ROW = "<tr><td><a href='/mitglieder/{key}'>{name}</a></td><td>{country}</td></tr>"
TABLE = (
    "<main><h1>Mitglieder</h1><table class='list'><thead><tr><th>Name</th><th>Land</th></tr></thead>"
    "<tbody>{}</tbody></table>{}</main>"
)
SITE = {
    "/sitemap.xml": "<urlset><url><loc>https://clusters.example/mitglieder/a</loc><lastmod>2026-04-01</lastmod></url></urlset>",
    "/mitglieder": TABLE.format(
        ROW.format(key="a", name="Alpha Cluster", country="Österreich") + ROW.format(key="b", name="Beta", country="Schweiz"),
        "<a href='/mitglieder?page=2'>weiter</a>",
    ),
    "/mitglieder?page=2": TABLE.format(ROW.format(key="c", name="Gamma", country="🇱🇮"), "<a href='/mitglieder?page=1'>1</a>"),
    "/mitglieder/a": """<title>Alpha Cluster | Alpland Clusters</title><main><h1>Alpha Cluster</h1>
        <table><tr><td>Ort</td><td>Wien</td></tr><tr><td>Gegründet</td><td>12.3.2004</td></tr><tr><td>Branche</td><td>Gesundheit</td></tr></table>
        <h2>Über uns</h2><p>Wir verbinden Betriebe und Spitäler.</p></main>""",
    "/mitglieder/b": """<title>Beta | Alpland Clusters</title><main><h1>Beta</h1>
        <dl><dt>Webseite</dt><dd>www.alpland-beta.at</dd><dt>Mitglieder</dt><dd>41</dd><dt>Land</dt><dd>Schweiz</dd></dl></main>""",
    "/mitglieder/c": "<title>Gamma | Alpland Clusters</title><main><h1>Gamma</h1><p>Ort: Vaduz</p></main>",
}  # fmt: skip


@dataclass
class Served:
    """The pages of a site for the crawl, and the memory of their bytes."""

    site: Mapping[str, str]
    asked: list[str] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        path = url.removeprefix(HOME)
        self.asked.append(path)
        if path not in self.site:
            raise PageGone(f"{path} answered 404")
        return Fetched(
            url=url,
            final_url=url,
            status=200,
            body=self.site[path].encode(),
            charset="utf-8",
            content_type="text/html",
            etag=None,
            last_modified=None,
        )

    def keep(self, body: bytes, charset: str | None, kind: PageKind) -> tuple[str, bool]:
        digest = sha256(body).hexdigest()
        is_new = digest not in self.bodies
        self.bodies[digest] = body
        return digest, is_new

    def has(self, digest: str) -> bool:
        return digest in self.bodies

    def get(self, digest: str) -> bytes:
        return self.bodies[digest]


def crawled(connector: Connector, site: Mapping[str, str]) -> tuple[Crawl, list[str]]:
    served = Served(site)
    return Reading(connector, served, served, {}, lambda: NOW, structlog.get_logger()).run(), served.asked


def profiles_of(network: Network, crawl: Crawl) -> dict[str, ClusterProfile]:
    read = [normalise(profile, network, today=date(2026, 11, 23)) for profile in crawl.profiles]
    assert [finding for one in read for finding in one.findings] == []
    return {one.profile.source_key: one.profile for one in read if one.profile is not None}


def test_a_network_that_nobody_wrote_a_line_of_python_for_is_read_from_its_list_to_its_profiles(alpland: Alpland) -> None:
    network = alpland.write()
    crawl, asked = crawled(registry.connector("alpland", root=alpland.root), SITE)
    assert asked == ["/sitemap.xml", "/clusters", "/mitglieder", "/mitglieder?page=2", *(f"/mitglieder/{key}" for key in "abc")]
    assert crawl.findings == []
    found = profiles_of(network, crawl)
    assert {key: (one.name, one.country, one.city) for key, one in found.items()} == {
        "a": ("Alpha Cluster", "AT", "Wien"),
        "b": ("Beta", "CH", None),
        "c": ("Gamma", "LI", "Vaduz"),
    }
    assert found["a"].founded_on == date(2004, 3, 12)
    assert found["a"].ecosystems == ("Health",)
    assert found["a"].extracts == {"de": "Wir verbinden Betriebe und Spitäler."}
    assert (found["b"].domain, found["b"].members_total) == ("alpland-beta.at", 41)


def test_an_entry_that_is_all_there_is_makes_a_profile(alpland: Alpland) -> None:
    lists = '[[directory.lists]]\npaths = ["/mitglieder"]\nholds = "profiles"\n'
    parts = {"directory": DIRECTORY + 'key = "name"\n', "lists": lists}
    network = alpland.write(**parts)
    crawl, asked = crawled(registry.connector("alpland", root=alpland.root), SITE)
    assert asked == ["/sitemap.xml", "/mitglieder", "/mitglieder?page=2"]
    found = profiles_of(network, crawl)
    assert {key: one.country for key, one in found.items()} == {"alpha-cluster": "AT", "beta": "CH", "gamma": "LI"}


# What network.toml may say, and what it may not

WRONG: dict[str, tuple[dict[str, str], str]] = {
    "an unknown key": ({"directory": DIRECTORY + "pagers = 1\n"}, "pagers"),
    "a selector that is none": ({"selectors": '[selectors]\nentry = ["div["]\n'}, "wanted a CSS selector"),
    "a selector of an unknown name": ({"selectors": '[selectors]\ncard = ["div"]\n'}, "card"),
    "a pattern that is none": ({"lists": LIST.replace("[^/]+", "[^/")}, "regular expression"),
    "a list that leads nowhere": ({"lists": '[[directory.lists]]\npaths = ["/a"]\n'}, "found neither"),
    "an era that is none": ({"lists": LIST + 'era = "old"\n'}, "wanted an era"),
    "no list": ({"lists": ""}, "lists"),
    "a key that is none": ({"directory": DIRECTORY + 'key = "id"\n'}, "key"),
}


@pytest.mark.parametrize("parts", WRONG.values(), ids=WRONG.keys())
def test_a_folder_that_is_wrong_says_where(alpland: Alpland, parts: tuple[dict[str, str], str]) -> None:
    with pytest.raises(ValidationError) as raised:
        alpland.write(**parts[0])
    assert parts[1] in str(raised.value)


# Lists

CARD = "<div class='tile'><h3><a href='/mitglieder/{0}'>{0}</a></h3></div>"
CARDS = "<main>" + CARD.format("a") + CARD.format("b") + "{}</main>"


@pytest.mark.parametrize(
    ("pager", "url", "following"),
    [
        ("<a rel='next' href='?page=2'>x</a>", "/clusters", "/clusters?page=2"),
        ("<a rel='next nofollow' href='/clusters/page/3/'>x</a>", "/clusters/page/2/", "/clusters/page/3/"),
        ("<a aria-label='Next page' href='?page=2'>›</a>", "/clusters", "/clusters?page=2"),
        ("<a aria-label='Nästa sida' href='?page=2'>›</a>", "/clusters", "/clusters?page=2"),
        ("<ul class='pager'><li class='pager-next'><a href='?page=1'>x</a></li></ul>", "/clusters?page=0", "/clusters?page=1"),
        ("<a href='?page=1'>1</a><a href='?page=4'>4</a><a href='?page=3'>3</a>", "/clusters?page=2", "/clusters?page=3"),
        ("<a href='?page=3&sort=name'>by name</a>", "/clusters?page=2", None),
        ("<a class='next' href='#'>›</a><a rel='next' href='/aktuelles/2'>news</a>", "/clusters", None),
        ("<a rel='next' href='https://elsewhere.example/clusters?page=2'>x</a>", "/clusters", None),
        ("<link rel='next' href='/clusters?land=at&page=2'>", "/clusters?land=at", "/clusters?land=at&page=2"),
    ],
)
def test_a_list_goes_on_as_its_pager_says(alpland: Alpland, pager: str, url: str, following: str | None) -> None:
    parts = {"directory": DIRECTORY + "first_page = 0\n"} if "page=0" in url else {}
    expected = ["/mitglieder/a", "/mitglieder/b", *([following] if following else [])]
    assert led(alpland.connector(**parts), CARDS.format(pager), url) == expected


@pytest.mark.parametrize(
    ("way", "url", "following"),
    [
        ('pager = "query"', "/clusters", "/clusters?page=2"),
        ('pager = "query"\npage_word = "seite"', "/clusters?land=at&seite=7", "/clusters?land=at&seite=8"),
        ('pager = "query"\nfirst_page = 0', "/clusters", "/clusters?page=1"),
        ('pager = "path"', "/clusters/", "/clusters/page/2/"),
        ('pager = "path"\npage_word = "sida"', "/clusters/sida/4", "/clusters/sida/5/"),
    ],
)
def test_a_list_without_a_pager_is_counted_through(alpland: Alpland, way: str, url: str, following: str) -> None:
    connector = alpland.connector(directory=DIRECTORY + way + "\n")
    last = list(connector.follow(page(CARDS.format("<a rel='next' href='/x'>x</a>"), url, PageKind.LISTING)))[-1]
    assert (last.url, last.kind, last.is_guess) == (HOME + following, PageKind.LISTING, True)
    assert led(connector, "<main><h1>Mitglieder</h1></main>", following) == []


def test_a_counted_list_without_an_end_is_a_changed_page(alpland: Alpland) -> None:
    connector = alpland.connector(directory=DIRECTORY + 'pager = "query"\npages_at_most = 3\n')
    assert led(connector, CARDS.format(""), "/clusters?page=3")
    with pytest.raises(PageChanged, match="wanted the list to end within 3 pages"):
        led(connector, CARDS.format(""), "/clusters?page=4")


def test_the_first_selector_with_profiles_wins_and_menus_and_news_are_no_entries(alpland: Alpland) -> None:
    body = (
        "<nav><a href='/mitglieder/menu'>x</a></nav><main><table class='list'><tbody><tr><td>no link</td></tr></tbody></table>"
        "<div class='tile'><a href='/aktuelles/a'>News</a></div><div class='tile'><a href='/mitglieder/a'>A</a></div>"
        "<p><a href='/mitglieder/elsewhere'>x</a></p></main><footer><a href='/mitglieder/foot'>x</a></footer>"
    )
    assert led(alpland.connector(), body) == ["/mitglieder/a"]


def test_without_an_entry_that_is_known_every_link_that_fits_is_one(alpland: Alpland) -> None:
    body = (
        "<header><a href='/mitglieder/head'>x</a></header><main><article><header><h2><a href='/mitglieder/b'>B</a></h2></header>"
        "</article><p><a href='/mitglieder/a#top'>A</a> <a href='/mitglieder/a'>again</a> <a href='/mitglieder'>list</a>"
        " <a href='/mitglieder/a/b'>too deep</a></p><aside><a href='/mitglieder/aside'>x</a></aside></main>"
    )
    assert led(alpland.connector(), body) == ["/mitglieder/b", "/mitglieder/a"]


def test_an_entry_tells_what_its_profile_does_not(alpland: Alpland) -> None:
    body = "<main><div class='tile'><h3><a href='/mitglieder/a'>A</a></h3><p>Österreich</p></div></main>"
    (request,) = alpland.connector().follow(page(body, "/clusters", PageKind.LISTING))
    assert request.carried == {"country": "Österreich"}
    carried = page("<main><h1>A</h1><p>Ort: Wien</p></main>", carried=request.carried)
    (profile,) = alpland.connector().parse(carried)
    assert (profile.printed["country"], profile.how["country"]) == (("Österreich",), "list")
    own = page("<main><h1>A</h1><p>Land: Schweiz</p></main>", carried=request.carried)
    assert next(iter(alpland.connector().parse(own))).printed["country"] == ("Schweiz",)


def test_a_sitemap_may_discover_what_no_list_names(alpland: Alpland) -> None:
    body = "<urlset><url><loc>/mitglieder/z</loc></url><url><loc>/sonst/z</loc></url><url><loc>/aktuelles/z</loc></url></urlset>"
    for says, discovers in (("", False), ("sitemap_discovers = true\n", True)):
        requests = alpland.connector(lists=LIST + says).follow(page(body, "/sitemap.xml", PageKind.SITEMAP))
        assert [(request.url, request.discovers) for request in requests] == [(f"{HOME}/mitglieder/z", discovers)]


def test_only_guides_are_followed(alpland: Alpland) -> None:
    with pytest.raises(ValueError, match="wanted a sitemap or a listing"):
        alpland.connector().follow(page("x"))
    with pytest.raises(PageChanged, match=r"/sitemap.xml: wanted a sitemap"):
        alpland.connector().follow(page("<html></html>", "/sitemap.xml", PageKind.SITEMAP))
