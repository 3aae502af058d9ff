"""How many bear a word: whose judgements a word that is rarer or more common than before touches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.bearing import with_what_says_them
from matching.sameness.translation import Sort, concepts, sort_of

WORDS = (
    "photonic", "photonics", "furniture", "mobel", "mobelklynge", "zephyr", "zephyrs", "glas", "glass", "cluster", "kluster",
    "2020",
)  # fmt: skip


@given(st.sets(st.sampled_from(WORDS), min_size=1))
def test_a_word_touches_who_bears_it_and_who_says_it_and_nobody_else(words: set[str]) -> None:
    says = {one for one in WORDS for concept in concepts(one) if concept in words}
    found = with_what_says_them(words, lambda: list(WORDS))
    assert set(found) & set(WORDS) == words | says
    assert all(one.removesuffix("s") in words for one in set(found) - set(WORDS))


def test_a_longer_word_that_the_table_of_concepts_knows_is_no_plural() -> None:
    assert sort_of("photonic") is Sort.OWN
    assert with_what_says_them({"photonic"}, lambda: ["photonics"]) == ["photonic"]
    assert with_what_says_them({"zephyr"}, list) == ["zephyr", "zephyrs"]
