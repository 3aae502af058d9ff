"""How commands speak: results on stdout, everything else on stderr; tables for people, JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from xml.etree.ElementTree import Element, indent, tostring

import typer
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.table import Table

from sync.exits import Exit
from sync.taming import tame

Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")]
results = Console(soft_wrap=False)
notes = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document on stdout, as UTF-8, with its keys in the order given; moments in ISO 8601, in UTC with its offset."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_in_json))


def _in_json(value: object) -> str:
    if not isinstance(value, datetime):
        return str(value)
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()  # DuckDB's own are in UTC


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None, stacks: bool = False
) -> None:
    """A table on stdout; numbers to the right. Cells are text, never markup: names come from strangers.

    Arguments:
        stacks: whether cells stand below one another, each behind its column's name, where beside one another words would break.
    """
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    material = [[tame(_cell(value), keep="\n") for value in row] for row in rows]
    widths = _widths([columns, *material], results.width)
    if stacks and widths and _breaks_words([columns, *material], widths):
        _print_stacked(columns, material)
        return
    for number, column in enumerate(columns):
        is_numeric = bool(material) and all(row[number].replace(".", "", 1).lstrip("-").isdigit() for row in material)
        justify: JustifyMethod = "right" if is_numeric else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=number == 0, width=widths[number] if widths else None)
    for row in material:
        table.add_row(*map(escape, row))
    results.print(table)


_BETWEEN = 2
"""Spaces between columns."""
_LONGEST_WORD = 24
"""Cells beyond which a word is broken wherever room is short: an address need not stand on one line."""


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """The widths in cells of the columns of a table that is too wide, so that as few words as can be are broken.

    None where the table fits as it is.
    """
    cells = list(zip(*rows, strict=True))
    whole = [max(cell_len(line) for cell in column for line in cell.split("\n")) for column in cells]
    words = [max((cell_len(word) for cell in column for word in cell.split()), default=0) for column in cells]
    words[0] = whole[0]  # what a row is looked up by stands on one line
    room = width - _BETWEEN * (len(cells) - 1)
    if sum(whole) <= room:
        return None
    least = words
    for longest in range(_LONGEST_WORD, 0, -1):
        least = [words[0], *(min(one, longest) for one in words[1:])]
        if sum(least) <= room:
            break
    wanted = [one - other for one, other in zip(whole, least, strict=True)]
    return [one + max(0, room - sum(least)) * more // max(1, sum(wanted)) for one, more in zip(least, wanted, strict=True)]


def _breaks_words(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> bool:
    """Whether a word breaks in columns so wide that would stand on one line elsewhere."""
    cells = ((cell, width) for row in rows for cell, width in zip(row, widths, strict=True))
    return any(width < cell_len(word) <= results.width // 2 for cell, width in cells for word in cell.split())


def _print_stacked(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Each row's first cell, where it is not empty, and below it the others, each behind its column's name."""
    names = max(cell_len(column) for column in columns[1:])
    before = " " * (2 + names + _BETWEEN)
    for row in rows:
        lines = [row[0]] if row[0] else [""]
        for column, cell in zip(columns[1:], row[1:], strict=True):
            first = f"  {column}{' ' * (names - cell_len(column) + _BETWEEN)}"
            if cell:
                lines += textwrap.wrap(
                    cell, results.width, initial_indent=first, subsequent_indent=before, break_on_hyphens=False
                )
        results.print(escape("\n".join(lines)), highlight=False, soft_wrap=True)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    return str(value)


def print_xml(root: Element) -> None:
    """One XML document on stdout; characters that XML forbids or that a terminal obeys are left out of its texts."""
    for element in root.iter():
        element.text = None if element.text is None else plain(element.text)
    indent(root)
    typer.echo(f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}')


def plain(text: str) -> str:
    """A text without control and format characters, apart from line ends and tabs."""
    return "".join(one for one in text if one in "\n\t" or (tame(one) == one and one not in "\ufffe\uffff"))


def brief(value: object, width: int = 60) -> str:
    """A value on one line of at most ``width`` characters."""
    text = on_a_line(value)
    return text if len(text) <= width else text[: width - 1] + "…"


def on_a_line(value: object) -> str:
    """A value on one line; what is not said is empty."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(on_a_line, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {part}" for key, part in value.items() if part is not None)
    return str(value)


def say(text: str, *, indent: int = 0) -> None:
    """A line on stdout that is data, not markup; on a narrow terminal its further lines begin ``indent`` columns in."""
    lines = [tame(text, keep="\n")]
    if indent and results.is_terminal:
        lines = textwrap.wrap(lines[0], results.width, subsequent_indent=" " * indent)
    for line in lines:
        results.print(escape(line), highlight=False, soft_wrap=True)


def warn(text: str) -> None:
    """A line on stderr."""
    notes.print(escape(tame(text, keep="\n")), soft_wrap=True)


class Stop(Exception):  # noqa: N818  an end, not always an error
    """End the command with a sentence on stderr and an exit code."""

    def __init__(self, code: Exit, because: str) -> None:
        super().__init__(because)
        self.code = code
        self.because = because
