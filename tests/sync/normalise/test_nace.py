from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.normalise.nace import read_nace


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("17.12", "17.12"),
        ("C17.12", "17.12"),
        ("C 17", "17"),
        ("17.12 Manufacture of paper and paperboard", "17.12"),
        ("17.12 - Tillverkning av papper", "17.12"),
        ("C", "C"),
        ("C - Manufacturing", "C"),
        ("Manufacturing", "C"),
        ("Construction", "F"),
        ("Manufacture of textiles", "13"),
    ],
)
def test_an_activity_is_known_by_its_code_and_by_its_title(printed: str, code: str) -> None:
    assert read_nace(printed).value == code


@pytest.mark.parametrize("printed", ["45", "A17", "00", "17.99", "1712", "W", "A cluster", "C - Construction", "Papermaking", ""])
def test_what_is_not_in_nace_is_an_unknown_word(printed: str) -> None:
    assert read_nace(printed).value is None
    assert [doubt.kind for doubt in read_nace(printed).doubts] == ["unknown word"]


@given(st.text())
def test_no_text_is_too_odd_for_an_activity(printed: str) -> None:
    read = read_nace(printed)
    assert (read.value is None) == bool(read.doubts)
