from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.normalise.counts import LARGEST, read_count, read_range
from sync.normalise.texts import tidy


@pytest.mark.parametrize(
    ("printed", "count"),
    [
        ("36", 36),
        ("0", 0),
        ("2.780", 2780),
        ("2 400", 2400),
        ("1,200", 1200),
        ("1'200", 1200),
        ("1’200", 1200),
        ("1.234.567", 1234567),
    ],
)
def test_a_count_is_read_with_any_mark_between_thousands(printed: str, count: int) -> None:
    assert read_count(printed).value == count


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f"])
def test_the_space_between_thousands_may_be_any_space(space: str) -> None:
    assert read_count(tidy(f"2{space}400").value or "").value == 2400


@pytest.mark.parametrize(
    "printed",
    ["about 40", "2.78", "2.7800", "1,2", "1.234,567", "12.34.567", "36 members", "1-5", "٣٦", "-3", "10000000", "1e3", ""],
)
def test_what_is_not_plainly_a_whole_number_is_no_count(printed: str) -> None:
    read = read_count(printed)
    assert read.value is None
    assert [doubt.kind for doubt in read.doubts] == ["not a count"]


@given(st.integers(0, LARGEST), st.sampled_from([",", ".", " ", "'", ""]))
def test_every_count_survives_every_way_of_writing_it(count: int, mark: str) -> None:
    assert read_count(f"{count:,}".replace(",", mark)).value == count


@pytest.mark.parametrize(
    ("printed", "bounds"),
    [
        ("7", (7, 7)),
        ("1-5", (1, 5)),
        ("1 – 5", (1, 5)),
        ("1 to 5", (1, 5)),
        ("1,000-2,500", (1000, 2500)),
        ("50+", (50, None)),
        ("50 +", (50, None)),
        ("≥ 50", (50, None)),
        (">50", (51, None)),
        ("more than 50", (51, None)),
        ("<5", (None, 4)),
        ("<= 5", (None, 5)),
    ],
)
def test_a_range_gives_its_lowest_and_highest_count(printed: str, bounds: tuple[int | None, int | None]) -> None:
    assert read_range(printed).value == bounds


@pytest.mark.parametrize("printed", ["5-1", "1-5-9", "<0", "a few", "1 - many", "-", "1" * 500, "1-" * 300])
def test_a_range_that_makes_no_sense_is_no_range(printed: str) -> None:
    assert read_range(printed).value is None
    assert read_range(printed).doubts


@given(st.text())
def test_no_text_is_too_odd_for_a_count(printed: str) -> None:
    for read in (read_count(printed), read_range(printed)):
        assert (read.value is None) == bool(read.doubts)
