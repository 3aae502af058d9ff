"""A table out of a file that a person made: which rows are the table, which one is its heading, what stands in each cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sync.member_lists.tables_csv import read_texts
from sync.member_lists.tables_shape import HANDED_OVER, MOST_ROWS, Grid, Limits, TableUnreadable
from sync.member_lists.tables_xlsx import read_sheets

__all__ = ["MOST_BYTES", "MOST_ROWS", "Row", "Table", "TableUnreadable", "read_table"]

MOST_BYTES = 50_000_000
LAST_HEADING_ROW = 50
"""Filled rows among which the heading is looked for: lists begin with titles, dates and remarks."""

FieldOf = Callable[[str], str | None]
"""The field that a heading names (``name`` for the name), or None for words that are no known heading."""

_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an Excel file of before 2007, or one with a password"),
    (b"\x1f\x8b", "a compressed file"),
)


@dataclass(frozen=True)
class Row:
    """One row below the heading.

    Arguments:
        number: of its (first) line in the file, or of its row in the sheet, from 1.
        cells: as many as the table has headings; outer space removed, line breaks within a cell are ``\\n``.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with a heading.

    Arguments:
        heading_row: the number of the heading's row in the file, from 1.
        headings: as printed, on one line; empty where a column has none.
        groups: for each column the words that stand above its heading and those of its neighbours, or "".
        rows: rows with anything in them, in order.
        misaligned: numbers of the rows with more cells than the heading has, which are not among ``rows``: a delimiter in a text
            without quotation marks shifts all that follows it.
        after_gap: numbers of the rows that follow an empty one: remarks below a table do.
        how: how the file was read (``semicolons, UTF-8``; ``sheet Members``).
        notes: what a person should know of the reading, as sentences.
    """

    heading_row: int
    headings: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[Row, ...]
    misaligned: tuple[int, ...] = ()
    after_gap: frozenset[int] = field(default_factory=frozenset)
    how: str = ""
    notes: tuple[str, ...] = ()


def read_table(body: bytes, field_of: FieldOf, *, sheet: str | None = None, limits: Limits = HANDED_OVER) -> Table:
    """The table in a CSV file (any of the usual delimiters and encodings) or an XLSX workbook.

    The heading is the row that names the most fields, the name among them. Of several readings of a file (delimiters, sheets) it
    is the one whose heading names the most fields; of several sheets that do, the first.

    Arguments:
        sheet: the sheet of a workbook to read; None: the first with a heading.
        limits: of a workbook.

    Raises:
        TableUnreadable: it is no such file, too large, or has no heading with a name or no row below it.
    """
    if len(body) > MOST_BYTES:
        raise TableUnreadable(f"wanted a file of at most {MOST_BYTES:,} bytes, found {len(body):,}; split it")
    if not body.strip():
        raise TableUnreadable("wanted a table, found an empty file")
    for signature, what in _SIGNATURES:
        if body.startswith(signature):
            raise TableUnreadable(f"wanted a CSV or XLSX file, found {what}; open it and save it as XLSX or CSV (UTF-8)")
    grids = read_sheets(body, sheet, limits) if body.startswith(b"PK") else _only_without(sheet, read_texts(body))
    found = [(at, grid) for grid in grids if (at := _heading(grid, field_of)) is not None]
    if not found:
        raise TableUnreadable(_no_heading(grids))
    if grids[0].is_workbook:
        at, grid = found[0]
    else:
        at, grid = max(found, key=lambda pair: _likeness(pair[0], pair[1], field_of))
        if grid.fatal:
            raise TableUnreadable(grid.fatal)
    table = _table(grid, at)
    if not table.rows:
        raise TableUnreadable(f"wanted rows below the heading in row {table.heading_row}, found none ({table.how})")
    return table


def _only_without(sheet: str | None, grids: list[Grid]) -> list[Grid]:
    if sheet is not None:
        raise TableUnreadable(f"wanted a workbook with a sheet {sheet!r}, found a text file, which has no sheets")
    return grids


def _heading(grid: Grid, field_of: FieldOf) -> int | None:
    """The place of the heading in the grid; None: no row names a name."""
    best: tuple[int, int] | None = None
    filled = [place for place, (_, cells) in enumerate(grid.rows) if any(cells)][:LAST_HEADING_ROW]
    for place in filled:
        fields = [field_of(one_line(cell)) for cell in grid.rows[place][1] if cell]
        known = sum(name is not None for name in fields)
        # Of a heading of two rows with merged cells the lower one says which column is which.
        is_better = best is None or known > best[0] or (known == best[0] and place == best[1] + 1)
        if "name" in fields and is_better:
            best = (known, place)
    return None if best is None else best[1]


def _likeness(at: int, grid: Grid, field_of: FieldOf) -> tuple[int, bool, float]:
    """How well a delimiter fits: fields that the heading names, sound quotation marks, share of rows as wide as the heading."""
    heading = grid.rows[at][1]
    below = [cells for _, cells in grid.rows[at + 1 :] if any(cells)]
    fits = sum(len(cells) == len(heading) for cells in below) / max(1, len(below))
    return sum(field_of(one_line(cell)) is not None for cell in heading if cell), grid.is_sound, fits


def _table(grid: Grid, at: int) -> Table:
    number, heading = grid.rows[at]
    width = max((place + 1 for place, cell in enumerate(heading) if cell), default=0)
    rows, misaligned, after_gap = [], [], set()
    above, is_below_gap = number, False
    for line, cells in grid.rows[at + 1 :]:
        if not any(cells):
            is_below_gap = True
            continue
        if cells == heading:  # printed again at the top of a page
            continue
        # A workbook's grid leaves empty rows out; a text's line number may also jump over a cell of several lines.
        if is_below_gap or (grid.is_workbook and line > above + 1):
            after_gap.add(line)
        above, is_below_gap = line, False
        if not grid.is_workbook and any(cells[len(heading) :]):
            misaligned.append(line)
        elif any(cells[:width]):
            rows.append(Row(line, tuple(_padded(cells, width))))
    notes = list(grid.notes)
    if any(any(cells[width:]) for _, cells in grid.rows[at + 1 :] if len(cells) <= len(heading)):
        notes.append(f"cells to the right of the last heading {one_line(heading[width - 1])!r} were left out")
    return Table(
        heading_row=number,
        headings=tuple(one_line(cell) for cell in heading[:width]),
        groups=_groups(grid, at, width),
        rows=tuple(rows),
        misaligned=tuple(misaligned),
        after_gap=frozenset(after_gap),
        how=grid.how,
        notes=tuple(notes),
    )


def _groups(grid: Grid, at: int, width: int) -> tuple[str, ...]:
    """For each column the words in the row above the heading, which stand over the columns up to the next words."""
    if at == 0 or grid.rows[at - 1][0] != grid.rows[at][0] - 1:
        return ("",) * width
    above = [one_line(cell) for cell in _padded(grid.rows[at - 1][1], width)]
    if not any(above[1:]):  # one cell at the left is the list's title
        return ("",) * width
    groups, words = [], ""
    for cell in above:
        words = cell or words
        groups.append(words)
    return tuple(groups)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def _no_heading(grids: list[Grid]) -> str:
    """What to say where no row is a heading: what the likeliest one says, and how to name the column."""
    likeliest = max(grids, key=lambda grid: max((len([cell for cell in cells if cell]) for _, cells in grid.rows[:5]), default=0))
    first = next(([one_line(cell) for cell in cells if cell] for _, cells in likeliest.rows if any(cells)), [])
    shown = ", ".join(repr(cell[:40]) for cell in first[:12]) or "no filled row"
    return (
        f"wanted a row of headings with one for the name (such as 'Namn', 'Name', 'Organisation'), found first: {shown} "
        f"({likeliest.how}); name the column with --column 'HEADING=name'"
    )
