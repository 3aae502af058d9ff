"""Letters as bits: which letters a text holds, in one number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from matching.sameness.setwise.ragged import Bits


def _bits_of_letters() -> Bits:
    # a to z are 33 to 58, 0 to 9 are 48 to 57 of the last six bits: digits would meet p to y, so they are moved away.
    return np.array([1 << (((code - ord("0")) & 31) if code < ord("a") else code & 63) for code in range(128)], np.uint64)


BITS = _bits_of_letters()
"""The bit of each letter, by its code."""


def letters(texts: Sequence[str]) -> Bits:
    """A bit for each letter of a text of plain small letters and digits."""
    raw = np.frombuffer("".join(texts).encode("ascii"), np.uint8)
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    bits = BITS[raw]
    found = np.zeros(len(texts), np.uint64)
    has_some = np.diff(starts) > 0
    if has_some.any():
        found[has_some] = np.bitwise_or.reduceat(bits, starts[:-1][has_some])
    return found


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
