"""A page as the lines that a reader sees, each with the text nodes that make it: what rules on persons speak about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from bs4 import BeautifulSoup
from bs4.element import (
    Comment,
    Declaration,
    Doctype,
    NavigableString,
    ProcessingInstruction,
    Script,
    Stylesheet,
    Tag,
)

from sync.privacy.tree import Tree, bare

BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "dd", "details", "dialog", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
        "header", "hgroup", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "noscript", "object", "ol",
        "optgroup", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "td", "template", "textarea",
        "tfoot", "th", "thead", "title", "tr", "ul",
    )
)  # fmt: skip
"""Elements that begin a new line."""
UNSEEN = (Comment, Declaration, Doctype, ProcessingInstruction, Script, Stylesheet)
"""Kinds of text that a reader does not see."""
LONGEST_RUN = 6
"""Text nodes that one printed line may be made of when it shares its block with others."""
LONGEST_TEXT = 400
"""Characters of a text node that count in such a run."""
_WORD = re.compile(r"\S+")


def plain(text: str) -> str:
    """A text as a rule is asked about it: white space collapsed, invisible characters dropped, one form of each character."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return " ".join(text.split())


@dataclass(frozen=True)
class Line:
    """Text nodes that stand on one line; inline elements join."""

    nodes: tuple[NavigableString, ...]

    @cached_property
    def raw(self) -> str:
        """The characters as they stand."""
        return "".join(self.nodes)

    @cached_property
    def text(self) -> str:
        """The line as printed: white space collapsed."""
        return " ".join(self.raw.split())

    @cached_property
    def seen(self) -> tuple[NavigableString, ...]:
        """The nodes that are not blank."""
        return tuple(node for node in self.nodes if node.strip())

    @cached_property
    def runs(self) -> tuple[tuple[str, ...], ...]:
        """For each node that is not blank the texts that begin with it, plain: of one node, of two, to ``LONGEST_RUN``."""
        texts: list[str] = []
        for node in self.nodes:
            if node.strip():
                texts.append(node[:LONGEST_TEXT])
            elif texts:
                texts[-1] += node
        return tuple(tuple(map(plain, accumulate(texts[first : first + LONGEST_RUN]))) for first in range(len(texts)))

    def holds(self, wanted: re.Pattern[str]) -> bool:
        """Whether the line, or a run of its nodes, is wanted."""
        is_run = len(self.runs) > 1 and any(wanted.fullmatch(text) for run in self.runs for text in run)
        return is_run or wanted.fullmatch(plain(self.text)) is not None

    def in_raw(self, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Places in ``text`` as places in ``raw``."""
        if not spans:
            return []
        places: list[int] = []
        for word in _WORD.finditer(self.raw):
            places += [word.start() - 1] * bool(places)  # the space before it
            places += range(word.start(), word.end())
        places.append(len(self.raw))
        return [(places[start], places[end - 1] + 1 if end > start else places[start]) for start, end in spans]


def lines_of(soup: BeautifulSoup) -> list[Line]:
    """The lines of a page that have visible text, in order. No recursion: pages may be nested deep."""
    lines: list[Line] = []
    nodes: list[NavigableString] = []
    block_of: dict[int, int] = {id(soup): id(soup)}
    here = id(soup)
    for element in soup.descendants:
        if isinstance(element, Tag):
            is_block = element.name in BLOCKS
            block_of[id(element)] = id(element) if is_block else block_of[id(element.parent)]
            if is_block:
                here = -1
        elif isinstance(element, NavigableString) and not isinstance(element, UNSEEN):
            block = block_of[id(element.parent)]
            if block != here and nodes:
                lines.append(Line(tuple(nodes)))
                nodes = []
            here = block
            nodes.append(element)
    lines.append(Line(tuple(nodes)))
    return [line for line in lines if line.text]


def rewrite(tree: Tree, line: Line, spans: Sequence[tuple[int, int]], text: str) -> Line:
    """Put ``text`` for each of the spans of ``line.raw`` (in order, none empty), and bare the inline elements around them.

    Returns the line as it is now; the old one no longer belongs to the page.
    """
    nodes: list[NavigableString] = []
    begin, next_span = 0, 0
    for node in line.nodes:
        end = begin + len(node)
        pieces, place = [], begin
        while next_span < len(spans) and spans[next_span][0] < end:
            first, last = spans[next_span]
            if first >= begin:
                pieces.append(line.raw[place:first] + text)
            place = min(last, end)
            if last > end:
                break
            next_span += 1
        if place > begin or pieces:
            new = NavigableString("".join(pieces) + line.raw[place:end])
            tree.put(new, node)
            _bare_around(new)
            node = new
        nodes.append(node)
        begin = end
    return Line(tuple(nodes))


def _bare_around(node: NavigableString) -> None:
    for parent in node.parents:
        if parent.name in BLOCKS or parent.parent is None:
            break
        bare(parent)


@dataclass(frozen=True)
class Match:
    """The first and the last text node of a printed line that a rule speaks of."""

    first: NavigableString
    last: NavigableString


def matches(lines: Sequence[Line], wanted: re.Pattern[str]) -> Iterator[Match]:
    """Where a printed line is wanted, in order.

    A line made of several text nodes may hold several printed lines that only a style sheet keeps apart: runs of its nodes are
    tried, the shortest first. A run that ends in a colon is not yet whole: ``<b>Sweden</b>: <i>Småland</i>``.
    """
    for line in lines:
        found = list(_runs(line, wanted)) if len(line.runs) > 1 else []
        if not found and wanted.fullmatch(plain(line.text)):
            found = [Match(line.seen[0], line.seen[-1])]
        yield from found


def _runs(line: Line, wanted: re.Pattern[str]) -> Iterator[Match]:
    first = 0
    while first < len(line.runs):
        fitting = [(length, text) for length, text in enumerate(line.runs[first]) if wanted.fullmatch(text)]
        if fitting:
            last = first + next((length for length, text in fitting if not text.endswith(":")), fitting[0][0])
            yield Match(line.seen[first], line.seen[last])
            first = last
        first += 1
