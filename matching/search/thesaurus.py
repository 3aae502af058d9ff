"""What else a query word may stand for: the Swedish-English thesaurus of ``matching/data/thesaurus.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from matching.search.text import fold

LONGEST_PHRASE = 4
"""Words in the longest phrase that is looked up."""
PART_LENGTH = 5
"""Letters that a thesaurus word must have to be recognised inside a longer word; shorter ones occur by chance."""

TRANSLATION_WEIGHT = 0.8
PART_WEIGHT = 0.6
SYNONYM_WEIGHT = 0.35


@dataclass(frozen=True)
class Alternative:
    """Words that may be meant instead of some words of the query.

    Arguments:
        words: folded English words.
        weight: how far they are trusted, 0 to 1.
        first, last: the query words that they stand for, both included.
    """

    words: str
    weight: float
    first: int
    last: int


@dataclass(frozen=True)
class Thesaurus:
    """Folded phrases to the entries they belong to, and each entry's folded English words."""

    swedish: MappingProxyType[str, tuple[int, ...]]
    english: MappingProxyType[str, tuple[int, ...]]
    meanings: tuple[tuple[str, ...], ...]


@cache
def thesaurus() -> Thesaurus:
    """The shipped thesaurus, read once."""
    entries = tomllib.loads(files("matching").joinpath("data", "thesaurus.toml").read_text(encoding="utf-8"))["entry"]
    swedish: dict[str, tuple[int, ...]] = {}
    english: dict[str, tuple[int, ...]] = {}
    for number, entry in enumerate(entries):
        for phrases, index in ((entry["sv"], swedish), (entry["en"], english)):
            for phrase in phrases:
                index[fold(phrase)] = (*index.get(fold(phrase), ()), number)
    meanings = tuple(tuple(dict.fromkeys(fold(phrase) for phrase in entry["en"])) for entry in entries)
    return Thesaurus(MappingProxyType(swedish), MappingProxyType(english), meanings)


def alternatives(query: Sequence[str]) -> list[Alternative]:
    """What the folded words of a query may mean besides themselves, the longest phrases first.

    A Swedish phrase gives its English words; a Swedish word that begins or ends with a thesaurus word (a compound, an inflection)
    gives them with less trust; an English phrase gives the other words of its entry with little.
    """
    book = thesaurus()
    found: list[Alternative] = []
    translated: set[int] = set()
    for length in range(min(LONGEST_PHRASE, len(query)), 0, -1):
        for first in range(len(query) - length + 1):
            last = first + length - 1
            phrase = " ".join(query[first : last + 1])
            for entries, weight in ((book.swedish, TRANSLATION_WEIGHT), (book.english, SYNONYM_WEIGHT)):
                if phrase in entries and not (entries is book.swedish and translated.issuperset(range(first, last + 1))):
                    found += _meanings(book, entries[phrase], weight, first, last, without=phrase)
                    translated.update(range(first, last + 1))
    for place, word in enumerate(query):
        if place not in translated:
            for part in _parts(word, book):
                found += _meanings(book, book.swedish[part], PART_WEIGHT, place, place, without=word)
    return found


def _meanings(book: Thesaurus, entries: tuple[int, ...], weight: float, first: int, last: int, without: str) -> list[Alternative]:
    meant = [meaning for entry in entries for meaning in book.meanings[entry] if meaning != without]
    # The first word of an entry is the most telling; each further one is trusted a little less.
    return [Alternative(words, weight * 0.95**place, first, last) for place, words in enumerate(dict.fromkeys(meant))]


def _parts(word: str, book: Thesaurus) -> list[str]:
    """The longest thesaurus words that this one begins and ends with. Swedish joins compounds with or without an s."""
    starts = [word[:end] for end in range(len(word) - 1, PART_LENGTH - 1, -1) if word[:end] in book.swedish]
    ends = [word[at:] for at in range(1, len(word) - PART_LENGTH + 1) if word[at:] in book.swedish]
    return list(dict.fromkeys([*starts[:1], *ends[:1]]))
