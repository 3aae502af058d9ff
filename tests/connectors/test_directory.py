"""The generic connector: a network that exists only in these tests, written as TOML; and ways that no stored page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors import registry
from connectors.contract import Connector, PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from connectors.network import Network
from connectors.slugs import slug
from sync.crawl import Reading
from sync.crawled import Crawl
from sync.fetch import Fetched, NotModified, PageGone, Validators
from sync.normalise.profile import normalise
from warehouse.profile import ClusterProfile

HOME = "https://clusters.example"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
HEAD = """
name = "alpland"
title = "Alpland Clusters"
home = "https://clusters.example"
hosts = ["clusters.example"]
licence = "invented for a test"
language = "de"
organisation_type = "cluster"
"""
SELECTORS = """
[selectors]
content = ["main"]
entry = ["table.list tbody tr", ".tile"]
description = [".text"]
"""
DIRECTORY = """
[directory]
sitemaps = ["/sitemap.xml"]
other = ["/aktuelles/.*"]
lines = ["(?P<country>.+)"]
carry = ["country"]
"""
LIST = """
[[directory.lists]]
paths = ["/clusters", "/mitglieder"]
profiles = ["/mitglieder/[^/]+"]
"""
BOOK = """
sections = ["Daten"]
ignore = ["Ansprechperson"]

[labels]
"Land" = "country"
"Ort" = "city"
"Webseite" = "website"
"Gegründet" = "founded"
"Mitglieder" = "members_total"
"Branche" = "ecosystems"
"Über uns" = "description"
"Name" = "name"

[values.ecosystems]
"Gesundheit" = "Health"
"""


@dataclass
class Alpland:
    """A network's folder in the making; each part of its TOML may be replaced."""

    root: Path
    parts: dict[str, str] = field(
        default_factory=lambda: {"head": HEAD, "selectors": SELECTORS, "directory": DIRECTORY, "lists": LIST}
    )

    def write(self, **parts: str) -> Network:
        folder = self.root / "alpland"
        folder.mkdir(exist_ok=True)
        (folder / "network.toml").write_text("\n".join((self.parts | parts).values()), encoding="utf-8")
        (folder / "phrasebook.toml").write_text(BOOK, encoding="utf-8")
        registry.network.cache_clear()
        registry.names.cache_clear()
        return registry.network("alpland", self.root)

    def connector(self, **parts: str) -> Connector:
        self.write(**parts)
        return registry.connector("alpland", root=self.root)


@pytest.fixture
def alpland(tmp_path: Path) -> Alpland:
    return Alpland(tmp_path)


def page(
    body: str, url: str = "/mitglieder/a", kind: PageKind = PageKind.PROFILE, carried: Mapping[str, str] | None = None
) -> RawPage:
    request = PageRequest(HOME + url, kind, carried=carried or {})
    return RawPage(request, body.encode(), "0" * 64, NOW, "utf-8", HOME + url)


def parsed(connector: Connector, body: str, url: str = "/mitglieder/a") -> ParsedProfile:
    (profile,) = connector.parse(page(body, url))
    return profile


def led(connector: Connector, body: str, url: str = "/clusters") -> list[str]:
    return [request.url.removeprefix(HOME) for request in connector.follow(page(body, url, PageKind.LISTING))]


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

    def keep(self, body: bytes, charset: str | None) -> tuple[str, bool]:
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


# Profiles

NAMED = "<title>{title}</title><main>{heading}<p>Ort: Wien</p></main>"


@pytest.mark.parametrize(
    ("title", "heading", "name"),
    [
        ("Alpha | Alpland Clusters", "<h1>Alpha</h1>", "Alpha"),
        ("Alpha - Alpland Clusters", "", "Alpha"),
        ("Alpland Clusters: members | Alpha – Beta", "<h1>Alpha – Beta</h1>", "Alpha – Beta"),
        ("Alpland Clusters » Alpha", "<h1>Alpland Clusters</h1>", "Alpha"),
        ("x", "<h1>Alpland Clusters</h1><h1>Alpha</h1>", "Alpha"),
        ("Alpha | Alpland Clusters", "<h1>Welcome</h1><h1>Alpha</h1>", "Alpha"),
        ("Alpland Clusters | Alpland Clusters", "<h1>Alpland Clusters</h1>", "Alpland Clusters"),
        ("x", "<h1>Mitglied: Alpha</h1><p>Name: Alpha</p>", "Alpha"),
        ("Alpland Clusters", "<p>Name: Alpha</p>", "Alpha"),
        ("Alpha | Alpland Clusters", "<h1>Alpha</h1><p>Name: Ola Testperson</p>", "Alpha"),
        ("x", "<h1>Alpha 🇦🇹</h1>", "Alpha"),
    ],
)
def test_the_name_is_what_heading_title_and_label_agree_on(alpland: Alpland, title: str, heading: str, name: str) -> None:
    profile = parsed(alpland.connector(), NAMED.format(title=title, heading=heading))
    assert profile.printed["name"] == (name,)
    assert "Testperson" not in str(profile)


