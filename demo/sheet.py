"""A profile page before it has a markup: rows of labels and values, with the truth written down in the same stroke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from demo.printing import FreeText
from demo.truth import extract


@dataclass(frozen=True)
class Row:
    """One label and its values, as printed. ``kind`` tells the markups what needs its own form (``region``, ``players`` ...)."""

    label: str
    values: tuple[str, ...]
    kind: str = "text"
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Dirt:
    """What real pages do to a reader.

    Arguments:
        debug: Drupal theme-debug comments.
        nbsp: non-breaking spaces in labels and values.
        links: values that are links.
        wrappers: nested elements around everything.
        spaced_colon: "Label :".
    """

    debug: bool
    nbsp: bool
    links: bool
    wrappers: int
    spaced_colon: bool


@dataclass
class Sheet:
    """Rows under section headings, and what they amount to in ClusterProfile's fields."""

    sections: dict[str, list[Row]] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)
    printed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    generated: set[str] = field(default_factory=set)

    def say(self, printed: Sequence[str], facts: Mapping[str, object], *, generated: bool = False) -> None:
        """Note what words that stand outside the rows say."""
        for name, value in facts.items():
            self.facts[name] = value
            self.printed[name] = (*self.printed.get(name, ()), *(" ".join(words.split()) for words in printed))
        if generated:
            self.generated |= facts.keys()

    def row(
        self, section: str, label: str, printed: Sequence[str], facts: Mapping[str, object] | None = None, *,
        kind: str = "text", generated: bool = False,
    ) -> None:  # fmt: skip
        """Print a row and note what it says. Without values the label stands alone and says nothing."""
        self.sections.setdefault(section, []).append(Row(label, tuple(printed), kind))
        if printed and facts:
            self.say(printed, facts, generated=generated)

    def table(self, section: str, label: str, kind: str, rows: Sequence[tuple[str, ...]]) -> None:
        """Print a row whose value is a table that says nothing about the profile."""
        self.sections.setdefault(section, []).append(Row(label, (), kind, tuple(rows)))

    def texts(self, texts: Mapping[str, FreeText]) -> None:
        """Note the free texts, by language."""
        self.say([text.plain for text in texts.values()], {"extracts": {key: extract(t.plain) for key, t in texts.items()}})
