"""Search with facets: any value within one, all facets together, and counts of what a further choice would give."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.search.browse import FACETS, Shelf, browse
from matching.search.ways_out import ways_out
from support.examples import examples
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("real")

TODAY = date(2026, 11, 29)
QUERIES = ("", "paper", "vätgas", "hydrogn fuel cells", "cluster")


@pytest.fixture(scope="module")
def shelf(real: Connection) -> Shelf:
    return Shelf.read(real, TODAY)


@pytest.fixture(scope="module")
def values(shelf: Shelf) -> dict[int, dict[str, set[str]]]:
    """Who has which values, read from the shelf one by one."""
    found: dict[int, dict[str, set[str]]] = {number: {facet: set() for facet in FACETS} for number in shelf.ids.tolist()}
    for facet, one in shelf.facets.items():
        for owner, value in zip(one.owners.tolist(), one.values.tolist(), strict=True):
            found[int(shelf.ids[owner])][facet].add(one.names[value])
    return found


@given(st.data())
@settings(max_examples=examples(25))
def test_any_value_within_a_facet_and_all_facets_together_and_counts_without_the_own_facet(
    real: Connection, shelf: Shelf, values: dict[int, dict[str, set[str]]], data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(QUERIES))
    facets = data.draw(st.lists(st.sampled_from(FACETS), max_size=3, unique=True))
    chosen = {
        facet: data.draw(st.lists(st.sampled_from([*shelf.facets[facet].names[:6], "nothing of the kind"]), max_size=3))
        for facet in facets
        if shelf.facets[facet].names
    }
    everyone = [hit.id for hit in browse(real, shelf, text, {}, limit=10_000, with_model=False).hits]

    def passing(without: str | None = None) -> list[int]:
        kept = {facet: set(wanted) for facet, wanted in chosen.items() if wanted and facet != without}
        return [number for number in everyone if all(values[number][facet] & wanted for facet, wanted in kept.items())]

    found = browse(real, shelf, text, chosen, limit=10_000, with_model=False)
    assert [hit.id for hit in found.hits] == passing()
    assert (found.total, found.found) == (len(passing()), len(everyone))
    for facet in FACETS:
        rest = passing(without=facet)
        counts: dict[str, int] = {}
        for number in rest:
            for value in values[number][facet]:
                counts[value] = counts.get(value, 0) + 1
        assert dict(found.facets[facet]) == counts
        if chosen.get(facet):
            assert found.without[facet] == len(rest)


def test_pages_follow_one_another_without_a_gap(real: Connection, shelf: Shelf) -> None:
    whole = browse(real, shelf, "energy", {}, limit=40, with_model=False).hits
    parts = [browse(real, shelf, "energy", {}, first=first, limit=10, with_model=False).hits for first in (0, 10, 20, 30)]
    assert [hit.id for part in parts for hit in part] == [hit.id for hit in whole]
    assert browse(real, shelf, "energy", {}, first=9_999, with_model=False).hits == ()


def test_capitals_do_not_matter_and_values_that_differ_in_them_only_are_one(real: Connection, shelf: Shelf) -> None:
    for facet in FACETS:
        names = [name.casefold() for name in shelf.facets[facet].names]
        assert len(names) == len(set(names))
    assert (
        browse(real, shelf, "", {"country": ["se"]}, with_model=False).total
        == browse(real, shelf, "", {"country": ["SE"]}, with_model=False).total
        > 0
    )


def test_what_holds_no_word_is_answered_by_nobody(real: Connection, shelf: Shelf) -> None:
    found = browse(real, shelf, "?!", {}, with_model=False)
    assert (found.total, found.hits, found.did_you_mean) == (0, (), None)


def test_what_is_no_facet_and_no_number_is_an_error(real: Connection, shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="wanted facets among"):
        browse(real, shelf, "", {"colour": ["green"]})
    with pytest.raises(ValueError, match="first and limit"):
        browse(real, shelf, "", {}, first=-1)


@given(st.sampled_from(["paper", "hydrogn", "pakagin", "qqqq"]), st.data())
@settings(max_examples=examples(15))
def test_every_way_out_leads_to_as_many_as_it_says(real: Connection, shelf: Shelf, text: str, data: st.DataObject) -> None:
    facets = data.draw(st.lists(st.sampled_from(["country", "ecosystem", "network"]), max_size=3, unique=True))
    chosen = {facet: [data.draw(st.sampled_from([*shelf.facets[facet].names, "nobody's"]))] for facet in facets}
    ways = ways_out(real, shelf, text, chosen, with_model=False)

    def total(words: str, kept: dict[str, list[str]]) -> int:
        return browse(real, shelf, words, kept, limit=0, with_model=False).total

    for facet in facets:
        rest = {name: values for name, values in chosen.items() if name != facet}
        assert ways.without.get(facet, 0) == total(text, rest)
    assert 0 not in ways.without.values()
    assert ways.without_choices == (total(text, {}) if chosen else 0)
    if ways.meant:
        assert ways.meant.total == total(ways.meant.text, chosen if ways.meant.keeps_choices else {}) > 0
