"""The sheet of an ECCP profile: the older era prints the region on a line without a label."""

from __future__ import annotations

import re

from connectors.eccp.naming import Heading
from connectors.labels import Loose, Pair, Reading
from connectors.sheet import SHORTEST_TEXT, Sheet, typed

_HAS_DIGIT = re.compile(r"\d")
_BEFORE_REGION = frozenset(("founded", "staff"))
_LONGEST_REGION = 80


class EccpSheet(Sheet):
    """What one ECCP page prints, field by field."""

    _strays: list[str] | None = None
    """Lines that stand under a label above the region's line and are no value of it; None: the page has no region line."""

    def take(self, reading: Reading, heading: Heading, *, has_region_line: bool) -> None:
        """Take the pairs below the heading.

        Arguments:
            has_region_line: the region stands on a line without a label, between the staff's label and those of the labels.
        """
        self.note(reading)
        self._strays = [] if has_region_line else None
        pairs = [pair for pair in reading.pairs if pair.index > heading.start and not self._words.is_section(pair.label)]
        self.take_all(pairs)
        if self._strays is not None and not self.has("region"):
            lines = [*self._strays, *(line.text for line in self._before_the_labels(reading, pairs, heading))]
            region = [text for text in lines if len(text) <= _LONGEST_REGION and not _HAS_DIGIT.search(text)][:1]
            if region:
                self.put("region", region, "line")
        self.put_texts(((line.text, line.lang) for line in reading.loose if _is_foreign_text(line, heading)), "lang")

    def _take_typed(self, field: str, pair: Pair) -> None:
        if field not in _BEFORE_REGION or self._strays is None:
            super()._take_typed(field, pair)
            return
        values, others = typed(field, pair)
        self._strays.extend(others)
        self.put(field, values, pair.how)

    def _before_the_labels(self, reading: Reading, pairs: list[Pair], heading: Heading) -> list[Loose]:
        """Lines without a label, between "General Information" and the first label that stands after the region's place."""
        after = [pair.index for pair in pairs if self.field_of(pair) not in _BEFORE_REGION]
        end = min(after, default=heading.start)
        return [line for line in reading.loose if heading.start < line.index < end]


def _is_foreign_text(line: Loose, heading: Heading) -> bool:
    return bool(line.lang) and line.index > heading.start and len(line.text) >= SHORTEST_TEXT
