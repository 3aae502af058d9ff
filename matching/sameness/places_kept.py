"""Places: by which the keys of records are known. A record keeps its place for as long as it says the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.hands import Numbers
from matching.sameness.setwise.ragged import Flags, Ints, as_flags, positions


@dataclass(frozen=True)
class Places:
    """What a night does to them.

    Arguments:
        next: from which the places of records that are read anew are numbered.
        record: by place, which record it is of, in the order of their numbers; -1 of a place that is no more.
        fresh: those that are new tonight, in the order of the records that are read anew.
        taken: those that are no more since tonight.
    """

    next: int
    record: Ints
    fresh: Ints
    taken: Ints

    @classmethod
    def of(cls, records: Numbers, before: pa.Table, fresh: Numbers, touched: Numbers, behind: int) -> Places:
        """A record that is read anew has a new one.

        Arguments:
            records: all that there are, in order.
            before: what was remembered of records, with ``record_id`` and ``place``.
            fresh: the records that are read anew.
            touched: these and those that are gone.
            behind: behind every place that a record or a key has, or had for as long as its keys are kept.
        """
        remembered, places = before["record_id"].to_numpy(), before["place"].to_numpy()
        is_taken = np.isin(remembered, touched)
        record = np.full(behind + len(fresh), -1, np.int64)
        record[places[~is_taken]] = positions(records, remembered[~is_taken])
        record[behind:] = positions(records, fresh)
        return cls(behind, record, np.arange(behind, len(record)), places[is_taken])


def are_alike(numbers: Numbers, digests: pa.ChunkedArray, others: pa.Table, column: str) -> Flags:
    """Which records are among others, with the same digest; one that is not known is like none.

    Arguments:
        others: in the order of ``record_id``.
    """
    at = positions(others["record_id"].to_numpy(), numbers)
    is_there = bool((at >= 0).all()) and len(at) == len(others) and bool((np.diff(at) == 1).all())
    # Nearly always they are the same records in the same order.
    there = others[column] if is_there else others[column].take(np.maximum(at, 0))
    return (at >= 0) & as_flags(pc.fill_null(pc.equal(digests, there), fill_value=False))
