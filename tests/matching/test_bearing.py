"""How many bear a word: whose judgements a word that is rarer or more common than before touches."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.bearing import changes, with_what_says_them
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


Said = tuple[str, int, str]
SAID = st.tuples(
    st.sampled_from(["eccp", "tci"]),
    st.integers(0, 3),
    st.lists(st.sampled_from("abc"), unique=True).map(sorted).map(" ".join),
)
"""Network, bearer, and words: what one record says of it."""


def bearers(records: list[Said]) -> Counter[tuple[str, str]]:
    """How many bear each word in each network."""
    return Counter(
        (word, network) for word, network, _ in {(word, net, who) for net, who, words in records for word in words.split()}
    )


def table(records: list[Said]) -> dict[str, pa.Array]:
    networks, numbers, words = zip(*records, strict=True) if records else ((), (), ())
    return {
        "network": pa.array(networks, pa.string()),
        "bearer": pa.array(numbers, pa.uint64()),
        "words": pa.array(words, pa.string()),
    }


@given(st.lists(SAID), st.lists(SAID), st.lists(SAID))
def test_more_or_fewer_bear_a_word_where_counting_all_anew_says_so(quiet: list[Said], came: list[Said], went: list[Said]) -> None:
    more = Counter(came)
    more.subtract(went)
    moved = {said: times for said, times in more.items() if times}
    if not moved:
        return
    whose = {who for _, who, _ in moved}
    now = [*quiet, *came]
    found = changes(
        pa.table(table([*moved]) | {"more": pa.array(moved.values(), pa.int64())}),
        pa.table(table([one for one in now if one[1] in whose])),
    )
    expected = bearers(now)
    expected.subtract(bearers([*quiet, *went]))
    assert found == {key: more for key, more in expected.items() if more}


def test_very_many_words_of_very_many_bearers_are_told_apart() -> None:
    many = 70_000
    came = table([("eccp", number, f"w{number}") for number in range(many)])
    found = changes(pa.table(came | {"more": pa.array([1] * many, pa.int64())}), pa.table(came))
    assert found == {(f"w{number}", "eccp"): 1 for number in range(many)}
