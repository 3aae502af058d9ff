"""Tables for spreadsheets, in which no text of a stranger is ever a formula."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import TypeAlias

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.hostile import short, visible


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere: an address of the web or a ``mailto:``; any other address is written as text.

    Arguments:
        text: what is read; None: the address.
    """

    address: str
    text: str | None = None

    @property
    def shown(self) -> str:
        """What is read."""
        return self.text or self.address


Cell: TypeAlias = str | int | float | date | Link | None
MOST_IN_A_CELL = 32_000
"""Characters; Excel takes 32,767."""
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20|%]")
"""What some spreadsheet may take for the beginning of a formula (OWASP, CSV Injection), also in full width or behind spaces."""
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
"""A phone number as E.164 writes it. A spreadsheet that takes it for a formula reckons a number and no more; all other readers of
the file find what they can dial."""

_LEADS_OUT = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)
LONGEST_ADDRESS = 2_000
"""Characters; Excel takes 2,079."""
_LETTER, _TITLE = 11, 16
"""Sizes of letters, in points."""
_LINE = 15.0
"""How high a line is, in points."""
_HIGHEST = 409.5
"""Points; Excel's limit for a row."""


@dataclass(frozen=True)
class Sheet:
    """A table.

    Arguments:
        widths: of the columns, in characters.
        is_filtered: whether its head lets its reader sort and filter.
        is_labelled: whether it is no table but a text: the head is its title, the first column says what the second tells.
        repeats: how many of the first columns stay in sight, and stand on every printed page.
        printed: how many of the first columns are printed; None: all.
        is_rounded: whether numbers that are not counts show one decimal, always.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    is_filtered: bool = False
    is_labelled: bool = False
    repeats: int = 0
    printed: int | None = None
    is_rounded: bool = False


@dataclass(frozen=True)
class _Formats:
    """How cells look."""

    head: Format
    title: Format
    text: Format
    label: Format
    number: Format
    rounded: Format
    link: Format
    day: Format
    moment: Format

    @classmethod
    def of(cls, book: Workbook) -> _Formats:
        top = {"valign": "top", "bottom": 1, "right": 1, "bottom_color": "#d0d0d0", "right_color": "#d0d0d0"}
        wrapped, left = {**top, "text_wrap": True}, {**top, "align": "left"}
        return cls(
            head=book.add_format({**wrapped, "bold": True, "bottom_color": "#000000"}),
            title=book.add_format({**wrapped, "bold": True, "bottom_color": "#000000", "font_size": _TITLE}),
            text=book.add_format(wrapped),
            label=book.add_format({**wrapped, "bold": True}),
            number=book.add_format({**top, "align": "right", "indent": 1}),
            rounded=book.add_format({**top, "align": "right", "indent": 1, "num_format": "0.0"}),
            link=book.add_format({**wrapped, "underline": 1, "font_color": "#0b5d66"}),
            day=book.add_format({**left, "num_format": "yyyy-mm-dd"}),
            moment=book.add_format({**left, "num_format": "yyyy-mm-dd hh:mm:ss"}),
        )


def excel(sheets: Sequence[Sheet], now: datetime) -> bytes:
    """A workbook. Texts are texts: nothing becomes a formula, a number or a link that was not given as one."""
    made = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(made, plain) as book:
        book.set_properties({"created": now.replace(tzinfo=None)})
        formats = _Formats.of(book)
        for sheet in sheets:
            page = book.add_worksheet(sheet.title[:31])
            _fill(page, sheet, formats)
            page.freeze_panes(1, sheet.repeats)
            if sheet.is_filtered:
                page.autofilter(0, 0, len(sheet.rows), len(sheet.head) - 1)
            _set_up(page, sheet)
    return made.getvalue()


def _fill(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    for column, (title, width) in enumerate(zip(sheet.head, sheet.widths, strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, short(visible(title), MOST_IN_A_CELL), formats.title if sheet.is_labelled else formats.head)
    # Larger or bolder letters are wider.
    size = _TITLE / _LETTER if sheet.is_labelled else 1.1
    _set_height(page, 0, _most_lines(sheet.head, [width / size for width in sheet.widths]), size if sheet.is_labelled else 1)
    for row, cells in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(cells):
            if sheet.is_rounded and isinstance(cell, float):
                page.write_number(row, column, cell, formats.rounded)
                continue
            _write(page, row, column, cell, formats, formats.label if sheet.is_labelled and column == 0 else formats.text)
        _set_height(page, row, _most_lines(cells, sheet.widths))


def _set_up(page: Worksheet, sheet: Sheet) -> None:
    """Paper: A4 on its side, the head on every page, and every page numbered."""
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    page.set_footer("&L&F – &A&R&P / &N")
    page.fit_to_pages(1, 0)
    if not sheet.is_labelled:
        page.repeat_rows(0)
    if sheet.repeats:
        page.repeat_columns(0, sheet.repeats - 1)
    if sheet.printed:
        page.print_area(0, 0, len(sheet.rows), sheet.printed - 1)


def _set_height(page: Worksheet, row: int, lines: int, size: float = 1) -> None:
    """Make a row as high as its texts need. What opens the file need not reckon it, and LibreOffice does not."""
    if lines > 1 or size > 1:
        page.set_row(row, min(lines * _LINE * size, _HIGHEST))


def _most_lines(cells: Sequence[Cell], widths: Sequence[float]) -> int:
    texts = (cell.shown if isinstance(cell, Link) else cell for cell in cells)
    return max((lines(text, width) for text, width in zip(texts, widths, strict=True) if isinstance(text, str)), default=1)


def lines(text: str, width: float) -> int:
    """About how many lines a text takes in a cell that breaks between words, and within what is longer than a line.

    Arguments:
        width: of the cell, in figures. Letters are narrower by a tenth or more; one goes for the cell's margin.
    """
    room = max(int(width * 1.1) - 1, 1)
    return sum(_lines(paragraph, room) for paragraph in text.split("\n"))


def _lines(paragraph: str, room: int) -> int:
    if _size(paragraph) <= room:
        return 1
    count, used = 1, 0
    for word in paragraph.split(" "):
        size = _size(word)
        if used and used + 1 + size > room:
            count, used = count + 1, 0
        used += size + (1 if used else 0)
        if used > room:
            count, used = count + (used - 1) // room, (used - 1) % room + 1
    return count


def _size(text: str) -> int:
    """In letters of the Latin alphabet; those of East Asia are twice as wide."""
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _write(page: Worksheet, row: int, column: int, cell: Cell, formats: _Formats, text: Format) -> None:
    if cell is None:
        page.write_blank(row, column, None, text)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, text)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats.moment if isinstance(cell, datetime) else formats.day)
    elif isinstance(cell, (int, float)):
        page.write_number(row, column, cell, formats.number)
    elif isinstance(cell, Link):
        shown = short(visible(cell.shown), MOST_IN_A_CELL)
        if len(cell.address) <= LONGEST_ADDRESS and _LEADS_OUT.fullmatch(cell.address):
            page.write_url(row, column, cell.address, formats.link, shown)
        else:
            page.write_string(row, column, shown, text)
    else:
        page.write_string(row, column, short(visible(cell), MOST_IN_A_CELL), text)


def csv_text(
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    delimiter: str,
    *,
    decimal: str = ".",
    is_marked: bool = True,
    most: int = MOST_IN_A_CELL,
) -> bytes:
    """A table as CSV in UTF-8. A text that might be a formula gets ``'`` before it, but no phone number.

    Arguments:
        decimal: the mark before decimals.
        is_marked: whether it begins with the mark by which Excel knows UTF-8.
        most: characters of a text; what is longer is cut.
    """
    made = StringIO()
    writer = csv.writer(made, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_csv(cell, most, decimal) for cell in row] for row in rows)
    return made.getvalue().encode("utf-8-sig" if is_marked else "utf-8", "replace")


def _csv(cell: Cell, most: int, decimal: str) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(cell).replace(".", decimal)
    if isinstance(cell, int):
        return cell
    if isinstance(cell, Link):
        cell = cell.shown
    shown = short(visible(cell), most)
    return f"'{shown}" if _FORMULA.match(shown) and not _PHONE.fullmatch(shown) else shown
