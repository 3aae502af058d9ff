"""Seating very many records at once comes to what seating one judgement after the other does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.grouping import group
from matching.sameness.seating import seat
from warehouse.judged import Judgements
from warehouse.rows import Judgement, Verdict

RECORDS = [1, 2, 3, 5, 6, 7, 8, 9, 11, 12]
STRANGE = [4, 10]
"""Of records that were erased."""

pairs = st.lists(st.sampled_from([*RECORDS, *STRANGE]), min_size=2, max_size=2, unique=True).map(sorted)
verdicts = st.sampled_from([Verdict.SAME, Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE])


@st.composite
def judgements(draw: st.DrawFn, by: str) -> list[Judgement]:
    """Of each pair one at most."""
    said = st.tuples(pairs, verdicts, st.sampled_from([0.1, 0.9, 0.99]))
    found = draw(st.lists(said, max_size=14, unique_by=lambda one: tuple(one[0])))
    days = draw(st.permutations(range(1, 15)))
    return [
        Judgement(left, right, verdict, score, by, "because it is so", datetime(2026, 11, day, tzinfo=UTC))
        for ((left, right), verdict, score), day in zip(found, days, strict=False)
    ]


@given(judgements("machine test"), judgements("Astrid"))
def test_whoever_judges_what_all_are_seated_and_refused_as_one_by_one(machine: list[Judgement], people: list[Judgement]) -> None:
    found = seat(np.array(RECORDS), people[:4], Judgements.of(machine))
    assert found.grouping() == group(RECORDS, [*people[:4], *machine])


@given(judgements("machine test"))
def test_so_are_they_where_only_the_machine_judges(machine: list[Judgement]) -> None:
    assert seat(np.array(RECORDS), [], Judgements.of(machine)).grouping() == group(RECORDS, machine)


@given(judgements("machine test"), judgements("Astrid"), st.sampled_from([2, 100]))
def test_so_are_they_where_their_numbers_lie_far_apart(machine: list[Judgement], people: list[Judgement], apart: int) -> None:
    far = [[replace(one, left=one.left * apart, right=one.right * apart) for one in some] for some in (people[:4], machine)]
    numbers = [record * apart for record in RECORDS]
    assert seat(np.array(numbers), far[0], Judgements.of(far[1])).grouping() == group(numbers, [*far[0], *far[1]])


def test_without_records_nobody_is_seated() -> None:
    assert seat(np.array([], np.int64), [], Judgements.of([])).grouping().groups == ()


def test_a_long_chain_in_any_order_is_one_organisation() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    order = np.random.default_rng(1).permutation(np.arange(1, 200))
    chain = [Judgement(int(one), int(one) + 1, Verdict.SAME, 0.99, "machine test", "", at) for one in order]
    assert seat(np.arange(1, 201), [], Judgements.of(chain)).grouping().groups == (tuple(range(1, 201)),)
