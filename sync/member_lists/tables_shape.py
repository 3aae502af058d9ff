"""What the readers of text files and of workbooks hand on: rows of cells."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ROWS = 100_000
MOST_COLUMNS = 1_000


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
