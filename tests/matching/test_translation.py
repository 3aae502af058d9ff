"""Words of names in one vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.sameness.translation import Sort, concepts, positions_of_others, sort_of, translated
from matching.sameness.words import folded_words


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Norwegian Furniture", "Norsk møbel"),
        ("Bulgarian furniture", "Български мебелен"),
        ("Univ. Inst. of Technology", "Universität Institut of Technologie"),
        ("Winter Experience", "vinteropplevelser"),
        ("Railway cluster", "Järnvägsklustret"),
        ("Brigade Forty", "Brigade 40"),
        ("Water Forum", "vesifoorumi"),
    ],
)
def test_words_of_two_languages_say_the_same(left: str, right: str) -> None:
    assert set(translated(folded_words(left))) == set(translated(folded_words(right)))


def test_a_word_that_nobody_shares_stays_itself() -> None:
    assert concepts("packbrygga") == ("packbrygga",)
    assert sort_of("packbrygga") is Sort.OWN


def test_the_s_of_a_plural_goes_and_that_of_a_word_stays() -> None:
    assert concepts("packbryggas") == concepts("packbrygga")
    assert concepts("glass") == ("glass",)


def test_sorts_tell_what_a_word_is_about() -> None:
    assert [sort_of(one) for one in ("university", "furniture", "sweden", "40", "2030")] == [
        Sort.KIND, Sort.SUBJECT, Sort.PLACE, Sort.NUMBER, Sort.NUMBER,
    ]  # fmt: skip


def test_a_beginning_alone_makes_no_word_the_longer_ones_translation() -> None:
    """``energi`` begins many words; one that goes on for long is another word."""
    assert concepts("energikontoret") != ("energy",)


@given(st.lists(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=25)))
@example(["packbrygga", "packbryggas", "divcluster", "möbel", "furniture", "s", "glass"])
def test_words_that_may_say_something_else_are_found_at_once_and_all_others_say_themselves(words: list[str]) -> None:
    others = positions_of_others(words)
    assert others == sorted(set(others))
    assert [word for at, word in enumerate(words) if at not in others and concepts(word) != (word,)] == []


def test_a_word_without_anything_known_in_it_is_not_asked_what_it_says() -> None:
    assert positions_of_others(["quokka", "quokkas"]) == [1]


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=25))
def test_every_word_says_something(word: str) -> None:
    found = concepts(word)
    assert found
    assert all(one for one in found)
