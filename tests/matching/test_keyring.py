"""Who has which keys: what arrays say of them is what counting says one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.sameness.candidates import KeyKind
from matching.sameness.setwise import keyring
from matching.sameness.setwise.hashed import is_initials, kinds, meeting
from matching.sameness.setwise.keyring import (
    Change,
    Held,
    Keyring,
    brought_together,
    change,
    of_few,
    share_one_that_few_have,
    sorted_parts,
    together,
)

MOST = np.array([2, 2, 1, 2, 3, 1, 0])
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


def held(lists: list[list[int]], first: int = 0) -> Held:
    """The keys of some records, whose places count from the first one's."""
    rows = [(one, place) for place, some in enumerate(lists, first) for one in some]
    return Held(bits([key for key, _ in rows]), np.array([place for _, place in rows], np.int32))


def ring(lists: list[list[int]], gone: Collection[int] = (), kept: int | None = None) -> Keyring:
    """The keys of records of which some are no more, and of which some were kept in order and others came later."""
    kept = len(lists) if kept is None else kept
    is_there = np.array([at not in gone for at in range(len(lists))], np.bool_)
    return Keyring(held(lists[:kept]).in_order(), held(lists[kept:], kept), is_there)


def counted(lists: list[list[int]]) -> Counter[int]:
    return Counter(one >> 1 for some in lists for one in some)


def is_few(meets: int, bearers: int) -> bool:
    return bool(bearers <= MOST[meets & 7])


def bits(values: list[int]) -> np.ndarray:
    return np.array(values, np.uint64)


def test_a_key_says_its_kind_and_which_of_two_sorts_of_short_names_it_is() -> None:
    both = bits([key(7, KeyKind.SHORT), key(7, KeyKind.SHORT, initials=True)])
    assert is_initials(both).tolist() == [False, True]
    assert len(set(meeting(both).tolist())) == 1
    assert kinds(meeting(bits([key(7, kind) for kind in KeyKind]))).tolist() == list(KeyKind)


@given(st.lists(rings, max_size=3), st.sampled_from([0, 10**9]))
def test_parts_of_keys_are_all_of_them_in_order_and_those_that_meet_come_together(
    pieces: list[list[list[int]]], at_once: int
) -> None:
    firsts = [sum(len(lists) for lists in pieces[:at]) for at in range(len(pieces))]
    some = [held(lists, first) for lists, first in zip(pieces, firsts, strict=True)]
    wanted = sorted(zip(*(column.tolist() for column in Held.of(some)), strict=True))
    with pytest.MonkeyPatch.context() as sorting:
        sorting.setattr(keyring, "SORTED_AT_ONCE", at_once)
        parts = list(sorted_parts(some))
    assert some == []
    found = Held.of(parts)
    assert found.key.tolist() == [key for key, _ in wanted]
    assert sorted(zip(*(column.tolist() for column in found), strict=True)) == wanted
    meetings = [set((part.key >> np.uint64(1)).tolist()) for part in parts]
    assert sum(map(len, meetings)) == len(set().union(*meetings))


@given(rings)
def test_keys_that_more_than_one_has_and_no_crowd_are_found_with_whoever_has_them(lists: list[list[int]]) -> None:
    had = of_few(held(lists).in_order(), MOST)
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


@given(rings)
@example([[key(1, KeyKind.SHORT)], [key(1, KeyKind.SHORT)]])
@example([[key(1, KeyKind.SHORT), key(1, KeyKind.SHORT, initials=True)]])
@example([[key(1)], [key(1)]])
def test_every_two_that_share_a_key_of_few_are_brought_together_but_for_short_names_of_one_sort(lists: list[list[int]]) -> None:
    bearers = counted(lists)
    wanted = {
        (one, other)
        for (one, mine), (other, theirs) in combinations([(at, key) for at, some in enumerate(lists) for key in some], 2)
        if one != other and mine >> 1 == theirs >> 1 and is_few(mine >> 1, bearers[mine >> 1])
        if not (mine == theirs and mine >> 1 & 7 == KeyKind.SHORT)
    }
    left, right = brought_together(of_few(held(lists).in_order(), MOST))
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == wanted


@given(rings, st.sets(keys).map(lambda some: sorted({one >> 1 for one in some})), st.data())
def test_whoever_has_a_key_that_is_asked_for_is_found(lists: list[list[int]], asked: list[int], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(range(len(lists)))))
    some = ring(lists, gone, data.draw(st.integers(0, len(lists))))
    where = some.where(bits(asked))
    found = some.having(where)
    there = {at: held for at, held in enumerate(lists) if at not in gone}
    wanted = [(at, one, asked.index(one >> 1)) for at, held in there.items() for one in held if one >> 1 in asked]
    assert sorted(zip(*(column.tolist() for column in found), strict=True)) == sorted(wanted)
    assert found.asked.tolist() == sorted(found.asked.tolist())
    assert some.counts(bits(asked), where).tolist() == [counted(list(there.values()))[meets] for meets in asked]


