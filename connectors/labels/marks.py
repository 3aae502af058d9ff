"""What a line's markup says: whether it is a heading, and whether other labels of the page look the same."""

from __future__ import annotations

import re
from collections import Counter

from bs4.element import PreformattedString, Tag

from connectors.labels.lines import Line, Page, class_names
from connectors.labels.shapes import EMPHASIS, SPACED_DASH, Setting, read_bits
from connectors.labels.words import Words

Mark = tuple[str, tuple[str, ...]]
"""The name and the classes of the element that holds a whole line."""
_HEADING = re.compile(r"^h[1-6]$")
_TITLES = frozenset(("legend", "summary", "caption", "figcaption"))


def heading_level(line: Line) -> int:
    """1 to 6 for a heading (6 for a legend, a summary, a caption); 9 for a line that is none."""
    for element in (line.block, *line.wrappers):
        if _HEADING.match(element.name):
            return int(element.name[1])
        if element.name in _TITLES:
            return 6
        if element.get("role") == "heading":
            level = str(element.get("aria-level", "2"))
            return int(level) if level in "123456" else 2
    return 9


def is_only_child(element: Tag) -> bool:
    """Whether the element has its parent to itself, comments, blanks and line breaks apart."""
    for child in element.parent.children if element.parent is not None else ():
        if isinstance(child, Tag):
            if child is not element and child.name != "br":
                return False
        elif not isinstance(child, PreformattedString) and str(child).strip():
            return False
    return element.parent is not None


def has_empty_box(element: Tag) -> bool:
    """Whether the element has a child for a value, with nothing in it."""
    return any(
        child.name not in ("br", "hr", "img", "i", "svg") and not child.get_text(strip=True)
        for child in element.find_all(True, recursive=False)
    )


def mark_of(line: Line) -> Mark:
    """The markup that the whole line stands in."""
    return line.holder.name, class_names(line.holder)


def label_marks(page: Page, words: Words, taken: frozenset[int]) -> set[Mark]:
    """Markup that this page gives to labels: at least two known labels have it, and at least half of its lines are labels."""
    known: Counter[Mark] = Counter()
    every: Counter[Mark] = Counter()
    for line in page.lines:
        if line.index not in taken:
            every[mark_of(line)] += 1
            known[mark_of(line)] += words.is_label(line.text) or words.is_section(line.text)
    names = EMPHASIS | {"dt", "th", "label", "h2", "h3", "h4", "h5", "h6", *_TITLES}
    return {mark for mark, count in known.items() if count >= 2 and 2 * count >= every[mark] and (mark[1] or mark[0] in names)}


def has_known_dash(line: Line, words: Words) -> bool:
    """Whether the line is a known label, a dash and a value."""
    if not SPACED_DASH.search(line.text):  # hardly any line has one, and every line is asked
        return False
    return any(bit.label and bit.how == "dash" for bit in read_bits(line, words, Setting(is_open=True)))
