"""What a single line is made of: a label, a value, "label: value", "label - value", "number label", or several of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from bs4.element import Tag

from connectors.labels.lines import Line, Segment, class_names, links_of
from connectors.labels.words import Words, collapse

NUMBER = re.compile(r"^[~≈<>±]?\s?\d{1,3}(?:[\d .,'’]*\d)?(?:\s?[-–]\s?\d+)?\s?[%+]?$")
"""A count, with any thousands separator, or a range of counts."""
COLONS = (":", "\uff1a")
_SEPARATOR = re.compile("\\s*[:\uff1a]\\s*|\\s+[-–—]\\s+")
_COLON = re.compile("\\s*[:\uff1a](?=\\s|$)")
SPACED_DASH = re.compile(r"\s+[-–—]\s+")
_BETWEEN_ITEMS = re.compile(r"^[\s,;|/·•]*$")
_INLINE_BULLET = re.compile(r"\s*[•▪‣◦●]\s*")
_WORD_START = re.compile(r"(?<!\S)\S")
_SENTENCE = re.compile(r"[.!?;]\s")
EMPHASIS = frozenset(("b", "strong"))
_FORMAT = frozenset(["b", "strong", "i", "em", "u", "s", "small", "sub", "sup", "font", "mark", "tt", "code", "q", "cite"])
_LABEL_CLASS = re.compile(r"^field[-_]*label$|^views-label|[a-z]_{1,2}label$|[a-z]-label$")
_LONGEST_LABEL = 160
_MOST_COLONS = 2_000
"""On one line, beyond which it is no list of labels."""


@dataclass(frozen=True)
class Bit:
    """A part of a line: a label (``label`` set) with the values that stand on the line itself, or values of an earlier label."""

    label: str | None
    how: str
    values: tuple[str, ...]
    is_complete: bool = False
    """Whether nothing on later lines can belong to it."""
    links: tuple[str, ...] = ()
    """Addresses that its label or values link to."""


def is_label_shaped(text: str) -> bool:
    """Whether the text, without its colon, could be a label that nobody knows yet: short, one phrase, no address."""
    plain = collapse(text).rstrip(": ").strip()
    is_phrase = 1 < len(plain) <= 100 and len(plain.split()) <= 14 and not _SENTENCE.search(plain)
    return is_phrase and (plain[0].isupper() or plain[0].isdigit() or not plain[0].isascii()) and not NUMBER.match(plain)


def is_label_markup(element: Tag) -> bool:
    """Whether the element's class says that it holds a label (Drupal 7 and 9, Views, BEM)."""
    return any(_LABEL_CLASS.search(name) for name in class_names(element))


def values_of(segments: tuple[Segment, ...], *, is_prose: bool) -> tuple[str, ...]:
    """The values in a stretch of a line.

    A stretch is one value, unless markup or bullets say otherwise: links or styled elements side by side are a value each.
    Commas in the text never part it.
    """
    shown = [segment for segment in segments if segment.text.strip()]
    if not is_prose and len(shown) > 1 and _is_series(segments):
        return tuple(collapse(s.text) for s in shown if s.element is not None and collapse(s.text))
    whole = collapse("".join(segment.text for segment in segments))
    if is_prose or not _INLINE_BULLET.search(whole):
        return (whole,) if whole else ()
    return tuple(part for part in _INLINE_BULLET.split(whole) if part)


def _is_series(segments: tuple[Segment, ...]) -> bool:
    elements = [segment.element for segment in segments if segment.element is not None]
    loose = [segment.text for segment in segments if segment.element is None]
    if len(elements) < 2 or not all(_BETWEEN_ITEMS.match(text) for text in loose):
        return False
    kinds = {(element.name, class_names(element)) for element in elements}
    name, classes = next(iter(kinds))
    if len(kinds) > 1 or name in _FORMAT:
        return False
    is_glued = not loose and not any(s.text.startswith(" ") or s.text.endswith(" ") for s in segments)
    return name == "a" or bool(classes) or is_glued


