"""Very many records to organisations: ``grouping.group``, which seats one judgement after the other, only where that matters.

Where nothing but the machine's ``same`` holds records together, and no ``different`` lies within, nothing can be refused, and
whoever is connected is one organisation. Nearly all are so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.sameness.grouping import Grouping, group
from matching.sameness.setwise.ragged import Flags, Ints, ends, members
from warehouse.rows import Judgement, Verdict


def seat(records: Ints, people: Sequence[Judgement], machine: Sequence[Judgement]) -> Grouping:
    """What ``group`` says of all the judgements together.

    Arguments:
        records: every record number once, in order; a judgement on an unknown one is left out.
        people: their judgements that stand.
        machine: its own, of each pair at most one.
    """
    judgements = [*machine, *people]
    left, right = (np.array([getattr(one, side) for one in judgements], np.int64) for side in ("left", "right"))
    is_known = members(records, left) & members(records, right)
    one, other = (np.searchsorted(records, side[is_known]) for side in (left, right))
    is_same, is_different = (
        np.array([judgement.verdict is verdict for judgement in judgements], np.bool_)[is_known]
        for verdict in (Verdict.SAME, Verdict.DIFFERENT)
    )
    is_by_people = (np.arange(len(judgements)) >= len(machine))[is_known]
    first = _connected(len(records), one[is_same], other[is_same])
    is_tangled = np.zeros(len(records), np.bool_)
    is_tangled[first[one[is_different & (first[one] == first[other])]]] = True
    is_tangled[first[one[is_by_people]]] = is_tangled[first[other[is_by_people]]] = True
    is_asked = is_tangled[first]
    asked = np.nonzero(is_known)[0][is_asked[one] & is_asked[other]]
    tangled = group(records[is_asked].tolist(), [judgements[at] for at in asked.tolist()])
    return Grouping(tuple(sorted([*_together(records, first, ~is_asked), *tangled.groups])), tangled.refusals)


def _connected(count: int, one: Ints, other: Ints) -> Ints:
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


def _together(records: Ints, first: Ints, kept: Flags) -> list[tuple[int, ...]]:
    """The records that have one first."""
    some = np.nonzero(kept)[0]
    order = some[np.argsort(first[some], kind="stable")]
    numbers = records[order].tolist()
    _, sizes = np.unique(first[order], return_counts=True)
    at = ends(sizes)
    return [tuple(numbers[start:end]) for start, end in zip(at[:-1].tolist(), at[1:].tolist(), strict=True)]
