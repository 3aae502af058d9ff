"""Edits to a parsed page whose time does not depend on how many siblings an element has, or how much is inside it."""

from __future__ import annotations

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag


def first_in(tag: Tag) -> PageElement | None:
    """The first element inside another; a document's ``next_element`` is none."""
    return tag.contents[0] if tag.contents else None


def past(element: PageElement) -> PageElement | None:
    """What follows an element and all that is in it."""
    here: PageElement | None = element
    while here is not None and here.next_sibling is None:
        here = here.parent
    return here.next_sibling if here is not None else None


class Tree:
    """A page whose elements are replaced one by one; none is ever added or dropped, so that each keeps its place.

    bs4's own ``decompose``, ``extract`` and ``replace_with`` look for an element among its siblings from the first one on: on a
    hostile page that has thousands side by side the work would grow with their square.
    """

    def __init__(self, soup: BeautifulSoup) -> None:
        self.soup = soup
        self._places: dict[int, dict[int, int]] = {}
        self._replaced: list[PageElement] = []
        """Kept alive: ``id`` tells elements apart, and would be given anew."""

    def put(self, new: Tag | NavigableString, old: PageElement) -> PageElement | None:
        """Put a childless element where another stands; what follows it."""
        parent = old.parent
        if parent is None:
            raise ValueError(f"wanted an element of the page to replace, found <{getattr(old, 'name', None)}> outside of it")
        places = self._places.get(id(parent))
        if places is None:
            places = self._places[id(parent)] = {id(child): place for place, child in enumerate(parent.contents)}
        place = places.pop(id(old))
        places[id(new)] = place
        following = past(old)
        parent.contents[place] = new
        new.parent, new.previous_element, new.next_element = parent, old.previous_element, following
        new.previous_sibling, new.next_sibling = old.previous_sibling, old.next_sibling
        if new.previous_element is not None:
            new.previous_element.next_element = new
        if new.previous_sibling is not None:
            new.previous_sibling.next_sibling = new
        if following is not None:
            following.previous_element = new
        if new.next_sibling is not None:
            new.next_sibling.previous_sibling = new
        old.parent = None
        self._replaced.append(old)
        return following

    def take(self, element: PageElement) -> PageElement | None:
        """Take an element and all that is in it out of the page; what follows it."""
        return self.put(NavigableString(""), element)


def bare(tag: Tag) -> bool:
    """Take a tag's attributes away, those apart that only say how it looks or reads; whether it had any."""
    kept = {name: value for name, value in tag.attrs.items() if name in ("class", "lang", "dir")}
    has_others = len(kept) < len(tag.attrs)
    tag.attrs = kept
    return has_others
