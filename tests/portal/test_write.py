"""Words to take along: a description, an e-mail draft, labels with their end, partners in common."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.pages.labels import labels
from portal.pages.reach import Reach, mailbox
from portal.pages.write import mailto
from portal.tongue import Tongue
from support.made_up_clusters import ATTACKS, FORMER
from support.staff import shown
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]
TODAY = date(2026, 11, 29)


def test_an_email_says_who_writes_what_both_do_and_what_the_other_adds(visitor: httpx.Client, number_of: Number) -> None:
    amber, northwood = number_of("Amber Cluster"), number_of("Northwood Alliance")
    said = visitor.get(f"/sv/clusters/{amber}/write.json?home={northwood}&programme=euroclusters&in=en").json()
    assert said["subject"] == "Cooperation between Northwood Alliance and Amber Cluster?"
    assert said["address"] == "info@amber.example"
    assert said["body"].split("\n\n") == [
        "Dear colleagues at Amber Cluster,",
        "I am writing to you on behalf of Northwood Alliance, a cluster organisation in Alfastad, Sweden. "
        "We found you through the European Cluster Collaboration Platform.",
        "Both of us work in renewable energy. Your knowledge of hydrogen storage would add to ours.",
        "We are looking for partners for Single Market Programme: Euroclusters.",
        "Would you have time for a short call in the coming weeks, to see whether a project together makes sense?",
        "Kind regards\n[your name], Northwood Alliance\nhttps://northwood.example",
    ]


def test_texts_to_swedes_are_swedish_and_to_others_english_unless_one_chooses(visitor: httpx.Client, number_of: Number) -> None:
    amber, birch = number_of("Amber Cluster"), number_of("Birch Cluster")
    assert visitor.get(f"/en/clusters/{amber}/write.json").json()["body"].startswith("Hej alla på Amber Cluster!")
    assert "[ert kluster]" in visitor.get(f"/en/clusters/{amber}/write.json").json()["body"]
    assert visitor.get(f"/sv/clusters/{birch}/write.json").json()["body"].startswith("Dear colleagues at Birch Cluster,")
    assert visitor.get(f"/sv/clusters/{birch}/write.json?in=sv").json()["body"].startswith("Hej alla på Birch Cluster!")
    page = visitor.get(f"/sv/clusters/{birch}/write?in=sv").text
    assert f'href="/en/clusters/{birch}/write?in=sv"' in page


def test_a_description_is_made_of_what_networks_say_and_names_them(visitor: httpx.Client, number_of: Number) -> None:
    said = visitor.get(f"/en/clusters/{number_of('Northwood Alliance')}/write.json?in=en").json()["description"].split("\n")
    assert said[:2] == [
        "Northwood Alliance (Norrskogsalliansen)",
        "Cluster organisation · Alfastad, Sweden · 41 members · Gold label",
    ]
    assert "“Turns wood into materials and energy.”" in said
    assert said[-1] == "According to European Cluster Collaboration Platform, TCI Network, read 24 Nov 2026."


def test_a_mail_link_leads_to_an_office_with_the_draft_in_it(visitor: httpx.Client, number_of: Number) -> None:
    page = visitor.get(f"/en/clusters/{number_of('Amber Cluster')}/write?in=en").text
    [link] = re.findall(r'href="(mailto:[^"]+)"', page)
    parts = urlsplit(html.unescape(link))
    assert parts.path == "info@amber.example"
    assert parse_qs(parts.query)["body"][0].startswith("Dear colleagues at Amber Cluster,\r\n\r\n")
    assert "mailto:" not in visitor.get(f"/en/clusters/{_attacked_number(visitor)}/write").text


def test_a_mailbox_that_looks_like_an_escape_stays_a_mailbox_in_a_link() -> None:
    one = Reach("a%0Abcc@b.example", None, None, None, None)
    assert one.mail_link == "mailto:a%250Abcc@b.example"
    assert Reach(None, "a b@c", None, None, None).mail_link is None


def _attacked_number(visitor: httpx.Client) -> int:
    return visitor.get("/en/clusters.json?country=PT").json()["results"][0]["id"]


@pytest.mark.parametrize(
    "address",
    ["a@b.example?bcc=x@y.example", "a@b.example,c@d.example", 'a"@b.example', "a b@c.example", "@b.example", "", None, "a@b"],
)
def test_what_is_no_plain_address_is_no_mail_link(address: str | None) -> None:
    assert mailbox(address) is None


@given(st.text(max_size=60), st.text(max_size=200))
def test_no_text_adds_an_addressee_to_a_mail_link(subject: str, body: str) -> None:
    parts = urlsplit(
        mailto("info@a.example", subject.encode("utf-8", "replace").decode(), body.encode("utf-8", "replace").decode())
    )
    assert parts.path == "info@a.example"
    assert parts.query.count("&") == 1
    assert parts.fragment == ""


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_strangers_wrote_stays_text_in_what_is_copied(visitor: httpx.Client, con: Connection, attack: str) -> None:
    sql = "SELECT organisation_id FROM cluster_sources WHERE network = 'tci' AND source_key = ?"
    [(number,)] = con.execute(sql, [attack]).fetchall()
    for path in (f"/en/clusters/{number}/write", f"/sv/compare?id={number}&id=1", f"/en/map?country=PT&technology={attack}"):
        page = visitor.get(path).text
        assert not re.search(r"<script(?! src=\"/static/)", page)
        assert "<img src=x" not in page
        assert not any(html.unescape(address).startswith("javascript:") for address in re.findall(r'href="([^"]*)"', page))
        assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069]", page)
    said = visitor.get(f"/en/clusters/{number}/write.json").json()
    assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069]", said["body"] + said["description"])
    assert len(said["body"]) < 3_000


def test_an_old_number_leads_to_the_new_one_and_none_to_nothing(visitor: httpx.Client, number_of: Number) -> None:
    answer = visitor.get(f"/en/clusters/{FORMER}/write?in=sv")
    assert (answer.status_code, answer.headers["location"]) == (
        301,
        f"/en/clusters/{number_of('Northwood Alliance')}/write?in=sv",
    )
    assert visitor.get("/en/clusters/999999/write").status_code == 404
    assert visitor.get(f"/en/clusters/{number_of('Amber Cluster')}/write?home=999999&in=xx&programme=none").status_code == 200


@pytest.mark.parametrize(
    ("days", "state", "english", "swedish"),
    [
        (200, "holds", "lapses in 200 days (17 Jun 2027)", "går ut om 200 dagar (17 juni 2027)"),
        (1, "soon", "lapses in 1 day (30 Nov 2026)", "går ut om 1 dag (30 nov. 2026)"),
        (0, "soon", "lapses today", "går ut i dag"),
        (-1, "expired", "expired 1 day ago (28 Nov 2026)", "gick ut för 1 dag sedan (28 nov. 2026)"),
    ],
)
def test_how_long_a_label_still_holds_is_said(days: int, state: str, english: str, swedish: str) -> None:
    until = (TODAY + timedelta(days=days)).isoformat()
    whole = {"values": {"labels": {"value": [{"level": "gold", "issuer": None, "awarded": None, "valid_until": until}]}}}
    for code, wanted in (("en", english), ("sv", swedish)):
        [one] = labels(Tongue(code, ZoneInfo("UTC")), whole, TODAY)
        assert (one.state, str(one.text), one.days) == (state, wanted, days)


def test_labels_that_hold_come_before_expired_ones_and_the_next_to_lapse_first() -> None:
    said = [
        {"level": None, "issuer": f"<{name}>", "awarded": None, "valid_until": until}
        for name, until in (
            ("old", "2020-01-01"),
            ("open", None),
            ("late", "2028-01-01"),
            ("soon", "2026-12-01"),
            ("fresh", "2026-11-01"),
        )
    ]
    found = labels(Tongue("en", ZoneInfo("UTC")), {"values": {"labels": {"value": said}}}, TODAY)
    assert [one.name.striptags() for one in found] == ["<soon>", "<late>", "<open>", "<fresh>", "<old>"]
    assert "&lt;soon&gt;" in found[0].name


def test_a_cluster_tells_of_its_label_and_of_partners_in_common(visitor: httpx.Client, number_of: Number) -> None:
    northwood, dune = number_of("Northwood Alliance"), number_of("Dune Cluster")
    page = shown(visitor.get(f"/en/clusters/{northwood}").text)
    assert "Gold label lapses in 213 days (30 Jun 2027)" in page
    data = visitor.get(f"/en/clusters/{northwood}.json").json()
    assert data["labels"] == [{"label": "Gold label", "state": "holds", "days": 213, "valid_until": "2027-06-30"}]
    assert [(one["name"], [name for _, name in one["through"]]) for one in data["shared_partners"]] == [
        ("Dune Cluster", ["Isle Cluster"]),
        ("Amber Cluster", ["Isle Cluster"]),
    ]
    assert "Amber Cluster , Sweden our member" in shown(visitor.get(f"/en/clusters/{dune}").text)
    assert data["known_partners"][0]["name"] == "Isle Cluster"


def test_for_whom_and_for_which_programme_is_handed_on_from_page_to_page(visitor: httpx.Client, number_of: Number) -> None:
    home, birch = number_of("Northwood Alliance"), number_of("Birch Cluster")
    asked = f"home={home}&amp;programme=euroclusters&amp;top=50"
    partners = visitor.get(f"/en/clusters/{home}/partners?programme=euroclusters&top=50").text
    assert f'href="/en/clusters/{birch}?{asked}"' in partners
    assert f'href="/en/clusters/{birch}/write?{asked}"' in partners
    page = visitor.get(f"/en/clusters/{birch}?{html.unescape(asked)}").text
    assert f'href="/en/clusters/{birch}/write?{asked}"' in page
    assert f'href="/sv/clusters/{birch}?{asked}"' in page
    assert f'href="/en/clusters/{home}/partners?programme=euroclusters&amp;top=50#partner-{birch}"' in page
    written = visitor.get(f"/en/clusters/{birch}/write?{html.unescape(asked)}").text
    assert f'href="/en/clusters/{birch}?{asked}"' in written
    moved = visitor.get(f"/en/clusters/{FORMER}?home={birch}&programme=euroclusters").headers["location"]
    assert moved == f"/en/clusters/{home}?home={birch}&programme=euroclusters&from={FORMER}"


def test_a_home_of_another_country_writes_too_and_what_is_no_home_is_left_out(visitor: httpx.Client, number_of: Number) -> None:
    birch, cedar = number_of("Birch Cluster"), number_of("Cedar Cluster")
    body = visitor.get(f"/en/clusters/{cedar}/write.json?home={birch}").json()["body"]
    assert "on behalf of Birch Cluster" in body
    assert f'<option value="{birch}" selected>' in visitor.get(f"/en/clusters/{cedar}/write?home={birch}").text
    for strange in (cedar, 999_999, "x", "' OR 1=1"):
        page = visitor.get(f"/en/clusters/{cedar}", params={"home": strange, "programme": "none"}).text
        assert f'href="/en/clusters/{cedar}/write"' in page
