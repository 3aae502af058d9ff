"""The words of all names and what they say, each a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from matching.sameness.comparable import BODIES
from matching.sameness.population import Population
from matching.sameness.setwise.ragged import Bits, Flags, Floats, Ints, Ragged, Small
from matching.sameness.translation import Sort, concepts, sort_of
from matching.sameness.words import word_list

LEFT_END, RIGHT_END = 0, 1
"""What stands behind the words of a left and of a right name: neither is a word, and they differ."""
_FIRST = 2
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: numbers times this are spread over all bits (Knuth, The Art of Computer Programming, 6.4)."""


class Vocabulary:
    """Words by number; the first two numbers are no words.

    Arguments:
        words: of names, each once.
        population: says how rare each is.
    """

    def __init__(self, words: Sequence[str], population: Population) -> None:
        self.text = ["", "", *words]
        self._numbers = {word: number for number, word in enumerate(self.text) if number >= _FIRST}
        said = [concepts(word) for word in words]
        self.is_body = self._flags(word in word_list("body") for word in words)
        self.is_common = self._flags(all(sort_of(one) is not Sort.OWN for one in of_word) for of_word in said)
        """All that the word says is common property."""
        self.says_cluster = self._flags("cluster" in of_word for of_word in said)
        said = [tuple(one for one in of_word if one not in BODIES) for of_word in said]
        self.concepts = Ragged.of(
            np.array([self._number(one) for of_word in said for one in of_word], np.int32),
            np.array([0, 0, *map(len, said)]),
        )
        """What each word says, without what only says what sort of body it is."""
        self.size = len(self.text)
        concept_text = self.text[_FIRST + len(words) :]
        self.is_body, self.is_common, self.says_cluster = (
            np.concatenate([flags, np.zeros(len(concept_text), np.bool_)])
            for flags in (self.is_body, self.is_common, self.says_cluster)
        )
        self.names_place = self._flags(sort_of(one) is Sort.PLACE for one in self.text[_FIRST:])
        self.is_national = self._flags(one == "national" for one in self.text[_FIRST:])
        self.is_compass = self._flags(map(word_list("place").__contains__, self.text[_FIRST:]))
        """Says where in any country: ``north``."""
        self.idf: Floats = np.array([0.0, 0.0, *map(population.idf, self.text[_FIRST:])])
        self.lengths: Small = np.array(list(map(len, self.text)), np.int32)
        self.letters: Bits = letters(self.text)

    def _flags(self, flags: Iterable[bool]) -> Flags:
        return np.array([False, False, *flags], np.bool_)

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.text)
            self.text.append(word)
        return number

    def known(self, words: Iterable[str]) -> list[int]:
        """The numbers of those words that any name bears or says."""
        return [self._numbers[word] for word in words if word in self._numbers]

    def tuple_of(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """The words of numbers."""
        return tuple([self.text[number] for number in numbers if number >= _FIRST])


def bloom(numbers: Ints | Small) -> Bits:
    """A bit for each number: lists whose bits, put together, have none in common have no number in common."""
    return np.uint64(1) << ((numbers.astype(np.uint64) * _SPREAD) >> np.uint64(58))


def letters(texts: Sequence[str]) -> Bits:
    """A bit for each letter of a text of plain small letters and digits."""
    raw = np.frombuffer("".join(texts).encode("ascii"), np.uint8)
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    bits = np.uint64(1) << (raw.astype(np.uint64) & np.uint64(63))
    # a to z are 33 to 58, 0 to 9 are 48 to 57 of the last six bits: digits would meet p to y, so they are moved away.
    bits = np.where(raw < ord("a"), np.uint64(1) << ((raw.astype(np.uint64) - np.uint64(ord("0"))) & np.uint64(31)), bits)
    found = np.zeros(len(texts), np.uint64)
    has_some = np.diff(starts) > 0
    if has_some.any():
        found[has_some] = np.bitwise_or.reduceat(bits, starts[:-1][has_some])
    return found


def first_letters(texts: Iterable[str]) -> int:
    """The bits of their first letters together."""
    return _bits(text[0] for text in texts if text)


def all_letters(texts: Iterable[str]) -> int:
    """The bits of all their letters together."""
    return _bits(letter for text in texts for letter in text)


def _bits(some: Iterable[str]) -> int:
    found = 0
    for letter in some:
        found |= 1 << (ord(letter) - ord("0") if letter < "a" else ord(letter) & 63)
    return found
