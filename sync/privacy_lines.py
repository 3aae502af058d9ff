"""A page as the lines that a reader sees, each with the text nodes that make it: what rules on persons speak about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

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

from sync.privacy_tree import Tree, bare

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
_WORD = re.compile(r"\S+")
_COLONS = (":", "\uff1a")


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


def matches(lines: Sequence[Line], is_wanted: Callable[[str], bool]) -> Iterator[Match]:
    """Where a printed line is wanted, in order.

    A line made of several text nodes may hold several printed lines that only a style sheet keeps apart: runs of its nodes are
    tried, the shortest first. A run that ends in a colon is not yet whole: ``<b>Sweden</b>: <i>Småland</i>``.
    """
    for line in lines:
        nodes = [node for node in line.nodes if node.strip()]
        if len(nodes) == 1:
            if is_wanted(plain(line.text)):
                yield Match(nodes[0], nodes[0])
            continue
        first = 0
        while first < len(nodes):
            last = _run(nodes, is_wanted, first)
            if last is not None:
                yield Match(nodes[first], nodes[last])
            first = first + 1 if last is None else last + 1


def _run(nodes: Sequence[NavigableString], is_wanted: Callable[[str], bool], first: int) -> int | None:
    """The last node of the line that begins with this node; None where it begins none."""
    begun = None
    joined = ""
    for last in range(first, min(first + LONGEST_RUN, len(nodes))):
        joined += nodes[last]
        text = plain(joined)
        if is_wanted(text):
            if not text.endswith(_COLONS):
                return last
            begun = last if begun is None else begun
    return begun
