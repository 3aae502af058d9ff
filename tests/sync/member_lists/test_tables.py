"""Tables in files that people made: whatever they are saved as, the cells are those that were typed."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable
from datetime import datetime
from itertools import product

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from sync.member_lists import tables_xlsx
from sync.member_lists.tables import MOST_BYTES, Table, TableUnreadable, read_table
from sync.member_lists.tables_shape import MOST_ROWS, Limits, tidy_cell

KNOWN = {"namn": "name", "name": "name", "webb": "website", "ort": "city", "e-post": "email", "bransch": "sectors"}


def field_of(heading: str) -> str | None:
    return KNOWN.get(heading.lower())


def read(text: str | bytes, sheet: str | None = None) -> Table:
    return read_table(text.encode() if isinstance(text, str) else text, field_of, sheet=sheet)


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


def workbook(*sheets: Callable[[Worksheet], None], names: tuple[str, ...] = ("One", "Two", "Three")) -> bytes:
    """A workbook whose sheets are filled by these functions."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, fill in zip(names, sheets, strict=False):
            fill(book.add_worksheet(name))
    return file.getvalue()


def grid(*rows: tuple[object, ...], top: int = 0, left: int = 0) -> Callable[[Worksheet], None]:
    def fill(sheet: Worksheet) -> None:
        for number, row in enumerate(rows):
            sheet.write_row(top + number, left, row)

    return fill


SIGNS = st.sampled_from([*"abcåäöÅÄÖé &/()-.0123456789", *",;\t|\"'\n", "\r\n", '""', " ,", "; "])
CELL = st.lists(SIGNS, max_size=8).map("".join)
NAME = CELL.map(lambda text: f"K {text}")


