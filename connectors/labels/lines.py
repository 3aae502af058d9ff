"""A page as the lines that a reader sees, each knowing the element that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from connectors.contract import PageChanged
from connectors.labels.words import collapse, squeeze

# fmt: off
PHRASING = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "input", "ins", "kbd", "mark", "meter", "nobr", "output", "progress", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))
"""Elements that stay within a line; every other element, also one nobody has heard of, begins a new line."""
_UNSEEN = frozenset((
    "head", "script", "style", "template", "noscript", "svg", "math", "select", "textarea", "iframe", "object", "canvas", "audio",
    "video", "nav",
))
# fmt: on
_OWN_LINE = re.compile(r"(?:^|[-_])(?:label|items?|value|badge|tag|chip|pill)$|^field-content$")
"""Classes whose elements are set apart by style, also where the element is a ``span``."""
_ICON = re.compile(r"^(?:fa[bdlrs]?|icons?|glyphicon|material-icons|mdi|bi|dashicons)$")
_BULLET = re.compile(r"^[•·▪‣◦●○■*]\s*(?=\S)|^[-–—]\s+(?=\S)")

MOST_LINES = 30_000
"""Of one page."""
MOST_LEVELS = 600_000
"""Of all lines of a page together, each counted by the blocks that it is within: some questions are answered by going upwards."""
MOST_LINKS_AROUND = 20


@dataclass(frozen=True)
class Segment:
    """A stretch of a line under one element; ``element`` is None for text that stands directly in the line."""

    text: str
    element: Tag | None


@dataclass(eq=False)
class Line:
    """One line of a page.

    Arguments:
        index: its place on the page, from 0.
        pieces: text with the inline elements around it, outermost first.
        block: the nearest element that is not inline.
        root: the element that was read.
        lang: the ``lang`` attribute in force, the page's own (on ``html``) apart; empty: none.
    """

    index: int
    pieces: tuple[tuple[str, tuple[Tag, ...]], ...]
    block: Tag
    root: Tag
    lang: str

    @cached_property
    def wrappers(self) -> tuple[Tag, ...]:
        """Inline elements that hold the whole line, outermost first."""
        held = [inline for text, inline in self.pieces if text.strip()]
        shared = held[0]
        for inline in held[1:]:
            same = 0
            while same < min(len(shared), len(inline)) and shared[same] is inline[same]:
                same += 1
            shared = shared[:same]
        return shared

    @cached_property
    def holder(self) -> Tag:
        """The innermost element that holds the whole line and nothing of another line."""
        return self.wrappers[-1] if self.wrappers else self.block

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The line's text, piece by piece under its own element; the texts join to ``text``."""
        depth = len(self.wrappers)
        merged: list[tuple[str, Tag | None]] = []
        for text, inline in self.pieces:
            element = inline[depth] if len(inline) > depth else None
            if merged and merged[-1][1] is element:
                merged[-1] = (merged[-1][0] + text, element)
            else:
                merged.append((text, element))
        segments: list[Segment] = []
        is_after_space = True
        for text, element in merged:
            plain = squeeze(text).lstrip() if is_after_space else squeeze(text)
            if plain:
                segments.append(Segment(plain, element))
                is_after_space = plain.endswith(" ")
        if segments:
            segments[-1] = Segment(segments[-1].text.rstrip(), segments[-1].element)
            segments[0] = Segment(_BULLET.sub("", segments[0].text), segments[0].element)
        return tuple(segment for segment in segments if segment.text)

    @cached_property
    def text(self) -> str:
        """What stands on the line, white space collapsed, without a bullet."""
        return "".join(segment.text for segment in self.segments)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Where in ``text`` each segment begins."""
        return tuple(accumulate((len(segment.text) for segment in self.segments[:-1]), initial=0))

    @cached_property
    def links_around(self) -> tuple[str, ...]:
        """Addresses that the elements round the whole line link to, the first few."""
        return links_of(self.wrappers)[:MOST_LINKS_AROUND]

    def above(self) -> Iterator[Tag]:
        """The line's elements from the innermost block outwards, up to the one that was read."""
        element: Tag | None = self.block
        while element is not None:
            yield element
            element = element.parent if element is not self.root else None

    def nearest(self, *names: str) -> Tag | None:
        """The nearest element of one of these names that holds the line."""
        return next((element for element in self.above() if element.name in names), None)


