"""Where on a page the blocks stand that a network's rules name: between two printed lines, or what is left of the two."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

from bs4 import BeautifulSoup
from bs4.element import PageElement, Tag

from connectors.network import PersonalBlock
from sync.privacy.elements import is_heading, is_section_heading
from sync.privacy.lines import Line, Match, matches

ENOUGH_SIGNS = 2
"""So many different lines of ``until`` tell a page that has such a block, where neither of the block's own lines is printed."""


@dataclass(frozen=True)
class Span:
    """What has to go: all between two elements, to the page's end where ``before`` is None.

    Arguments:
        doubt: why this may be too much or too little; empty: it is what the rule says.
    """

    after: PageElement
    before: PageElement | None
    doubt: str = ""


@lru_cache(maxsize=256)
def pattern(text: str) -> re.Pattern[str]:
    """A rule's pattern: networks change the case of what they print without notice."""
    return re.compile(text, re.IGNORECASE)


def own_patterns(rule: PersonalBlock) -> tuple[re.Pattern[str], ...]:
    """The patterns of lines that stand round such a block, or name a person themselves, and nowhere else."""
    before = () if rule.has_open_end else (rule.before,)
    return tuple(pattern(text) for text in (rule.after, *before, *((rule.inline,) if rule.inline else ())))


class Blocks:
    """The blocks of one rule on one page."""

    def __init__(self, soup: BeautifulSoup, lines: Sequence[Line], rule: PersonalBlock) -> None:
        self._soup = soup
        self._rule = rule
        self._places = {id(node): place for place, node in enumerate(node for line in lines for node in line.nodes)}
        texts = (rule.after, rule.before, *rule.until)
        any_of = pattern("|".join(f"(?:{text})" for text in texts))
        spoken_of = [line for line in lines if line.holds(any_of)]  # one look at most lines instead of many
        self._begins, self._ends, *until = [list(matches(spoken_of, pattern(text))) for text in texts]
        self._stops = sorted((match for one in until for match in one), key=self._place)
        self._signs = sum(map(bool, until))

    def spans(self) -> Iterator[Span]:
        """What has to go, in page order. Rather too much than a person."""
        reached = -1
        for begin in self._begins:
            if self._place(begin) >= reached:
                span = self._from(begin)
                reached = self._place_of(span.before)
                yield span
        if self._rule.has_open_end:
            return
        first_begin = min(map(self._place, self._begins), default=len(self._places))
        if self._ends and self._place(self._ends[0]) < first_begin:
            yield self._up_to(self._ends[0], "has no beginning")
        elif not self._begins and self._signs >= ENOUGH_SIGNS:
            title = self._place_of(self._title_above(self._stops[-1]))
            stop = next(stop for stop in self._stops if self._place(stop) > title or stop is self._stops[-1])
            yield self._up_to(stop, "has neither beginning nor end")

    def _from(self, begin: Match) -> Span:
        """From a block's first line to the line after it; else to the nearest that tells its end."""
        for bounds in (self._ends, self._stops):
            following = bisect_right(bounds, self._place(begin), key=self._place)
            if following < len(bounds):
                return Span(begin.last, bounds[following].first)
        heading = next((tag for tag in begin.last.next_elements if isinstance(tag, Tag) and is_section_heading(tag)), None)
        return Span(begin.last, heading, "" if self._rule.has_open_end else "has no end")

    def _up_to(self, end: Match, doubt: str) -> Span:
        title = self._title_above(end)
        inside = list(title.descendants) if isinstance(title, Tag) and is_heading(title) else []
        return Span(inside[-1] if inside else title, end.first, doubt)

    def _title_above(self, match: Match) -> Tag:
        """The page's title above a line: the nearest main heading, else the first of the highest level, else nothing."""
        above = [tag for tag in match.first.previous_elements if isinstance(tag, Tag) and is_heading(tag)]
        if not above:
            return self._soup.body or self._soup
        if above_main := [tag for tag in above if tag.name == "h1"]:
            return above_main[0]
        return reduce(lambda one, other: other if other.name <= one.name else one, above)

    def _place(self, match: Match) -> int:
        return self._places[id(match.first)]

    def _place_of(self, element: PageElement | None) -> int:
        """The place of the first text from an element on."""
        while element is not None and id(element) not in self._places:
            element = element.next_element
        return len(self._places) if element is None else self._places[id(element)]
