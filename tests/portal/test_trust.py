"""What is remembered or concluded is never told as if it had been read: on every page that says what a programme is open to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest

from matching.partners.programmes import Programme, Status, programmes
from portal.pages.eligible import badge
from portal.tongue import Tongue
from support.staff import shown

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]
TODAY = date(2026, 11, 29)
SAID = {"seen": "", "recalled": "from memory, not checked at the source", "inferred": "inferred, not read at the source"}


def marks(programme: Programme) -> set[str]:
    tongue = Tongue("en", ZoneInfo("Europe/Stockholm"))
    return {badge(programme, country, tongue, TODAY).key for country in ("SE", "NO", "US", "MA", None)}


def test_only_what_was_read_at_its_source_makes_a_country_eligible_or_not() -> None:
    known = programmes().values()
    assert {one.trust_of_entry for one in known} > {Status.SEEN}, "the test would say nothing"
    for one in known:
        wanted = {"met", "not_met"} if one.trust_of_entry is Status.SEEN else {"likely", "unlikely"}
        assert wanted <= marks(one) <= {*wanted, "unknown"}, one.id


def test_a_programme_whose_own_facts_are_concluded_makes_nobody_eligible_though_its_countries_were_read() -> None:
    twinning = programmes()["horizon-europe-widening"]
    assert (twinning.status, twinning.participants.status) == (Status.INFERRED, Status.SEEN)
    assert twinning.trust_of_entry is Status.INFERRED


def test_compared_clusters_have_what_was_read_and_what_was_not_in_two_lines(visitor: httpx.Client, number_of: Number) -> None:
    path = f"/en/compare?id={number_of('Amber Cluster')}&id={number_of('Birch Cluster')}"
    page = shown(visitor.get(path).text)
    _, lines = page.split("Programmes open to its country")
    read, rest = lines.split("Programmes probably open to its country")
    for one in programmes().values():
        told, other = (read, rest) if one.trust_of_entry is Status.SEEN else (rest, read)
        assert one.name["en"] in told
        assert one.name["en"] not in other
        if one.trust_of_entry is not Status.SEEN:
            assert f"{one.name['en']} {SAID[one.trust_of_entry]}" in told
        elif one.trust is not Status.SEEN:
            partly = f"which countries: read at its source; some of the other rules: {SAID[one.trust]}"
            assert f"{one.name['en']} {partly}" in told
    assert "certain" not in page.lower()
    fields = {one["field"]: one for one in visitor.get(path.replace("?", ".json?")).json()["fields"]}
    assert fields["programmes"]["mark"] == "same"


def test_a_country_without_a_programme_is_not_one_of_which_nothing_is_known(visitor: httpx.Client, number_of: Number) -> None:
    path = f"/en/compare.json?id={number_of('Amber Cluster')}&id={number_of('Dune Cluster')}"
    norway = {one["field"]: one for one in visitor.get(path).json()["fields"]}["programmes_likely"]
    assert norway["mark"] == "partly"
    assert "Euroclusters" in norway["others"][0]


@pytest.mark.parametrize("page", ["sheet", "partners/sheet"])
def test_a_sheet_says_probably_of_what_was_not_read(visitor: httpx.Client, number_of: Number, page: str) -> None:
    text = shown(visitor.get(f"/en/clusters/{number_of('Northwood Alliance')}/{page}").text)
    assert "Probably eligible" in text
    assert "What is only probable was not read at its source" in text
    assert "checked on 29 Nov 2026; the call" not in text


def test_a_partner_is_probably_open_to_what_was_not_read(visitor: httpx.Client, number_of: Number) -> None:
    path = f"/en/clusters/{number_of('Northwood Alliance')}/partners/sheet.json"
    for one in visitor.get(path).json()["partners"]:
        assert "euroclusters" not in one["open_to"]
        assert "horizon-europe-ria-ia" not in one["probably_open_to"]
    assert any("euroclusters" in one["probably_open_to"] for one in visitor.get(path).json()["partners"])


def test_the_page_of_programmes_marks_each_rule_that_was_not_read_and_never_calls_it_checked(visitor: httpx.Client) -> None:
    html = visitor.get("/en/programmes").text
    for one in programmes().values():
        section = html.split(f'<section id="{one.id}">')[1].split("</section>")[0]
        part, told = shown(section), [shown(row) for row in section.split("<li>")[1:]]
        for rule, row in zip(one.rules, told, strict=True):
            assert rule.text["en"] in row
            groups = [rule.group] if rule.group else []
            unread = [status for status in (rule.status, *(group.status for group in groups)) if status is not Status.SEEN]
            assert re.findall("from memory|inferred", row) == [SAID[status].split(",")[0] for status in unread], (one.id, rule.id)
        assert ("Rules checked on" in part) == (one.trust is Status.SEEN), one.id
        assert (f"Rules last gone through on {one.checked_on.day} Nov 2026" in part) == (one.trust is not Status.SEEN), one.id


@pytest.mark.parametrize(("language", "read"), [("en", "read on"), ("sv", "läst")])
def test_a_rules_source_is_named_with_its_site_and_the_day_where_it_was_read(
    visitor: httpx.Client, language: str, read: str
) -> None:
    page = visitor.get(f"/{language}/programmes").text
    links = re.findall(r'<a class="out source" href="([^"]+)"[^>]*>([^<]*)<span', page)
    rules = [(one, rule) for one in programmes().values() for rule in one.rules]
    assert len(links) == len(rules)
    for (address, told), (one, rule) in zip(links, rules, strict=True):
        assert told.startswith(str(urlsplit(address).hostname)), told
        assert (f", {read} {one.checked_on.day}" in told) == (rule.status is Status.SEEN), told


def test_the_page_of_sources_counts_what_was_read_what_is_remembered_and_what_is_concluded(visitor: httpx.Client) -> None:
    html = visitor.get("/en/sources").text.split('<section id="programmes">')[1].split("</section>")[0]
    rows = dict(re.findall(r'<a href="/en/programmes#([\w-]+)">(.*?)</tr>', html, re.DOTALL))
    assert rows.keys() == programmes().keys()
    for one in programmes().values():
        lists = {group.name["en"]: group for group in (one.participants, *(rule.group for rule in one.rules)) if group}
        statuses = [*(rule.status for rule in one.rules), *(group.status for group in lists.values())]
        for status in Status:
            told = re.findall(rf"(\d+) {status}\b", shown(rows[one.id]))
            assert told == ([str(statuses.count(status))] if status in statuses else []), (one.id, status)
        assert ('class="trust"' in rows[one.id]) == any(status is not Status.SEEN for status in statuses)
    assert "1 seen" in shown(rows["euroclusters"]), "its page says that its first rule was read at its source"


@pytest.mark.parametrize("language", ["en", "sv"])
def test_no_page_but_the_data_dictionary_tells_in_which_file_a_rule_is_kept(
    visitor: httpx.Client, number_of: Number, language: str
) -> None:
    number = number_of("Amber Cluster")
    for path in (
        f"clusters/{number}", f"clusters/{number}/sheet", f"clusters/{number}/partners?programme=euroclusters",
        f"clusters/{number}/partners/sheet", "programmes",
    ):  # fmt: skip
        page = visitor.get(f"/{language}/{path}").text
        assert "matching/programmes" not in page, path
        assert ".toml" not in page, path
