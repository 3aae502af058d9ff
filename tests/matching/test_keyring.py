"""Who has which keys: what arrays say of them is what counting says one by one."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.candidates import KeyKind
from matching.sameness.setwise import keyring
from matching.sameness.setwise.hashed import is_initials, kinds, meeting
from matching.sameness.setwise.keyring import Keyring, change, share_one_that_few_have

MOST = np.array([2, 2, 1, 2, 3, 1])
"""How many may have a key of each kind."""
NEAR_EACH_OTHER = 1 << 40
"""Keys whose first bits are the same: so they stand in one bucket of the table that is asked first."""


def key(number: int, kind: KeyKind = KeyKind.STRONG, *, initials: bool = False) -> int:
    return number << 4 | kind << 1 | initials


keys = st.one_of(
    st.builds(key, st.sampled_from([1, 2, 3, NEAR_EACH_OTHER + 1, 1 << 59]), st.sampled_from(list(KeyKind))),
    st.builds(key, st.integers(1, 2), st.just(KeyKind.SHORT), initials=st.booleans()),
)
rings = st.lists(st.sets(keys, max_size=5).map(sorted), min_size=1, max_size=8)


def ring(lists: list[list[int]], numbers: list[int] | None = None) -> Keyring:
    parts = [pa.array(some, pa.list_(pa.uint64())) for some in (lists[: len(lists) // 2], lists[len(lists) // 2 :])]
    return Keyring(np.array(numbers or range(1, len(lists) + 1), np.int64), parts)


def counted(lists: list[list[int]]) -> Counter[int]:
    return Counter(one >> 1 for some in lists for one in some)


def is_few(meets: int, bearers: int) -> bool:
    return bearers <= MOST[meets & 7]


def bits(values: list[int]) -> np.ndarray:
    return np.array(values, np.uint64)


def test_a_key_says_its_kind_and_which_of_two_sorts_of_short_names_it_is() -> None:
    both = bits([key(7, KeyKind.SHORT), key(7, KeyKind.SHORT, initials=True)])
    assert is_initials(both).tolist() == [False, True]
    assert len(set(meeting(both).tolist())) == 1
    assert kinds(meeting(bits([key(7, kind) for kind in KeyKind]))).tolist() == list(KeyKind)


@given(rings, st.sampled_from([0, 10**9]))
def test_keys_that_more_than_one_has_and_no_crowd_are_found_with_whoever_has_them(lists: list[list[int]], at_once: int) -> None:
    with pytest.MonkeyPatch.context() as sorting:
        sorting.setattr(keyring, "SORTED_AT_ONCE", at_once)
        had = ring(lists).of_few(MOST)
    bearers = counted(lists)
    wanted = [
        (at, one)
        for at, some in enumerate(lists)
        for one in some
        if bearers[one >> 1] > 1 and is_few(one >> 1, bearers[one >> 1])
    ]
    assert sorted(zip(had.place.tolist(), had.key.tolist(), strict=True)) == sorted(wanted)
    asked = dict(zip((had.key >> np.uint64(1)).tolist(), had.asked.tolist(), strict=True))
    assert [asked[one >> 1] for one in had.key.tolist()] == had.asked.tolist()
    assert len(set(asked.values())) == len(asked)


@given(rings, st.sets(keys).map(lambda some: sorted({one >> 1 for one in some})))
def test_whoever_has_a_key_that_is_asked_for_is_found(lists: list[list[int]], asked: list[int]) -> None:
    some = ring(lists)
    holders = some.having(bits(asked))
    had = some.had(holders)
    wanted = [(at, one, asked.index(one >> 1)) for at, held in enumerate(lists) for one in held if one >> 1 in asked]
    assert sorted(zip(*(column.tolist() for column in had), strict=True)) == sorted(wanted)
    assert holders.counts(bits(asked)).tolist() == [counted(lists)[meets] for meets in asked]


@given(rings, st.lists(st.sets(keys, max_size=5).map(sorted), max_size=4), st.data())
def test_what_becomes_of_keys_is_what_counting_before_and_after_says(
    before: list[list[int]], fresh: list[list[int]], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(range(len(before)))))
    others = data.draw(st.sets(st.sampled_from(range(len(before)))))
    now = [some for at, some in enumerate(before) if at not in gone] + fresh
    if not now:
        return
    place = {at: len([one for one in range(at) if one not in gone]) for at in range(len(before)) if at not in gone}
    touched = sorted({place[at] for at in others - gone} | set(range(len(now) - len(fresh), len(now))))
    taken = [one for at in sorted(gone) for one in before[at]]
    found = change(ring(now), np.array(touched, np.int64), bits([one for some in fresh for one in some]), bits(taken), MOST)
    asked = {one >> 1 for at in touched for one in now[at]} | {one >> 1 for one in taken}
    wanted = []
    for at, some in enumerate(now):
        for one in some:
            few = is_few(one >> 1, counted(now)[one >> 1]), is_few(one >> 1, counted(before)[one >> 1])
            if one >> 1 in asked and any(few):
                wanted.append((at, one, few[0], few[0] != few[1]))
    columns = (found.had.place, found.had.key, found.is_few, found.has_turned)
    assert sorted(zip(*(column.tolist() for column in columns), strict=True)) == sorted(wanted)


@given(rings, st.randoms(use_true_random=False))
def test_two_share_a_key_that_few_have_or_a_short_name_and_what_can_be_shortened_to_it(
    lists: list[list[int]], rng: random.Random
) -> None:
    numbers = list(range(10, 10 + len(lists)))
    rng.shuffle(numbers)
    bearers = counted(lists)

    def share(one: list[int], other: list[int]) -> bool:
        few = [mine for mine in one if is_few(mine >> 1, bearers[mine >> 1])]
        return any((mine ^ 1 if mine >> 1 & 7 == KeyKind.SHORT else mine) in other for mine in few)

    pairs = list(combinations(range(len(lists)), 2))
    left, right = (np.array([numbers[pair[side]] for pair in pairs], np.int64) for side in (0, 1))
    found = share_one_that_few_have(ring(lists, numbers), left, right, MOST)
    assert found.tolist() == [share(lists[one], lists[other]) for one, other in pairs]


@pytest.mark.parametrize("lists", [[], [[]], [[], []]])
def test_records_without_keys_share_none(lists: list[list[int]]) -> None:
    assert len(ring(lists).of_few(MOST).place) == 0
    assert len(ring(lists).having(bits([key(1) >> 1])).at) == 0
