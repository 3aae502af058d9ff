"""A shortlist's workbook as one hands it on: what it comes to first, then who and why, readable on a screen and on paper."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO, StringIO

import httpx
import pytest
from babel import Locale
from openpyxl import Workbook, load_workbook

from portal.app import make
from portal.pages.take_away import COLUMNS
from portal.serving import serving
from support.made_up_clusters import SECOND_NIGHT, MadeUp, newcomer
from support.portal_options import options
from support.staff import Person
from warehouse.editions import EditionReader

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]
HORIZON = "horizon-europe-ria-ia"
PRINTED = [
    "Name",
    "Country",
    "Leads",
    "What it says of itself",
    "Points",
    "Why it fits the one that leads",
    "What it adds",
    "Contact",
    "Eligible, judged by the country alone",
    "Status",
    "Checked",
]


def opened(ada: Person, path: str) -> Workbook:
    return load_workbook(BytesIO(ada.get(f"{path}.xlsx").content))


def rows(book: Workbook, sheet: str) -> list[tuple]:
    return list(book[sheet].iter_rows(values_only=True))


def by_column(book: Workbook, sheet: str) -> list[dict]:
    head, *others = rows(book, sheet)
    return [dict(zip(head, one, strict=True)) for one in others]


def test_the_first_sheet_says_what_the_list_comes_to(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest", HORIZON)
    for name in ("Amber Cluster", "Birch Cluster", "Cedar Cluster"):
        ada.put(number_of(name), path)
    ada.send(path, do="note:0", text="For the spring call")
    book = opened(ada, path)
    assert book.sheetnames[0] == "Summary"
    head, *_ = told = rows(book, "Summary")
    assert head == ("Shortlist", "Forest")
    said = dict(told)
    countries = sorted({one["Country"] for one in by_column(book, "Shortlist")})
    assert said["Led by"] == "Amber Cluster (Sweden)"
    assert said["Programme"].startswith("Horizon Europe")
    assert said["Would the consortium pass?"].startswith("Met, except what you must confirm: At least three of them")
    assert said["Organisations counted"] == f"3 ({', '.join(countries)})"
    assert said["Made"] == "29 Nov 2026, 13:00, Ada"
    assert said["Edition of the data"] == "2, 24 Nov 2026, 04:15"
    assert said["Note on the list"].startswith("For the spring call (Ada, ")
    assert "Careful" not in said, "it is no demonstration"


def test_a_list_that_would_not_pass_says_on_the_first_sheet_which_rules_it_breaks(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest", HORIZON)
    ada.put(number_of("Amber Cluster"), path)
    book = opened(ada, path)
    broken = [one["Rule"] for one in by_column(book, "Check")[1:] if one["Answer"] == "Not met"]
    assert broken
    assert dict(rows(book, "Summary"))["Would the consortium pass?"] == f"Not met: {' '.join(broken)}"


def test_a_list_that_passes_says_on_the_first_sheet_which_rules_rest_on_somebodys_word(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest", HORIZON)
    for name in ("Amber Cluster", "Birch Cluster", "Cedar Cluster"):
        ada.put(number_of(name), path)
    page = ada.get(path).text
    [verb] = re.findall(r'value="(confirm:\d+)"', page)
    ada.send(path, do=verb, seen=html.unescape(re.findall(r'name="seen" value="([^"]+)"', page)[0]), sure="yes")
    verdict, said = dict(rows(opened(ada, path), "Summary"))["Would the consortium pass?"].splitlines()
    [rule] = [one for one in ada.data(path)["check"]["rules"] if one["confirmed"]]
    assert verdict == "Met"
    assert said == (f"A person vouched for this, no record says it: {rule['text']['en']} (confirmed by Ada on 29 Nov 2026)")


def test_a_page_on_this_machine_gives_no_address_that_nobody_else_could_open(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest")
    ada.put(number_of("Northwood Alliance"), path)
    assert "Page" not in by_column(opened(ada, path), "Shortlist")[0]
    [head, row] = csv.reader(StringIO(ada.get(f"{path}.csv").content.decode("utf-8-sig")))
    assert dict(zip(head, row, strict=True))["Page"] == ""


def test_a_page_that_others_reach_gives_its_address(own: MadeUp) -> None:
    number = numbers(own)["Northwood Alliance"]
    with (
        serving(make(options(own.var, names=frozenset())), "127.0.0.1", 0) as server,
        httpx.Client(base_url=server.address, headers={"host": "clusters.example"}, trust_env=False) as client,
    ):
        ada = Person(client, "Ada")
        path = ada.begin("Forest")
        ada.put(number, path)
        assert by_column(opened(ada, path), "Shortlist")[0]["Page"] == f"http://clusters.example/en/clusters/{number}"


def test_a_status_that_nobody_signed_names_nobody(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest")
    ada.put(number_of("Northwood Alliance"), path)
    assert by_column(opened(ada, path), "Shortlist")[0]["Status set by"] == "Ada"
    with httpx.Client(base_url=ada.client.base_url, trust_env=False) as client:
        nameless = Person(client)
        path = nameless.begin("Stone")
        nameless.put(number_of("Northwood Alliance"), path)
        assert by_column(opened(nameless, path), "Shortlist")[0]["Status set by"] is None


def test_without_a_programme_or_members_the_first_sheet_says_why_there_is_no_verdict(ada: Person) -> None:
    said = dict(rows(opened(ada, ada.begin("Empty")), "Summary"))
    assert said["Would the consortium pass?"] == "No programme is chosen, so no rules were checked."
    assert said["Organisations counted"] == "0"
    said = dict(rows(opened(ada, ada.begin("Empty", HORIZON)), "Summary"))
    assert said["Would the consortium pass?"] == "Nobody on the list is counted yet."


def test_who_it_is_why_and_how_to_reach_it_come_first_and_only_they_are_printed(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest", HORIZON)
    for name in ("Northwood Alliance", "Cedar Cluster"):
        ada.put(number_of(name), path)
    book = opened(ada, path)
    page = book["Shortlist"]
    head = [cell.value for cell in page[1]]
    assert head[: len(PRINTED)] == PRINTED
    assert head.index("E-mail") < head.index("Listed by") < head.index("Number in clusterbridge") < head.index("Status set by")
    assert (page.print_area, page.print_title_cols, page.print_title_rows) == ("'Shortlist'!$A$1:$K$3", "$A:$A", "$1:$1")
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.freeze_panes == "B2"
    assert sum(page.column_dimensions[letter].width for letter in "ABCDEFGHIJK") < 215, "else they are not readable on A4"
    northwood, cedar = by_column(book, "Shortlist")
    assert northwood["What it says of itself"] == "Turns wood into materials and energy."
    assert northwood["Contact"].splitlines()[0] == northwood["E-mail"] == "info@northwood.example"
    assert northwood["Website"] in northwood["Contact"].splitlines()
    assert cedar["Why it fits the one that leads"]
    swedish = by_column(opened(ada, f"/sv{path[3:]}"), "Lista")
    assert swedish[0]["Vad den säger om sig själv"] == "Gör material och energi av skog."


def test_columns_in_which_nobody_has_anything_come_last_and_are_not_printed(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest")
    ada.put(number_of("Cedar Cluster"), path)
    page = opened(ada, path)["Shortlist"]
    head = [cell.value for cell in page[1]]
    values = [cell.value for cell in page[2]]
    filled = [value not in (None, "") for value in values]
    assert filled == sorted(filled, reverse=True)
    last = set(head[filled.index(False) :])
    assert {"Points", "What it adds", "Eligible, judged by the country alone", "Notes", "Name in its own language"} <= last
    printed = [title for title, value in zip(head, values, strict=True) if title in PRINTED and value]
    assert page.print_area == f"'Shortlist'!$A$1:${'ABCDEFGHIJK'[len(printed) - 1]}$2"


@pytest.mark.thorough
def test_who_can_be_reached_by_no_address_is_reached_by_its_page_at_a_network(ada: Person, own: MadeUp) -> None:
    own.play(newcomer("Silent Cluster"), now=SECOND_NIGHT + timedelta(days=1))
    path = ada.begin("Forest")
    ada.put(numbers(own)["Silent Cluster"], path)
    [row] = by_column(opened(ada, path), "Shortlist")
    assert row["Contact"] == row["Profile at a network"] is not None


def test_rows_are_as_high_as_what_wraps_in_them(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest", HORIZON)
    for name in ("Northwood Alliance", "Cedar Cluster"):
        ada.put(number_of(name), path)
    book = opened(ada, path)
    why = by_column(book, "Shortlist")[1]["Why it fits the one that leads"]
    assert book["Shortlist"].row_dimensions[3].height >= 15 * (why.count("\n") + 1)
    assert book["Check"].row_dimensions[2].height >= 30
    assert max(row.height or 15 for row in book["README"].row_dimensions.values()) >= 30


def test_who_would_help_is_named_with_its_country(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest", HORIZON)
    ada.put(number_of("Amber Cluster"), path)
    fixes = [fix for one in by_column(opened(ada, path), "Check") for fix in (one["What would help"] or "").splitlines()]
    assert fixes
    countries = {one["name"]: one["country"] for rule in ada.data(path)["check"]["rules"] for one in rule["fixes"]}
    names = Locale("en").territories
    for fix in fixes:
        name, _, country = fix.partition(": ")[2].rpartition(" (")
        assert country == f"{names[countries[name]]})"


@pytest.mark.thorough
def test_the_swedish_workbook_has_swedish_words_for_how_exact_a_day_is_and_of_which_language_a_text_is(
    ada: Person, own: MadeUp
) -> None:
    own.play(
        newcomer("Dated Cluster", founded_on=date(1999, 3, 1), founded_precision="month", extracts={"en": "Wood."}),
        now=SECOND_NIGHT + timedelta(days=1),
    )
    path = ada.begin("Forest")
    ada.put(numbers(own)["Dated Cluster"], path)
    book = opened(ada, f"/sv{path[3:]}")
    told = {(one["Fält"], one["Värde"]) for one in by_column(book, "Källor")}
    assert {("Grundandedatumets noggrannhet", "på månaden"), ("Beskrivning", "engelska: Wood.")} <= told
    assert book.sheetnames == ["Sammanfattning", "Lista", "Läs mig", "Källor"]


def test_labels_are_named_as_on_the_page(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest")
    ada.put(number_of("Northwood Alliance"), path)
    [said] = {one["Value"] for one in by_column(opened(ada, path), "Sources") if one["Field"] == "Labels"}
    assert "level:" not in said
    assert "None" not in said


def test_csv_keeps_its_columns_in_their_order_and_new_ones_come_last(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest")
    ada.put(number_of("Northwood Alliance"), path)
    head, row = csv.reader(StringIO(ada.get(f"{path}.csv").content.decode("utf-8-sig")))
    assert head[:3] == ["Place on the list", "Leads", "Number in clusterbridge"]
    assert head[3:6] == ["Name", "Name in its own language", "Country"]
    assert (head[-2:], len(head)) == (["Page", "What it says of itself"], len(COLUMNS))
    assert row[-1] == "Turns wood into materials and energy."


def numbers(own: MadeUp) -> dict[str, int]:
    with EditionReader(own.editions) as reader, reader.cursor() as con:
        return dict(con.execute("SELECT name, organisation_id FROM clusters").fetchall())
