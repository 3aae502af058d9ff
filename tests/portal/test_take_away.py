"""A shortlist to take away: Excel and CSV that say who says what, and in which no stranger's text is a formula."""

from __future__ import annotations

import csv
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portal.app import make
from portal.serving import serving
from support.made_up_clusters import ATTACKS, NOW, SECOND_NIGHT, MadeUp, newcomer
from support.portal_options import options
from support.staff import Person
from warehouse.editions import EditionReader
from warehouse.sheets import Link, Sheet, csv_text, excel

pytestmark = pytest.mark.xdist_group("portal")
AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.fixture
def numbers(own: MadeUp) -> dict[str, int]:
    """The organisations that strangers named, and one that is as it should be."""
    sql = "SELECT source_key, organisation_id FROM cluster_sources WHERE network = 'tci'"
    with EditionReader(own.editions) as reader, reader.cursor() as con:
        return dict(con.execute(sql).fetchall())


def test_what_is_taken_away_from_the_demonstration_says_that_it_is_made_up(own: MadeUp, numbers: dict[str, int]) -> None:
    with (
        serving(make(options(own.var, is_demo=lambda _path: True)), "127.0.0.1", 0) as server,
        httpx.Client(base_url=server.address, trust_env=False) as client,
    ):
        ada = Person(client, "Ada")
        path = ada.begin("Forest")
        ada.put(numbers["northwood"], path)
        book, table = ada.get(f"{path}.xlsx"), ada.get(f"{path}.csv")
    assert texts_of(CalamineWorkbook.from_filelike(BytesIO(book.content)), "Summary")["Careful"].startswith("Demonstration: ")
    for answer, ending in ((book, "xlsx"), (table, "csv")):
        assert f'filename="demonstration-Forest-2026-11-29.{ending}"' in answer.headers["content-disposition"]


def test_the_workbook_has_the_list_the_check_what_it_is_and_the_sources(ada: Person, numbers: dict[str, int]) -> None:
    path = ada.begin("Skog & papper / 2027", "horizon-europe-ria-ia")
    entry = ada.put(numbers["northwood"], path)
    ada.send(path, do=f"note:{entry}", text="=1+1 is what they said")
    answer = ada.get(f"{path}.xlsx")
    assert answer.headers["content-disposition"] == 'attachment; filename="Skog-papper-2027-2026-11-29.xlsx"'
    assert answer.headers["cache-control"] == "private, no-store"
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == ["Summary", "Shortlist", "Check", "README", "Sources"]
    head, row = book.get_sheet_by_name("Shortlist").to_python()
    found = dict(zip(head, row, strict=True))
    assert (found["Name"], found["Country"], found["Members"], found["Status"]) == ("Northwood Alliance", "Sweden", 41, "New")
    assert found["Checked"] == date(2026, 11, 24)
    assert found["Notes"].startswith("=1+1 is what they said (Ada, 29 Nov 2026")
    assert found["Leads"] == "yes"
    assert isinstance(found["Status since"], datetime)
    assert found["Profile at a network"] == "https://eccp.example/northwood"
    checked = book.get_sheet_by_name("Check").to_python()
    trust = {row[0]: row[4] for row in checked}
    inferred = "inferred, not read at the source: look it up in the call"
    assert {"read at its source", inferred} <= set(trust.values())
    said = f"which countries: read at its source; some of the other rules: {inferred}"
    assert said in found["Eligible, judged by the country alone"]
    assert texts_of(book, "README")["How far to trust them"] == f"some of them: {inferred}"
    sources = book.get_sheet_by_name("Sources").to_python()
    assert ["Members", "41", "European Cluster Collaboration Platform", "https://eccp.example/northwood"] in [
        one[1:5] for one in sources
    ]
    told = texts_of(book, "README")["Its rules"]
    assert told.startswith("Rules last gone through on 30 Nov 2026 (https://eur-lex.europa.eu/eli/reg/2021/695/oj); some of them")
    swedish = CalamineWorkbook.from_filelike(BytesIO(ada.get(f"/sv{path[3:]}.xlsx").content))
    assert swedish.sheet_names == ["Sammanfattning", "Lista", "Kontroll", "Läs mig", "Källor"]
    told = {tuple(one[1:3]) for one in swedish.get_sheet_by_name("Källor").to_python()}
    assert {("Branscher", "Skogsbruk"), ("Land", "Sverige"), ("Region (NUTS 2)", "Norra Mellansverige (SE31)")} <= told
    assert ("Tekniker", "Bioraffinaderi; Lignin") in told


