"""The sheet that an ECCP profile is written on: pairs are taken off the page, printed fields are put on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from connectors.eccp.naming import Heading
from connectors.labels import Loose, Pair, Reading, Words, fold_label
from connectors.network import Phrasebook

_COUNTS = frozenset(
    ("staff", "members_total", "members_sme", "members_startup", "members_large", "members_research", "members_other")
)
_COUNT = re.compile(r"^\D{0,3}\d.{0,20}$")
_HAS_DIGIT = re.compile(r"\d")
_WEB_ADDRESS = re.compile(r"^(?:https?://|www)\S+$|^\S+\.\S{2,}$", re.IGNORECASE)
_BEFORE_REGION = frozenset(("founded", "staff"))
_LONGEST_REGION = 80
_SHORTEST_TEXT = 40
"""Characters from which on an unlabelled block in another language is a description rather than a name."""


class Sheet:
    """What one page prints, field by field.

    Arguments:
        phrasebook: label -> printed field, and the labels to set aside.
        words: the same labels, as the label reader knows them.
    """

    def __init__(self, phrasebook: Phrasebook, words: Words) -> None:
        self._fields = {fold_label(label): field for label, field in phrasebook.labels.items()}
        self._ignored = frozenset(map(fold_label, phrasebook.ignore))
        self._words = words
        self._printed: dict[str, list[str]] = {}
        self._unread: dict[str, None] = {}
        self.how: dict[str, str] = {}
        self.has_read_labels = False

    @property
    def printed(self) -> Mapping[str, tuple[str, ...]]:
        """Printed field -> values."""
        return {field: tuple(values) for field, values in self._printed.items()}

    @property
    def unread_labels(self) -> tuple[str, ...]:
        """Labels that nobody asked for."""
        return tuple(self._unread)

    def put(self, field: str, values: Iterable[str], how: str) -> None:
        """Add values to a field, each once; none: the label stands there without a value."""
        known = self._printed.setdefault(field, [])
        for value in values:
            if value not in known:
                known.append(value)
                self.how.setdefault(field, how)
        self.how.setdefault(field, how)

    def fill(self, pairs: Iterable[Pair]) -> None:
        """Add fields that the page's text leaves empty."""
        for pair in pairs:
            field = self._fields.get(fold_label(pair.label))
            if field is not None and not self._printed.get(field):
                self.put(field, pair.values, pair.how)

    def take(self, reading: Reading, heading: Heading, *, has_region_line: bool) -> None:
        """Take the pairs below the heading.

        Arguments:
            has_region_line: the region stands on a line without a label, between the staff's label and those of the labels.
        """
        pairs = [pair for pair in reading.pairs if pair.index > heading.start and not self._words.is_section(pair.label)]
        stray: list[str] = []
        for number, pair in enumerate(pairs):
            field = self._fields.get(fold_label(pair.label))
            if number and self._is_column_head(pairs[number - 1], pair):
                continue
            if field is None:
                self._take_unknown(pair)
                continue
            self.has_read_labels = True
            if field == "description":
                self._put_texts(zip(pair.values, pair.langs, strict=True), pair.how)
                continue
            values, others = _typed(field, pair)
            if field in _BEFORE_REGION and has_region_line:
                stray.extend(others)
            elif not values:
                values = others
            self.put(field, values, pair.how)
        if has_region_line and not self._printed.get("region"):
            stray.extend(line.text for line in self._before_the_labels(reading, pairs, heading))
            region = [text for text in stray if len(text) <= _LONGEST_REGION and not _HAS_DIGIT.search(text)][:1]
            if region:
                self.put("region", region, "line")
        self._put_texts(((line.text, line.lang) for line in reading.loose if _is_foreign_text(line, heading)), "lang")

    def _is_column_head(self, before: Pair, pair: Pair) -> bool:
        """Whether the pair is a word of a table's head: it follows, at once, one that is set aside and has no value."""
        is_set_aside = fold_label(before.label) in self._ignored and not before.values
        return is_set_aside and pair.index == before.index + 1 and not before.label.endswith(":") and not pair.label.endswith(":")

    def _take_unknown(self, pair: Pair) -> None:
        if fold_label(pair.label) in self._ignored:
            return
        texts = [value for value, lang in zip(pair.values, pair.langs, strict=False) if lang]
        if texts and len(texts) == len(pair.values) and sum(map(len, texts)) >= _SHORTEST_TEXT:
            self._put_texts(zip(pair.values, pair.langs, strict=True), pair.how)
        else:
            self._unread[pair.label.rstrip(": ")] = None

    def _put_texts(self, texts: Iterable[tuple[str, str]], how: str) -> None:
        """Free text: in the page's language, or under the language of its block."""
        for text, lang in texts:
            self.put(f"description.{lang.split('-')[0]}" if lang else "description", [text], how)

    def _before_the_labels(self, reading: Reading, pairs: list[Pair], heading: Heading) -> list[Loose]:
        """Lines without a label, between "General Information" and the first label that stands after the region's place."""
        after = [pair.index for pair in pairs if self._fields.get(fold_label(pair.label)) not in _BEFORE_REGION]
        end = min(after, default=heading.start)
        return [line for line in reading.loose if heading.start < line.index < end]


def _typed(field: str, pair: Pair) -> tuple[list[str], list[str]]:
    """A pair's values that can be the field's, and the others.

    A count is a number: where a page is flattened, the next field's text may stand under a count's label.
    """
    values = list(pair.values)
    if field in _COUNTS or field == "founded":
        fits = [value for value in values if (_COUNT if field in _COUNTS else _HAS_DIGIT).search(value)]
        return fits, [value for value in values if value not in fits]
    if field == "website":
        fits = [value for value in values if _WEB_ADDRESS.match(value)]
        links = [link for link in pair.links if link.startswith(("http://", "https://"))]
        if not fits and links:  # "Visit our website"
            return links[:1], values
    return values, []


def _is_foreign_text(line: Loose, heading: Heading) -> bool:
    return bool(line.lang) and line.index > heading.start and len(line.text) >= _SHORTEST_TEXT