def cut(line: Line, start: int, end: int) -> tuple[Segment, ...]:
    """The segments between two places in the line's text."""
    found = []
    for number in range(max(0, bisect_right(line.places, start) - 1), bisect_left(line.places, end)):
        segment, place = line.segments[number], line.places[number]
        text = segment.text[max(0, start - place) : max(0, end - place)]
        if text:
            found.append(Segment(text, segment.element))
    return tuple(found)


@dataclass(frozen=True)
class _Label:
    """Where a label stands in a line: ``value`` is the place where its value begins."""

    start: int
    end: int
    value: int
    how: str


@dataclass(frozen=True)
class Setting:
    """Where a line stands.

    Arguments:
        is_prose: in free text: only known labels count, and only at the line's beginning.
        is_open: under a label that waits for (further) values: "X: y" with an unknown X is a value.
        is_marked: in markup that labels have on this page: the line is a label whatever it says.
        is_dashed: in markup that "known label - value" has on this page: so has an unknown label.
        is_foreign: in another language than the page's: an unknown label is text.
    """

    is_prose: bool = False
    is_open: bool = False
    is_marked: bool = False
    is_dashed: bool = False
    is_foreign: bool = False


def read_bits(line: Line, words: Words, setting: Setting) -> list[Bit]:
    """What the line is made of, in order."""
    text = line.text
    tile = _number_and_label(text, words)
    if tile:
        return [tile]
    labels = _labels(line, words, setting)
    bits = []
    if not labels or labels[0].start > 0:
        end = labels[0].start if labels else len(text)
        before = cut(line, 0, end)
        values = _tidy(values_of(before, is_prose=setting.is_prose), is_cut=bool(labels))
        bits.append(Bit(None, "", values, links=_links(line, before)))
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        end = following.start if following else len(text)
        name = collapse(text[label.start : label.end])
        values = values_of(cut(line, label.value, end), is_prose=words.is_prose(name))
        links = _links(line, cut(line, label.start, end))
        bits.append(Bit(name, label.how, _tidy(values, is_cut=following is not None), following is not None, links))
    return bits


def _links(line: Line, segments: tuple[Segment, ...]) -> tuple[str, ...]:
    """Addresses that the segments, or the whole line, link to."""
    own = links_of(segment.element for segment in segments if segment.element is not None)
    return tuple(dict.fromkeys((*line.links_around, *own)))


def _tidy(values: tuple[str, ...], *, is_cut: bool) -> tuple[str, ...]:
    """Without the stroke or dot that parted a value from the label after it."""
    return tuple(value.rstrip(" |·•") for value in values) if is_cut else values


def _number_and_label(text: str, words: Words) -> Bit | None:
    """ "36 Cluster Members" or "Cluster Members 36"."""
    if not text[:1].isdigit() and not text[-1:].isdigit():
        return None
    before = re.match(r"([\d .,'’]*\d\+?)\s*(\D.*)$", text)
    if before and words.is_label(before[2]) and NUMBER.match(before[1]):
        return Bit(collapse(before[2]), "tile", (before[1],), is_complete=True)
    after = re.match(r"(.*?[^\d\s])\s+(\d[\d .,'’]*)$", text)
    if after and words.is_label(after[1]) and not after[1].endswith(COLONS) and NUMBER.match(after[2]):
        return Bit(collapse(after[1]), "tile", (after[2].strip(),), is_complete=True)
    return None


