"""What moved from one edition to the next."""

from __future__ import annotations

from warehouse.decided import RecordKey
from warehouse.seated import Moved, Seating, moved

FOG, PEAT, MOSS = (RecordKey(network, key) for network, key in (("eccp", "fog"), ("eccp", "peat"), ("tci", "moss")))
NAMES = {1: "Fog Arena", 2: "Peat Lab", 3: "Moss Valley"}


def seating(fog: int, peat: int, moss: int) -> Seating:
    numbers = {FOG: fog, PEAT: peat, MOSS: moss}
    names = {number: name for number, name in NAMES.items() if number in numbers.values()}
    return Seating(numbers, names, frozenset(NAMES) - set(numbers.values()))


def test_where_nobody_moved_nothing_is_told() -> None:
    assert moved(seating(1, 2, 3), seating(1, 2, 3)) == []


def test_a_number_that_is_merged_has_no_records_and_the_other_has_them() -> None:
    assert moved(seating(1, 2, 3), seating(1, 1, 3)) == [
        Moved(1, "Fog Arena", (FOG,), (FOG, PEAT), (2,), is_back=False),
        Moved(2, "Peat Lab", (PEAT,), (), (1,), is_back=False),
    ]


def test_a_number_that_led_to_another_comes_back_where_its_records_are_parted() -> None:
    assert moved(seating(1, 1, 1), seating(1, 2, 2)) == [
        Moved(1, "Fog Arena", (FOG, PEAT, MOSS), (FOG,), (2,), is_back=False),
        Moved(2, "Peat Lab", (), (PEAT, MOSS), (1,), is_back=True),
    ]


def test_a_number_with_records_before_and_now_is_not_back_and_has_the_name_of_now() -> None:
    before = Seating({FOG: 1, PEAT: 2}, {1: "Fog Hall", 2: "Peat Lab"}, frozenset({1}))
    after = Seating({FOG: 1, PEAT: 1}, {1: "Fog Arena"}, frozenset({2}))
    assert moved(before, after) == [
        Moved(1, "Fog Arena", (FOG,), (FOG, PEAT), (2,), is_back=False),
        Moved(2, "Peat Lab", (PEAT,), (), (1,), is_back=False),
    ]


def test_a_number_that_was_never_one_is_new_and_one_that_is_nowhere_has_no_other() -> None:
    before = Seating({FOG: 1, PEAT: 1, MOSS: 3}, NAMES, frozenset())
    after = Seating({FOG: 1, PEAT: 2}, NAMES, frozenset())
    assert moved(before, after) == [
        Moved(1, "Fog Arena", (FOG, PEAT), (FOG,), (2,), is_back=False),
        Moved(2, "Peat Lab", (), (PEAT,), (1,), is_back=False),
        Moved(3, "Moss Valley", (MOSS,), (), (), is_back=False),
    ]
