"""One HTML page, out of which persons are taken: blocks, bylines, cards, links, scripts, addresses, comments."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, PageElement, Tag

from connectors.network import PersonalBlock
from sync.privacy_addresses import addresses, personal_spans, without_personal
from sync.privacy_jsonld import OF_PERSONS, NotJsonLd, without_persons
from sync.privacy_lines import BLOCKS, Line, bare, lines_of, matches, past, replace

REMOVED = "[name removed]"
"""Stands where a byline had a name, so that a news page is still recognised as one."""

MANY = 20
"""Addresses on one line of several text nodes, beyond which the line's text moves into one node: taking time is worse."""

# What content management systems write over a post (Drupal's own words and their translations).
_BYLINE = re.compile(
    r"\b(?:(?:submitted|posted) by|(?:gespeichert|eingereicht|verfasst) von|(?:in)?skickad av|soumis par|enviado por|inviato da"
    r"|przesłane przez)\b(?P<who>.{0,120}?)\s(?=(?:on|am|den|på|le|el|il|w|dnia)\s+(?:[^\W\d_]{2,12}\.?,?\s+)?\d)",
    re.IGNORECASE | re.DOTALL,
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CARD_PARTS = frozenset(
    ("fn", "n", "nickname", "given-name", "family-name", "photo", "email", "tel", "p-name", "u-photo", "u-email", "p-tel")
)
_AUTHOR_METAS = frozenset(
    ("author", "article:author", "dc.creator", "dcterms.creator", "dc.contributor", "twitter:creator", "profile:username")
)


@dataclass
class Page:
    """One HTML page, being stripped."""

    markup: str
    removed: int = 0
    doubts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A parser may stop at a NUL and never see what comes after it.
        self._soup = BeautifulSoup(self.markup.replace("\x00", ""), "lxml")

    def written(self, encoding: str) -> str:
        """The page as markup that declares an encoding where it declared one."""
        return self._soup.decode(eventual_encoding=encoding, formatter="minimal")

    def strip(self, rules: Sequence[PersonalBlock]) -> None:
        """Take persons out; ``removed`` counts, ``doubts`` says where a rule could not be followed to the letter."""
        for rule in rules:
            self._blocks(rule)
            if rule.inline is not None:
                self._names(re.compile(rule.inline), "person")
        for tag in [element for element in self._soup.descendants if isinstance(element, Tag)]:
            if not tag.decomposed:
                self._element(tag)
        self._names(_BYLINE, "who")
        self._addresses()
        for comment in [element for element in self._soup.descendants if isinstance(element, Comment)]:
            if any(addresses(unescape(comment))):
                self._take(comment)

    def _take(self, element: PageElement) -> None:
        self.removed += 1
        if isinstance(element, Tag):
            element.decompose()
        else:
            element.extract()

    # Blocks between two printed lines

    def _blocks(self, rule: PersonalBlock) -> None:
        after, before = re.compile(rule.after), re.compile(rule.before)
        lines = lines_of(self._soup)
        places = {id(node): place for place, node in enumerate(node for line in lines for node in line.nodes)}
        begins, ends = list(matches(lines, after, before)), list(matches(lines, before, after))
        waiting, cuts = deque(begins), 0
        for end in ends:
            if waiting and places[id(waiting[0].first)] < places[id(end.first)]:
                self._cut(waiting[0].last, end.first)
                cuts += 1
                while waiting and places[id(waiting[0].first)] <= places[id(end.last)]:
                    waiting.popleft()
        if cuts:
            return
        if begins:
            if not rule.has_open_end:
                self._doubt(rule, "has no end")
            self._cut(begins[0].last, self._heading_after(begins[0].last))
        if ends and not rule.has_open_end:
            self._doubt(rule, "has no beginning")
            self._cut(self._heading_before(ends[0].first), ends[0].first)

    def _doubt(self, rule: PersonalBlock, what: str) -> None:
        self.doubts.append(f"the block of {rule.because!r} {what} on the page; all up to the nearest heading was taken out")

    def _heading_after(self, element: PageElement) -> PageElement | None:
        return next((tag for tag in element.next_elements if isinstance(tag, Tag) and _is_section_heading(tag)), None)

    def _heading_before(self, element: PageElement) -> PageElement:
        """The last text of the nearest heading above, the page's title where there is one."""
        above = [tag for tag in element.previous_elements if isinstance(tag, Tag) and tag.name in _HEADINGS]
        titles = [tag for tag in above if tag.name == "h1"] or above
        if titles:
            return list(titles[0].descendants)[-1] if titles[0].contents else titles[0]
        return self._soup.body or self._soup

    def _cut(self, after: PageElement, before: PageElement | None) -> None:
        """Take out all that stands between two elements: text, images, comments, and what wrappers say in attributes."""
        around = {id(parent) for parent in before.parents} if before is not None else set()
        here = after.next_element
        doomed: list[PageElement] = []
        while here is not None and here is not before:
            if isinstance(here, Tag) and (id(here) in around or here.name in ("br", "hr")):
                if set(here.attrs) - {"class", "lang", "dir"}:
                    bare(here)
                    self.removed += 1
                here = here.next_element
            elif isinstance(here, Tag):
                doomed.append(here)
                here = past(here)
            else:
                if isinstance(here, NavigableString) and here.strip():
                    doomed.append(here)
                here = here.next_element
        for element in doomed:
            self._take(element)
        if before is not None and doomed and not _is_apart(after, before):
            before.insert_before(self._soup.new_tag("br"))

    # Elements

    def _element(self, tag: Tag) -> None:
        if tag.name == "script":
            if "ld+json" in str(tag.get("type", "")).lower():
                self._json_ld(tag)
        elif _is_personal_link(tag) or _is_author(tag):
            self._take(tag)
        elif _is_person_markup(tag):
            self._person(tag)

    def _json_ld(self, script: Tag) -> None:
        text = script.get_text()
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

    def _person(self, tag: Tag) -> None:
        if tag.name not in ("html", "body", "main") and tag.find("h1") is None:
            self._take(tag)
            return
        for part in [part for part in tag.find_all(True) if _CARD_PARTS & _words(part, "class") and part.name != "h1"]:
            if not part.decomposed and part.find("h1") is None:
                self._take(part)

    # Running text

    def _names(self, pattern: re.Pattern[str], group: str) -> None:
        """Take out what the group matches, line by line."""
        for line in lines_of(self._soup):
            found = pattern.search(line.raw)
            if found and found[group].split() != REMOVED.split():
                replace(line, *found.span(group), f" {REMOVED}")
                self.removed += 1

    def _addresses(self) -> None:
        for line in lines_of(self._soup):
            here = line
            while spans := _personal_spans(here):  # what is left on both sides of one may make another
                if len(spans) > MANY or len(here.nodes) == 1:
                    plain, count = without_personal(here.raw)
                    replace(here, 0, len(here.raw), plain)
                    self.removed += count
                    break
                self.removed += len(spans)
                for start, end in reversed(spans):
                    here = replace(here, start, end, "")


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


def _is_section_heading(tag: Tag) -> bool:
    """Whether a heading begins another section: one that is two to four capitalised words may be the person's name."""
    if tag.name not in _HEADINGS:
        return False
    words = tag.get_text(" ").split()
    return not (2 <= len(words) <= 4 and all(word[0].isupper() for word in words))


def _words(tag: Tag, attribute: str) -> set[str]:
    """The words of an attribute that may have several."""
    found = tag.get(attribute) or ""
    return set(found.split() if isinstance(found, str) else found)


def _is_personal_link(tag: Tag) -> bool:
    """Whether an element is a link to a person's mailbox, or Cloudflare's cipher of one."""
    href = str(tag.get("href", "")).strip()
    cipher = str(tag.get("data-cfemail", "")) or href.partition("/cdn-cgi/l/email-protection#")[2]
    if cipher:
        return bool(personal_spans(_deciphered(cipher)))
    return href[:7].lower() == "mailto:" and bool(personal_spans(unquote(href[7:])))


def _deciphered(cipher: str) -> str:
    """The address behind Cloudflare's ``data-cfemail``: hexadecimal bytes, the first of which is XORed into the others."""
    try:
        key, *rest = bytes.fromhex(cipher)
    except ValueError:  # no cipher at all
        return ""
    return bytes(byte ^ key for byte in rest).decode("latin-1")


def _is_author(tag: Tag) -> bool:
    if tag.name == "meta":
        return str(tag.get("name") or tag.get("property") or tag.get("itemprop") or "").lower() in _AUTHOR_METAS
    properties = {word.lower() for word in _words(tag, "itemprop")}
    return "author" in _words(tag, "rel") or bool(OF_PERSONS & properties)


def _is_person_markup(tag: Tag) -> bool:
    """Whether an element is a person's card in microdata, RDFa or as an hCard."""
    kinds = f"{tag.get('itemtype', '')} {tag.get('typeof', '')}".split()
    if any(re.split(r"[/:#]", kind)[-1] == "Person" for kind in kinds):
        return True
    return bool({"vcard", "h-card", "hcard"} & _words(tag, "class")) and not _is_organisation_card(tag)


def _is_organisation_card(tag: Tag) -> bool:
    """Whether an hCard is an organisation's (its name is both ``fn`` and ``org``), or nothing but a postal address."""
    parts = [tag, *tag.find_all(True)]
    if any({"fn", "org"} <= _words(part, "class") or {"p-name", "p-org"} <= _words(part, "class") for part in parts):
        return True
    is_postal = any({"adr", "p-adr", "h-adr"} & _words(part, "class") for part in parts)
    return is_postal and not any(_CARD_PARTS & _words(part, "class") for part in parts)
