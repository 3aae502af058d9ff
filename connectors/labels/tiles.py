"""Numbers that stand before their labels: ``36`` / ``Cluster Members``, in list items, boxes or plain lines."""

from __future__ import annotations

from bs4.element import Tag

from connectors.labels.lines import Line, Page
from connectors.labels.shapes import COLONS, NUMBER, is_label_shaped
from connectors.labels.words import Words


class Tiles:
    """The numbers that belong to the label after them, not to the label before them.

    Markup decides where a box holds exactly a number and a label. Elsewhere the run of numbers and labels decides: one that a
    label opens, or a number ends, is read label first.

    Arguments:
        taken: indices of the lines that a structure has claimed.
    """

    def __init__(self, page: Page, words: Words, taken: frozenset[int]) -> None:
        self.number_of: dict[int, int] = {}
        """Index of a label's line -> index of the number before it."""
        self.orphans: set[int] = set()
        """Numbers among tiles that stand without a label."""
        self._page = page
        self._words = words
        self._bound = set(taken)
        self._read_boxes()
        self._read_runs()

    def _free_number(self, index: int) -> bool:
        lines = self._page.lines
        return index < len(lines) and index not in self._bound and NUMBER.match(lines[index].text) is not None

    def _free_label(self, index: int) -> bool:
        lines = self._page.lines
        return index < len(lines) and index not in self._bound and _is_plain_label(lines[index], self._words)

    def _bind(self, number: int, label: int) -> None:
        self.number_of[label] = number
        self._bound.update((number, label))

    def _box(self, index: int) -> Tag | None:
        """The outermost element that holds this line and the next and no other."""
        lines = self._page.lines
        box = self._page.shared(lines[index], lines[index + 1])
        if self._page.span(box) != (index, index + 2):
            return None
        while box.parent is not None and self._page.span(box.parent) == (index, index + 2):
            box = box.parent
        return box

    def _read_boxes(self) -> None:
        rows: dict[int, Tag] = {}
        for index in range(len(self._page.lines) - 1):
            if self._free_number(index) and self._free_label(index + 1):
                box = self._box(index)
                if box is not None:
                    self._bind(index, index + 1)
                    if box.parent is not None:
                        rows[id(box.parent)] = box.parent
            elif not self._free_number(index) and self._free_number(index + 1) and self._box(index) is not None:
                self._bound.add(index + 1)  # label first, in a box of its own, whether anyone knows the label or not
        for row in rows.values():
            self._read_neighbours(row)

    def _read_neighbours(self, row: Tag) -> None:
        """Boxes beside known tiles: with a label that nobody knows, or whose label is lost."""
        for box in row.find_all(True, recursive=False):
            first, end = self._page.span(box)
            if end > first and self._free_number(first):
                if end == first + 1:
                    self.orphans.add(first)
                    self._bound.add(first)
                elif end == first + 2 and is_label_shaped(self._page.lines[first + 1].text):
                    self._bind(first, first + 1)

    def _read_runs(self) -> None:
        index = 0
        while index < len(self._page.lines):
            end = index
            while self._free_number(end) and self._free_label(end + 1):
                end += 2
            if end > index and not self._is_label_first(index, end):
                for number in range(index, end, 2):
                    self._bind(number, number + 1)
            index = max(end, index + 1)

    def _is_label_first(self, start: int, end: int) -> bool:
        """Whether the run of (number, label) from ``start`` to ``end`` is one of (label, number) that begins a line earlier."""
        ends_in_number = self._free_number(end) and not self._free_number(end + 1)
        if start == 0:
            return ends_in_number
        before = self._page.lines[start - 1]
        if before.index not in self._bound:
            if _is_plain_label(before, self._words):
                return True
            if before.text.endswith(COLONS):
                return ends_in_number or end - start == 2
        is_new_start = (
            before.index in self._bound
            or self._words.is_section(before.text)
            or NUMBER.match(before.text) is not None
            or before.holder.name in ("h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption")
        )
        return ends_in_number and not is_new_start


def _is_plain_label(line: Line, words: Words) -> bool:
    return words.is_label(line.text) and not line.text.endswith(COLONS)
