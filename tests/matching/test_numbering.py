"""Numbering: the oldest record's number, redirects for ever."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.numbering import number, numbered
from warehouse.rows import Organisation
from warehouse.seats import Seats


def test_an_organisation_bears_the_number_of_its_oldest_record() -> None:
    assert number([(7, 3), (5,)], []) == (Organisation(3, (3, 7)), Organisation(5, (5,)))


def test_a_record_that_was_never_an_organisation_leaves_no_redirect() -> None:
    assert number([(3, 7)], [Organisation(3, (3,))]) == (Organisation(3, (3, 7)),)


def test_a_merge_redirects_the_younger_number() -> None:
    assert number([(3, 5)], [Organisation(3, (3,)), Organisation(5, (5,))]) == (Organisation(3, (3, 5), (5,)),)


def test_a_split_gives_the_number_back() -> None:
    merged = number([(3, 5)], [Organisation(3, (3,)), Organisation(5, (5,))])
    assert number([(3,), (5,)], merged) == (Organisation(3, (3,)), Organisation(5, (5,)))


def test_a_redirect_is_kept_for_ever_and_moves_with_its_record() -> None:
    merged = number([(5, 9)], [Organisation(5, (5,)), Organisation(9, (9,))])
    older = number([(2, 5, 9)], [*merged, Organisation(2, (2,))])
    assert older == (Organisation(2, (2, 5, 9), (5, 9)),)
    assert number([(2, 9), (5,)], older) == (Organisation(2, (2, 9), (9,)), Organisation(5, (5,)))


def test_the_number_of_an_erased_record_leads_where_its_organisation_went_on() -> None:
    assert number([(5, 9)], [Organisation(3, (3, 5, 9), (4,))]) == (Organisation(5, (5, 9), (3, 4)),)


def test_an_organisation_of_which_nothing_remains_ends() -> None:
    assert number([(5,)], [Organisation(3, (3,)), Organisation(5, (5,))]) == (Organisation(5, (5,)),)


PARTITIONS = st.lists(st.integers(0, 4), min_size=8, max_size=8).map(
    lambda seats: [tuple(record for record, seat in enumerate(seats, 1) if seat == table) for table in sorted(set(seats))]
)


@given(st.lists(PARTITIONS, min_size=1, max_size=6))
def test_every_number_ever_given_leads_to_exactly_one_organisation(nights: list[list[tuple[int, ...]]]) -> None:
    organisations: tuple[Organisation, ...] = ()
    given_out: set[int] = set()
    for night in nights:
        before, organisations = organisations, number(night, organisations)
        records = np.array(sorted(record for group in night for record in group))
        oldest = {record: min(group) for group in night for record in group}
        together = numbered(records, np.array([oldest[record] for record in records.tolist()]), Seats.of(before))
        assert together == organisations
        given_out |= {one.organisation_id for one in organisations}
        leading = [led for one in organisations for led in (one.organisation_id, *one.redirects)]
        assert sorted(leading) == sorted(given_out)
        assert all(led in one.record_ids for one in organisations for led in one.redirects)


SOME_ERASED = st.tuples(PARTITIONS, st.sets(st.integers(1, 8), max_size=3)).map(
    lambda drawn: [kept for table in drawn[0] if (kept := tuple(record for record in table if record not in drawn[1]))]
)


@given(st.lists(SOME_ERASED, min_size=2, max_size=6))
def test_many_are_numbered_as_one_by_one_also_where_records_are_erased(nights: list[list[tuple[int, ...]]]) -> None:
    organisations: tuple[Organisation, ...] = ()
    for night in nights:
        seats = sorted((record, min(group)) for group in night for record in group)
        records, oldest = np.array(seats, np.int64).reshape(-1, 2).T
        together = numbered(records, oldest, Seats.of(organisations))
        organisations = number(night, organisations)
        assert together == organisations
