"""Tables for spreadsheets, in which no text of a stranger is ever a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any, TypeAlias

from xlsxwriter import Workbook
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


@dataclass(frozen=True)
class Sheet:
    """A table.

    Arguments:
        widths: of the columns, in characters.
        is_filtered: whether its head lets its reader sort and filter.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    is_filtered: bool = False


def excel(sheets: Sequence[Sheet], now: datetime) -> bytes:
    """A workbook. Texts are texts: nothing becomes a formula, a number or a link that was not given as one."""
    made = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(made, plain) as book:
        book.set_properties({"created": now.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        link = book.add_format({"text_wrap": True, "valign": "top", "underline": 1, "font_color": "#0b5d66"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top", "align": "left"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.title[:31])
            for column, (title, width) in enumerate(zip(sheet.head, sheet.widths, strict=True)):
                page.set_column(column, column, width)
                page.write_string(0, column, title, head)
            for row, cells in enumerate(sheet.rows, start=1):
                for column, cell in enumerate(cells):
                    _write(page, row, column, cell, text, moment if isinstance(cell, datetime) else day, link)
            page.freeze_panes(1, 0)
            if sheet.is_filtered:
                page.autofilter(0, 0, len(sheet.rows), len(sheet.head) - 1)
            page.set_landscape()
            page.set_paper(9)
            page.fit_to_pages(1, 0)
    return made.getvalue()


def _write(page: Worksheet, row: int, column: int, cell: Cell, text: Any, day: Any, link: Any) -> None:
    if cell is None:
        page.write_blank(row, column, None, text)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, text)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, day)
    elif isinstance(cell, (int, float)):
        page.write_number(row, column, cell, text)
    elif isinstance(cell, Link):
        shown = short(visible(cell.shown), MOST_IN_A_CELL)
        if len(cell.address) <= LONGEST_ADDRESS and _LEADS_OUT.fullmatch(cell.address):
            page.write_url(row, column, cell.address, link, shown)
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
