"""Judgements and organisations as columns say what the rows say."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from warehouse.judged import Judgements
from warehouse.rows import Judgement, Organisation, Verdict
from warehouse.seats import Seats

AT = datetime(2026, 11, 24, 4, 15, tzinfo=UTC)
ROWS = [
    Judgement(1, 2, Verdict.SAME, 0.99, "machine test", "the same phone number", AT),
    Judgement(2, 7, Verdict.DIFFERENT, 0.01, "Astrid", "rang them", AT),
]


def test_judgements_come_back_as_they_were() -> None:
    columns = Judgements.of(ROWS)
    assert list(columns) == ROWS
    assert columns == ROWS
    assert columns == Judgements.of(list(ROWS))
    assert columns[1] == columns[-1] == ROWS[1]
    assert columns[:1] == (ROWS[0],)
    assert columns != ROWS[:1]
    assert Judgements.of(columns) is columns
    assert Judgements.of([]) == ()


def test_the_same_judgements_in_another_order_are_equal_and_are_put_in_order_by_records() -> None:
    turned = Judgements.of(ROWS[::-1])
    assert turned == Judgements.of(ROWS)
    assert list(turned) == ROWS[::-1]
    assert list(turned.by_records()) == ROWS
    assert turned != Judgements.of(ROWS[:1])


def test_it_is_told_which_judgements_say_so() -> None:
    assert Judgements.of(ROWS).are(Verdict.DIFFERENT).tolist() == [False, True]
    assert Judgements.of([]).are(Verdict.SAME).tolist() == []


def test_opinions_become_judgements_of_one_author_and_moment() -> None:
    said = {"left_id": 1, "right_id": 2, "verdict": "same", "score": 0.99, "because": "the same phone number"}
    opinions = pa.table({name: [value] for name, value in said.items()})
    assert Judgements.by(opinions, "machine test", AT) == ROWS[:1]


ORGANISATIONS = [Organisation(1, (1, 4), (4,)), Organisation(2, (2,)), Organisation(5, (6, 9))]


def test_organisations_come_back_as_they_were() -> None:
    seats = Seats.of(ORGANISATIONS)
    assert list(seats) == ORGANISATIONS
    assert seats == ORGANISATIONS
    assert seats == Seats.of(list(seats))
    assert seats[2] == seats[-1] == ORGANISATIONS[2]
    assert seats[1:] == tuple(ORGANISATIONS[1:])
    assert len(seats) == 3
    assert seats != ORGANISATIONS[:2]
    assert seats != Seats.of([Organisation(1, (1, 4)), *ORGANISATIONS[1:]])
    assert Seats.of([]) == ()


def test_every_record_has_its_seat_and_an_unknown_one_none() -> None:
    seats = Seats.of(ORGANISATIONS)
    assert seats.seat_of(np.array([4, 9, 3, 100])).tolist() == [1, 5, 0, 0]
    assert seats.records_of(5).tolist() == [6, 9]
    assert Seats.of([]).seat_of(np.array([1])).tolist() == [0]


@pytest.mark.parametrize(
    ("twice", "found"),
    [
        ([Organisation(1, (1,)), Organisation(1, (2,))], "wanted each organisation once, found 1 2 times"),
        ([Organisation(1, (1, 2)), Organisation(2, (2,))], "wanted each seat of a record once, found 2 2 times"),
    ],
)
def test_nobody_sits_twice(twice: list[Organisation], found: str) -> None:
    with pytest.raises(ValueError, match=found):
        Seats.of(twice)
