"""Lists of different lengths as arrays."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Bits = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Number = TypeVar("Number", np.int64, np.uint64)


_MOST_GAPS = 4
"""Numbers up to the last record's for each record that there is, up to which a table of all numbers is worth its memory."""
_ASKED = 32


class Ragged(NamedTuple):
    """Lists of numbers end to end.

    Arguments:
        values: of all lists, in order.
        starts: where each list begins in ``values``; one more than there are lists, the last is where the last one ends.
    """

    values: Small
    starts: Ints

    @classmethod
    def of(cls, values: NDArray[Any], lengths: NDArray[Any]) -> Ragged:
        """Lists of so many values each."""
        return cls(values.astype(np.int32), ends(lengths))

    @property
    def lengths(self) -> Ints:
        return self.starts[1:] - self.starts[:-1]

    @property
    def owners(self) -> Ints:
        """For each value, which list it stands in."""
        return np.repeat(np.arange(len(self.starts) - 1), self.lengths)

    def where(self, kept: Flags) -> Ragged:
        """The lists with only those of their values."""
        return Ragged(self.values[kept], ends(self.counts(kept)))

    def counts(self, flags: Flags) -> Ints:
        """How many values of each list are flagged."""
        total = ends(flags)
        return total[self.starts[1:]] - total[self.starts[:-1]]

    def take(self, lists: Ints | Small) -> Ragged:
        """Some of the lists."""
        lengths = self.lengths[lists]
        return Ragged(self.values[runs(self.starts[lists], lengths)], ends(lengths))

    def through(self, meanings: Ragged) -> Ragged:
        """The lists with the list that each value stands for in its place."""
        meant = meanings.take(self.values)
        return Ragged(meant.values, meant.starts[self.starts])

    def once(self) -> Ragged:
        """The lists with each value once, in order."""
        size = int(self.values.max(initial=0)) + 1
        found = distinct(self.owners * np.int64(size) + self.values)
        return Ragged.of(found % size, np.bincount(found // size, minlength=len(self.starts) - 1))

    def padded(self, lists: Ints, width: int, beyond: int) -> Small:
        """Some of the lists as columns of so many rows, none longer than that; ``beyond`` stands where a list has ended."""
        if not len(self.values):
            return np.full((width, len(lists)), beyond, np.int32)
        at = self.starts[lists] + np.arange(width)[:, None]
        is_in = at < self.starts[lists + 1]
        return np.where(is_in, self.values[np.minimum(at, len(self.values) - 1)], np.int32(beyond))

    def any_bits(self, bits: Bits) -> Bits:
        """All bits of the values of each list together; ``bits`` has one entry a possible value."""
        return all_bits(bits[self.values], self.starts)


def ends(lengths: NDArray[Any]) -> Ints:
    """Where lists of these lengths begin, and where the last one ends."""
    # Asked so often of short lists that numpy's own functions for it would cost more than the sum.
    found = np.zeros(len(lengths) + 1, np.int64)
    lengths.cumsum(dtype=np.int64, out=found[1:])
    return found


def runs(first: Ints, lengths: Ints) -> Ints:
    """The numbers from each of the first on, so many each, one run after the other."""
    return np.repeat(first - ends(lengths)[:-1], lengths) + np.arange(lengths.sum())


def all_bits(bits: Bits, starts: Ints) -> Bits:
    """All bits of each of some lists together; 0 of an empty one.

    Arguments:
        bits: of all lists, in order.
        starts: where each list begins, and where the last one ends.
    """
    found = np.zeros(len(starts) - 1, np.uint64)
    has_some = starts[1:] > starts[:-1]
    if has_some.any():
        found[has_some] = np.bitwise_or.reduceat(bits, starts[:-1][has_some])
    return found


class Product(NamedTuple):
    """Every value of a left list with every value of a right one, in order.

    Arguments:
        pair: which pair of lists it is of.
        left, right: the positions of the two values.
    """

    pair: Ints
    left: Ints
    right: Ints

    def where(self, kept: NDArray[Any]) -> Product:
        return Product(self.pair[kept], self.left[kept], self.right[kept])


def product(left_start: Ints, left_count: Ints, right_start: Ints, right_count: Ints) -> Product:
    """Of lists that begin at a position and hold so many values each."""
    counts = left_count * right_count
    pair = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(pair)) - ends(counts)[:-1][pair]
    across = right_count[pair]
    return Product(pair, left_start[pair] + within // across, right_start[pair] + within % across)


def distinct(keys: NDArray[Number]) -> NDArray[Number]:
    """The keys in order, each once: for millions of different ones quicker than ``numpy.unique``, which hashes them first."""
    found: NDArray[Number] = np.sort(keys)
    return found[beginnings(found)]


def beginnings(values: NDArray[Any]) -> Ints:
    """Where, among values of which equal ones stand together, those of each value begin."""
    return np.nonzero(np.append(True, values[1:] != values[:-1])[: len(values)])[0]


def numbers_of(values: Ints, size: int) -> tuple[Ints, Ints]:
    """Values in order, each once, and which of them each is.

    Arguments:
        size: all values are below it; a table of so many is made.
    """
    is_there = np.zeros(size, np.bool_)
    is_there[values] = True
    return np.nonzero(is_there)[0], ends(is_there)[values]


def as_flags(found: Any) -> Flags:
    """An Arrow column of truths; none of it is missing."""
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


def members(keys: Ints, wanted: Ints) -> Flags:
    """Which of the wanted are among the keys, which are in order and each there once."""
    if not len(keys):
        return np.zeros(wanted.shape, np.bool_)
    found: Flags = keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted
    return found


def positions(records: Ints, wanted: Ints) -> Ints:
    """Where each of the wanted stands among numbers of records, which are in order; -1 of one that is not there."""
    if not len(records) or not len(wanted):
        return np.full(len(wanted), -1, np.int64)
    # Numbers of records hardly have gaps, and a look-up costs a tenth of a search: a table of all pays where many are asked for.
    if records[-1] < _MOST_GAPS * len(records) and len(wanted) * _ASKED > len(records):
        places = np.full(records[-1] + 2, -1, np.int64)
        places[records] = np.arange(len(records))
        found: Ints = places[np.minimum(wanted, records[-1] + 1)]
        return found
    at = np.minimum(np.searchsorted(records, wanted), len(records) - 1)
    return np.where(records[at] == wanted, at, -1)


def connected(count: int, one: Ints, other: Ints) -> Ints:
    """Of so many the first one that each is connected with, over any number of pairs."""
    first = np.arange(count)
    while True:
        left, right = first[one], first[other]
        apart = left != right
        if not apart.any():
            return first
        one, other = one[apart], other[apart]
        np.minimum.at(first, np.maximum(left, right)[apart], np.minimum(left, right)[apart])
        while True:
            further = first[first]
            if np.array_equal(further, first):
                break
            first = further


def numbered(texts: Any) -> tuple[Small, list[str]]:
    """Texts of an Arrow column as numbers from 0, -1 where there is none; and the text of each number."""
    numbers, known = coded(texts)
    return numbers, known.to_pylist()


def coded(texts: Any) -> tuple[Small, pa.Array]:
    """The same, the texts by number as Arrow has them."""
    column = texts.combine_chunks() if hasattr(texts, "combine_chunks") else texts
    found = column.dictionary_encode()
    numbers = found.indices if not found.indices.null_count else found.indices.fill_null(-1)
    return np.asarray(numbers.to_numpy(), np.int32), found.dictionary