def _labels(line: Line, words: Words, setting: Setting) -> list[_Label]:
    text, is_prose = line.text, setting.is_prose
    may_be_new = not is_prose and not setting.is_foreign
    has_colon = text.endswith(COLONS)
    is_item = line.nearest("li") is not None
    if words.is_label(text) and (has_colon or not (is_prose and is_item)):
        return [_Label(0, len(text), len(text), "colon" if has_colon else "line")]
    if setting.is_marked or (has_colon and may_be_new and is_label_shaped(text)):
        return [_Label(0, len(text), len(text), "colon" if has_colon else "markup")]
    found = [*_leading(text, words), *_emphasised(line, words, is_prose=is_prose)]
    if not is_prose:
        found.extend(_inside(text, words))
        if not found and may_be_new and not setting.is_open:
            found.extend(_unknown_leading(text, is_dashed=setting.is_dashed))
    return _apart(found)


def _apart(labels: list[_Label]) -> list[_Label]:
    """The labels in order of place; of two that overlap, the one that begins first and reaches farthest."""
    kept: list[_Label] = []
    for label in sorted(labels, key=lambda label: (label.start, -label.end)):
        if not kept or label.start >= kept[-1].value:
            kept.append(label)
    return kept


def _leading(text: str, words: Words) -> list[_Label]:
    """A known label at the beginning, before a colon or a spaced dash; the longest that is known."""
    best: list[_Label] = []
    for separator in _SEPARATOR.finditer(text, 0, _LONGEST_LABEL):
        if separator.start() and words.is_label(text[: separator.start()]):
            how = "dash" if separator[0].strip() in "-–—" else "colon"
            best = [_Label(0, separator.start(), separator.end(), how)]
    return best


def _emphasised(line: Line, words: Words, *, is_prose: bool) -> Iterator[_Label]:
    """Labels in an element of their own: known ones at the line's beginning or with a colon, unknown ones bold with a colon."""
    place = 0
    for number, segment in enumerate(line.segments):
        start, end = place, place + len(segment.text)
        place = end
        if segment.element is None:
            continue
        colon = _COLON.match(line.text, end)
        has_colon = colon is not None or segment.text.rstrip().endswith(COLONS)
        is_bold = segment.element.name in EMPHASIS or segment.element.find(["b", "strong"]) is not None
        is_first = number == 0 and (is_bold or _element_follows(line))
        is_known = words.is_label(segment.text) and (has_colon or (is_first and not is_prose))
        is_new = not is_prose and has_colon and is_bold and is_label_shaped(segment.text)
        if is_known or is_new:
            yield _Label(start, end, colon.end() if colon else end, "colon" if has_colon else "markup")


def _element_follows(line: Line) -> bool:
    """Whether the line's first element is followed by another: ``<span>Website</span> <span>www.example.org</span>``."""
    following = [segment for segment in line.segments[1:] if segment.text.strip()]
    return bool(following) and following[0].element is not None


def _inside(text: str, words: Words) -> Iterator[_Label]:
    """Known labels in the middle of a line's text: a colon behind, a capital in front."""
    if not words.labels or text.count(":") > _MOST_COLONS:
        return
    for colon in _COLON.finditer(text):
        starts = [word.start() for word in _WORD_START.finditer(text, max(0, colon.start() - _LONGEST_LABEL), colon.start())]
        for start in starts[-words.most_words :]:
            if (text[start].isupper() or text[start].isdigit()) and words.is_label(text[start : colon.start()]):
                value = colon.end() + (text[colon.end() : colon.end() + 1] == " ")
                yield _Label(start, colon.start(), value, "colon")
                break


def _unknown_leading(text: str, *, is_dashed: bool) -> Iterator[_Label]:
    """ "Legal form: association": an unknown label, where no label waits for a value."""
    separator = _COLON.search(text) or (SPACED_DASH.search(text) if is_dashed else None)
    name = text[: separator.start()] if separator else ""
    if separator and separator.end() < len(text) and len(name.split()) <= 8 and is_label_shaped(name):
        how = "dash" if separator[0].strip() in "-–—" else "colon"
        yield _Label(0, separator.start(), min(separator.end() + 1, len(text)) if how == "colon" else separator.end(), how)
