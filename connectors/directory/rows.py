"""A table's row as pairs: the words of the table's head are the labels."""

from __future__ import annotations

from bs4.element import Tag

from connectors.labels import Pair, Reading, Words, read_lines
from connectors.labels.lines import Page


def row_reading(row: Tag, words: Words) -> Reading | None:
    """The row's cells under the words of its table's head; None for what is no row, and for a table without a head that fits.

    A head that knows no label of ours is none: the row is then read like any other entry.
    """
    table = row.find_parent("table") if row.name == "tr" else None
    if table is None:
        return None
    cells = row.find_all(["td", "th"], recursive=False)
    heads = [_texts(cell) for cell in _head(table)]
    if len(heads) != len(cells) or not any(words.is_label(" ".join(head)) for head in heads):
        return None
    pairs = []
    for place, (head, cell) in enumerate(zip(heads, cells, strict=True)):
        if head:
            values = tuple(_texts(cell))
            links = tuple(str(a["href"]) for a in cell.find_all("a", href=True))
            values = values or links[:1]
            # With room between them: what follows a cell without a value at once would be taken for a word of the table's head.
            pairs.append(Pair(" ".join(head), values, "table", ("",) * len(values), links, "", 2 * place))
    return Reading(Page(), pairs, [])


def _head(table: Tag) -> list[Tag]:
    """The cells of the table's head: the last row of its ``thead``, else its first row, if that has nothing but ``th``."""
    thead = table.find("thead")
    rows = thead.find_all("tr") if thead is not None else []
    row = rows[-1] if rows else table.find("tr")
    cells = row.find_all(["td", "th"], recursive=False) if row is not None else []
    return cells if rows or all(cell.name == "th" for cell in cells) else []


def _texts(cell: Tag) -> list[str]:
    return [line.text for line in read_lines(cell).lines]
