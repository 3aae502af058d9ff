"""No person reaches the disk, whatever the document: JSON-LD, sitemaps, odd beginnings and charsets. All persons are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from connectors import registry
from connectors.contract import PageChanged, PageKind, PageRequest, RawPage
from connectors.markup import decoded, parse_html, read_html
from support.documents import STORED, told
from support.stripping import PERSON, RULE, strip, text
from sync.privacy.addresses import personal_spans
from sync.privacy.jsonld import NotJsonLd, without_persons
from sync.privacy.strip import Stripped, strip_personal

# JSON-LD


def test_persons_in_json_ld_are_taken_out_and_the_organisation_stays() -> None:
    before = {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": ["Organization", "NGO"],
                "name": "Green Cluster </script>",
                "email": "mailto:info@clusters.example",
                "telephone": "+46 0",
                "foundingDate": "1999",
                "employee": [{"@type": "Person", "name": PERSON}],
                "founder": {"@id": "#vesela"},
                "member": [{"@type": "Organization", "name": "Mill"}, {"@type": "schema:Person", "name": PERSON}],
                "contactPoint": [{"@type": "ContactPoint", "telephone": "+46 1"}, {"name": PERSON, "telephone": "+46 2"}],
                "author": PERSON,
            },
            {"@type": "https://schema.org/Person", "@id": "#vesela", "name": PERSON, "email": "vesela@clusters.example"},
        ],
    }
    script = json.dumps(before).replace("</", "<\\/")
    found = strip(f'<html><head><script type="application/ld+json">{script}</script></head><body><p>x</p></body></html>')
    assert "vesela" not in text(found).lower()
    tag = BeautifulSoup(found.body, "lxml").script
    assert tag is not None
    assert json.loads(tag.get_text())["@graph"] == [
        {
            "@type": ["Organization", "NGO"],
            "name": "Green Cluster </script>",
            "email": "mailto:info@clusters.example",
            "telephone": "+46 0",
            "foundingDate": "1999",
            "employee": [],
            "member": [{"@type": "Organization", "name": "Mill"}],
            "contactPoint": [{"@type": "ContactPoint", "telephone": "+46 1"}],
        }
    ]


@pytest.mark.parametrize("script", ["{", "[" * 100_000, '{"a": }'])
def test_json_ld_that_cannot_be_read_is_taken_out_whole_and_is_a_doubt(script: str) -> None:
    found = strip(f'<script type="application/ld+json">{script}</script><p>x</p>')
    assert script not in text(found)
    assert "taken out whole" in found.doubts[0]
    with pytest.raises(NotJsonLd):
        without_persons(script)


def test_json_ld_without_persons_is_the_same_to_the_byte() -> None:
    script = '{ "@type" : "Organization",\n "name": "\\u00c5" }'
    assert without_persons(script) == (script, 0)


# Documents of every kind


def test_a_sitemap_without_persons_passes_as_it_is() -> None:
    xml = '<!-- THEME DEBUG -->\n<?xml version="1.0"?><urlset xmlns="x"><url><loc>http://default/a</loc></url></urlset>'
    assert strip_personal(xml.encode(), "utf-8", (), PageKind.SITEMAP) == Stripped(xml.encode())


def test_a_sitemap_loses_the_addresses_of_persons_and_keeps_its_form() -> None:
    xml = '<?xml version="1.0"?><urlset xmlns="x"><url><loc>http://default/a?by=vesela@clusters.example</loc></url></urlset>'
    found = strip_personal(xml.encode(), "utf-8", (), PageKind.SITEMAP)
    assert text(found) == xml.replace("vesela@clusters.example", "")


@pytest.mark.parametrize(
    "start",
    ["[", "{", '<?xml version="1.0"?><page>', "<urlset>", "<!-- unclosed", "<rss>", "\x00", ""],
    ids=["bracket", "brace", "xml", "sitemap", "comment", "feed", "nul", "plain"],
)
@pytest.mark.parametrize("charset", [None, "utf-8", "utf-16", "cp037", "utf-7"])
def test_however_a_page_begins_and_whatever_is_declared_no_person_is_left(start: str, charset: str | None) -> None:
    body = f"{start}<html><body><p>Sweden: N</p><p>{PERSON}</p><p>1% completed</p><p>vesela@clusters.example</p></body></html>"
    try:
        found = strip_personal(body.encode(), charset, (RULE,))
    except PageChanged:
        return  # then not a byte of it is stored
    assert PERSON.encode() not in found.body
    assert b"vesela" not in found.body


def test_xhtml_is_html() -> None:
    block = f"<p>Sweden: N</p><p>{PERSON}</p><p>1% completed</p>"
    found = strip(f'<?xml version="1.0"?><!DOCTYPE html><html xmlns="x"><body>{block}</body></html>')
    assert PERSON not in text(found)
    assert "1% completed" in text(found)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_page_keeps_its_charset(charset: str, declared: bool) -> None:
    html = f"<html><head><meta charset='{charset}'></head><body><p>Åre &#8211; vesela@clusters.example</p></body></html>"
    once = strip_personal(html.encode(charset), charset if declared else None)
    assert strip_personal(once.body, charset if declared else None) == Stripped(once.body)
    soup = BeautifulSoup(decoded(once.body, charset if declared else None)[0], "lxml")
    assert soup.p is not None
    assert soup.p.get_text() == "Åre – "


@pytest.mark.parametrize("charset", [None, "no-such-charset", "ascii"])
def test_a_wrong_charset_does_not_hide_a_person(charset: str | None) -> None:
    found = strip_personal("<p>Å vesela@clusters.example</p>".encode(), charset)
    assert b"vesela" not in found.body
    assert "Å" in found.body.decode()


@pytest.mark.parametrize("tag", ["div", "span", "b"])
def test_a_page_nested_deeper_than_people_write_is_not_stored(tag: str) -> None:
    deep = f"<p>Sweden: N</p>{f'<{tag}>' * 3_000}{PERSON}{f'</{tag}>' * 3_000}<p>1% completed</p>"
    with pytest.raises(PageChanged, match="500 deep"):
        strip_personal(f"<html><body>{deep}</body></html>".encode(), "utf-8", (RULE,))


def test_an_empty_page_is_empty() -> None:
    assert strip("") == Stripped(b"")


PIECES = (
    *(
        "<p>Bulgaria: South</p>",
        "<div>100% completed</div>",
        "<span>Bulgaria: East</span>",
        "<span>5% completed</span>",
        "Sweden: x",
    ),
    *("<h1>Title</h1>", "<h2>About us</h2>", "<b>", "</b>", "<div>", "</div>", "<br>", "text ", "<p>", "</p>", "<table><tr><td>"),
    *(
        "</table>",
        "<li>",
        "<script>",
        "</script>",
        "<title>",
        "<body>",
        "&nbsp;",
        "\x00",
        "<div class=vcard>",
        "<!--c@x.example-->",
    ),
    *(
        "vesela@x.example",
        "info@x.example",
        "<a href='mailto:v@x.example'>",
        "</a>",
        "&#64;",
        "@",
        " at ",
        " dot ",
        "Vesela",
        "(at)",
    ),
    *("Submitted by ", " on 5 May ", ".", "<span typeof='schema:Person'>", "</span>", "<!--", "-->"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
@example(["<p>Bulgaria: South</p>", "Vesela", "<p>Bulgaria: South</p>"])
def test_stripping_twice_is_stripping_once(pieces: list[str]) -> None:
    body = "".join(pieces).encode()
    once = strip_personal(body, "utf-8", (RULE,))
    twice = strip_personal(once.body, "utf-8", (RULE,))
    assert twice.body == once.body
    assert twice.removed == 0
    assert personal_spans(once.body.decode()) == []


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "latin-1"]))
def test_no_bytes_make_it_crash(body: bytes, charset: str | None) -> None:
    assert isinstance(strip_personal(b"<p>" + body, charset, (RULE,)), Stripped)


# What is left for the connector


@pytest.mark.parametrize("name", STORED)
def test_the_document_that_a_connector_gets_is_that_of_the_bytes_that_are_stored(name: str) -> None:
    rules = registry.network(name.partition("-")[0]).facts.personal
    body = strip_personal(STORED[name].read_bytes(), None, rules).body
    page = RawPage(PageRequest("https://a.example", PageKind.PROFILE), body, "", datetime.now(UTC), None, "https://a.example")
    assert told(read_html(page)) == told(parse_html(decoded(body, None)[0]))
