"""When a run is believed and when it is held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.network import Canary, Expectations
from sync.verdict import Evidence, ceilings, doubts
from warehouse.profile import ClusterProfile

GOOD = Evidence(
    profiles=100,
    profile_pages=110,
    pages_changed=2,
    pages_unread=5,
    unread=frozenset({"card"}),
    fill={"country": 0.9},
    read={"pulp": ClusterProfile(network="n", source_key="pulp", url="https://n.example/pulp", name="Pulp", country="SE")},
    listed=frozenset({"pulp", "paper", "card"}),
    last_good=100,
)
EXPECT = Expectations(profiles_at_least=90, profiles_at_most=120, fill_at_least={"country": 0.8})
CANARY = Canary(source_key="pulp", expect={"country": "SE"})


def test_a_run_that_meets_every_expectation_has_no_doubts() -> None:
    assert doubts(GOOD, EXPECT, (CANARY,), 0.85) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"profiles": 89}, "wanted at least 90 profiles, found 89"),
        ({"last_good": 118}, "wanted at least 85% of the 118 profiles of the last good run, found 100"),
        ({"pages_changed": 3}, "wanted at most 2% of pages unlike what was expected, found 3 of 110"),
        ({"pages_unread": 6}, "wanted at most 5% of profile pages out of reach, found 6 of 110"),
        ({"fill": {"country": 0.5}}, "wanted country in at least 80% of profiles, found it in 50.0%"),
        ({"fill": {}}, "wanted country in at least 80% of profiles, found it in 0.0%"),
        ({"listed": frozenset({"paper"})}, "wanted the well-known profile 'pulp', found no such profile"),
    ],
)
def test_each_doubt_says_what_was_wanted_and_what_was_found(change: dict[str, object], sentence: str) -> None:
    assert doubts(replace(GOOD, **change), EXPECT, (CANARY,), 0.85) == [sentence]


def test_a_canary_that_says_something_else_is_a_doubt() -> None:
    canary = Canary(source_key="pulp", expect={"country": "FI"})
    assert doubts(GOOD, EXPECT, (canary,), 0.85) == [
        "wanted country = 'FI' in the well-known profile 'pulp', found 'SE'",
    ]


@pytest.mark.parametrize(
    ("pages", "changed", "is_held"),
    [(1, 1, True), (2, 1, True), (9, 1, True), (10, 1, False), (20, 1, False), (20, 2, True), (99, 2, True), (100, 2, False)],
)
def test_a_single_odd_page_holds_no_network_but_the_smallest(pages: int, changed: int, is_held: bool) -> None:
    found = replace(GOOD, profiles=90, profile_pages=pages, pages_changed=changed, pages_unread=0, last_good=90)
    wanted = "wanted at most 2% of pages unlike what was expected"
    assert doubts(found, EXPECT, (), 0.85) == ([f"{wanted}, found {changed} of {pages}"] if is_held else [])


def test_a_single_page_out_of_reach_holds_no_network_however_small() -> None:
    small = replace(GOOD, profiles=9, profile_pages=10, pages_changed=0, pages_unread=1, last_good=10)
    assert doubts(small, replace_floor(9), (), 0.85) == []


def replace_floor(profiles: int) -> Expectations:
    return EXPECT.model_copy(update={"profiles_at_least": profiles})


def test_a_canary_that_could_not_be_read_is_a_doubt() -> None:
    canary = Canary(source_key="card", expect={"country": "FI"})
    assert doubts(GOOD, EXPECT, (canary,), 0.85) == ["wanted the well-known profile 'card', found that it could not be read"]


def test_a_canary_on_an_unchanged_page_is_still_believed() -> None:
    assert doubts(replace(GOOD, read={}), EXPECT, (Canary(source_key="paper", expect={"country": "FI"}),), 0.85) == []


def test_a_first_run_has_only_the_floors_to_meet() -> None:
    assert doubts(replace(GOOD, last_good=None), EXPECT, (), 0.85) == []


def test_more_profiles_than_expected_are_reported_and_not_held() -> None:
    many = replace(GOOD, profiles=121)
    assert doubts(many, EXPECT, (), 0.85) == []
    assert [finding.because for finding in ceilings(many, EXPECT, "n")] == ["wanted at most 120 profiles, found 121"]
