"""Texts as numbers of 64 bits, many at once: what is remembered and compared in their place.

The numbers stand in the state: whoever changes them raises ``memory.RULES``.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from matching.sameness.setwise.ragged import Bits, Ints

_AT_ONCE = 8
"""Bytes of a text that are taken in at a time."""
_BEHIND = np.zeros(_AT_ONCE, np.uint8)
_MASKS = np.array([2 ** (8 * count) - 1 for count in range(_AT_ONCE + 1)], np.uint64)
"""Which bits of eight bytes are a text's own where it goes on for so many."""
_STEP, _HALF, _SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(32), np.uint64(0xD6E8FEB86659FD93)
_OF_A_PIECE = np.uint64(0xE17A1465 ^ (4 * 0xC6A4A7935BD1E995 % 2**64))
"""With which DuckDB 2 begins to hash a text of four letters."""


def digests(texts: pa.Array) -> Bits:
    """A number for each text: the same for the same text, and for different ones by chance alone.

    Eight bytes after the other go into it, each time spread over all bits.

    Arguments:
        texts: of the type ``string``; none is missing.
    """
    if texts.type != pa.string():  # others lay their letters otherwise, and would get other numbers without a word
        raise TypeError(f"wanted texts of the type string, found {texts.type}")
    if not len(texts):
        return np.empty(0, np.uint64)
    _, offsets, letters = texts.buffers()
    bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    held = np.frombuffer(letters or b"", np.uint8)[bounds[0] : bounds[-1]]
    eights = np.ndarray(len(held) + 1, np.uint64, np.concatenate([held, _BEHIND]), strides=(1,))
    begin, rest = bounds[:-1] - bounds[0], np.diff(bounds)
    made = rest.astype(np.uint64) * _STEP
    found, at = np.empty_like(made), np.arange(len(made), dtype=np.int32)
    while len(at):
        piece = eights[begin]
        piece &= _MASKS[np.minimum(rest, _AT_ONCE)]
        piece ^= made
        found[at] = made = spread(piece)
        goes_on = np.nonzero(rest > _AT_ONCE)[0]
        at, begin, rest, made = at[goes_on], begin[goes_on] + _AT_ONCE, rest[goes_on] - _AT_ONCE, made[goes_on]
    return found


def of_pieces(letters: Ints) -> Bits:
    """What ``hash`` of DuckDB 2 says of texts of four plain letters, whatever it may say in a later one.

    By it the pieces of names are chosen (``grams``): another would bring other records together.

    Arguments:
        letters: the four bytes as one number, the first letter the lowest.
    """
    return spread((letters.astype(np.uint64) ^ _OF_A_PIECE) * _SPREAD)


def spread(bits: Bits) -> Bits:
    """The numbers with every bit of each spread over all of them; different ones stay different."""
    found: Bits = bits >> _HALF
    found ^= bits
    for _ in range(2):
        found *= _SPREAD
        found ^= found >> _HALF
    return found
