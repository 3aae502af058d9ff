"""Pairs whose markup says what belongs together: definition lists, tables, Drupal field blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bs4.element import Tag

from connectors.labels.lines import Line, Page, class_names
from connectors.labels.shapes import COLONS, EMPHASIS, NUMBER, is_label_markup
from connectors.labels.words import Words, collapse

_FIELD_CLASS = re.compile(r"^(?:views-)?field$|^field--|^field-name-|^views-field-")


_DEEPEST = 16
HEADER = "header"
"""The head of a table that stays a table: its words are labels of columns, not of what follows."""


@dataclass(eq=False)
class Claim:
    """A label and the lines that its markup gives to it.

    Arguments:
        label: the label's lines, joined.
        lines: every line of the claim, the label's included.
        values: the lines that are its values.
        holder: the list, table or field that it was read from.
    """

    label: str
    lines: list[Line]
    values: list[Line]
    how: str
    holder: Tag
    is_known: bool = field(default=False)

    @property
    def start(self) -> int:
        """Where the claim begins on the page."""
        return min(line.index for line in self.lines)


def claims(root: Tag, page: Page, words: Words) -> dict[int, Claim]:
    """Line index -> the claim that holds it.

    Of nested structures the inner ones win where they hold a known label (the outer one then is layout), else the outer one; an
    ignored label keeps whatever it holds.
    """
    taken: dict[int, Claim] = {}
    for element in reversed(_structures(root)):
        for claim in _read(element, page, words):
            claim.is_known = words.is_label(claim.label)
            inner = {id(taken[line.index]): taken[line.index] for line in claim.lines if line.index in taken}
            if not words.is_ignored(claim.label) and _is_layout(claim, inner.values(), words):
                gone = taken.keys() | {line.index for line in claim.values}
                claim.lines = [line for line in claim.lines if line.index not in gone]
                claim.values = []
            else:
                for line in (line for other in inner.values() for line in other.lines):
                    taken.pop(line.index, None)
            taken.update(dict.fromkeys((line.index for line in claim.lines), claim))
    return taken


def _is_layout(claim: Claim, inner: Iterable[Claim], words: Words) -> bool:
    """Whether the values hold pairs of their own: the claim keeps its label only."""
    holds_labels = not claim.is_known and any(words.is_label(line.text) for line in claim.values)
    return holds_labels or any(other.is_known for other in inner)


def _structures(root: Tag) -> list[Tag]:
    """Lists, tables and fields in document order, down to a depth that no honest page has: the work grows with the depth."""
    depths: dict[int, int] = {}
    found = []
    for element in root.find_all(_is_structure):
        above = element.find_parent(_is_structure)
        depths[id(element)] = depths.get(id(above), 0) + 1
        if depths[id(element)] <= _DEEPEST:
            found.append(element)
    return found


def _is_structure(element: Tag) -> bool:
    return element.name in ("dl", "table") or any(_FIELD_CLASS.match(name) for name in class_names(element))


def _read(element: Tag, page: Page, words: Words) -> list[Claim]:
    if element.name == "dl":
        return _definition_list(element, page, words)
    if element.name == "table":
        return _table(element, page, words)
    return _field(element, page)


def _claim(label: list[Line], values: list[Line], how: str, holder: Tag) -> Claim:
    return Claim(collapse(" ".join(line.text for line in label)), [*label, *values], values, how, holder)


def _own(element: Tag, holder: Tag, names: tuple[str, ...]) -> bool:
    """Whether ``holder`` is the nearest element of these names above ``element``."""
    return next((above for above in element.parents if above.name in names), None) is holder  # find_parent takes 50 times as long


def _definition_list(element: Tag, page: Page, words: Words) -> list[Claim]:
    cells: list[tuple[Tag, list[Line]]] = []
    for line in page.within(element):
        cell = next((above for above in line.above() if above.name in ("dt", "dd") and _own(above, element, ("dl",))), None)
        if cell is None:
            continue
        if cells and cells[-1][0] is cell:
            cells[-1][1].append(line)
        else:
            cells.append((cell, [line]))
    cells = _with_empty_terms(cells)
    if cells and cells[0][0].name == "dd" and cells[-1][0].name == "dt":  # the value stands before its label
        cells = [cell for pair in zip(cells[1::2], cells[::2], strict=False) for cell in pair]
    found: list[Claim] = []
    label: list[Line] = []
    values: list[Line] = []
    for cell, lines in [*cells, (element, [])]:
        if cell.name == "dd":
            values.extend(lines)
            continue
        if label:
            found.append(_turned(label, values, words, element))
        label, values = lines, []
    return found


def _with_empty_terms(cells: list[tuple[Tag, list[Line]]]) -> list[tuple[Tag, list[Line]]]:
    """Definitions before the first term belong to no label, unless the whole list is written that way round."""
    first = next((place for place, (cell, _) in enumerate(cells) if cell.name == "dt"), len(cells))
    return cells if cells and cells[-1][0].name == "dt" else cells[first:]


def _turned(label: list[Line], values: list[Line], words: Words, holder: Tag) -> Claim:
    """A list may print the number as the term and the label as the definition."""
    if len(label) == len(values) == 1 and NUMBER.match(label[0].text) and words.is_label(values[0].text):
        return _claim(values, label, "dl", holder)
    return _claim(label, values, "dl", holder)


def _table(element: Tag, page: Page, words: Words) -> list[Claim]:
    rows: list[list[tuple[Tag, list[Line]]]] = []
    for line in element.find_all("tr"):
        if _own(line, element, ("table",)):
            row = [(cell, page.within(cell)) for cell in line.find_all(["td", "th"]) if _own(cell, line, ("tr",))]
            if any(lines for _, lines in row):
                rows.append(row)
    by_column = _by_column(rows, words, element)
    if by_column:
        return by_column
    is_known = any(len(row) > 1 and row[0][1] and words.is_label(_text(row[0][1])) for row in rows)
    found: list[Claim] = []
    for cells in (row for row in rows if len(row) > 1):
        if all(cell.name == "th" or cell.find_parent("thead") is not None for cell, _ in cells):
            found.append(_claim([line for _, lines in cells for line in lines], [], HEADER, element))
        else:
            found.extend(_row(cells, words, element, is_known=is_known))
    return found


def _text(lines: list[Line]) -> str:
    return " ".join(line.text for line in lines)


def _by_column(rows: list[list[tuple[Tag, list[Line]]]], words: Words, holder: Tag) -> list[Claim]:
    """Rows of labels, each with one row of values below it (or above): a table with more rows to a header stays a table."""
    is_header = [
        len(row) > 1 and all(lines and words.is_label(_text(lines)) and not words.is_ignored(_text(lines)) for _, lines in row)
        for row in rows
    ]
    if not rows or sum(is_header) * 2 != len(rows) or any(len(row) != len(rows[0]) for row in rows):
        return []
    pairs = [sorted((place, place + 1), key=lambda place: not is_header[place]) for place in range(0, len(rows), 2)]
    if not all(is_header[head] and not is_header[body] for head, body in pairs):
        return []
    return [
        _claim(label, values, "table", holder)
        for head, body in pairs
        for (_, label), (_, values) in zip(rows[head], rows[body], strict=True)
    ]


def _row(row: list[tuple[Tag, list[Line]]], words: Words, holder: Tag, *, is_known: bool) -> list[Claim]:
    """The pairs of one row: label and values, label and value twice, or number and label."""
    texts = [_text(lines) for _, lines in row]
    if len(row) == 2 and NUMBER.match(texts[0]) and words.is_label(texts[1]):
        return [_claim(row[1][1], row[0][1], "table", holder)]
    found: list[Claim] = []
    last_label = -2
    for place, ((cell, lines), text) in enumerate(zip(row, texts, strict=True)):
        is_label = bool(lines) and (cell.name == "th" or words.is_label(text))
        if place == 0:
            is_label = bool(lines) and (is_label or text.endswith(COLONS) or (is_known and len(row) == 2) or _is_bold(lines))
        if is_label and place >= last_label + 2 and (place == 0 or found):
            found.append(_claim(lines, [], "table", holder))
            last_label = place
        elif found:
            found[-1].lines.extend(lines)
            found[-1].values.extend(lines)
    return found


def _is_bold(lines: list[Line]) -> bool:
    return all(any(wrapper.name in EMPHASIS for wrapper in line.wrappers) for line in lines)


def _field(element: Tag, page: Page) -> list[Claim]:
    """A field block with one label element; its other lines are the values."""
    labels = [found for found in element.find_all(is_label_markup) if found.find_parent(_is_field) is element]
    if len(labels) != 1:
        return []
    first, end = page.span(labels[0])
    if first == end:
        return []
    values = [line for line in page.within(element) if not first <= line.index < end]
    return [_claim(page.within(labels[0]), values, "field", element)]


def _is_field(element: Tag) -> bool:
    return any(_FIELD_CLASS.match(name) for name in class_names(element))
