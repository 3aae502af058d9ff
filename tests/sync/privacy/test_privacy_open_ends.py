"""Blocks that name persons and end where the page happens to go on, and lines that name a person themselves."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from connectors.network import PersonalBlock
from sync.privacy.strip import strip_personal

RULE = PersonalBlock(
    after="(?i:contact persons?):?",
    before="(?i:website|about us)(?::.*)?",
    because="contact persons",
    has_open_end=True,
    inline=r"^\s*(?i:contact person)\s*:\s*(?P<person>\S.*?)\s*$",
)
PERSON = "Vesela Zlatanova"


def _lines(html: str, *rules: PersonalBlock) -> list[str]:
    stripped = strip_personal(html.encode(), "utf-8", rules or (RULE,))
    assert stripped.doubts == ()
    assert strip_personal(stripped.body, "utf-8", rules or (RULE,)).body == stripped.body
    return list(BeautifulSoup(stripped.body, "lxml").stripped_strings)


@pytest.mark.parametrize(
    ("page", "left"),
    [
        (
            f"<dl><dt>Contact person</dt><dd>{PERSON}</dd><dt>Website</dt><dd>a.se</dd></dl>",
            ["Contact person", "Website", "a.se"],
        ),
        (f"<h3>Contact persons</h3><p>{PERSON}</p><h3>More members of the network</h3>x", None),
        (f"<h3>Contact persons</h3><h4>{PERSON}</h4><p>Manager</p>", ["Contact persons"]),
        (f"<p>Website: a.se</p><h3>Contact persons:</h3><ul><li>{PERSON}</li></ul>", ["Website: a.se", "Contact persons:"]),
        (
            f"<h2>Contact persons</h2><p>{PERSON}</p><h2>About us</h2><p>Text.</p>",
            ["Contact persons", "About us", "Text."],
        ),
    ],
)
def test_a_block_reaches_to_its_last_line_or_the_next_heading_or_the_end(page: str, left: list[str] | None) -> None:
    assert _lines(page) == (left or ["Contact persons", "More members of the network", "x"])


def test_the_line_after_a_block_says_nothing_where_there_is_no_block() -> None:
    page = "<h1>Alpha</h1><p>City: Lund</p><p>Website: a.se</p><h2>About us</h2><p>Text.</p>"
    assert _lines(page) == ["Alpha", "City: Lund", "Website: a.se", "About us", "Text."]
    assert strip_personal(page.encode(), "utf-8", (RULE,)).body == page.encode()


@pytest.mark.parametrize(
    "line",
    [
        f"<p>Contact person: {PERSON}</p>",
        f"<p><strong>Contact person:</strong> {PERSON}</p>",
        f"<p>CONTACT PERSON : <a href='/people/7' title='{PERSON}'>{PERSON}</a></p>",
        f"<li>\n  Contact person:\n {PERSON}\n</li>",
    ],
)
def test_a_line_that_names_a_person_loses_the_name(line: str) -> None:
    told = " ".join(_lines(f"<h1>Alpha</h1>{line}<p>Website: a.se</p>"))
    assert not {"Vesela", "Zlatanova"} & set(told.split())
    assert "Zlatanova" not in strip_personal(line.encode(), "utf-8", (RULE,)).body.decode()
    assert told.casefold().startswith("alpha contact person") and told.endswith("Website: a.se")


def test_networks_without_rules_of_their_own_kind_are_as_strict_as_before() -> None:
    (eccp,) = registry.network("eccp").facts.personal
    assert (eccp.has_open_end, eccp.inline) == (False, None)


PIECES = (
    *("<p>Contact person</p>", "<h2>About us</h2>", "<h3>A heading of five words</h3>", "<p>Website: a.se</p>"),
    *(f"<p>{PERSON}</p>", f"<p>Contact person: {PERSON}</p>", "Contact person:", PERSON),
    *("<div>", "</div>", "<b>", "</b>", "<br>", "<!-- x -->"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_stripping_twice_is_stripping_once(pieces: list[str]) -> None:
    once = strip_personal("".join(pieces).encode(), "utf-8", (RULE,))
    assert strip_personal(once.body, "utf-8", (RULE,)).body == once.body


@pytest.mark.parametrize(
    ("network", "heading"),
    [("tci", "Contact persons"), ("tci", "Main contact"), ("clusters_of_sweden", "Kontaktpersoner"), ("eca", "Contact person")],
)
def test_the_networks_rules_know_how_contact_persons_are_headed(network: str, heading: str) -> None:
    rules = registry.network(network).facts.personal
    told = _lines(f"<h1>Alpha</h1><h3>{heading}</h3><p>{PERSON}</p><p>{heading}: {PERSON}</p>", *rules)
    assert not {"Vesela", "Zlatanova"} & set(" ".join(told).split())


@pytest.mark.parametrize("word", ["Contact", "Kontakt", "Kontakta oss", "Team", "Om oss"])
def test_a_word_of_the_menu_begins_no_block(word: str) -> None:
    page = f"<div class='menu'><a href='/x'>{word}</a></div><h1>Alpha</h1><p>Website: a.se</p>"
    for network in ("tci", "eca", "clusters_of_sweden"):
        assert _lines(page, *registry.network(network).facts.personal) == [word, "Alpha", "Website: a.se"]
