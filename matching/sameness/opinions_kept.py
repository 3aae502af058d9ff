"""The opinions that are noted from night to night. Records are known by their places in the order of all that there are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from matching.sameness.hands import Numbers
from matching.sameness.setwise.ragged import Flags, Ints, positions

_PAIR = ("left_id", "right_id")


class Opinions:
    """As they stood before tonight.

    Arguments:
        table: the rows of ``sameness_opinions``, in no order.
        records: the numbers of all records that there are, in order.
    """

    def __init__(self, table: pa.Table, records: Numbers) -> None:
        self._table, self._count = table, len(records)
        left, right = (positions(records, table[side].to_numpy()) for side in _PAIR)
        self._is_there = (left >= 0) & (right >= 0)
        # Of a record that is gone the place behind the last one, which nobody asks for.
        self._left, self._right = np.where(self._is_there, left, self._count), np.where(self._is_there, right, self._count)

    def are_noted(self, left: Ints, right: Ints) -> Flags:
        """Of pairs of records whether something is noted on them."""
        at = self._of(left)
        return np.isin(self._numbered(left, right), self._numbered(self._left[at], self._right[at]))

    def standing(self, is_touched: Flags, left: Ints, right: Ints) -> Flags:
        """Which rows are neither on a record that is touched or gone nor on one of some pairs.

        Arguments:
            is_touched: of each record, and last of none.
            left, right: the pairs.
        """
        stands: Flags = self._is_there & ~is_touched[self._left] & ~is_touched[self._right]
        at = self._of(left)
        stands[at] &= ~np.isin(self._numbered(self._left[at], self._right[at]), self._numbered(left, right))
        return stands

    def split(self, stands: Flags) -> tuple[pa.Table, pa.Table]:
        """The rows that stand, and the pairs of the others."""
        return self._table.filter(pa.array(stands)), self._table.select(_PAIR).filter(pa.array(~stands))

    def _of(self, left: Ints) -> Ints:
        """The rows whose left record is one of these: few, where few are asked for."""
        is_asked = np.zeros(self._count + 1, np.bool_)
        is_asked[left] = True
        return np.nonzero(is_asked[self._left])[0]

    def _numbered(self, left: Ints, right: Ints) -> Ints:
        return left * np.int64(self._count + 1) + right
