"""Workbooks: looked through before they are opened, because opening a bad one costs all the memory there is."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import IO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from sync.member_lists.tables_shape import (
    HANDED_OVER,
    MOST_COLUMNS,
    MOST_ROWS,
    Grid,
    Limits,
    TableUnreadable,
    refuse_many,
    tidy_cell,
)
from warehouse.zips import DAMAGE

_CHUNK = 1_000_000
_LONGEST_TAG = 400
# A cell with something in it: one that only has a format closes itself and is not counted by the reader either.
_CELL = re.compile(rb"<(?:\w+:)?c\b[^<>]{0,300}?\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^<>]{0,300}?(?<!/)>")


def read_sheets(body: bytes, wanted: str | None, limits: Limits = HANDED_OVER) -> list[Grid]:
    """The visible sheets of a workbook, or the one that is wanted; formulas as their last values.

    Raises TableUnreadable: no workbook, a damaged one, one that unpacks to more than it may, or none with that sheet.
    """
    _look_through(body, limits)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
            sheets = {
                meta.name: meta.visible == SheetVisibleEnum.Visible
                for meta in book.sheets_metadata
                if meta.typ == SheetTypeEnum.WorkSheet
            }
            visible = [name for name, is_visible in sheets.items() if is_visible]
            names = visible if wanted is None else [_meant(wanted, list(sheets))]
            grids = [_grid(book.get_sheet_by_name(name), name) for name in names]
    except CalamineError as error:
        raise TableUnreadable(f"wanted an XLSX workbook, found one that cannot be read: {error}; save it anew") from error
    if not grids:
        raise TableUnreadable("wanted a workbook with a visible sheet, found none; name a hidden one with --sheet")
    return grids


def _meant(wanted: str, names: list[str]) -> str:
    for name in names:
        if name.strip().casefold() == wanted.strip().casefold():
            return name
    near = get_close_matches(wanted, names, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise TableUnreadable(f"wanted the sheet {wanted!r}, found {', '.join(map(repr, names)) or 'none'}{hint}")


def _look_through(body: bytes, limits: Limits) -> None:
    """Unpack every part once, keeping nothing, and count: what a file says of its own size need not be true."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            names = parts.namelist()
            if not any(name.endswith("workbook.xml") for name in names):
                raise TableUnreadable("wanted an XLSX workbook, found another sort of archive; save the list as XLSX or CSV")
            left = limits.unpacked_bytes
            for name in names:
                if parts.getinfo(name).flag_bits & 1:
                    raise TableUnreadable("wanted a workbook that anyone may open, found one with a password; save it without")
                with parts.open(name) as part:
                    left = _look_at(part, left, limits, is_sheet="worksheets/" in name)
    except TableUnreadable:
        raise
    except DAMAGE as error:
        what = str(error) or type(error).__name__
        raise TableUnreadable(f"wanted an XLSX workbook, found a damaged archive: {what}; save it anew") from error


def _look_at(part: IO[bytes], left: int, limits: Limits, *, is_sheet: bool) -> int:
    """How many bytes are left to unpack after this part. Raises TableUnreadable where it is too much."""
    rows: list[int] = []
    columns: list[int] = []
    tail = b""
    while chunk := part.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise TableUnreadable(f"wanted a workbook of at most {limits.unpacked_bytes:,} bytes unpacked, found more; split it")
        if is_sheet:
            cells = _CELL.findall(tail + chunk)
            rows = _ends(rows + [int(row) for _, row in cells])
            columns = _ends(columns + [_column_number(column) for column in {column for column, _ in cells}])
            tail = chunk[-_LONGEST_TAG:]
    if rows:
        _refuse_wide(rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1, limits)
    return left


def _ends(numbers: list[int]) -> list[int]:
    return [min(numbers), max(numbers)] if numbers else []


def _refuse_wide(height: int, width: int, limits: Limits) -> None:
    if height > MOST_ROWS + 1_000 or width > MOST_COLUMNS or height * width > limits.cells:
        raise TableUnreadable(
            f"wanted a sheet of at most {MOST_ROWS:,} rows, {MOST_COLUMNS:,} columns and {limits.cells:,} cells, found one whose "
            f"filled cells span {height:,} rows and {width:,} columns; delete the stray cells far from the table"
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _grid(sheet: CalamineSheet, name: str) -> Grid:
    if sheet.start is None:
        return Grid([], f"sheet {name!r}", is_workbook=True)
    top, left = sheet.start
    values = sheet.to_python()
    refuse_many(len(values))
    cells = [[_text(value) for value in row] for row in values]
    for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ():
        _fill(cells, (first_row - top, last_row - top), (first_column - left, last_column - left))
    return Grid([(top + place + 1, row) for place, row in enumerate(cells)], f"sheet {name!r}", is_workbook=True)


def _fill(cells: list[list[str]], rows: tuple[int, int], columns: tuple[int, int]) -> None:
    """Write the value of merged cells, which stands in the first row of them, into the other rows too.

    Not into the other columns: there it would be a value of another heading.
    """
    first, last = rows
    column = columns[0]
    if first < 0 or first >= len(cells) or not 0 <= column < len(cells[first]):
        return
    for row in range(first + 1, min(last, len(cells) - 1) + 1):
        cells[row][column] = cells[row][column] or cells[first][column]


def _text(value: object) -> str:
    """A cell as a person reads it: whole numbers without a point, days without midnight."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, time, timedelta)):
        return str(value)
    return tidy_cell(str(value))