def test_the_names_place_may_be_told(alpland: Alpland) -> None:
    connector = alpland.connector(selectors=SELECTORS + 'name = [".brand", ".title"]\n')
    assert parsed(connector, NAMED.format(title="x", heading="<h1>Other</h1><p class='title'>Alpha</p>")).printed["name"] == (
        "Alpha",
    )


@pytest.mark.parametrize(
    ("way", "url", "key"),
    [
        ("", "/mitglieder/alpha-cluster/", "alpha-cluster"),
        ('key = "?id"', "/mitglieder/show?lang=de&id=7", "7"),
        ('key = "name"', "/mitglieder/7", "a-b"),
    ],
)
def test_a_profiles_key_is_what_the_network_means_by_it(alpland: Alpland, way: str, url: str, key: str) -> None:
    lists = LIST.replace("[^/]+", "[^/]+/?")
    body = "<main><h1>Ä &amp; b</h1><p>Ort: Wien</p></main>"
    assert parsed(alpland.connector(directory=f"{DIRECTORY}{way}\n", lists=lists), body, url).source_key == key


def test_an_address_without_the_key_is_a_changed_page(alpland: Alpland) -> None:
    with pytest.raises(PageChanged, match=r"wanted the parameter \?id in the address"):
        parsed(alpland.connector(directory=DIRECTORY + 'key = "?id"\n'), NAMED.format(title="A", heading=""), "/mitglieder/a?x=1")


def test_a_canonical_address_counts_where_it_is_a_profiles(alpland: Alpland) -> None:
    body = "<link rel='canonical' href='{}'>" + NAMED.format(title="A", heading="")
    assert parsed(alpland.connector(), body.format("/mitglieder/b")).source_key == "b"
    for elsewhere in ("/", "/mitglieder", "/en/members/b", "https://elsewhere.example/mitglieder/b"):
        assert parsed(alpland.connector(), body.format(elsewhere)).source_key == "a"


def test_lines_without_a_label_are_read_where_they_can_be_what_the_pattern_says(alpland: Alpland) -> None:
    body = "<main><h1>A</h1><p>Gesundheit</p><p>Wien, Österreich</p><p>Wien, bald</p><p>www.a.example</p></main>"
    lines = 'lines = ["(?P<ecosystems>.+)", "(?P<city>[^,]+), (?P<country>[^,]+)", "(?P<website>www\\\\.\\\\S+)"]'
    directory = DIRECTORY.replace('lines = ["(?P<country>.+)"]', lines)
    printed = parsed(alpland.connector(directory=directory), body).printed
    assert printed == {
        "name": ("A",),
        "ecosystems": ("Gesundheit",),
        "city": ("Wien",),
        "country": ("Österreich",),
        "website": ("www.a.example",),
    }


def test_a_field_may_be_told_by_its_place(alpland: Alpland) -> None:
    fields = '[directory.fields]\nwebsite = ["a.site"]\nemail = ["a.mail"]\ncity = [".town", "meta[name=city]"]\n'
    body = (
        "<main><h1>A</h1><a class='site' href='https://a.example/'>Besuchen</a>"
        "<a class='mail' href='mailto:info@a.example?x=1'>M</a><meta name='city' content='Wien'></main>"
    )
    profile = parsed(alpland.connector(lists=fields + LIST), body)
    assert profile.printed == {
        "name": ("A",),
        "website": ("https://a.example/",),
        "email": ("info@a.example",),
        "city": ("Wien",),
    }
    assert profile.how["website"] == "field"


def test_ways_of_reading_may_be_chosen_and_ranked(alpland: Alpland) -> None:
    body = (
        "<main><h1>A</h1><p>Ort: Wien</p><dl><dt>Ort</dt><dd>Graz</dd></dl>"
        "<table><tr><td>Land</td><td>Italien</td></tr></table></main>"
    )
    assert parsed(alpland.connector(), body).printed["city"] == ("Wien", "Graz")
    chosen = parsed(alpland.connector(directory=DIRECTORY + 'strategies = ["dl", "colon"]\n'), body)
    assert chosen.printed == {"name": ("A",), "city": ("Graz",)}
    ranked = parsed(alpland.connector(directory=DIRECTORY + 'strategies = ["colon", "dl", "table"]\n'), body)
    assert ranked.printed == {"name": ("A",), "city": ("Wien",), "country": ("Italien",)}


