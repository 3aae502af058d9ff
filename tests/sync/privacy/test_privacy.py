"""No person reaches the disk, and nothing else is lost: blocks, bylines, addresses. All persons here are invented."""

from __future__ import annotations

import time

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from support.stripping import ECCP, PERSON, lines, strip, text
from sync.privacy.addresses import addresses, personal_spans, without_personal
from sync.privacy.strip import Stripped, is_role_mailbox, redact

# Blocks between two printed lines

BLOCKS = {
    "divs": "<div>Bulgaria: South</div><div>{person}</div><div>100% completed</div>",
    "list": "<ul><li>Bulgaria: South<li>{person}<li>100% completed</ul>",
    "breaks": "<p>Bulgaria: South<br>{person}<br>100% completed</p>",
    "table": "<table><tr><td>Bulgaria: South<td>{person}</td></tr><tr><td colspan=2>100% completed</table>",
    "definitions": "<dl><dt>Bulgaria: South</dt><dd>{person}</dd><dt>100% completed</dt></dl>",
    "spans a style sheet sets apart": "<div><span>Bulgaria: South</span><span>{person}</span><span>100% completed</span></div>",
    "a wrapper with attributes": "<div>Bulgaria: South</div><div title='{person}' class=x><b>100%</b> completed</div>",
    "text around a block": "<div>Bulgaria: South<div>{person}</div>100% completed</div>",
    "inline pieces": "<p><b>Bulgaria</b>: <i>South</i></p><p>Mrs <em>{person}</em></p><p>100<span>%</span> completed</p>",
    "a picture": "<p>Bulgaria: South</p><figure>"
    "<img src='/f.jpg' alt='{person}'><a href='/u/{person}'>Profile</a></figure><p>100% completed",
    "a comment": "<p>Bulgaria: South</p><!-- {person} --><p>100% completed</p>",
    "a script": "<p>Bulgaria: South</p><script>var x = '{person}'</script><p>100% completed</p>",
    "a heading": "<p>Bulgaria: South</p><h3>{person}</h3><p>Manager, +000 0</p><p>100% completed</p>",
    "theme debug": "<p>Bulgaria: South</p>\n<!-- BEGIN OUTPUT -->\n"
    "<div><div>{person}</div></div>\n<!-- END -->\n<p>100%\u00a0completed</p>",
    "a colon in the person's line": "<p>Bulgaria: South</p><p>Sweden: {person}</p><p>100% completed</p>",
}


@pytest.mark.parametrize("markup", BLOCKS.values(), ids=BLOCKS.keys())
def test_a_contact_person_between_two_lines_is_taken_out_whatever_the_markup(markup: str) -> None:
    before, after = "<h1>Green Cluster</h1>", "<h2>About us</h2><p>We grow.</p>"
    found = strip(f"<html><body>{before}{markup.format(person=PERSON)}{after}</body></html>")
    assert PERSON not in text(found)
    assert "Vesela" not in text(found)
    assert found.doubts == ()
    shown = " ".join(" ".join(lines(found)).replace("\xa0", " ").split()).replace(" :", ":").replace("100 %", "100%")
    assert shown == "Green Cluster Bulgaria: South 100% completed About us We grow."


def test_the_two_lines_stay_two_lines() -> None:
    for markup in BLOCKS.values():
        found = strip(markup.format(person=PERSON))
        soup = BeautifulSoup(found.body, "lxml")
        for each in soup.find_all(("br", "div", "p", "li", "td", "dt", "dd", "tr")):
            each.insert_before("\n")
        shown = [" ".join(line.replace("\xa0", " ").split()) for line in soup.get_text().splitlines()]
        assert {"Bulgaria: South", "100% completed"} <= {line for line in shown if line}


def test_every_block_of_a_page_is_taken_out() -> None:
    block = f"<p>Sweden: North</p><p>{PERSON}</p><p>80% completed</p>"
    found = strip(block * 3)
    assert lines(found) == ["Sweden: North", "80% completed"] * 3
    assert found.removed == 3


def test_a_block_without_an_end_goes_to_the_next_section_and_is_a_doubt() -> None:
    found = strip(f"<h1>Green Cluster</h1><p>Sweden: North</p><h3>{PERSON}</h3><p>+46 0</p><h2>About us</h2><p>We grow.</p>")
    assert lines(found) == ["Green Cluster", "Sweden: North", "About us", "We grow."]
    assert len(found.doubts) == 1
    assert "has no end" in found.doubts[0]
    assert PERSON not in found.doubts[0]


