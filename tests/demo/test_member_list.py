from __future__ import annotations

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from demo import member_list
from demo.invented import contact_words
from demo.member_list import COLUMNS, VARIANTS
from demo.pages import Site


def table(variant: str) -> list[list[str]]:
    how = VARIANTS[variant]
    text = member_list.csv_bytes(variant).decode(how.encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=how.delimiter))


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_says_the_same(variant: str) -> None:
    assert table(variant) == table("comma, UTF-8")
    assert table(variant)[0] == list(COLUMNS)


def test_the_variants_differ_where_readers_stumble() -> None:
    saved = {variant: member_list.csv_bytes(variant) for variant in VARIANTS}
    assert saved["comma, UTF-8 with BOM"].startswith(b"\xef\xbb\xbf")
    assert not saved["comma, UTF-8"].startswith(b"\xef\xbb\xbf")
    assert "Östra".encode("cp1252") in saved["semicolon, cp1252"]
    assert saved["tab, UTF-16"][:2] in (b"\xff\xfe", b"\xfe\xff")
    assert b'"Aerospace Vehicles and Defense\n' in saved["semicolon, Latin-1"]  # a line break within a cell


def test_the_workbook_says_the_same_with_numbers_as_numbers() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(member_list.xlsx_bytes()))
    assert book.sheet_names == ["Medlemmar", "Om listan"]
    rows = book.get_sheet_by_index(0).to_python()
    members = rows[0].index("Antal medlemmar")
    assert all(isinstance(row[members], float) for row in rows[1:])
    as_text = [[str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    assert as_text == table("comma, UTF-8")


def test_two_builds_are_equal_byte_for_byte() -> None:
    assert member_list.xlsx_bytes() == member_list.xlsx_bytes()
    assert member_list.csv_bytes("tab, UTF-8") == member_list.csv_bytes("tab, UTF-8")


def test_every_fact_of_the_truth_stands_in_its_row() -> None:
    rows = table("comma, UTF-8")
    truth = member_list.truth()
    assert len(truth) == len(rows) - 1
    for page in truth:
        row = rows[int(page.path.removeprefix("row ")) - 1]
        lines = {line for cell in row for line in cell.split("\n")}
        assert {word for words in page.printed.values() for word in words} <= lines, page.path


def test_the_rows_are_the_members_of_the_site_under_the_same_keys(sites: dict[str, Site]) -> None:
    on_site = {(page.source_key, page.organisation) for page in sites["clusters_of_sweden"].truth}
    assert {(page.source_key, page.organisation) for page in member_list.truth()} == on_site


def test_persons_stand_in_two_columns_and_nowhere_else() -> None:
    header, *rows = table("comma, UTF-8")
    persons = {
        place for row in rows for place, cell in enumerate(row) if any(word in cell.casefold() for word in contact_words())
    }
    assert {header[place] for place in persons} == {"Kontaktperson", "Kontaktpersonens e-post"}
