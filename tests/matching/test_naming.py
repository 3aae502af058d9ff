"""The comparator of names alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from matching.sameness import naming
from matching.sameness.naming import TRAITS, NamingWeights, score, traits
from matching.sameness.words import read_toml

THRESHOLD = naming.shipped().threshold


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Packbrygga Aktiebolag", "Packbrygga AB"),
        ("PackbryggaAB", "Packbrygga"),
        ("Open Joint Stock Company Zavodia", "Zavodia JSC"),
        ("Good Mill Company", "Goodmill Company"),
        ("Zephyria Valley", "Zephiria Valley"),
        ("Zephyria Appel Group", "Zephyria Apple Group"),
        ("Universität Zephyria", "University of Zephyria"),
        ("Department of Physics University of Zephyria", "University of Zephyria"),
        ("Univ. of Zephyria", "University of Zephyria"),
        ("ZLQ", "Zephyria Logistics Quarter"),
        ("1st Zephyria Bank", "First Zephyria Bank"),
        ("Зефирия ООО", "Zefiriya"),
    ],
)
def test_names_of_one_organisation_score_above_the_threshold(left: str, right: str) -> None:
    assert score(left, right) >= THRESHOLD


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Zephyria Valley", "Quokka Valley"),
        ("Zephyria Food Cluster", "Zephyria Wood Cluster"),
        ("Zephyria of Spain", "Zephyria of Norway"),
        ("Zephyria State University", "University of Zephyria"),
        ("Zephyria University Hospital", "University of Tundra"),
        ("ZLQ", "Zephyria Harbour Quarter"),
        ("ICT Cluster", "Food Cluster"),
        ("", "Zephyria"),
        ("???", "???"),
    ],
)
def test_names_of_two_organisations_score_below_it(left: str, right: str) -> None:
    assert score(left, right) < THRESHOLD


def test_what_stands_between_the_words_of_a_name_makes_another_name_and_what_stands_around_does_not() -> None:
    assert "surplus_between" in traits("Zephyria Tundra", "Zephyria Marzipan Tundra")
    assert traits("Zephyria Tundra", "Zephyria Marzipan Tundra")["surplus_between"] == 1
    assert traits("Zephyria Tundra", "Zephyria Tundra Marzipan")["surplus_between"] == 0


def test_every_trait_has_a_weight_and_every_weight_a_trait() -> None:
    assert set(naming.shipped().traits) == set(TRAITS)


def test_an_unknown_key_of_the_weights_is_named() -> None:
    with pytest.raises(ValidationError, match="threshhold"):
        NamingWeights.model_validate(read_toml("weights/names.toml") | {"threshhold": 1})


def test_the_weights_can_be_others() -> None:
    nothing = NamingWeights(threshold=0.5, prior=0.0, traits=dict.fromkeys(TRAITS, 0.0))
    assert score("Zephyria", "Zephyria", nothing) == 0.5


NAMES = st.lists(
    st.sampled_from(
        ["Zephyria", "Quokka", "University", "of", "Food", "Spain", "II", "2030", "AB", "ZQ", "Dept", "Müll", "Клъстер"]
    ),
    max_size=5,
).map(" ".join)


@given(NAMES, NAMES)
def test_it_does_not_matter_which_name_comes_first(left: str, right: str) -> None:
    assert score(left, right) == pytest.approx(score(right, left))


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_have_a_score(left: str, right: str) -> None:
    assert 0 <= score(left, right) <= 1


@given(NAMES.filter(lambda text: any(letter.isalnum() for letter in text)))
def test_a_name_is_its_own(name: str) -> None:
    assert score(name, name) > THRESHOLD


def test_traits_are_named_once() -> None:
    known: set[str] = set()
    pairs: list[tuple[Any, Any]] = [("A B", "A B"), ("ZLQ", "Zephyria Logistics Quarter"), ("Zephyria Food", "Quokka Food")]
    for left, right in pairs:
        known |= traits(left, right).keys()
    assert known == set(TRAITS)