def texts_of(book: CalamineWorkbook, sheet: str) -> dict[object, object]:
    return dict(book.get_sheet_by_name(sheet).to_python())


def test_the_workbook_says_why_the_others_fit_the_one_that_leads_and_what_each_adds(ada: Person, numbers: dict[str, int]) -> None:
    northwood = numbers["northwood"]
    best = ada.get(f"/en/clusters/{northwood}/partners.json").json()["partners"][0]
    path = ada.begin("Återvinning")
    for number in (northwood, best["id"]):
        ada.put(number, path)
    answer = ada.get(f"{path}.xlsx")
    assert answer.headers["content-disposition"].startswith('attachment; filename="Atervinning-')
    head, first, second = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_name("Shortlist").to_python()
    lead, other = dict(zip(head, first, strict=True)), dict(zip(head, second, strict=True))
    assert (lead["Leads"], other["Leads"], lead["Points"]) == ("yes", "", "")
    assert other["Points"] == pytest.approx(best["score"], abs=0.06)
    assert other["Why it fits the one that leads"].count("\n") >= 1
    assert lead["What it adds"] == "", "there is nobody yet to whom it could add"
    assert other["What it adds"]
    assert "Biorefinery; Lignin" not in other["What it adds"], "the one that leads has it"


@pytest.mark.thorough
def test_the_workbook_ranks_for_the_programme_of_the_list_as_the_page_of_partners_does(
    ada: Person, own: MadeUp, numbers: dict[str, int]
) -> None:
    own.play(newcomer("Prairie Cluster", country="US"), now=SECOND_NIGHT + timedelta(days=1))
    northwood = numbers["northwood"]
    page = f"/en/clusters/{northwood}/partners.json?top=50"
    anyone, open_to = (
        {one["id"]: one for one in ada.get(f"{page}{asked}").json()["partners"]}
        for asked in ("", "&programme=horizon-europe-ria-ia")
    )
    closed = next(number for number in anyone if number not in open_to)
    best = next(iter(open_to))
    path = ada.begin("Forest", "horizon-europe-ria-ia")
    for number in (northwood, closed, best):
        ada.put(number, path)
    book = CalamineWorkbook.from_filelike(BytesIO(ada.get(f"{path}.xlsx").content))
    head, *rows = book.get_sheet_by_name("Shortlist").to_python()
    points = {one["Number in clusterbridge"]: one["Points"] for one in (dict(zip(head, row, strict=True)) for row in rows)}
    assert anyone[closed]["name"] == "Prairie Cluster"
    assert points == {northwood: "", closed: "", best: pytest.approx(open_to[best]["score"], abs=0.06)}


@pytest.mark.parametrize("address", ["file:///etc/passwd", "external:c:/x.xlsx", "internal:Sheet!A1", "javascript:alert(1)"])
def test_a_link_that_leads_not_to_the_web_is_text(address: str) -> None:
    made = excel([Sheet("S", ["a"], [[Link(address)]], (5,))], AT)
    with zipfile.ZipFile(BytesIO(made)) as parts:
        assert b"<hyperlink" not in parts.read("xl/worksheets/sheet1.xml")
    assert csv_text(["a"], [[Link("mailto:=1", "=1")]], ",").endswith(b"'=1\r\n")