def test_long_text_without_a_label_is_the_description_and_short_or_foreign_text_is_not(alpland: Alpland) -> None:
    long = "Wir verbinden Betriebe und Hochschulen in den Alpen und darüber hinaus."
    body = (
        "<main><h1>A</h1><p>Ort: Wien</p><div class='text'><h2>Der Cluster in den Alpen, und was er für Betriebe tut</h2>"
        f"<p>{long}</p><p>Kurz.</p><p lang='en'>We connect firms and universities in the Alps.</p></div>"
        f"<p>{long} Nachrichten.</p></main>"
    )
    printed = parsed(alpland.connector(), body).printed
    assert printed["description"] == (long,)
    assert printed["description.en"] == ("We connect firms and universities in the Alps.",)
    assert (
        "Wir sind."
        in parsed(alpland.connector(), body.replace("<p>Ort", "<h2>Über uns</h2><p>Wir sind.</p><p>Ort")).printed["description"]
    )


def test_what_the_site_does_not_mean_is_taken_off_before_reading(alpland: Alpland) -> None:
    connector = alpland.connector(selectors=SELECTORS + 'remove = [".ad"]\n')
    body = "<main><h1>A</h1><p>Ort: Wien</p><dl class='ad'><dt>Land</dt><dd>Italien</dd></dl></main>"
    assert parsed(connector, body).printed == {"name": ("A",), "city": ("Wien",)}


@pytest.mark.parametrize(
    "body",
    [
        "<main><h1>A</h1><p>Diese Seite wird überarbeitet.</p></main>",
        "<main><p>Ort: Wien</p></main>",
        "",
        "<main><h1>A</h1><p>Posted on 5 April 2023</p></main>",
    ],
)
def test_a_profile_without_name_or_labels_is_a_changed_page(alpland: Alpland, body: str) -> None:
    with pytest.raises(PageChanged, match=r"wanted a profile with .* at https://clusters.example/mitglieder/a, found a page"):
        parsed(alpland.connector(), body)


def test_a_page_of_another_sort_is_no_profile(alpland: Alpland) -> None:
    assert list(alpland.connector().parse(page("<h1>A</h1><p>Ort: Wien</p>", "/aktuelles/a"))) == []
    possible = LIST.replace("profiles =", "possible =")
    news = page("<main><h1>A</h1><p>Posted on 5 April 2023</p></main>")
    assert list(alpland.connector(lists=possible).parse(news)) == []


@pytest.mark.parametrize(
    ("title", "final"),
    [
        ("Log in | Alpland", "/mitglieder/a"),
        ("Logga in – Alpland", "/mitglieder/a"),
        ("A", "/wp-login.php"),
        ("A", "/user/login"),
    ],
)
def test_a_login_page_is_neither_an_end_nor_a_profile(alpland: Alpland, title: str, final: str) -> None:
    for kind, read in ((PageKind.PROFILE, "parse"), (PageKind.LISTING, "follow")):
        asked = page(f"<title>{title}</title><main><h1>A</h1><p>Ort: Wien</p></main>", "/mitglieder/a", kind)
        answer = RawPage(asked.request, asked.body, asked.digest, NOW, None, HOME + final)
        with pytest.raises(PageChanged, match="found the login page"):
            list(getattr(alpland.connector(), read)(answer))


# Entries

Entries = Callable[[str], list[dict[str, tuple[str, ...]]]]


@pytest.fixture
def entries(alpland: Alpland) -> Entries:
    connector = alpland.connector(lists='[[directory.lists]]\npaths = ["/mitglieder"]\nholds = "profiles"\n')

    def read(body: str) -> list[dict[str, tuple[str, ...]]]:
        return [dict(one.printed) for one in connector.parse(page(f"<main>{body}</main>", "/mitglieder"))]

    return read


