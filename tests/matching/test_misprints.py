"""Names that are spelt nearly alike: none is ruled out that the comparison of names would find equal, or a misprint."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.comparable import NameKind, name
from matching.sameness.likeness import Likeness, compare
from matching.sameness.setwise.described import NAME, described
from matching.sameness.setwise.misprints import may_be_spelt_alike

WORDS = [
    "zephyr",
    "zephir",
    "zephyrs",
    "foodvalley",
    "food",
    "valley",
    "quokka",
    "quoka",
    "cluster",
    "lund",
    "obsidian",
    "obsidain",
]
printed = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


@given(st.lists(st.lists(printed, max_size=2), min_size=2, max_size=5))
def test_no_pair_is_ruled_out_of_which_two_names_are_equal_or_a_misprint(records: list[list[str]]) -> None:
    named = [[made for text in texts if (made := name(text, NameKind.FULL))] for texts in records]
    pairs = list(combinations(range(len(records)), 2))
    left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    lists = pa.array([[described(one) for one in names] for names in named], pa.list_(NAME))
    found = may_be_spelt_alike(lists, left, right).tolist()
    for (one, other), may_be in zip(pairs, found, strict=True):
        kinds = {
            (compare(a, b, frozenset()).likeness in (Likeness.EQUAL, Likeness.MISPRINT)) or a.compact == b.compact
            for a in named[one]
            for b in named[other]
        }
        assert may_be or True not in kinds


def test_names_that_have_nothing_to_do_with_each_other_are_ruled_out() -> None:
    lists = pa.array([[described(one)] for one in map(name, ("Zephyr", "Quokka Hub")) if one], pa.list_(NAME))
    assert may_be_spelt_alike(lists, np.array([0]), np.array([1])).tolist() == [False]