@given(
    rows=st.lists(st.tuples(NAME, CELL, CELL), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"]),
    terminator=st.sampled_from(["\r\n", "\n"]),
    titles=st.sampled_from([(), ("Medlemmar 2026",), ("Medlemmar 2026", "")]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_is_read_back_whatever_it_was_saved_with(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str, terminator: str, titles: tuple[str, ...], quoting: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=terminator, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([[title] for title in titles])
    writer.writerow(("Namn", "Webb", "Ort"))
    writer.writerows(rows)
    table = read(text.getvalue().encode(encoding))
    assert table.headings == ("Namn", "Webb", "Ort")
    assert cells(table) == [tuple(map(tidy_cell, row)) for row in rows]
    assert table.heading_row == len(titles) + 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_recognised_without_its_mark(encoding: str) -> None:
    table = read("Namn;Ort\nKärnan;Malmö\n".encode(encoding))
    assert (cells(table), table.how) == ([("Kärnan", "Malmö")], "semicolons, UTF-16")


def test_a_file_that_is_not_utf_8_is_read_as_windows_1252_and_says_so() -> None:
    table = read("Namn;Ort\nBio–Kärna €;Malmö\n".encode("cp1252"))
    assert cells(table) == [("Bio–Kärna €", "Malmö")]
    assert table.how == "semicolons, Windows-1252"
    assert "line 2" in table.notes[0]
    assert "å, ä and ö" in table.notes[0]


def test_a_byte_that_windows_does_not_know_makes_it_latin_1() -> None:
    assert read(b"Namn;Ort\nK\x81rna;Malm\xf6\n").how == "semicolons, Latin-1"


def test_the_delimiter_that_excel_states_is_believed() -> None:
    table = read("sep=;\r\nNamn;Ort\r\nA,B;C\r\n")
    assert cells(table) == [("A,B", "C")]
    assert [row.number for row in table.rows] == [3]


def test_a_delimiter_that_stands_in_every_cell_does_not_mislead() -> None:
    table = read('Namn;Webb;Ort\n"A, B";x,y;"1,2"\nC, D;z,w;3,4\n')
    assert table.headings == ("Namn", "Webb", "Ort")
    assert cells(table)[1] == ("C, D", "z,w", "3,4")


def test_a_list_of_names_only_needs_no_delimiter() -> None:
    assert cells(read("Namn\nA; B | C\nD, E\n")) == [("A; B | C",), ("D, E",)]


def test_rows_are_numbered_by_the_line_on_which_they_begin() -> None:
    table = read('Namn,Ort\n"A\nB",C\n\nD,E\n')
    assert [row.number for row in table.rows] == [2, 5]
    assert cells(table)[0] == ("A\nB", "C")
    assert table.after_gap == {5}


def test_a_row_with_more_cells_than_the_heading_is_not_read_shifted() -> None:
    table = read("Namn,Ort,Webb\nA, B and C,Lund,a.example\nD,Lund,d.example\nE,Lund,e.example,\n")
    assert [row.cells[0] for row in table.rows] == ["D", "E"]
    assert table.misaligned == (2,)


def test_a_short_row_is_filled_up_and_trailing_empty_columns_fall_away() -> None:
    table = read("Namn;Ort;;\nA\nB;Lund;;\n")
    assert table.headings == ("Namn", "Ort")
    assert cells(table) == [("A", ""), ("B", "Lund")]


def test_a_heading_that_is_printed_again_on_every_page_is_no_row() -> None:
    assert [row[0] for row in cells(read("Namn;Ort\nA;Lund\nNamn;Ort\nB;Lund\n"))] == ["A", "B"]


def test_words_above_some_headings_are_their_group_and_a_title_is_none() -> None:
    grouped = read("Organisation;;Kontaktperson;\nNamn;Webb;Namn;E-post\nA;a.example;x;y\n")
    assert grouped.groups == ("Organisation", "Organisation", "Kontaktperson", "Kontaktperson")
    assert read("Kontaktlista;;;\nNamn;Webb;Ort;E-post\nA;;;\n").groups == ("", "", "", "")


def test_a_quotation_mark_that_is_never_closed_is_not_guessed_at() -> None:
    with pytest.raises(TableUnreadable, match="quotation mark"):
        read('Namn,Ort\n"A,Lund\nB,Lund\n')


def test_stray_quotation_marks_are_read_as_well_as_they_can_be_and_remarked_on() -> None:
    table = read('Namn,Ort\n"A" cluster,Lund\nB,Lund\n')
    assert [row.cells[1] for row in table.rows] == ["Lund", "Lund"]
    assert "quotation marks" in table.notes[-1]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        (b"<!DOCTYPE html><table><tr><td>Namn</td></tr></table>", "markup"),
        (b"Namn,Ort\nA\x00,B\n", "zero bytes"),
        (b"Namn;Ort\n", "no row|none"),
        (b"Fruit;Colour\nApple;red\n", "--column 'HEADING=name'"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"x" * (MOST_BYTES + 1), "50,000,000"),
    ],
)
def test_what_is_no_list_says_what_was_found(body: bytes, says: str) -> None:
    with pytest.raises(TableUnreadable, match=says):
        read(body)


def test_an_unknown_heading_names_what_stands_there() -> None:
    with pytest.raises(TableUnreadable, match="'Fruit', 'Colour'"):
        read("Fruit;Colour\nApple;red\n")


def test_more_rows_than_any_network_has_clusters_are_refused() -> None:
    with pytest.raises(TableUnreadable, match="100,000 rows"):
        read("Namn\n" + "A\n" * (MOST_ROWS + 1))


def test_a_sheet_of_a_text_file_is_a_misunderstanding() -> None:
    with pytest.raises(TableUnreadable, match="no sheets"):
        read("Namn\nA\n", sheet="Members")


def test_a_workbook_reads_like_the_text_that_a_person_sees() -> None:
    day = datetime(2011, 9, 13)  # noqa: DTZ001  a workbook knows no time zones
    table = read(
        workbook(
            grid(
                ("Member list", ""),
                (),
                ("Namn", "Webb", "Ort", "E-post"),
                ("A", 1999.0, day, True),
                ("B\nC", 2.5, day.replace(hour=10, minute=30), -3),
                (),
                ("D", "", "", ""),
                top=2,
                left=1,
            )
        )
    )
    assert table.heading_row == 5
    assert cells(table) == [
        ("A", "1999", "2011-09-13", "TRUE"),
        ("B\nC", "2.5", "2011-09-13 10:30:00", "-3"),
        ("D", "", "", ""),
    ]
    assert [row.number for row in table.rows] == [6, 7, 9]
    assert table.after_gap == {9}


def test_a_formula_is_its_value_and_never_its_text() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ("Namn", "Ort"))
        sheet.write_formula(1, 0, '="A"&"B"', None, "AB")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")

    assert cells(read(workbook(fill))) == [("AB", "")]


def test_merged_cells_say_the_same_for_each_of_their_rows() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.merge_range(0, 0, 1, 0, "Namn")
        sheet.merge_range(0, 1, 0, 2, "Kontaktperson")
        sheet.write_row(1, 1, ("Namn", "E-post"))
        sheet.write_column(2, 0, ("A", "B", "C"))
        sheet.write(1, 3, "Ort")
        sheet.merge_range(2, 3, 4, 3, "Lund")

    table = read(workbook(fill))
    assert table.heading_row == 2
    assert table.headings == ("Namn", "Namn", "E-post", "Ort")
    assert table.groups[1:3] == ("Kontaktperson", "Kontaktperson")
    assert [row.cells[3] for row in table.rows] == ["Lund", "Lund", "Lund"]


def test_the_first_sheet_with_a_heading_is_read_or_the_one_that_is_named() -> None:
    body = workbook(grid(("Read me",)), grid(("Namn",), ("A",)), grid(("Namn",), ("B",)))
    assert cells(read(body)) == [("A",)]
    assert cells(read(body, sheet="three")) == [("B",)]
    with pytest.raises(TableUnreadable, match="did you mean 'Three'"):
        read(body, sheet="Tree")


def test_a_hidden_sheet_is_read_only_when_it_is_named() -> None:
    def hidden(sheet: Worksheet) -> None:
        grid(("Namn",), ("Old",))(sheet)
        sheet.hide()

    body = workbook(grid(("Cover",)), hidden)
    with pytest.raises(TableUnreadable, match="--column"):
        read(body)
    assert cells(read(body, sheet="Two")) == [("Old",)]


def test_remarks_to_the_right_of_the_table_are_left_out_and_said() -> None:
    table = read(workbook(grid(("Namn", "Ort"), ("A", "Lund", "", "call them"))))
    assert cells(table) == [("A", "Lund")]
    assert table.misaligned == ()


def test_an_empty_formatted_cell_far_away_costs_nothing_but_a_filled_one_is_refused() -> None:
    def formatted(sheet: Worksheet) -> None:
        grid(("Namn",), ("A",))(sheet)
        sheet.set_column(0, 5, 12)
        sheet.write_blank(1_048_575, 16_383, None, sheet.default_date_format)

    assert cells(read(workbook(formatted))) == [("A",)]
    far = workbook(lambda sheet: (grid(("Namn",), ("A",))(sheet), sheet.write(1_048_575, 16_383, "x"))[0])
    with pytest.raises(TableUnreadable, match="stray cells"):
        read(far)


def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused_before_it_is_opened() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"\0" * 5_000_001)
    assert len(file.getvalue()) < 100_000
    with pytest.raises(TableUnreadable, match="unpacked"):
        tables_xlsx.read_sheets(file.getvalue(), None, Limits(unpacked_bytes=5_000_000))


