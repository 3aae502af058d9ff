"""Which organisation has which values, kept sparse: a hundred thousand organisations name thousands of technologies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

AT_ONCE = 4_000_000
"""Numbers of an intermediate result held at once: 32 MB."""


@dataclass(frozen=True)
class Sets:
    """For each of N organisations a set of values out of V.

    Arguments:
        names: the V values in alphabetical order.
        starts: N + 1 offsets; organisation ``n`` has the values ``values[starts[n]:starts[n + 1]]``.
        values: numbers of values, ascending within an organisation.
    """

    names: tuple[str, ...]
    starts: Ints
    values: Ints

    @classmethod
    def of(cls, found: Sequence[Collection[str]]) -> Sets:
        """Collect the values of all organisations."""
        names = sorted({value for one in found for value in one})
        number = {name: place for place, name in enumerate(names)}
        values = np.fromiter((number[value] for one in found for value in one), dtype=np.int64)
        owner = np.repeat(np.arange(len(found), dtype=np.int64), np.fromiter(map(len, found), dtype=np.int64, count=len(found)))
        owner, values = np.divmod(np.unique(owner * max(len(names), 1) + values), max(len(names), 1))
        starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(found)))]).astype(np.int64)
        return cls(tuple(names), starts, values)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def places(self) -> dict[str, int]:
        """Value -> its place among ``names``."""
        return {name: place for place, name in enumerate(self.names)}

    @property
    def counts(self) -> Ints:
        """How many values each organisation has."""
        return np.diff(self.starts)

    @property
    def owners(self) -> Ints:
        """For each entry of ``values``, the organisation that has it."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.counts)

    def holders(self, counted: Bools) -> Ints:
        """For each value, how many of the counted organisations have it."""
        return np.bincount(self.values[counted[self.owners]], minlength=len(self.names))

    def idf(self, counted: Bools) -> Floats:
        """ln(counted organisations / those that have the value): 0 for what everyone has."""
        return np.asarray(np.log(max(int(counted.sum()), 1) / np.maximum(self.holders(counted), 1)), dtype=np.float64)

    def rows(self, chosen: Iterable[int]) -> Floats:
        """Chosen organisations × V, 1 where the organisation has the value."""
        places = list(chosen)
        dense = np.zeros((len(places), len(self.names)))
        for row, place in enumerate(places):
            dense[row, self.values[self.starts[place] : self.starts[place + 1]]] = 1.0
        return dense

    def sums(self, weights: Floats) -> Floats:
        """rows × N: for each row of ``weights`` (rows × V) and each organisation, the sum of the weights of its values."""
        total = np.zeros((len(weights), len(self)))
        has = np.flatnonzero(self.counts)
        if not len(has):
            return total
        starts = self.starts[has]
        step = max(AT_ONCE // max(len(self.values), 1), 1)
        for first in range(0, len(weights), step):
            block = weights[first : first + step]
            total[first : first + step, has] = np.add.reduceat(block[:, self.values], starts, axis=1)
        return total
