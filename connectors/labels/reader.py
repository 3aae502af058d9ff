"""The label reader: (label, values) pairs of any page, in document order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bs4.element import Tag

from connectors.labels.lines import Line, Page, read_lines
from connectors.labels.marks import has_empty_box, has_known_dash, heading_level, is_only_child, label_marks, mark_of
from connectors.labels.shapes import COLONS, NUMBER, Bit, Setting, is_label_markup, read_bits
from connectors.labels.structures import HEADER, Claim, claims
from connectors.labels.tiles import Tiles
from connectors.labels.words import Words

_LANDMARKS = frozenset(("main", "article", "aside", "fieldset", "details", "table", "body"))
_STRICT = frozenset(("dl", "table", "field"))
"""Ways of reading in which the markup says where the values end."""
_SHORT = 120


@dataclass(frozen=True)
class Pair:
    """A label and what stands under it.

    Arguments:
        label: as printed, with its colon if it has one.
        values: as printed, white space collapsed, whole and in order; empty: the label stands there without a value.
        how: what the reading rests on: ``dl``, ``table``, ``field`` (a block with a label's class), ``colon`` ("Label:"),
            ``dash`` ("Label - value"), ``tile`` (a number before its label), ``heading``, ``line`` (a known label alone on its
            line), ``markup`` (bold, or the markup that other labels of the page have).
        langs: for each value its ``lang``, empty where it is the page's own.
        links: addresses that the label and the values link to.
        section: the last section or heading before the label.
        index: the line that the label stands on, counted from 0.
    """

    label: str
    values: tuple[str, ...]
    how: str
    langs: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    section: str = ""
    index: int = 0


@dataclass(frozen=True)
class Loose:
    """A line that belongs to no label."""

    text: str
    lang: str
    section: str
    index: int


@dataclass(frozen=True)
class Reading:
    """A page, read: its lines, its pairs, and the lines that belong to no pair."""

    page: Page
    pairs: list[Pair]
    loose: list[Loose]


def read_labels(root: Tag, words: Words | None = None) -> list[Pair]:
    """The pairs that a page (or an element of it) prints, in document order.

    The text decides first: a known label is one in whatever markup it stands. Unknown labels are seen by their colon or by
    markup that labels have.
    """
    return read_page(root, words).pairs


def read_page(root: Tag, words: Words | None = None) -> Reading:
    """Like ``read_labels``, with the lines and the text that belongs to no label."""
    return _Reader(root, words or Words()).read()


@dataclass
class _Open:
    """A label that may still get values: up to (not with) the line ``limit``."""

    label: str
    how: str
    line: Line
    limit: int
    is_prose: bool
    level: int = 9
    """Of its heading, 1 to 6; 9: it is no heading."""
    values: list[str] = field(default_factory=list)
    langs: list[str] = field(default_factory=list)
    links: dict[str, None] = field(default_factory=dict)
    row: Tag | None = None
    """The table row that the last value stands in."""


class _Reader:
    def __init__(self, root: Tag, words: Words) -> None:
        self._words = words
        self._page = read_lines(root)
        self._claims = claims(root, self._page, words)
        self._known_holders = {id(claim.holder) for claim in self._claims.values() if claim.is_known}
        self._tiles = Tiles(self._page, words, frozenset(self._claims))
        self._marks = label_marks(self._page, words, frozenset(self._claims))
        dashed = [line for line in self._page.lines if has_known_dash(line, words)]
        self._dashes = {mark_of(line) for line in dashed}
        self._dashes_in = Counter(id(line.block) for line in dashed)
        self._pairs: list[Pair] = []
        self._loose: list[Loose] = []
        self._open: _Open | None = None
        self._section = ""

    def read(self) -> Reading:
        lines = self._page.lines
        numbers = set(self._tiles.number_of.values())
        done: set[int] = set()
        for line in lines:
            claim = self._claims.get(line.index)
            if line.index in done or line.index in numbers:
                continue
            if claim is not None and claim.how == HEADER:
                self._loose.append(Loose(line.text, line.lang, self._section, line.index))
            elif claim is not None and not self._is_value_of_open(claim):
                self._take_claim(claim)
                done.update(other.index for other in claim.lines)
            elif line.index in self._tiles.number_of:
                number = lines[self._tiles.number_of[line.index]]
                self._close()
                self._emit(_Open(line.text, "tile", number, 0, False, values=[number.text], langs=[""]))
            else:
                self._take_line(line)
        self._close()
        self._pairs.sort(key=lambda pair: pair.index)
        return Reading(self._page, self._pairs, self._loose)

    # Structures

    def _is_value_of_open(self, claim: Claim) -> bool:
        """A list or table in which no label is known, under an open label: its rows are that label's values."""
        is_unknown = id(claim.holder) not in self._known_holders
        return self._open is not None and is_unknown and claim.how != "field" and claim.start < self._open.limit

    def _take_claim(self, claim: Claim) -> None:
        self._close()
        if self._words.is_section(claim.label):
            self._section = claim.label
        first = next(line for line in claim.lines if line not in claim.values)
        self._open = self._opened(claim.label, claim.how, first, limit=max(line.index for line in claim.lines) + 1)
        for line in claim.values:
            is_prose = self._open is not None and self._open.is_prose
            bits = [] if is_prose else read_bits(line, self._words, Setting(is_open=True))
            if any(bit.label and bit.how in ("colon", "tile") and self._words.is_label(bit.label) and bit.values for bit in bits):
                for bit in bits:
                    self._take_bit(bit, line)
            else:
                self._add(line, *read_bits(line, Words(), Setting(is_prose=is_prose, is_open=True)))
        self._close()

    # Lines

    def _take_line(self, line: Line) -> None:
        if self._open and line.index >= self._open.limit:
            self._close()
        if self._words.is_section(line.text):
            self._close()
            self._section = line.text
            return
        level = heading_level(line)
        is_prose = self._open is not None and self._open.is_prose
        if level < 9 and not any(bit.label for bit in read_bits(line, self._words, Setting(is_prose=is_prose, is_open=True))):
            self._take_heading(line, level)
            return
        setting = Setting(
            is_prose=is_prose,
            is_open=self._open is not None,
            is_marked=is_label_markup(line.holder) or mark_of(line) in self._marks,
            is_dashed=mark_of(line) in self._dashes,
            is_foreign=bool(line.lang),
        )
        for bit in read_bits(line, self._words, setting):
            self._take_bit(bit, line)

    def _take_heading(self, line: Line, level: int) -> None:
        """An unknown heading: text within free text, a label where a list or one short line follows, else a section."""
        if self._open and self._open.is_prose and level > self._open.level:
            self._add(line, Bit(None, "", (line.text,)))
            return
        self._close()
        if level > 1 and (mark_of(line) in self._marks or self._leads_to_values(line)):
            self._open = self._opened(line.text, "heading", line)
            return
        self._section = line.text
        self._loose.append(Loose(line.text, line.lang, self._section, line.index))

    def _leads_to_values(self, line: Line) -> bool:
        following = self._page.lines[line.index + 1 : line.index + 3]
        if not following or heading_level(following[0]) < 9 or following[0].index in self._claims:
            return False
        first = following[0]
        if any(bit.label for bit in read_bits(first, self._words, Setting())) or NUMBER.match(first.text):
            return False
        if first.nearest("li") is not None and line.nearest("li") is not first.nearest("li"):
            return True
        is_alone = len(following) == 1 or heading_level(following[1]) < 9
        return is_alone and len(first.text) <= _SHORT

    def _take_bit(self, bit: Bit, line: Line) -> None:
        if bit.label is None:
            self._add(line, bit)
            return
        self._close()
        how = "heading" if bit.how == "line" and heading_level(line) < 9 else bit.how
        opened = self._opened(bit.label, how, line)
        if bit.values:
            opened.limit = self._page.span(line.block)[1]
        self._open = opened
        self._add(line, bit)
        if bit.is_complete or (bit.how == "dash" and self._dashes_in[id(line.block)] > 1):
            self._close()  # each line of such a block is a pair of its own

    def _opened(self, label: str, how: str, line: Line, limit: int | None = None) -> _Open:
        is_prose = self._words.is_prose(label)
        return _Open(label, how, line, self._reach(line) if limit is None else limit, is_prose, heading_level(line))

    def _reach(self, line: Line) -> int:
        """How far values of a label may stand: to the end of its landmark, and nowhere where a box holds it beside nothing."""
        element = line.holder
        while element.parent is not None and is_only_child(element):
            element = element.parent
        parent = element.parent
        if parent is not None and self._page.span(parent) == (line.index, line.index + 1) and has_empty_box(parent):
            return line.index + 1
        names = _LANDMARKS | ({"ul", "ol"} if not line.text.endswith(COLONS) else set())
        landmark = line.nearest(*names)
        return self._page.span(landmark)[1] if landmark is not None else len(self._page.lines)

    # Values

    def _add(self, line: Line, *bits: Bit) -> None:
        """Give the bits' values to the open label; without one they are loose."""
        values = [value for bit in bits for value in bit.values]
        opened = self._open
        if opened is None or line.index in self._tiles.orphans:
            self._loose.extend(Loose(value, line.lang, self._section, line.index) for value in values)
            return
        if not opened.values and line is not opened.line and opened.how not in _STRICT:
            opened.limit = min(opened.limit, self._page.span(self._page.shared(opened.line, line))[1])
        row = line.nearest("tr")
        # A row that also holds the label is layout: its lines are values of their own.
        is_row = row is not None and row is opened.row and row is not opened.line.nearest("tr")
        if values and is_row and opened.how not in _STRICT:
            opened.values[-1] += " | " + " ".join(values)
        else:
            opened.values.extend(values)
            opened.langs.extend(line.lang for _ in values)
        opened.row = row if values else None
        opened.links.update(dict.fromkeys(link for bit in bits for link in bit.links))

    def _close(self) -> None:
        if self._open is not None:
            self._emit(self._open)
        self._open = None

    def _emit(self, opened: _Open) -> None:
        self._pairs.append(
            Pair(
                opened.label,
                tuple(opened.values),
                opened.how,
                tuple(opened.langs),
                tuple(opened.links),
                self._section,
                opened.line.index,
            )
        )
