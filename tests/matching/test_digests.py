"""Texts are known by numbers of 64 bits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.sameness.setwise.digests import digests, of_pieces, spread


def one(text: str) -> int:
    (found,) = digests(pa.array([text], pa.string())).tolist()
    return int(found)


@given(st.lists(st.text(max_size=40)), st.integers(0, 3))
@example(["", "a", "abcdefgh", "abcdefghi", "abcdefgh\0", "ÅÄÖ"], 0)
@example(["abcdefgh"] * 3, 2)
def test_a_text_has_the_same_number_wherever_it_stands(texts: list[str], first: int) -> None:
    found = digests(pa.array(texts, pa.string()).slice(first))
    assert found.tolist() == list(map(one, texts[first:]))


@given(st.sets(st.text(max_size=20)))
@example({"", "\0", "\0\0", "\0" * 8, "\0" * 9})
@example({"a" * count for count in range(30)})
@example({f"{'x' * 7}{one}{'y' * 7}{other}" for one in "abcdefghijklmnop" for other in "abcdefghijklmnop"})
def test_different_texts_have_different_numbers(texts: set[str]) -> None:
    found = digests(pa.array(sorted(texts), pa.string()))
    assert len(set(found.tolist())) == len(texts)


def test_no_two_of_many_like_texts_have_one_number() -> None:
    found = digests(pa.array([f"name {number:x} SE" for number in range(200_000)], pa.string()))
    assert len(np.unique(found)) == 200_000
    # The bits that a key keeps of them are spread, too: by chance 140,000 of the 262,144 that 18 bits can say are there.
    assert len(np.unique(found >> np.uint64(46))) > 130_000


def test_the_numbers_stand_in_states_and_stay_as_they_are() -> None:
    assert [one(""), one("zephyr"), one("name zephyrfoodcluster SE")] == [0, 8692537273395092052, 2816146935506284352]


@pytest.mark.parametrize(
    ("piece", "number"),
    [("abcd", 13406377901060959652), ("0000", 10310068705758184527), ("zz9a", 1119264967806439494)],
)
def test_pieces_of_names_are_chosen_by_what_duckdb_2_hashes_them_to(piece: str, number: int) -> None:
    assert of_pieces(np.array([int.from_bytes(piece.encode("ascii"), "little")])).tolist() == [number]


@given(st.lists(st.integers(0, 2**64 - 1), unique=True))
def test_different_numbers_are_spread_to_different_ones(numbers: list[int]) -> None:
    assert len(set(spread(np.array(numbers, np.uint64)).tolist())) == len(numbers)


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.binary()])
def test_texts_of_another_type_are_refused(kind: pa.DataType) -> None:
    with pytest.raises(TypeError, match="wanted texts of the type string, found"):
        digests(pa.array(["abc"], pa.string()).cast(kind))
