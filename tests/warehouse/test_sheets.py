"""Workbooks as they are read and printed: rows as high as their texts, and pages that one can read."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from warehouse.sheets import Cell, Link, Sheet, excel, lines

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def parts(*sheets: Sheet) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(excel(sheets, AT))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}


def heights(page: str) -> dict[int, float]:
    """Row, from 1 -> its height in points, where one is stored."""
    return {int(row): float(height) for row, height in re.findall(r'<row r="(\d+)"[^>]* ht="([\d.]+)"', page)}


@pytest.mark.parametrize(
    ("text", "width", "count"),
    [
        ("", 10, 1),
        ("paper", 10, 1),
        ("paper and", 10, 1),
        ("paper and pulp", 10, 2),
        ("paper\npulp", 30, 2),
        ("paper\n\npulp", 30, 3),
        ("a" * 28, 10, 3),
        ("paper " + "a" * 18, 10, 3),
        ("紙とパルプと", 10, 2),
        ("paper", 1, 5),
    ],
)
def test_a_text_takes_a_line_for_every_width_of_words_and_breaks_only_words_longer_than_a_line(
    text: str, width: int, count: int
) -> None:
    assert lines(text, width) == count


def test_a_row_is_as_high_as_its_longest_text_needs_and_never_higher_than_a_row_may_be() -> None:
    rows: list[list[Cell]] = [
        ["short", "short"],
        ["short", "word " * 30],
        [Link("https://a.example/" + "x" * 40), None],
        ["word " * 5_000, 3],
    ]
    found = heights(parts(Sheet("S", ["a", "b"], rows, (20, 20)))["xl/worksheets/sheet1.xml"])
    assert found == {3: 8 * 15.0, 4: 3 * 15.0, 5: 409.5}


def test_a_head_that_wraps_is_as_high_as_it_needs() -> None:
    found = heights(parts(Sheet("S", ["Why it fits the one that leads"], [["x"]], (12,)))["xl/worksheets/sheet1.xml"])
    assert found == {1: 3 * 15.0}


def test_a_printed_page_lies_on_its_side_repeats_head_and_first_columns_and_has_only_what_is_meant_for_paper() -> None:
    made = parts(Sheet("S", ["a", "b", "c"], [["1", "2", "3"], ["4", "5", "6"]], (5, 5, 5), repeats=1, printed=2))
    page, book = made["xl/worksheets/sheet1.xml"], made["xl/workbook.xml"]
    assert '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/>' in page
    assert 'topLeftCell="B2"' in page
    assert '<definedName name="_xlnm.Print_Titles" localSheetId="0">S!$A:$A,S!$1:$1</definedName>' in book
    assert '<definedName name="_xlnm.Print_Area" localSheetId="0">S!$A$1:$B$3</definedName>' in book
    assert "&amp;P / &amp;N" in page


def test_points_have_a_decimal_even_where_it_is_nought_but_counts_and_other_tables_stay_as_they_are() -> None:
    def shown(*, is_rounded: bool) -> list[str]:
        made = excel([Sheet("S", ["a", "b", "c"], [[31.0, 41, 59.33]], (8, 8, 8), is_rounded=is_rounded)], AT)
        return [cell.number_format for cell in load_workbook(BytesIO(made))["S"][2]]

    assert shown(is_rounded=True) == ["0.0", "General", "0.0"]
    assert shown(is_rounded=False) == ["General"] * 3
