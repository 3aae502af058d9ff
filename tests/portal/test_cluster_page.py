"""One organisation on the staff page: who says what, where and when, and old numbers that still lead there."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from portal.because import KINDS, because
from portal.tongue import Tongue
from support.made_up_clusters import FORMER
from support.staff import shown
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]


def test_a_value_comes_with_who_said_it_where_and_when_and_where_sources_differ(visitor: httpx.Client, number_of: Number) -> None:
    page = visitor.get(f"/en/clusters/{number_of('Northwood Alliance')}").text
    field = shown(page.partition('id="field-members_total"')[2].partition('id="field-')[0])
    assert "sources differ" in field
    assert "2 sources" in field
    assert re.search(r"\b41\b.*European Cluster Collaboration Platform.*first seen 23 Nov 2026 · profile read 24 Nov 2026", field)
    assert re.search(r"\b38\b.*TCI Network", field)
    assert "Shown: European Cluster Collaboration Platform comes before TCI Network." in field
    assert "Not shown: European Cluster Collaboration Platform is shown." in field
    assert 'href="https://eccp.example/northwood" rel="noopener noreferrer nofollow"' in page
    assert re.search(r"Sources differ on: .*Members", shown(page))


def test_what_it_says_of_itself_stands_first_in_the_readers_language(visitor: httpx.Client, number_of: Number) -> None:
    for language, first in (("en", "en"), ("sv", "sv")):
        page = visitor.get(f"/{language}/clusters/{number_of('Northwood Alliance')}").text
        told = re.findall(r'<blockquote lang="(\w+)"', page)
        assert (told[0], sorted(told)) == (first, ["en", "sv"])


def test_the_same_page_as_json_has_every_value_with_its_sources(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    data = visitor.get(f"/en/clusters/{number}.json").json()
    members = data["values"]["members_total"]
    assert (data["id"], members["value"], members["conflict"]) == (number, 41, True)
    assert {(said["network"], said["value"]) for said in members["sources"]} == {("eccp", 41), ("tci", 38)}
    assert data["values"]["ecosystems"]["value"] == ["Energy-renewables"]


def test_how_fresh_a_record_is_stands_beside_it(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Yarrow Cluster")
    assert "not seen for 1 night, since 24 Nov 2026" in shown(visitor.get(f"/en/clusters/{number}").text)
    assert "inte sedd på 1 natt, sedan 24 nov. 2026" in shown(visitor.get(f"/sv/clusters/{number}").text)
    assert visitor.get(f"/en/clusters/{number}.json").json()["records"][0]["nights_missed"] == 1


def test_a_number_that_was_merged_leads_to_the_new_one_for_good(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    answer = visitor.get(f"/sv/clusters/{FORMER}")
    assert (answer.status_code, answer.headers["location"]) == (301, f"/sv/clusters/{number}?from={FORMER}")
    assert f"Nummer {FORMER} är nu {number}, sedan 24 nov. 2026" in shown(visitor.get(answer.headers["location"]).text)
    as_json = visitor.get(f"/en/clusters/{FORMER}.json")
    assert (as_json.status_code, as_json.headers["location"]) == (301, f"/en/clusters/{number}.json?from={FORMER}")
    assert "is now" not in shown(visitor.get(f"/en/clusters/{number}?from=1").text)


@pytest.mark.parametrize("number", ["0", "-1", "999999", "9" * 40, "1.5", "٣", "abc", "1%00", "1'--", "%2e%2e"])
def test_a_number_that_names_nothing_is_not_found(visitor: httpx.Client, number: str) -> None:
    for path in (f"/en/clusters/{number}", f"/en/clusters/{number}.json"):
        answer = visitor.get(path)
        assert answer.status_code == 404
    assert "There is nothing here" in visitor.get(f"/en/clusters/{number}").text


def test_an_office_and_its_telephone_are_a_press_away(visitor: httpx.Client, number_of: Number) -> None:
    facts = visitor.get(f"/en/clusters/{number_of('Northwood Alliance')}").text.partition('<aside class="facts"')[2]
    assert '<a href="mailto:info@northwood.example">' in facts
    assert '<a href="tel:+46500123456">' in facts


def test_values_lead_to_the_search_for_others_that_have_them(visitor: httpx.Client, number_of: Number) -> None:
    page = visitor.get(f"/en/clusters/{number_of('Northwood Alliance')}").text
    assert 'href="/en/clusters?ecosystem=Energy-renewables"' in page
    assert 'href="/en/clusters?technology=Lignin"' in page


def test_why_a_value_is_shown_is_said_in_the_readers_language(con: Connection) -> None:
    from zoneinfo import ZoneInfo

    swedish = Tongue("sv", ZoneInfo("UTC"))
    assert because(swedish, "eccp comes before tci", str.upper) == "ECCP går före TCI"
    assert because(swedish, "the only source that gives the members total", str) == "den enda källan som anger ”Medlemmar”"
    assert because(swedish, "something else", str) == "something else"
    together = because(swedish, "eccp is shown", str.upper, is_empty=True)
    assert together == "sådana siffror tas tillsammans från en enda källa, ECCP, och den här finns inte bland dess siffror"
    phrases = [row[0] for row in con.execute("SELECT DISTINCT because FROM claims").fetchall()]
    assert phrases
    assert all(because(swedish, phrase, str) != phrase for phrase in phrases)
    assert all(swedish.has(f"because.{kind}") for kind in KINDS)


def test_words_that_a_profile_chose_itself_are_claimed_to_be_of_no_language(visitor: httpx.Client, number_of: Number) -> None:
    amber = visitor.get(f"/sv/clusters/{number_of('Amber Cluster')}").text
    assert '<span lang=""><bdi>amber things</bdi></span>' in amber
    northwood = visitor.get(f"/sv/clusters/{number_of('Northwood Alliance')}").text
    assert '<q lang=""><bdi>' in northwood
    assert "<bdi>Bioraffinaderi</bdi>" in northwood
    assert '<span lang=""><bdi>Bioraffinaderi' not in northwood
