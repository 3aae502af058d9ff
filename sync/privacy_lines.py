"""A page as the lines that a reader sees, each with the text nodes that make it: what rules on persons speak about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import (
    Comment,
    Declaration,
    Doctype,
    NavigableString,
    PageElement,
    ProcessingInstruction,
    Script,
    Stylesheet,
    Tag,
)

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
_UNSEEN = (Comment, Declaration, Doctype, ProcessingInstruction, Script, Stylesheet)
LONGEST_RUN = 6
"""Text nodes that one printed line may be made of when it shares its block with others."""


@dataclass(frozen=True)
class Line:
    """Text nodes that stand on one line; inline elements join."""

    nodes: tuple[NavigableString, ...]

    @property
    def raw(self) -> str:
        """The characters as they stand."""
        return "".join(self.nodes)

    @property
    def text(self) -> str:
        """The line as printed: white space collapsed."""
        return " ".join(self.raw.split())


def lines_of(soup: BeautifulSoup) -> list[Line]:
    """The lines of a page that have visible text, in order. No recursion: pages may be nested thousands deep."""
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
        elif isinstance(element, NavigableString) and not isinstance(element, _UNSEEN):
            block = block_of[id(element.parent)]
            if block != here and nodes:
                lines.append(Line(tuple(nodes)))
                nodes = []
            here = block
            nodes.append(element)
    lines.append(Line(tuple(nodes)))
    return [line for line in lines if line.text]


def replace(line: Line, start: int, end: int, text: str) -> Line:
    """Put ``text`` for the characters ``start`` to ``end`` of ``line.raw``, and bare the inline elements around them.

    Returns the line as it is now; the old one no longer belongs to the page.
    """
    position = 0
    nodes: list[NavigableString] = []
    touched: list[NavigableString] = []
    for node in line.nodes:
        begin, position = position, position + len(node)
        is_meant = begin < end and start < position if start < end else bool(text) and start <= position
        if is_meant:
            new = NavigableString(node[: max(0, start - begin)] + text + node[max(0, end - begin) :])
            text = ""
            node.replace_with(new)
            touched.append(new)
        nodes.append(touched[-1] if is_meant else node)
    for node in touched:
        for parent in node.parents:
            if parent.name in BLOCKS or parent.parent is None:
                break
            bare(parent)
    return Line(tuple(nodes))


def bare(tag: Tag) -> None:
    """Take a tag's attributes away, those apart that only say how it looks or reads."""
    tag.attrs = {name: value for name, value in tag.attrs.items() if name in ("class", "lang", "dir")}


@dataclass(frozen=True)
class Match:
    """The first and the last text node of a printed line that a rule speaks of."""

    first: NavigableString
    last: NavigableString


def matches(lines: Sequence[Line], wanted: re.Pattern[str], other: re.Pattern[str]) -> Iterator[Match]:
    """Where a printed line is what ``wanted`` says, in order.

    A line made of several text nodes may hold several printed lines that only a style sheet keeps apart: where it is not
    ``wanted`` as a whole, or holds the ``other`` one too, runs of its nodes are tried, the shortest first.
    """
    for line in lines:
        nodes = [node for node in line.nodes if node.strip()]
        is_whole = wanted.fullmatch(line.text) is not None
        if len(nodes) == 1 or (is_whole and _run(nodes, other, 0) is None):
            if is_whole:
                yield Match(nodes[0], nodes[-1])
            continue
        begins = 0
        while (run := _run(nodes, wanted, begins)) is not None:
            yield Match(nodes[run[0]], nodes[run[1]])
            begins = run[1] + 1


def _run(nodes: Sequence[NavigableString], wanted: re.Pattern[str], begins: int) -> tuple[int, int] | None:
    for first in range(begins, len(nodes)):
        for last in range(first, min(first + LONGEST_RUN, len(nodes))):
            if wanted.fullmatch(" ".join("".join(nodes[first : last + 1]).split())):
                return first, last
    return None


def past(element: PageElement) -> PageElement | None:
    """What follows an element and all that is in it."""
    here: PageElement | None = element
    while here is not None and here.next_sibling is None:
        here = here.parent
    return here.next_sibling if here is not None else None