def test_what_strangers_wrote_is_text_in_every_cell(ada: Person, numbers: dict[str, int]) -> None:
    path = ada.begin("A")
    for key in ATTACKS:
        ada.put(numbers[key], path)
    workbook = ada.get(f"{path}.xlsx").content
    with zipfile.ZipFile(BytesIO(workbook)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
        assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
        told = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/_rels/")]
        targets = [target for one in told for target in re.findall(r'hyperlink" Target="([^"]*)"', one)]
        assert targets
        assert all(re.match(r"https?://|mailto:", target) for target in targets)
        assert not any("externalLink" in name for name in parts.namelist())
    for language, delimiter in (("en", ","), ("sv", ";")):
        text = ada.get(f"/{language}{path[3:]}.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(StringIO(text), delimiter=delimiter))
        assert len(rows) == 1 + len(ATTACKS)
        assert {len(row) for row in rows} == {len(rows[0])}
        assert not any(cell.lstrip().startswith(("=", "+", "@")) for row in rows for cell in row)
        assert "'=HYPERLINK(" in text
        assert "\u202e" not in text


@pytest.mark.parametrize("phone", ["+4654152000", "+420123456789", "+12025550123"])
def test_a_phone_number_is_written_as_it_is_dialled(phone: str) -> None:
    assert csv_text(["x"], [[phone]], ",").decode("utf-8-sig") == f"x\r\n{phone}\r\n"


@pytest.mark.parametrize("text", ["+46541520001234567", "+46-1", "+4654152000+1", "+46 54 15", "+A1234567", "+0123456789"])
def test_what_only_resembles_a_phone_number_is_guarded(text: str) -> None:
    assert csv_text(["x"], [[text]], ",").decode("utf-8-sig") == f"x\r\n'{text}\r\n"


def test_tables_that_are_filtered_let_their_reader_sort_and_filter_by_every_column() -> None:
    made = excel([Sheet("S", ["a", "b"], [[1, 2], [3, 4]], (5, 5), is_filtered=True), Sheet("T", ["a"], [[1]], (5,))], AT)
    with zipfile.ZipFile(BytesIO(made)) as parts:
        assert b'<autoFilter ref="A1:B3"/>' in parts.read("xl/worksheets/sheet1.xml")
        assert b"autoFilter" not in parts.read("xl/worksheets/sheet2.xml")


def test_points_have_the_decimal_mark_that_a_spreadsheet_of_the_language_reads(ada: Person, numbers: dict[str, int]) -> None:
    best = ada.get(f"/en/clusters/{numbers['northwood']}/partners.json").json()["partners"][0]
    path = ada.begin("Points")
    for number in (numbers["northwood"], best["id"]):
        ada.put(number, path)
    for language, delimiter, column in (("en", ",", "Points"), ("sv", ";", "Poäng")):
        text = ada.get(f"/{language}{path[3:]}.csv").content.decode("utf-8-sig")
        head, _, row = csv.reader(StringIO(text), delimiter=delimiter)
        mark = "." if language == "en" else ","
        assert dict(zip(head, row, strict=True))[column] == f"{best['score']:.1f}".replace(".", mark)


def test_when_a_status_was_set_is_told_in_whole_seconds(own: MadeUp, numbers: dict[str, int]) -> None:
    moment = options(own.var, now=lambda: NOW.replace(microsecond=123_456))
    with serving(make(moment), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        ada = Person(client, "Ada")
        path = ada.begin("Seconds")
        ada.put(numbers["northwood"], path)
        head, row = csv.reader(StringIO(ada.get(f"{path}.csv").content.decode("utf-8-sig")))
    since = dict(zip(head, row, strict=True))["Status since"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", since)


@given(st.text(max_size=40))
def test_no_text_is_a_formula_in_csv(text: str) -> None:
    row = next(csv.reader(StringIO(csv_text(["x"], [[text]], ",").decode("utf-8-sig").split("\r\n", 1)[1], newline="")), [""])
    shown = row[0] if row else ""
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", shown) or not shown.lstrip().startswith(
        ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    )
    assert not shown.startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x";"y")', "+1", "-1+2", "@SUM(A1)", "\t=1", "  =1", "＝1", "|calc", "%0A=1"]
)
def test_what_a_spreadsheet_might_take_for_a_formula_gets_a_mark_before_it(text: str) -> None:
    assert csv_text(["x"], [[text, -5, 1.5, None]], ";").decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"').startswith("'")


def test_numbers_stay_numbers_and_days_days() -> None:
    sheet = Sheet("S", ["a", "b", "c", "d"], [[-5, 1.5, date(2026, 11, 29), "=1"]], (5, 5, 12, 5))
    [_, row] = CalamineWorkbook.from_filelike(BytesIO(excel([sheet], AT))).get_sheet_by_name("S").to_python()
    assert row == [-5.0, 1.5, date(2026, 11, 29), "=1"]
    assert csv_text(["a"], [[-5, date(2026, 11, 29), None]], ",").decode("utf-8-sig") == "a\r\n-5,2026-11-29,\r\n"