def test_a_block_without_a_beginning_goes_back_to_the_title_and_is_a_doubt() -> None:
    found = strip(f"<nav>Home</nav><h1>Green Cluster</h1><p>Nowhere</p><p>{PERSON}</p><p>100% completed</p><p>We grow.</p>")
    assert lines(found) == ["Home", "Green Cluster", "100% completed", "We grow."]
    assert "has no beginning" in found.doubts[0]


def test_a_page_that_the_rules_do_not_speak_of_is_the_same_to_the_byte() -> None:
    html = "<html>\r\n<BODY class=a id='b'><p>Sectors: Wood &amp; paper &eacute;&nbsp;<P>info@clusters.example<img alt=x></html>"
    assert strip(html) == Stripped(html.encode())


def test_the_pages_of_the_network_read_the_same_without_persons() -> None:
    """The rules that eccp states, on a page in its newer form."""
    html = (
        f"<h1>Green Synergy Cluster</h1><div>Bulgaria: South-Central (Bulgaria)</div><div>{PERSON}</div><div>90 % completed</div>"
    )
    found = strip(html, ECCP)
    assert lines(found) == ["Green Synergy Cluster", "Bulgaria: South-Central (Bulgaria)", "90 % completed"]


# Bylines


@pytest.mark.parametrize(
    ("byline", "kept"),
    [
        (f"Submitted by {PERSON} on 05 April 2023", "Submitted by [name removed] on 05 April 2023"),
        (f"Submitted by <a href='/u/{PERSON}'>{PERSON}</a> on Wed, 04/05/2023 - 10:23", "on Wed, 04/05/2023 - 10:23"),
        (f"Submitted by <span typeof='schema:Person'>{PERSON}</span> on 05 April 2023", "on 05 April 2023"),
        (f"Gespeichert von {PERSON} am 5. April 2023", "Gespeichert von [name removed] am 5. April 2023"),
        (f"Inskickad av {PERSON} den 5 april 2023", "Inskickad av [name removed] den 5 april 2023"),
        (f"Soumis par {PERSON} le 5 avril 2023", "Soumis par [name removed] le 5 avril 2023"),
        ("Submitted by on 05 April 2023", "Submitted by [name removed] on 05 April 2023"),
    ],
)
def test_a_byline_keeps_its_words_and_date_and_loses_its_name(byline: str, kept: str) -> None:
    found = strip(f"<article><h1>News</h1><p class='submitted'>{byline}</p><p>Text</p></article>")
    shown = " ".join(" ".join(lines(found)).split())
    assert "Vesela" not in text(found)
    assert kept in shown
    assert shown.startswith("News")
    assert shown.endswith("Text")


# Mail addresses


@pytest.mark.parametrize(
    "written",
    [
        "vesela.z@clusters.example",
        "VESELA@clusters.example",
        "vesela.z@sub.clusters.example, and more",
        "vesela<wbr>.z<b>@</b>clusters.example",
        "vesela&#46;z&#64;clusters.example",
        "&#118;&#101;sela&#x40;clusters&#46;example",
        "vesela (at) clusters.example",
        "vesela[at]clusters[dot]example",
        "vesela at clusters dot example",
        "vesela\u200b@clusters.example",
        "vesela @ clusters.example",
        "vesela@münchen.example",
        "vesela@clusters.xn--p1ai",
        "<a href='mailto:vesela@clusters.example'>Vesela</a>",
        "<a href='MAILTO:vesela%40clusters.example?subject=x'>Vesela</a>",
        "<a href='mailto:info@clusters.example,vesela@clusters.example'>Vesela</a>",
        "<a href='&#109;ailto:vesela@clusters.example'>Vesela</a>",
        "<span data-email='vesela@clusters.example'></span>",
        "<img alt='vesela@clusters.example'>",
        "<script>var mail = 'vesela@clusters.example'</script>",
        '<script>{"mail": "x\\nvesela\\u0040clusters.example"}</script>',
        "<style>/* vesela@clusters.example */</style>",
        "<!-- ask vesela@clusters.example -->",
        "<meta name=author content='Vesela'>",
        "<a rel=author href=/u/1>Vesela</a>",
        "<span itemprop=author>Vesela</span>",
        "<span class='vcard'><span class='fn'>Vesela</span></span>",
        "<div class='h-card'>Vesela</div>",
        "<div itemscope itemtype='https://schema.org/Person'>Vesela</div>",
        "<div typeof='foaf:Person'>Vesela</div>",
        "\x00vesela@clusters.example",
    ],
)
def test_a_person_is_found_however_written(written: str) -> None:
    found = strip(f"<html><body><p>Cluster</p><p>{written}</p><p>info@clusters.example</p></body></html>")
    assert "vesela" not in text(found).lower()
    assert found.removed >= 1
    shown = " ".join(lines(found))
    assert shown.startswith("Cluster")
    assert shown.endswith("info@clusters.example")