@given(rings, st.data())
def test_what_is_put_in_order_anew_is_what_was_there(lists: list[list[int]], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(range(len(lists)))))
    some = ring(lists, gone, kept := data.draw(st.integers(0, len(lists))))
    found = some.renewed()
    wanted = sorted((one, at) for at, held in enumerate(lists) if at not in gone for one in held)
    assert found.key.tolist() == [key for key, _ in wanted]
    assert sorted(zip(*(column.tolist() for column in found), strict=True)) == wanted
    before = sum(len(lists[at]) for at in range(kept))
    worn = sum(len(some) for at, some in enumerate(lists) if (at < kept) == (at in gone))
    assert some.is_worn(0.5) == (worn > before / 2)


@st.composite
def nights(draw: st.DrawFn) -> dict[str, Any]:
    """Records of some nights: which there were before the last one, are no more since, came with it, or are looked at again."""
    lists = draw(rings)
    came = draw(st.lists(st.sets(keys, max_size=5).map(sorted), max_size=4))
    long_gone = draw(st.sets(st.sampled_from(range(len(lists)))))
    standing = [at for at in range(len(lists)) if at not in long_gone]
    taken = draw(st.sets(st.sampled_from(standing))) if standing else set()
    others = draw(st.sets(st.sampled_from(standing))) - taken if standing else set()
    fresh = set(range(len(lists), len(lists) + len(came)))
    kept = draw(st.integers(0, len(lists)))
    return {
        "lists": lists + came,
        "gone": long_gone | taken,
        "taken": taken,
        "fresh": fresh,
        "touched": others | fresh,
        "kept": kept,
    }


def what_becomes(night: dict[str, Any]) -> Change:
    some = ring(night["lists"], night["gone"], night["kept"])
    touched, fresh, taken = (np.array(sorted(night[name]), np.int64) for name in ("touched", "fresh", "taken"))
    return change(some, touched, fresh, taken, MOST)


@given(nights())
def test_what_becomes_of_keys_is_what_counting_before_and_after_says(night: dict[str, Any]) -> None:
    lists = night["lists"]
    now = {at: some for at, some in enumerate(lists) if at not in night["gone"]}
    before = {at: some for at, some in enumerate(lists) if at in night["taken"] or (at in now and at not in night["fresh"])}
    asked = {one >> 1 for at in night["touched"] | night["taken"] for one in lists[at]}
    wanted = []
    for at, some in now.items():
        for one in some:
            few = [is_few(one >> 1, counted(list(some.values()))[one >> 1]) for some in (now, before)]
            if one >> 1 in asked and any(few) and MOST[one >> 1 & 7]:
                wanted.append((at, one, few[0], few[0] != few[1]))
    found = what_becomes(night)
    columns = (found.had.place, found.had.key, found.is_few, found.has_turned)
    assert sorted(zip(*(column.tolist() for column in columns), strict=True)) == sorted(wanted)


@given(nights(), st.randoms(use_true_random=False))
def test_pairs_are_those_that_going_through_all_keys_of_all_records_finds(night: dict[str, Any], rng: random.Random) -> None:
    found = what_becomes(night)
    record = np.array(rng.sample(range(len(night["lists"])), len(night["lists"])), np.int64)
    is_touched, is_worded = (np.array([rng.random() < share for _ in record], np.bool_) for share in (0.3, 0.3))
    wanted: dict[tuple[int, int], tuple[bool, bool]] = {}
    rows = list(
        zip(*(column.tolist() for column in (found.had.place, found.had.key, found.is_few, found.has_turned)), strict=True)
    )
    for (one, mine, few, turned), (other, theirs, *_) in combinations(rows, 2):
        is_short = mine >> 1 & 7 == KeyKind.SHORT
        if one == other or mine >> 1 != theirs >> 1 or (is_short and mine == theirs):
            continue
        touched = is_touched[one] or is_touched[other]
        if (touched or turned or is_worded[one] or is_worded[other]) if few else not touched:
            pair = min(record[one], record[other]), max(record[one], record[other])
            said = wanted.get(pair, (False, False))
            wanted[pair] = said[0] or few, said[1] or turned
    pairs = together(found, record, is_touched, is_worded)
    told = zip(*(column.tolist() for column in pairs), strict=True)
    assert {(left, right): (few, turned) for left, right, few, turned in told} == wanted
    assert len(pairs.left) == len(wanted)


@given(rings)
def test_two_share_a_key_that_few_have_or_a_short_name_and_what_can_be_shortened_to_it(lists: list[list[int]]) -> None:
    bearers = counted(lists)

    def share(one: list[int], other: list[int]) -> bool:
        few = [mine for mine in one if is_few(mine >> 1, bearers[mine >> 1])]
        return any((mine ^ 1 if mine >> 1 & 7 == KeyKind.SHORT else mine) in other for mine in few)

    pairs = list(combinations(range(len(lists)), 2))
    left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    found = share_one_that_few_have(ring(lists), left, right, MOST)
    assert found.tolist() == [share(lists[one], lists[other]) for one, other in pairs]


@pytest.mark.parametrize("lists", [[], [[]], [[], []]])
def test_records_without_keys_share_none(lists: list[list[int]]) -> None:
    assert len(of_few(held(lists), MOST).place) == 0
    assert [len(side) for side in brought_together(of_few(held(lists), MOST))] == [0, 0]
    asked = bits([key(1) >> 1])
    assert ring(lists).counts(asked, ring(lists).where(asked)).tolist() == [0]
