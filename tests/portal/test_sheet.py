"""Sheets of one page: what stands on them is what the longer pages say."""

from __future__ import annotations

import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import httpx
import pytest

from portal.pages.naming import Naming
from portal.pages.reasons import LEAST_POINTS
from portal.pages.sheet import LONGEST_REASON, _cut, _short
from portal.tongue import Tongue
from support.made_up_clusters import FORMER
from support.staff import shown
from warehouse.connection import Connection
from warehouse.facets import imprint
from warehouse.rows import MatchReason

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]


def test_five_partners_are_the_first_five_of_the_list_with_the_reasons_that_add_most(
    visitor: httpx.Client, number_of: Number
) -> None:
    number = number_of("Northwood Alliance")
    for asked in ("", "?mode=complement", "?mode=similar&programme=euroclusters"):
        sheet = visitor.get(f"/sv/clusters/{number}/partners/sheet.json{asked}").json()
        listed = visitor.get(f"/sv/clusters/{number}/partners.json{asked}").json()
        assert sheet["mode"] == listed["mode"]
        for one, other in zip(sheet["partners"], listed["partners"][:5], strict=True):
            assert (one["id"], one["score"]) == (other["id"], other["score"])
            told = [reason["contribution"] for reason in other["reasons"] if reason["contribution"] >= LEAST_POINTS]
            assert [reason["points"] for reason in one["reasons"]] == sorted(told, reverse=True)[:3]
            assert set(one["open_to"]) <= {mark["programme"] for mark in other["eligible"] if mark["answer"] == "met"}


def test_a_sheet_is_kept_under_its_address_in_both_languages(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    page = visitor.get(f"/en/clusters/{number}/partners/sheet?mode=similar&programme=euroclusters&x=1").text
    assert f'href="/sv/clusters/{number}/partners/sheet?mode=similar&amp;programme=euroclusters"' in page
    assert f'href="/en/clusters/{number}/partners?mode=similar&amp;programme=euroclusters"' in page
    assert "Five partners for Northwood Alliance" in shown(page)
    assert "Fem partner för Northwood Alliance" in shown(visitor.get(f"/sv/clusters/{number}/partners/sheet").text)
    assert f'href="/en/clusters/{number}/partners/sheet"' in visitor.get(f"/en/clusters/{number}").text
    foreign = number_of("Birch Cluster")
    assert f'href="/en/clusters/{foreign}/partners/sheet"' not in visitor.get(f"/en/clusters/{foreign}").text
    assert '/partners/sheet?mode=balanced"' in visitor.get(f"/en/clusters/{number}/partners").text


def test_the_sheet_of_a_cluster_says_where_it_comes_from_and_when_it_was_checked(
    visitor: httpx.Client, number_of: Number
) -> None:
    page = shown(visitor.get(f"/en/clusters/{number_of('Northwood Alliance')}/sheet").text)
    assert "According to European Cluster Collaboration Platform, TCI Network, read 24 Nov 2026." in page
    assert "Gold label lapses in 213 days" in page
    assert "Isle Cluster (Germany)" in page
    assert "info@northwood.example" in page


@pytest.mark.parametrize("page", ["sheet", "partners/sheet"])
def test_old_numbers_lead_to_new_sheets_and_none_to_nothing(visitor: httpx.Client, number_of: Number, page: str) -> None:
    answer = visitor.get(f"/en/clusters/{FORMER}/{page}?mode=similar")
    now = number_of("Northwood Alliance")
    assert (answer.status_code, answer.headers["location"]) == (301, f"/en/clusters/{now}/{page}?mode=similar")
    assert visitor.get(f"/en/clusters/999999/{page}").status_code == 404
    assert visitor.get(f"/en/clusters/x/{page}").status_code == 404


def test_a_sentence_is_cut_between_words() -> None:
    assert _cut("one two, three four", 11) == "one two …"
    assert _cut("one two", 7) == "one two"
    assert _cut("x" * 30, 10) == "x" * 9 + " …"


def naming(con: Connection, language: str) -> Naming:
    return Naming(Tongue(language, ZoneInfo("Europe/Stockholm")), imprint(con))


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_long_reason_is_a_whole_sentence_that_counts_what_it_does_not_name(con: Connection, language: str) -> None:
    new = [f"Technology number {place} of many" for place in range(1, 7)]
    said = {"brings": new, "fit_percent": 50, "partners": 1, "new_to_partners": new}
    told = _short(naming(con, language), MatchReason("technology_gap", 1.0, "", said), "A Home of Some Length", "A Partner")
    assert len(told) <= LONGEST_REASON
    assert told.endswith(".")
    assert "…" not in told
    assert re.search("and [345] more, which" if language == "en" else "och [345] till, som", told.replace("”", ""))


def test_a_long_reason_without_a_list_ends_after_its_first_clause(con: Connection) -> None:
    said = {"brings": ["Lignin"], "fit_percent": 50, "partners": 0, "new_to_partners": []}
    told = _short(naming(con, "en"), MatchReason("technology_gap", 1.0, "", said), "H" * 60, "A Partner")
    assert told == f"They add Lignin, which {'H' * 60} does not name."


def test_a_sheet_tells_role_mailboxes_where_they_are_known(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    partners = visitor.get(f"/en/clusters/{number}/partners/sheet.json").json()["partners"]
    known = [visitor.get(f"/en/clusters/{one['id']}.json").json()["values"].get("role_email") for one in partners]
    mailboxes = [one["value"] for one in known if one and one["value"]]
    assert mailboxes
    page = shown(visitor.get(f"/en/clusters/{number}/partners/sheet").text)
    assert all(mailbox in page for mailbox in mailboxes)
