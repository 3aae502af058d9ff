"""The words that the label reader is told: which strings are labels, which only group, which introduce free text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from connectors.network import Phrasebook

# Soft hyphen, zero-width space, word joiner, byte-order mark, and the private-use area where icon fonts keep their glyphs.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\ue000-\uf8ff]")
_SPACE = re.compile(r"\s+")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_QUOTES = {ord("’"): "'", ord("‘"): "'", ord("´"): "'", ord("`"): "'", ord("“"): '"', ord("”"): '"', ord("„"): '"'}


def squeeze(text: str) -> str:
    """The text with every run of white space as one space, and without invisible characters."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text))


def collapse(text: str) -> str:
    """The text as a reader sees it: squeezed, and without space at its ends."""
    return squeeze(text).strip()


@lru_cache(maxsize=16_384)
def fold_label(text: str) -> str:
    """A label without the accidents of print: case, spaces, final colons, kinds of dash and quotation mark."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_DASHES).translate(_QUOTES)
    return _SPACE.sub(" ", plain).strip().rstrip(": ").casefold()


@dataclass(frozen=True)
class Words:
    """What is known of a network's labels before a page is read; all strings folded.

    Arguments:
        labels: strings that are labels, wanted or not.
        sections: headings that only group labels: they end a value and have none.
        prose: labels that introduce free text, in which a colon makes no label.
        ignored: labels that are known and not wanted: what stands under them stays under them, labels and all.
    """

    labels: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    prose: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, labels: Iterable[str] = (), sections: Iterable[str] = (), prose: Iterable[str] = (), ignored: Iterable[str] = ()
    ) -> Words:
        """Words from printed strings; labels of prose and ignored labels are labels."""
        free, unwanted = frozenset(map(fold_label, prose)), frozenset(map(fold_label, ignored))
        return cls(frozenset(map(fold_label, labels)) | free | unwanted, frozenset(map(fold_label, sections)), free, unwanted)

    @classmethod
    def from_phrasebook(cls, book: Phrasebook) -> Words:
        """The words of a phrasebook: labels that lead to a ``description`` introduce free text."""
        prose = [label for label, field in book.labels.items() if field.split(".")[0] == "description"]
        return cls.of(book.labels, book.sections, prose, book.ignore)

    @cached_property
    def most_words(self) -> int:
        """How many words the longest label has."""
        return max((len(label.split()) for label in self.labels), default=0)

    def is_label(self, text: str) -> bool:
        """Whether the text is a known label."""
        return fold_label(text) in self.labels

    def is_section(self, text: str) -> bool:
        """Whether the text is a known heading that only groups."""
        return fold_label(text) in self.sections

    def is_ignored(self, text: str) -> bool:
        """Whether the text is a known label that is not wanted."""
        return fold_label(text) in self.ignored

    def is_prose(self, text: str) -> bool:
        """Whether the text is a label that introduces free text."""
        return fold_label(text) in self.prose
