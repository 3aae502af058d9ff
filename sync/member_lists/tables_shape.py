"""What the readers of text files and of workbooks hand on: rows of cells."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ROWS = 100_000
MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Limits:
    """How much a workbook may be made of, so that opening it takes neither all memory nor all time.

    Arguments:
        unpacked_bytes: of all its parts; a small file may unpack to a thousand times its size.
        cells: of the rectangle between a sheet's first and last filled one: the reader takes memory for all of them.
    """

    unpacked_bytes: int = 400_000_000
    cells: int = 5_000_000


HANDED_OVER = Limits()
"""By the operator, on the command line."""
UPLOADED = Limits(unpacked_bytes=30_000_000, cells=300_000)
"""On the staff page, which answers others meanwhile."""


class TableUnreadable(ValueError):  # noqa: N818  it says what is the case
    """A file is no table that can be read; the message says what was wanted, what was found, what to do."""


@dataclass(frozen=True)
class Grid:
    """One reading of a file: with one delimiter, or of one sheet.

    Arguments:
        rows: (number in the file from 1, cells), each cell without outer space and with ``\\n`` as its line break.
        how: in words.
        is_workbook: whether it is a sheet, in which a row may be wider than the heading without being shifted.
        notes: what a person should know of the reading.
        is_sound: whether all quotation marks are where the format wants them.
        fatal: why the rows cannot be relied on, as a sentence; empty: they can.
    """

    rows: list[tuple[int, list[str]]]
    how: str
    is_workbook: bool = False
    notes: tuple[str, ...] = ()
    is_sound: bool = True
    fatal: str = ""


def tidy_cell(text: str) -> str:
    """A cell's text: one sort of line break, no outer space."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def refuse_many(rows: int) -> None:
    """Raise TableUnreadable for more rows than a list of clusters can have."""
    if rows > MOST_ROWS:
        raise TableUnreadable(f"wanted at most {MOST_ROWS:,} rows, found more; this is no list of cluster organisations")