def test_a_part_that_lies_about_its_size_is_damage() -> None:
    body = bytearray(workbook(grid(("Namn",), ("A",))))
    with zipfile.ZipFile(io.BytesIO(bytes(body))) as parts:
        largest = max(parts.infolist(), key=lambda part: part.file_size)
    at = body.rindex(b"PK\x01\x02", 0, body.rindex(largest.filename.encode()))
    body[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(TableUnreadable, match="damaged"):
        read(bytes(body))


def test_another_archive_is_no_workbook() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("members.csv", "Namn\nA\n")
    with pytest.raises(TableUnreadable, match="another sort of archive"):
        read(file.getvalue())


@pytest.mark.parametrize("seed", [*range(40), 103, 4509])
def test_damage_is_always_a_sentence(seed: int) -> None:
    draw = random.Random(seed)
    body = bytearray(workbook(grid(("Namn", "Ort"), *product("ABCDE", repeat=2))) if seed % 2 else b"Namn;Ort\nA;B\n" * 3)
    for _ in range(draw.randrange(1, 6)):
        body[draw.randrange(len(body))] = draw.randrange(256)
    try:
        table = read(bytes(body[: draw.randrange(len(body) // 2, len(body))] if seed % 3 else body))
    except TableUnreadable as error:
        assert str(error).startswith("wanted")
    else:
        assert "name" in map(field_of, table.headings)