TILES = {
    "a heading over a country": ("<h3>Alpha</h3><p>Italien</p>", {"name": ("Alpha",), "country": ("Italien",)}),
    "a flag in the heading": ("<h3>🇮🇹 Alpha</h3>", {"name": ("Alpha",), "country": ("🇮🇹",)}),
    "a flag as an image": ("<img alt='Italien' src='x'><b>Alpha</b>", {"name": ("Alpha",), "country": ("Italien",)}),
    "a logo as an image": ("<img alt='Alpha' src='x'><b>Alpha</b><p>Italien</p>", {"name": ("Alpha",), "country": ("Italien",)}),
    "a link that is the name": (
        "<a href='https://a.example'>Alpha</a> <span>Italien</span>",
        {"name": ("Alpha",), "country": ("Italien",), "website": ("https://a.example",)},
    ),
    "a link beside the name": (
        "<p>Alpha</p><p>Italien</p><a href='https://a.example'>Zur Webseite</a>",
        {"name": ("Alpha",), "country": ("Italien",), "website": ("https://a.example",)},
    ),
    "links to two sites": (
        "<p>Alpha</p><p>Italien</p><a href='https://a.example'>x</a><a href='https://b.example'>y</a>",
        {"name": ("Alpha",), "country": ("Italien",)},
    ),
    "social networks": (
        "<p>Alpha</p><p>Italien</p><a href='https://www.linkedin.com/company/a'>in</a>",
        {"name": ("Alpha",), "country": ("Italien",)},
    ),
    "text beside the name": ("<p><b>Alpha</b> (Italien)</p>", {"name": ("Alpha",), "country": ("Italien",)}),
    "labels": (
        "<h3>Alpha</h3><p>Land: Italien</p><p>Ort: Rom</p>",
        {"name": ("Alpha",), "country": ("Italien",), "city": ("Rom",)},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("tile", "printed"), TILES.values(), ids=TILES.keys())
def test_an_entry_is_read_whatever_shows_its_name(entries: Entries, tile: str, printed: dict[str, tuple[str, ...]]) -> None:
    (read,) = entries(f"<div class='tile'>{tile}</div>")
    assert read == printed


def test_entries_without_anything_but_a_name_are_believed_beside_others(entries: Entries) -> None:
    full = "<div class='tile'><h3>Alpha</h3><p>Italien</p></div>"
    assert [one["name"] for one in entries(full + "<div class='tile'><h3>Beta</h3></div>")] == [("Alpha",), ("Beta",)]
    with pytest.raises(PageChanged, match="wanted entries in the list"):
        entries("<div class='tile'><h3>Alpha</h3></div><div class='tile'><h3>Beta</h3></div>" + full)


def test_a_later_page_of_entries_may_be_empty(alpland: Alpland) -> None:
    connector = alpland.connector(lists='[[directory.lists]]\npaths = ["/mitglieder"]\nholds = "profiles"\n')
    assert list(connector.parse(page("<main></main>", "/mitglieder?page=9"))) == []


# Symbols of icon fonts

GLYPHS = DIRECTORY + 'icon_glyphs = "9"\n'
ICONS = {
    "by its class": ("<ul><li><i class='et-pb-icon'>9</i>Ort: Wien</li></ul>", {"city": ("Wien",)}),
    "in a box of its own": ("<div><div class='icon'>9</div><div>Ort: Wien</div></div>", {"city": ("Wien",)}),
    "by its company": (
        "<ul><li><span>9</span><b>Ort:</b> Wien</li><li><span>9</span><b>Land:</b> Italien</li></ul>",
        {"city": ("Wien",), "country": ("Italien",)},
    ),
    "a count in a cell": ("<table><tr><td>Mitglieder</td><td>9</td></tr></table>", {"members_total": ("9",)}),
    "a count after its label": ("<ul><li><span>Mitglieder</span> <span>9</span></li></ul>", {"members_total": ("9",)}),
    "a count before its label": (
        "<ul><li><b>9</b><div>Mitglieder</div></li><li><b>12</b><div>Firmen</div></li></ul>",
        {"members_total": ("9",)},
    ),
    "a count in a list": ("<dl><dt>Mitglieder</dt><dd>9</dd></dl>", {"members_total": ("9",)}),
    "before a count": (
        "<ul><li><i class='icon'>9</i>Mitglieder: 9</li></ul>",
        {"members_total": ("9",)},
    ),
}


@pytest.mark.parametrize(("markup", "printed"), ICONS.values(), ids=ICONS.keys())
def test_a_symbol_is_no_number_and_a_number_is_no_symbol(
    alpland: Alpland, markup: str, printed: dict[str, tuple[str, ...]]
) -> None:
    profile = parsed(alpland.connector(directory=GLYPHS), f"<main><h1>A</h1><p>Land: Italien</p>{markup}</main>")
    assert dict(profile.printed) == {"name": ("A",), "country": ("Italien",), **printed}


# Slugs


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CyberForum e.V.", "cyberforum-ev"),
        ("Tèxtils.CAT", "textilscat"),
        ("Øresund & Åland’s Kløster", "oresund-alands-kloster"),
        ("!", ""),
    ],
)
def test_a_slug_is_lower_case_ascii_with_hyphens(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text(max_size=40))
def test_a_slug_of_a_slug_is_itself(name: str) -> None:
    assert slug(slug(name)) == slug(name)
    assert slug(name).isascii() and slug(name) == slug(name).lower()