@dataclass
class Page:
    """The lines of a page and which of them each block element holds."""

    lines: list[Line] = field(default_factory=list)
    held: dict[int, tuple[int, int]] = field(default_factory=dict)
    """``id`` of an element -> its first line and the line after its last."""

    def span(self, element: Tag) -> tuple[int, int]:
        """The element's first line and the line after its last; equal where it is no block of the page or holds none."""
        return self.held.get(id(element), (0, 0))

    def within(self, element: Tag) -> list[Line]:
        """The element's lines."""
        first, end = self.span(element)
        return self.lines[first:end]

    def shared(self, one: Line, other: Line) -> Tag:
        """The smallest block that holds both lines."""
        for element in one.above():
            first, end = self.span(element)
            if first <= other.index < end:
                return element
        return one.root


def links_of(elements: Iterable[Tag]) -> tuple[str, ...]:
    """Addresses that the elements, or links in them, lead to, each once."""
    anchors = [a for element in elements for a in (element, *element.find_all("a")) if a.name == "a" and a.get("href")]
    return tuple(dict.fromkeys(str(a["href"]) for a in anchors))


def class_names(element: Tag) -> tuple[str, ...]:
    """The element's classes, lower case."""
    names = element.get("class")
    return tuple(name.lower() for name in ([names] if isinstance(names, str) else names or ()))


def read_lines(root: Tag) -> Page:
    """The page's lines in document order, without comments, scripts, menus and the site's footer.

    Raises PageChanged where they are more than people write.
    """
    return _Walk(root).page


class _Walk:
    """One pass over a tree; a stack of its own, because pages nest deeper than Python recurses."""

    def __init__(self, root: Tag) -> None:
        self.page = Page()
        self._pieces: list[tuple[str, tuple[Tag, ...]]] = []
        self._piece_langs: list[str] = []
        self._inline: tuple[Tag, ...] = ()
        self._blocks: list[tuple[Tag, int]] = [(root, 0)]
        self._langs: list[str] = [""]
        self._content_depth = 0
        self._pre_depth = 0
        self._levels = 0
        stack: list[tuple[Tag, Iterator[PageElement], tuple[Tag, ...]]] = [(root, iter(root.children), ())]
        while stack:
            element, children, inline = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._leave(element, inline, is_root=not stack)
            elif isinstance(child, Tag):
                if child.name == "br":
                    self._flush()
                elif not self._is_unseen(child):
                    stack.append((child, iter(child.children), self._inline))
                    self._enter(child)
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                self._take(str(child))

    def _is_unseen(self, element: Tag) -> bool:
        if element.name in _UNSEEN or element.get("role") == "navigation":
            return True
        if element.name == "footer" and not self._content_depth:  # the site's, not an article's
            return True
        return element.name in ("i", "span") and any(_ICON.match(name) for name in class_names(element))

    def _enter(self, element: Tag) -> None:
        is_own_line = not is_inline(element)
        if is_own_line:
            self._flush()
            self._blocks.append((element, len(self.page.lines)))
            self._content_depth += element.name in ("main", "article")
            self._pre_depth += element.name == "pre"
        self._inline = () if is_own_line else (*self._inline, element)
        language = element.get("lang")
        self._langs.append(str(language).lower() if language and element.name != "html" else self._langs[-1])

    def _leave(self, element: Tag, inline: tuple[Tag, ...], *, is_root: bool) -> None:
        if is_root or not is_inline(element):
            self._flush()
            block, first = self._blocks.pop()
            self.page.held[id(block)] = (first, len(self.page.lines))
            self._content_depth -= element.name in ("main", "article")
            self._pre_depth -= element.name == "pre"
        self._inline = inline
        self._langs.pop()

    def _take(self, text: str) -> None:
        for number, part in enumerate(text.split("\n") if self._pre_depth else (text,)):
            if number:
                self._flush()
            self._pieces.append((part, self._inline))
            self._piece_langs.append(self._langs[-1])

    def _flush(self) -> None:
        pieces, langs = self._pieces, self._piece_langs
        self._pieces, self._piece_langs = [], []
        if not collapse("".join(text for text, _ in pieces)):
            return
        weight: dict[str, int] = {}
        for (text, _), lang in zip(pieces, langs, strict=True):
            weight[lang] = weight.get(lang, 0) + len(text.strip())
        self._levels += len(self._blocks)
        if self._levels > MOST_LEVELS or len(self.page.lines) == MOST_LINES:
            raise PageChanged(f"wanted {len(self.page.lines):,} lines at most, or lines less deep in the page, found more")
        root = self._blocks[0][0]
        line = Line(len(self.page.lines), tuple(pieces), self._blocks[-1][0], root, max(weight, key=lambda lang: weight[lang]))
        if line.text:
            self.page.lines.append(line)


def is_inline(element: Tag) -> bool:
    """Whether the element stays within a line."""
    return element.name in PHRASING and not any(_OWN_LINE.search(name) for name in class_names(element))