def test_neighbours_of_an_address_are_not_taken_for_its_beginning() -> None:
    found = strip(
        "<p><b>E-mail</b><i>info@clusters.example</i></p><p><b>Manager</b><i>vesela@clusters.example</i><u>Sofia</u></p>"
    )
    assert lines(found) == ["E-mail", "info@clusters.example", "Manager", "Sofia"]


def test_addresses_without_a_gap_are_all_taken_out() -> None:
    assert "vesela" not in text(strip("<p>info@clusters.example</b>vesela@clusters.example</p>"))


def test_cloudflares_cipher_of_a_persons_address_is_taken_out_and_of_an_offices_left() -> None:
    def cipher(address: str) -> str:
        return bytes([7, *(byte ^ 7 for byte in address.encode())]).hex()

    def link(address: str) -> str:
        hidden = f"<b data-cfemail='{cipher(address)}'>[email protected]</b>"
        return f"<a href='/cdn-cgi/l/email-protection#{cipher(address)}'>{hidden}</a>"

    found = strip(f"<p>{link('vesela@clusters.example')}{link('info@clusters.example')}</p>")
    assert cipher("vesela@clusters.example") not in text(found)
    assert cipher("info@clusters.example") in text(found)


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='mailto:info@clusters.example?subject=Hi'>Write to us</a>",
        "<img src='/logo@2x.png' srcset='/logo@3x.webp 3x'>",
        "<a href='https://social.example/@cluster'>@cluster</a>",
        "<script src='https://cdn.example/lib@1.2.3/lib.js'></script>",
        "<div class='vcard'><div class='adr'>Street 1</div></div>",
        "<div class='vcard'><a class='fn org url' href='/'>Green Cluster</a></div>",
        "<p>Meet us at Hall 5 dot com</p>",
        "<p>Submitted by the deadline.</p>",
    ],
)
def test_what_is_no_person_is_left_alone(markup: str) -> None:
    html = f"<html><body>{markup}</body></html>"
    assert strip(html) == Stripped(html.encode())


def test_a_card_round_the_whole_page_loses_its_person_and_keeps_the_page() -> None:
    found = strip(f"<body class=vcard><h1 class=fn>Green Cluster</h1><p class=fn>{PERSON}</p><p>Text</p></body>")
    assert lines(found) == ["Green Cluster", "Text"]


@pytest.mark.parametrize(
    "address",
    [
        "info@a.example",
        " Kontakt@a.example",
        "e-post@a.example",
        "press.office@a.example",
        "info-se@a.example",
        "office-2@a.example",
    ],
)
def test_an_offices_mailbox_may_be_stored(address: str) -> None:
    assert is_role_mailbox(address)


@pytest.mark.parametrize(
    "address",
    [
        "vesela@a.example",
        "v.info@a.example",
        "info.vesela@a.example",
        "information",
        "@a.example",
        "info@",
        "info@a@b.example",
        "",
        "ola@a.example",
        "+@a.example",
    ],
)
def test_any_other_mailbox_is_a_persons(address: str) -> None:
    assert not is_role_mailbox(address)


def test_an_address_is_read_without_its_disguise() -> None:
    found = [each.address for each in addresses("a: vesela (at) clusters [dot] example; b@x.example.")]
    assert found == ["vesela@clusters.example", "b@x.example"]


def test_a_journal_line_keeps_the_office_and_loses_the_person() -> None:
    assert redact("to vesela@a.example, info@a.example") == "to [address removed], info@a.example"


@given(st.text(alphabet="ab@. -%4(0)t\n<>'\"\\u;&#6infoδ", max_size=80))
@example("a@b.a@b.ab@c.de")
def test_no_address_of_a_person_is_left_and_offices_stay(words: str) -> None:
    plain, count = without_personal(words)
    assert personal_spans(plain) == []
    assert (plain == words) is (count == 0)
    kept, _ = without_personal(f"{words} | info@clusters.example | {words}")
    assert "info@clusters.example" in kept


@pytest.mark.parametrize("hostile", ["a", "@", "a@", "a.", "a at ", "%40", "(at)", "a@b.", " ", "a@b.cd"])
def test_looking_for_addresses_takes_time_in_proportion(hostile: str) -> None:
    began = time.process_time()
    without_personal(hostile * (200_000 // len(hostile)))
    assert time.process_time() - began < 2.0
