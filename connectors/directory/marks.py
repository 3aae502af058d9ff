"""What is taken off a page before it is read: parts that network.toml names, and symbols of icon fonts."""

from __future__ import annotations

from collections.abc import Iterable

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from connectors.labels.lines import class_names
from connectors.labels.words import collapse

_ITEMS = ("li", "article", "tr", "div", "p", "a", "h2", "h3", "h4")
_VALUES = ("td", "th", "dt", "dd")
_ICON_WORDS = ("icon", "glyph", "symbol", "arrow", "bullet")


def clean(soup: BeautifulSoup, selectors: Iterable[str], glyphs: str) -> None:
    """Take off what the selectors find, and every symbol that stands before the text of an item.

    Arguments:
        glyphs: characters that an icon font draws as symbols. One of them, alone in its element, is a symbol where the element's
            class says so, or where text follows within the same box and the boxes beside it begin with the same character:
            counts differ from box to box, symbols do not.
    """
    for selector in selectors:
        for element in soup.select(selector):
            element.extract()
    if not glyphs:
        return
    alone = [text for text in soup.find_all(string=True) if collapse(text) in glyphs and _is_text(text)]
    for text in [text for text in alone if collapse(text) and _is_symbol(text)]:
        text.extract()


def _is_text(text: NavigableString) -> bool:
    return not isinstance(text, PreformattedString)


def _is_symbol(text: NavigableString) -> bool:
    holder = text.parent
    if holder is None or any(above.name in _VALUES and collapse(above.get_text()) == collapse(text) for above in text.parents):
        return False
    if any(word in name for name in class_names(holder) for word in _ICON_WORDS):
        return True
    box = next((above for above in text.parents if above.name in _ITEMS and collapse(above.get_text()) != collapse(text)), None)
    if box is None or not _begins_with(box, text):
        return False
    beside = box.parent.find_all(box.name, recursive=False) if box.parent is not None else [box]
    same = [other for other in beside if collapse(next(other.stripped_strings, "")) == collapse(text)]
    return len(same) >= 2 and 2 * len(same) > len(beside)


def _begins_with(box: Tag, text: NavigableString) -> bool:
    first = next((string for string in box.find_all(string=True) if _is_text(string) and collapse(string)), None)
    return first is text
