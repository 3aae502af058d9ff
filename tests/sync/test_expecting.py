"""Floors that a good run suggests, and the lines that let a doubted one pass."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.network import Canary, Expectations
from sync.expecting import in_config, mends, suggested
from sync.verdict import Evidence, doubts

FIELDS = ("country", "city", "phone", "sectors")
SHARES = st.floats(0, 1, allow_nan=False)
KEEPS = 0.85


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    """Any reading: counts that fit one another, and shares that its records can have."""
    profiles = draw(st.integers(0, 400))
    pages = draw(st.integers(0, 500))
    changed = draw(st.integers(0, pages))
    counts = draw(st.fixed_dictionaries({}, optional={field: st.integers(0, profiles) for field in FIELDS}))
    return Evidence(
        profiles=profiles,
        profile_pages=pages,
        pages_changed=changed,
        pages_unread=draw(st.integers(0, pages - changed)),
        fill={field: count / profiles for field, count in counts.items()} if profiles else {},
        read={},
        listed=frozenset(),
        last_good=profiles,
    )


EXPECTATIONS = st.builds(
    Expectations,
    profiles_at_least=st.integers(0, 500),
    profiles_at_most=st.none() | st.integers(0, 500),
    pages_changed_at_most=SHARES,
    pages_unread_at_most=SHARES,
    fill_at_least=st.dictionaries(st.sampled_from(FIELDS), SHARES),
)


@given(evidence(), EXPECTATIONS)
def test_what_is_held_passes_once_the_lines_that_mend_it_are_written(found: Evidence, expect: Expectations) -> None:
    changes = mends(found, expect)
    assert doubts(found, expect.model_copy(update=changes), (), KEEPS) == []
    assert bool(changes) == bool(doubts(found, expect, (), KEEPS))


@given(evidence(), EXPECTATIONS)
def test_mending_never_asks_for_more_than_before(found: Evidence, expect: Expectations) -> None:
    mended = expect.model_copy(update=mends(found, expect))
    assert mended.profiles_at_least <= expect.profiles_at_least
    assert mended.pages_changed_at_most >= expect.pages_changed_at_most
    assert mended.pages_unread_at_most >= expect.pages_unread_at_most
    assert all(floor <= expect.fill_at_least[field] for field, floor in mended.fill_at_least.items())


@given(evidence(), EXPECTATIONS)
def test_the_lines_say_in_toml_what_they_were_given(found: Evidence, expect: Expectations) -> None:
    changes = mends(found, expect)
    table = tomllib.loads(in_config("eccp", expect, changes, ("a remark",)))["networks"]["eccp"]["expect"]
    assert Expectations.model_validate(table) == expect.model_copy(update=changes)


@pytest.mark.parametrize(("profiles", "floors"), [(6, {}), (7, {"country": 0.85})])
def test_a_field_that_one_edit_would_bring_below_its_floor_has_none(profiles: int, floors: dict[str, float]) -> None:
    assert suggested(profiles, {"country": 1.0})["fill_at_least"] == floors


@given(st.integers(1, 40), st.data())
def test_a_run_and_the_same_with_one_edit_meet_the_floors_that_it_suggests(profiles: int, data: st.DataObject) -> None:
    counts = data.draw(st.fixed_dictionaries({field: st.integers(0, profiles) for field in FIELDS}))
    fill = {field: count / profiles for field, count in counts.items()}
    expect = Expectations.model_validate(suggested(profiles, fill))
    same = Evidence(profiles, profiles, 0, fill, {}, frozenset(), profiles)
    edited = replace(same, fill={field: max(0, count - 1) / profiles for field, count in counts.items()})
    for one in (same, edited):
        assert doubts(one, expect, (), KEEPS) == []


def test_floors_are_85_percent_and_the_ceiling_200_percent_of_the_last_good_run() -> None:
    fill = {"network": 1.0, "name": 1.0, "country": 0.95, "city": 0.4, "phone": 0.32, "founded_on": 0.7, "founded_precision": 0.7}
    assert suggested(514, fill) == {
        "profiles_at_least": 436,
        "profiles_at_most": 1028,
        "fill_at_least": {"name": 0.85, "country": 0.8, "city": 0.34, "founded_on": 0.59},
    }


@pytest.mark.parametrize(("profiles", "floor"), [(1, 1), (2, 1), (20, 17), (60, 51)])
def test_a_floor_of_a_small_network_is_never_none(profiles: int, floor: int) -> None:
    assert suggested(profiles, {})["profiles_at_least"] == floor


def test_what_config_toml_says_of_other_keys_stays() -> None:
    ours = Expectations(pages_changed_at_most=0.1, profiles_at_least=900)
    assert in_config("eccp", ours, {"profiles_at_least": 7}, ()) == (
        "[networks.eccp.expect]\nprofiles_at_least = 7\npages_changed_at_most = 0.1"
    )


# The verdict itself: more evidence never takes a doubt away

CANARIES = (Canary(source_key="pulp", expect={}),)


def sentences(found: Evidence, expect: Expectations) -> set[str]:
    """The doubts without what was found: what stays the same where a thing is merely worse."""
    return {doubt.split(", found")[0] for doubt in doubts(found, expect, CANARIES, KEEPS)}


@given(evidence(), EXPECTATIONS, st.data())
def test_a_worse_reading_keeps_every_doubt_of_a_better_one(found: Evidence, expect: Expectations, data: st.DataObject) -> None:
    fewer = data.draw(st.integers(min(1, found.profiles), found.profiles))
    changed = data.draw(st.integers(found.pages_changed, found.profile_pages))
    unread = data.draw(st.integers(found.pages_unread, max(found.pages_unread, found.profile_pages)))
    fill = {field: data.draw(st.floats(0, share)) for field, share in found.fill.items()}
    worse = replace(found, profiles=fewer, pages_changed=changed, pages_unread=unread, fill=fill)
    assert sentences(found, expect) <= sentences(worse, expect)


@given(evidence(), EXPECTATIONS, st.integers(0, 400))
def test_a_better_last_good_run_never_takes_a_doubt_away(found: Evidence, expect: Expectations, more: int) -> None:
    def measured(last_good: int | None) -> int:
        return len(doubts(replace(found, last_good=last_good), expect, CANARIES, KEEPS))

    assert measured(None) <= measured(found.profiles) <= measured(found.profiles + more)
