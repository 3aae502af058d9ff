"""Letters as bits: which letters a text holds, in one number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.sameness.setwise.ragged import Bits, Ints, Small, all_bits, beginnings, ends


def _bits_of_letters() -> Bits:
    # a to z are 33 to 58, 0 to 9 are 48 to 57 of the last six bits: digits would meet p to y, so they are moved away.
    return np.array([1 << (((code - ord("0")) & 31) if code < ord("a") else code & 63) for code in range(128)], np.uint64)


BITS = _bits_of_letters()
"""The bit of each letter, by its code."""
_WIDTH, IN_A_NUMBER = 6, 10
"""Bits of a letter where many make one number, and how many they are at most."""
_NUMBERS = np.zeros(128, np.uint64)
_NUMBERS[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz0123456789", np.uint8)] = np.arange(1, 37)


class Spelling:
    """Texts of plain small letters and digits, letter by letter."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._codes = np.frombuffer("".join(texts).encode("ascii"), np.uint8)
        self._starts = ends(np.fromiter(map(len, texts), np.int64, len(texts)))

    @property
    def lengths(self) -> Ints:
        return np.diff(self._starts)

    def first(self) -> Small:
        """The code of the first letter of each; 0 of an empty one."""
        lengths = self.lengths
        found = np.zeros(len(lengths), np.int32)
        found[lengths > 0] = self._codes[self._starts[:-1][lengths > 0]]
        return found

    def letters(self, most: int | None = None) -> Bits:
        """A bit for each letter of each.

        Arguments:
            most: of so many at the beginning.
        """
        lengths = self.lengths
        bits = BITS[self._codes]
        if most is not None:
            bits[np.arange(len(bits)) - np.repeat(self._starts[:-1], lengths) >= most] = 0
        return all_bits(bits, self._starts)

    def in_numbers(self) -> Bits:
        """The letters of each in order as one number."""
        return in_numbers(self._codes, self._starts)


def in_numbers(codes: NDArray[Any], starts: Ints) -> Bits:
    """Letters in order as one number, different ones of different letters; 0 of none, and of more than ``IN_A_NUMBER``.

    Arguments:
        codes: of the letters of all texts.
        starts: where those of each begin, and where the last one ends.
    """
    lengths = np.diff(starts)
    within = np.arange(len(codes)) - np.repeat(starts[:-1], lengths)
    bits = _NUMBERS[codes] << (_WIDTH * np.minimum(within, IN_A_NUMBER)).astype(np.uint64)
    return np.where(lengths <= IN_A_NUMBER, all_bits(bits, starts), np.uint64(0))


def capitals(texts: Sequence[str]) -> tuple[Bits, Bits]:
    """The letters of ``comparable.spelt_in_capitals`` as bits: of each text that of the first, and those of all.

    Arguments:
        texts: of ASCII, in both cases; of others nothing is said.
    """
    codes = np.frombuffer("".join(texts).encode("ascii"), np.uint8)
    owner = np.repeat(np.arange(len(texts)), np.fromiter(map(len, texts), np.int64, len(texts)))
    is_capital = (codes >= ord("A")) & (codes <= ord("Z"))
    is_small = (codes >= ord("a")) & (codes <= ord("z"))
    at = np.nonzero(is_capital & (np.bincount(owner, is_small, len(texts)) > 0)[owner])[0]
    of, bits = owner[at], BITS[codes[at] + (ord("a") - ord("A"))]
    first, every = np.zeros((2, len(texts)), np.uint64)
    begins = beginnings(of)
    if len(begins):
        first[of[begins]] = bits[begins]
        every[of[begins]] = np.bitwise_or.reduceat(bits, begins)
    return first, every


def letters(texts: Sequence[str], most: int | None = None) -> Bits:
    """A bit for each letter of a text of plain small letters and digits, or of so many at its beginning."""
    return Spelling(texts).letters(most)


def first_letters(texts: Iterable[str]) -> int:
    """The bits of their first letters together."""
    found = 0
    for text in texts:
        found |= _bits(text[:1])
    return found


def all_letters(texts: Iterable[str]) -> int:
    """The bits of all their letters together."""
    found = 0
    for text in texts:
        found |= _bits(text)
    return found


@lru_cache(maxsize=20_000)
def _bits(text: str) -> int:
    found = 0
    for letter in text:
        found |= 1 << (ord(letter) - ord("0") if letter < "a" else ord(letter) & 63)
    return found
