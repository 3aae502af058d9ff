"""The generic connector: profiles, entries of lists, symbols of icon fonts, and slugs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import PageChanged, PageKind, RawPage
from connectors.slugs import slug
from support.alpland import DIRECTORY, HOME, LIST, NOW, SELECTORS, Alpland, page, parsed


@pytest.fixture
def alpland(tmp_path: Path) -> Alpland:
    return Alpland(tmp_path)


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


def test_a_page_says_which_entries_of_the_phrasebook_it_prints(alpland: Alpland) -> None:
    body = "<title>Alpha</title><main><h1>Alpha</h1><h2>Daten</h2><p>Ort: Wien</p><p>Ansprechperson: x</p><p>Land:</p></main>"
    assert set(parsed(alpland.connector(), body).phrases) == {"sections: Daten", "labels: Ort", "labels: Land"}
