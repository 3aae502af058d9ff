"""The sheet that a profile is written on: pairs are taken off the page, printed fields are put on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from connectors.labels import Pair, Reading, Words, fold_label
from connectors.network import Phrasebook, entry

_COUNTS = frozenset(
    ("staff", "members_total", "members_sme", "members_startup", "members_large", "members_research", "members_other")
)
_COUNT = re.compile(r"^\D{0,3}\d.{0,20}$")
_HAS_DIGIT = re.compile(r"\d")
_WEB_ADDRESS = re.compile(r"^(?:https?://|www)\S+$|^\S+\.\S{2,}$", re.IGNORECASE)
SHORTEST_TEXT = 40
"""Characters from which on an unlabelled block is a description rather than a name."""


class Sheet:
    """What one page, or one entry of a list, prints, field by field.

    Arguments:
        phrasebook: label -> printed field, and the labels to set aside.
        words: the same labels, as the label reader knows them.
        text_field: printed field of free text in the page's own language.
    """

    def __init__(self, phrasebook: Phrasebook, words: Words, text_field: str = "description") -> None:
        self._fields = {fold_label(label): field for label, field in phrasebook.labels.items()}
        self._ignored = frozenset(map(fold_label, phrasebook.ignore))
        self._words = words
        self._text_field = text_field
        self._printed: dict[str, list[str]] = {}
        self._unread: dict[str, None] = {}
        self._entries = _by_label(phrasebook)
        self._phrases: dict[str, None] = {}
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

    @property
    def phrases(self) -> tuple[str, ...]:
        """Entries of the phrasebook that the page prints, as ``Phrasebook.entries`` names them."""
        return tuple(self._phrases)

    def note(self, reading: Reading) -> None:
        """Take note of which labels and sections of the phrasebook the page prints."""
        self._note(pair.label for pair in reading.pairs)
        self._note(line.text for line in reading.page.lines if self._words.is_section(line.text))

    def _note(self, printed: Iterable[str]) -> None:
        for text in printed:
            self._phrases.update(dict.fromkeys(self._entries.get(fold_label(text), ())))

    def has(self, field: str) -> bool:
        """Whether the field has a value."""
        return bool(self._printed.get(field))

    def field_of(self, pair: Pair) -> str | None:
        """The printed field that the phrasebook gives to the pair's label."""
        return self._fields.get(fold_label(pair.label))

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
        pairs = list(pairs)
        self._note(pair.label for pair in pairs)
        for pair in pairs:
            field = self.field_of(pair)
            if field is not None and not self.has(field):
                self.put(field, pair.values, pair.how)

    def take_all(self, pairs: list[Pair]) -> None:
        """Take pairs in page order, sections and the heads of tables that are set aside apart."""
        for number, pair in enumerate(pairs):
            if self._words.is_section(pair.label) or (number and self._is_column_head(pairs[number - 1], pair)):
                continue
            self._take(pair)

    def _take(self, pair: Pair) -> None:
        field = self.field_of(pair)
        if field is None:
            self._take_unknown(pair)
            return
        self.has_read_labels = True
        if field == "description":
            self.put_texts(zip(pair.values, pair.langs, strict=True), pair.how)
        else:
            self._take_typed(field, pair)

    def _take_typed(self, field: str, pair: Pair) -> None:
        values, others = typed(field, pair)
        self.put(field, values or others, pair.how)

    def put_texts(self, texts: Iterable[tuple[str, str]], how: str) -> None:
        """Free text, each with its ``lang``: in the page's language (no ``lang``), or under the language of its block."""
        for text, lang in texts:
            self.put(f"description.{lang.split('-')[0]}" if lang else self._text_field, [text], how)

    def leave(self, label: str) -> None:
        """Report a label as unread."""
        self._unread[label.rstrip(": ")] = None

    def _is_column_head(self, before: Pair, pair: Pair) -> bool:
        """Whether the pair is a word of a table's head: it follows, at once, one that is set aside and has no value."""
        is_set_aside = fold_label(before.label) in self._ignored and not before.values
        return is_set_aside and pair.index == before.index + 1 and not before.label.endswith(":") and not pair.label.endswith(":")

    def _take_unknown(self, pair: Pair) -> None:
        if fold_label(pair.label) in self._ignored:
            return
        texts = [value for value, lang in zip(pair.values, pair.langs, strict=False) if lang]
        if texts and len(texts) == len(pair.values) and sum(map(len, texts)) >= SHORTEST_TEXT:
            self.put_texts(zip(pair.values, pair.langs, strict=True), pair.how)
        else:
            self.leave(pair.label)


def _by_label(phrasebook: Phrasebook) -> dict[str, list[str]]:
    """Folded label or section -> the phrasebook's entries for it."""
    found: dict[str, list[str]] = {}
    tables = {"labels": phrasebook.labels, "sections": phrasebook.sections}
    for table, every in tables.items():
        for words in every:
            found.setdefault(fold_label(words), []).append(entry(table, words))
    return found


def typed(field: str, pair: Pair) -> tuple[list[str], list[str]]:
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
