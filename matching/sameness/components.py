"""Which records hang together by pairs, over arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def components(left: Numbers, right: Numbers) -> Numbers:
    """For each pair the smallest record of all that its two hang together with, over whatever others.

    Every record takes the smallest number among its own and its neighbours', and then whatever that one has taken; so a chain is
    walked in the logarithm of its length.
    """
    if not len(left):
        return np.empty(0, np.int64)
    records, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    one, other = np.split(ends, 2)
    seat = np.arange(len(records))
    while True:
        least = np.minimum(seat[one], seat[other])
        moved = seat.copy()
        np.minimum.at(moved, seat[one], least)
        np.minimum.at(moved, seat[other], least)
        moved = moved[moved]
        if np.array_equal(moved, seat):
            return np.asarray(records[seat[one]], np.int64)
        seat = moved
