"""One HTML page, out of which persons are taken: blocks, bylines, cards, links, scripts, addresses, comments."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from html import unescape

from bs4.element import Comment, NavigableString, PageElement, Tag

from connectors.markup import parse_html, spare
from connectors.network import PersonalBlock
from sync.privacy.addresses import addresses, personal_spans
from sync.privacy.blocks import Blocks, Span, own_patterns, pattern
from sync.privacy.elements import is_author, is_card, is_card_part, is_personal_link, is_persons_card
from sync.privacy.jsonld import NotJsonLd, without_persons
from sync.privacy.lines import BLOCKS, UNSEEN, Line, lines_of, plain, rewrite
from sync.privacy.tree import Tree, bare, first_in, past

REMOVED = "[name removed]"
"""Stands where a byline had a name, so that a news page is still recognised as one."""

ROUNDS = 8
"""So often a line is looked at again for addresses that the removal of others has made; then all of it goes."""
CARDS_WITHIN_CARDS = 8
"""A card in more cards than this is nobody's honest markup, and goes unread: each is looked through as a whole."""

# What content management systems write over a post (Drupal's own words and their translations).
_BYLINE = re.compile(
    r"\b(?:(?:submitted|posted) by|(?:gespeichert|eingereicht|verfasst) von|(?:in)?skickad av|soumis par|enviado por|inviato da"
    r"|przesłane przez)\b(?P<who>.{0,120}?)\s(?=(?:on|am|den|på|le|el|il|w|dnia)\s+(?:[^\W\d_]{2,12}\.?,?\s+)?\d)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_MARKUP = re.compile(r"<[A-Za-z!/?]")


class Page:
    """One HTML page, being stripped.

    Arguments:
        markup: its text. Raises PageChanged where it is more than people write.
    """

    def __init__(self, markup: str) -> None:
        self.removed = 0
        self.doubts: list[str] = []
        self._soup = parse_html(markup)
        self._tree = Tree(self._soup)
        self._known_lines: list[Line] | None = None
        self._cards: dict[int, int] = {}
        """``id`` of an element -> how many cards it is within, itself included."""
        self._round_titles = {id(parent) for title in self._soup.find_all("h1") for parent in title.parents}

    def written(self, encoding: str) -> str:
        """The page as markup that declares an encoding where it declared one."""
        return self._soup.decode(eventual_encoding=encoding, formatter="minimal")

    def leave(self, text: str) -> None:
        """Leave the document to whoever reads the same text next. Only where nothing was taken out; then it is as it was made."""
        if self.removed:
            raise ValueError(f"wanted a page as it was parsed, found one of which {self.removed} things were taken out")
        spare(text, self._soup)

    def strip(self, rules: Sequence[PersonalBlock]) -> None:
        """Take persons out; ``removed`` counts, ``doubts`` says where a rule could not be followed to the letter."""
        for rule in rules:
            for span in Blocks(self._soup, self._lines(), rule).spans():
                if span.doubt:
                    what = f"the block of {rule.because!r} {span.doubt} on the page"
                    self.doubts.append(f"{what}; all up to the nearest heading was taken out")
                self._cut(span)
            if rule.inline is not None:
                self._names(pattern(rule.inline), "person")
        self._sift(self._soup, self._is_personal)
        self._names(_BYLINE, "who")
        self._addresses()
        self._unseen([wanted for rule in rules for wanted in own_patterns(rule)])

    def _take(self, element: PageElement) -> PageElement | None:
        """Take an element out; what follows it."""
        self.removed += 1
        self._known_lines = None
        return self._tree.take(element)

    def _lines(self) -> list[Line]:
        if self._known_lines is None:
            self._known_lines = lines_of(self._soup)
        return self._known_lines

    # Blocks

    def _cut(self, span: Span) -> None:
        """Take out all that stands between two elements: text, images, comments, and what wrappers say in attributes."""
        after, before = span.after, span.before
        around = {id(parent) for parent in before.parents} if before is not None else set()
        here = after.next_element
        doomed: list[PageElement] = []
        while here is not None and here is not before:
            if isinstance(here, Tag) and (id(here) in around or here.name in ("br", "hr")):
                self.removed += bare(here)
                here = here.next_element
            elif isinstance(here, Tag):
                doomed.append(here)
                here = past(here)
            else:
                if isinstance(here, NavigableString) and here.strip():
                    doomed.append(here)
                here = here.next_element
        for element in doomed[:-1]:
            self._take(element)
        if doomed:
            gap = NavigableString("")
            self.removed += 1
            self._known_lines = None
            self._tree.put(gap, doomed[-1])
            if before is not None and not _is_apart(after, before):
                self._tree.put(self._soup.new_tag("br"), gap)

    # Elements

    def _sift(self, root: Tag, is_personal: Callable[[Tag], bool]) -> None:
        """Take out the elements inside another that are personal; what is in them is not asked about."""
        here, end = first_in(root), past(root)
        while here is not None and here is not end:
            is_to_go = isinstance(here, Tag) and is_personal(here)
            here = self._take(here) if is_to_go else here.next_element

    def _is_personal(self, tag: Tag) -> bool:
        """Whether an element is to go whole; scripts and cards round a whole page lose their persons here."""
        if tag.name == "script":
            self._json_ld(tag)
            return False
        if is_personal_link(tag) or is_author(tag):
            return True
        within = self._cards[id(tag)] = self._cards.get(id(tag.parent), 0) + is_card(tag)
        if not is_card(tag) or (within <= CARDS_WITHIN_CARDS and not is_persons_card(tag)):
            return False
        if within > CARDS_WITHIN_CARDS or (tag.name not in ("html", "body", "main") and id(tag) not in self._round_titles):
            return True
        self._sift(tag, lambda part: is_card_part(part) and part.name != "h1" and id(part) not in self._round_titles)
        return False

    def _json_ld(self, script: Tag) -> None:
        text = script.get_text() if "ld+json" in str(script.get("type", "")).lower() else ""
        if not text.strip():
            return
        try:
            kept, count = without_persons(text)
        except NotJsonLd as trouble:
            self.doubts.append(f"a JSON-LD script was taken out whole: {trouble}")
            kept, count = "", 1
        if count:
            self.removed += count
            script.string = kept

    # Text

    def _names(self, wanted: re.Pattern[str], group: str) -> None:
        """Take out what the group matches, line by line."""
        for line in self._lines():
            spans = [found.span(group) for found in wanted.finditer(line.text) if found[group].strip() != REMOVED]
            if spans:
                self._rewrite(line, line.in_raw(spans), f" {REMOVED}")

    def _addresses(self) -> None:
        for line in self._lines():
            here = line
            for _ in range(ROUNDS):  # what is left on both sides of one may make another
                spans = _personal_spans(here)
                if not spans:
                    break
                here = self._rewrite(here, spans, "")
            else:
                self._rewrite(here, [(0, len(here.raw))], "")

    def _rewrite(self, line: Line, spans: Sequence[tuple[int, int]], text: str) -> Line:
        self.removed += len(spans)
        self._known_lines = None
        return rewrite(self._tree, line, spans, text)

    def _unseen(self, rules: Sequence[re.Pattern[str]]) -> None:
        """Take out text that is not shown, or shown as markup, and holds what a rule speaks of, or (a comment) an address.

        A comment or script that is never closed may hold all of the page.
        """
        here = first_in(self._soup)
        while here is not None:
            is_hidden = isinstance(here, UNSEEN) or (isinstance(here, NavigableString) and _MARKUP.search(here) is not None)
            is_to_go = is_hidden and _tells(unescape(str(here)), rules, has_addresses=isinstance(here, Comment))
            here = self._take(here) if is_to_go else here.next_element


def _tells(text: str, rules: Sequence[re.Pattern[str]], *, has_addresses: bool) -> bool:
    """Whether a text, that may be markup, has a line that a rule speaks of."""
    if has_addresses and any(addresses(text)):
        return True
    lines = {line for between in ("\n", "") for line in map(plain, _TAG.sub(between, text).splitlines()) if line}
    return any(wanted.fullmatch(line) for line in lines for wanted in rules)


def _personal_spans(line: Line) -> list[tuple[int, int]]:
    """Where persons' addresses stand in ``line.raw``.

    Text nodes side by side are read together only where none of them has the address alone: "E-mail" and "info@a.example" in
    neighbouring elements are no "E-mailinfo@a.example".
    """
    if len(line.nodes) == 1:
        return personal_spans(line.raw)
    alone: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    begin = 0
    for node in line.nodes:
        alone += [(begin + found.start, begin + found.end) for found in addresses(node)]
        spans += [(begin + start, begin + end) for start, end in personal_spans(node)]
        begin += len(node)
    known = sorted(alone + spans)
    for start, end in personal_spans(line.raw):
        place = bisect_left(known, (end, 0))  # the spans before it are those that begin before this one ends
        if place == 0 or known[place - 1][1] <= start:
            spans.append((start, end))
    return sorted(spans)


def _is_apart(after: PageElement, before: PageElement) -> bool:
    """Whether something between two elements begins a new line."""
    here: PageElement | None = after.next_element
    while here is not None and here is not before:
        if isinstance(here, Tag) and here.name in BLOCKS:
            return True
        here = here.next_element
    blocks = [next((id(tag) for tag in element.parents if tag.name in BLOCKS), 0) for element in (after, before)]
    return blocks[0] != blocks[1]
