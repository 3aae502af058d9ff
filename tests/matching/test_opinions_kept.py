"""Opinions from night to night: which are on some pairs, and which still stand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.opinions_kept import Opinions

PAIRS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda pair: pair[0] < pair[1]), unique=True)
"""Numbers of records, of which some are gone."""
RECORDS = [1, 2, 4, 5, 7, 11]


def opinions(pairs: list[tuple[int, int]]) -> Opinions:
    left, right = ([pair[side] for pair in pairs] for side in (0, 1))
    columns = {"left_id": pa.array(left, pa.int64()), "right_id": pa.array(right, pa.int64()), "score": np.arange(len(pairs))}
    return Opinions(pa.table(columns), np.array(RECORDS, np.int64))


def places(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """The places of both sides of those pairs of which both records are there."""
    found = [tuple(map(RECORDS.index, pair)) for pair in pairs if {*pair} <= {*RECORDS}]
    left, right = np.array(found, np.int64).reshape(-1, 2).T
    return left, right


@given(PAIRS, PAIRS)
def test_a_pair_is_noted_that_stands_among_them(noted: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    found = opinions(noted).are_noted(*places(asked))
    assert found.tolist() == [pair in noted for pair in asked if {*pair} <= {*RECORDS}]


@given(PAIRS, PAIRS, st.sets(st.sampled_from(RECORDS)))
def test_what_stands_is_on_no_touched_record_on_none_that_is_gone_and_on_no_void_pair(
    noted: list[tuple[int, int]], void: list[tuple[int, int]], touched: set[int]
) -> None:
    is_touched = np.array([*(record in touched for record in RECORDS), False])
    kept = opinions(noted)
    stands = kept.standing(is_touched, *places(void))
    expected = [{*pair} <= {*RECORDS} - touched and pair not in void for pair in noted]
    assert stands.tolist() == expected
    standing, others = kept.split(stands)
    assert standing["score"].to_pylist() == [at for at, still in enumerate(expected) if still]
    pairs = list(zip(others["left_id"].to_pylist(), others["right_id"].to_pylist(), strict=True))
    assert pairs == [pair for pair, still in zip(noted, expected, strict=True) if not still]
