"""ECCP's ways that no single stored page shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from connectors import registry
from connectors.contract import PageChanged, PageKind, PageRequest, ParsedProfile, RawPage

HOME = "https://www.clustercollaboration.eu"
D7 = (
    "<title>A Cluster | European Cluster Collaboration Platform</title><p>A Cluster</p>"
    "<p>General Information</p>{}<p>Composition of the cluster</p>"
)
D9 = (
    "<title>{title}</title>{head}<p>{country}: Somewhere</p>{contact}<p>90% completed</p>"
    "<h2>About us</h2><p>We are a cluster.</p>{rest}"
)


def _page(text: str, url: str = f"{HOME}/content/a-cluster", kind: PageKind = PageKind.PROFILE) -> RawPage:
    return RawPage(PageRequest(url, kind), text.encode(), "0" * 64, datetime(2026, 11, 23, tzinfo=UTC), "utf-8", url)


def _read(text: str, url: str = f"{HOME}/content/a-cluster") -> ParsedProfile:
    (profile,) = registry.connector("eccp").parse(_page(text, url))
    return profile


def _d9(
    *, title: str = "A Cluster | ECCP", head: str = "<p>A Cluster</p>", country: str = "Sweden", contact: str = "", rest: str = ""
) -> str:
    return D9.format(title=title, head=head, country=country, contact=contact, rest=rest)


def test_the_crawl_starts_with_what_says_what_changed() -> None:
    requests = list(registry.connector("eccp", "http://127.0.0.1:8801").start())
    assert [request.kind for request in requests] == [PageKind.SITEMAP, PageKind.LISTING, PageKind.LISTING]
    assert [request.url for request in requests] == [
        "http://127.0.0.1:8801/sitemap.xml",
        "http://127.0.0.1:8801/search-results?f%5B0%5D=profile_type%3Acluster_profile&page=0",
        "http://127.0.0.1:8801/cluster-organisations?page=0%2C0",
    ]


def test_a_profile_page_leads_nowhere() -> None:
    with pytest.raises(ValueError, match="wanted a sitemap or a listing"):
        registry.connector("eccp").follow(_page("x"))


@pytest.mark.parametrize("country", ["Bulgaria", "Korea, Republic of", "Côte d'Ivoire", "Türkiye", "Kosovo", "United Kingdom"])
def test_the_country_line_is_known_by_its_country(country: str) -> None:
    assert _read(_d9(country=country)).printed["country_region"] == (f"{country}: Somewhere",)


def test_a_country_that_nobody_knows_is_a_changed_page_because_persons_stand_below_it() -> None:
    with pytest.raises(PageChanged, match=r"wanted a line 'Country: Region' .* above '90% completed'"):
        _read(_d9(country="Atlantis"))


def test_nothing_between_the_country_and_the_completeness_is_taken() -> None:
    contact = "<dl><dt>Ola Testperson</dt><dd>Manager</dd></dl><p>Website: testperson.example</p><p>Director: Ola Testperson</p>"
    profile = _read(_d9(contact=contact, rest="<p>Website: a.se</p>"))
    assert profile.unread_labels == ()
    assert profile.printed["website"] == ("a.se",)
    assert "Testperson" not in str(profile)


@pytest.mark.parametrize(
    ("title", "head", "names"),
    [
        ("A Cluster | ECCP", "<p>Menu</p><p>A Cluster</p><p>Ett kluster</p>", ("A Cluster", "Ett kluster")),
        ("A Cluster | ECCP", "<h1>A Cluster <small>Ett kluster</small></h1>", ("A Cluster", "Ett kluster")),
        ("Profile", "<p>Menu</p><h1>A Cluster</h1>", ("A Cluster", None)),
        ("", "<p>A Cluster</p><p>Ett kluster</p>", ("A Cluster", "Ett kluster")),
        ("", "<img alt='Logo A'><p>Logo A</p><p>A Cluster</p>", ("A Cluster", None)),
        ("A | B | European Cluster Collaboration Platform", "<p>A | B</p>", ("A | B", None)),
    ],
)
def test_the_name_is_found_by_the_title_the_main_heading_or_its_place(
    title: str, head: str, names: tuple[str, str | None]
) -> None:
    printed = _read(_d9(title=title, head=head)).printed
    assert printed["name"] == (names[0],)
    assert printed.get("native_name", (None,)) == (names[1],)


def test_a_page_without_a_name_is_a_changed_page() -> None:
    with pytest.raises(PageChanged, match="wanted a cluster organisation's name"):
        _read(_d9(title="", head="<p>One</p><p>Two</p><p>Three</p>"))
    with pytest.raises(PageChanged, match="wanted a cluster organisation's name"):
        _read(re.sub("<title>.*</title>", "", D7.format("<p>Languages spoken:</p><p>English</p>")))


@pytest.mark.parametrize(
    ("url", "canonical", "key"),
    [
        ("/content/a", "/content/b/", "b"),
        ("/content/a?x=/y", "", "a"),
        ("/node/595", "", "node/595"),
        ("/node/595", "http://default/node/595", "node/595"),
        ("/node/595", "https://clustercollaboration.eu/cluster-organisations/a", "a"),
        ("/content/a", "https://elsewhere.example/content/z", "a"),
        ("/content/a", "/", "a"),
        ("/en/content/a", "", "a"),
    ],
)
def test_the_key_is_the_last_part_of_the_canonical_address(url: str, canonical: str, key: str) -> None:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    assert _read(link + _d9(), HOME + url).source_key == key


STAFF = "<p>Number of staff in the management team of the cluster organisation :</p>"


@pytest.mark.parametrize(
    ("lines", "staff", "region"),
    [
        (STAFF + "<p>7</p><p>Norra Mellansverige</p><p>Other Label:</p><p>X</p>", ("7",), ("Norra Mellansverige",)),
        (STAFF + "<p>Norra Mellansverige</p><p>Other Label:</p><p>X</p>", (), ("Norra Mellansverige",)),
        (STAFF + "<p>Region:</p><p>Norra Mellansverige</p><p>Other Label:</p><p>X</p>", (), ("Norra Mellansverige",)),
        ("<p>Norra Mellansverige</p><p>Other Label:</p><p>X</p>", None, ("Norra Mellansverige",)),
        (STAFF + "<p>7</p><p>Other Label:</p><p>Norra Mellansverige</p>", ("7",), None),
    ],
)
def test_the_line_without_a_label_among_general_information_is_the_region(
    lines: str, staff: tuple[str, ...] | None, region: tuple[str, ...] | None
) -> None:
    printed = _read(D7.format(lines)).printed
    assert printed.get("staff") == staff
    assert printed.get("region") == region


def test_a_person_on_a_line_without_a_label_is_not_a_region() -> None:
    team = "<dl><dt>Cluster Management Team:</dt><dd>Cluster Manager</dd></dl><p>Ola Testperson</p>"
    assert "Testperson" not in str(_read(D7.format(team + "<p>Languages spoken:</p><p>English</p>")))


def test_text_after_a_count_is_not_a_count() -> None:
    printed = _read(_d9(rest="<p>Cluster Members</p><p>36</p><p>SMEs</p><p>31</p><p>Text that follows.</p>")).printed
    assert (printed["members_total"], printed["members_sme"]) == (("36",), ("31",))


def test_a_count_that_is_none_is_kept_for_a_finding() -> None:
    assert _read(_d9(rest="<p>Large Companies: many</p>")).printed["members_large"] == ("many",)


def test_a_website_behind_a_link_is_its_address() -> None:
    assert _read(_d9(rest='<p>Website: <a href="http://a.se">Visit us</a></p>')).printed["website"] == ("http://a.se",)
    assert _read(_d9(rest='<p>Website: <a href="http://wwwcompare.se">wwwcompare.se</a></p>')).printed["website"] == (
        "wwwcompare.se",
    )
    assert _read(_d9(rest="<p>Website: none yet</p>")).printed["website"] == ("none yet",)


def test_facilities_players_and_the_team_are_set_aside_with_all_they_hold() -> None:
    rows = ("STING Bioeconomy", "Incubator", "www.sting.example")
    flat = "<p>Organisation/Facility Name</p><p>Organisation/Facility Type</p><p>Website</p>" + "".join(
        f"<p>{row}</p>" for row in rows
    )
    label = '<p>Entrepreneurship and scale-up support facilities in the cluster\'s ecosystem (see "Organisation type"):</p>'
    profile = _read(D7.format("<p>Languages spoken:</p><p>English</p>" + label + flat))
    assert profile.printed.keys() == {"name", "languages"}
    assert profile.unread_labels == ()


def test_a_label_that_stands_twice_gives_each_value_once() -> None:
    rest = "<p>Technologies</p><h3>Technologies</h3><ul><li>A</li><li>B</li></ul><p>Technology fields: B</p>"
    assert _read(_d9(rest=rest)).printed["technologies"] == ("A", "B")


def test_a_text_in_another_language_is_a_description_of_its_own() -> None:
    text = "Klustret är en förening av företag: de arbetar tillsammans för en renare miljö."
    for block in (
        f'<div lang="sv"><p>{text}</p></div>',
        f'<div lang="sv-SE"><h2>Om oss</h2><p>{text}</p></div>',
        f'<p><i lang="sv">{text}</i></p>',
    ):
        profile = _read(_d9(rest=block))
        assert profile.printed["description.sv"] == (text,)
        assert profile.printed["description"] == ("We are a cluster.",)
        assert profile.unread_labels == ()


def test_schema_org_data_fill_gaps_only_where_they_are_about_this_organisation() -> None:
    script = '<script type="application/ld+json">{}</script>'
    publisher = script.format(
        '{"@type": "Organization", "name": "European Cluster Collaboration Platform", "telephone": "+32 2 000"}'
    )
    own = script.format('{"@graph": [{"@type": ["NGO"], "name": "a cluster", "url": "http://b.se", "foundingDate": "2011"}]}')
    broken = script.format("{not json")
    printed = _read(publisher + own + broken + _d9(rest="<p>Website: a.se</p>")).printed
    assert printed["founded"] == ("2011",)
    assert printed["website"] == ("a.se",)
    assert "phone" not in printed


def test_a_profile_with_a_news_teaser_is_a_profile_and_a_news_page_is_none() -> None:
    teaser = "<p>Submitted by Ola Testperson on 05 April 2023</p>"
    assert _read(_d9(rest=teaser)).printed["name"] == ("A Cluster",)
    assert list(registry.connector("eccp").parse(_page(teaser))) == []
    with pytest.raises(PageChanged, match="wanted a cluster profile"):
        list(registry.connector("eccp").parse(_page("<p>Submitted by the deadline</p>")))


def test_a_login_page_is_no_empty_end_of_the_list() -> None:
    listing = _page("<title>Log in | ECCP</title><p>Log in</p>", f"{HOME}/search-results?page=7", PageKind.LISTING)
    with pytest.raises(PageChanged, match="found the login page"):
        registry.connector("eccp").follow(listing)
