"""Profiles in the state: what is said comes back, and the same words give the same text."""

from __future__ import annotations

import json
import string
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from warehouse import vocabulary
from warehouse.profile import ClusterProfile, Label
from warehouse.stored import stored_profile, stored_text

TEXT = st.text(min_size=1, max_size=20).map(str.strip).filter(bool)
DATES = st.dates(min_value=date(1000, 1, 1))
LANGUAGES = st.text(string.ascii_lowercase, min_size=2, max_size=3)


def cut(day: date, precision: vocabulary.FoundedPrecision) -> date:
    """What is left of a day when only so much of it is printed."""
    kept = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}
    return kept[precision.value]


@st.composite
def profiles(draw: st.DrawFn) -> ClusterProfile:
    said: dict[str, object] = {"network": "eccp", "source_key": "a", "url": "https://eccp.example/a", "name": draw(TEXT)}
    if draw(st.booleans()):
        precision = draw(st.sampled_from(vocabulary.FoundedPrecision))
        said |= {"founded_precision": precision, "founded_on": cut(draw(DATES), precision)}
    return ClusterProfile(
        **said,
        native_name=draw(st.none() | TEXT),
        other_names=draw(st.lists(TEXT, max_size=3).map(tuple)),
        latitude=draw(st.none() | st.floats(-90, 90)),
        members_total=draw(st.none() | st.integers(0, 10_000)),
        sectors=draw(st.lists(st.sampled_from(vocabulary.sectors()), max_size=3).map(tuple)),
        labels=draw(st.lists(st.builds(Label, issuer=st.none() | TEXT, awarded=st.none() | DATES), max_size=2).map(tuple)),
        extracts=draw(st.dictionaries(LANGUAGES, TEXT, max_size=3)),
        profile_updated_on=draw(st.none() | DATES),
    )


@given(profiles())
def test_a_profile_comes_back_as_it_was(profile: ClusterProfile) -> None:
    assert stored_profile(stored_text(profile)) == profile


@given(profiles())
def test_the_order_in_which_extracts_were_found_changes_nothing(profile: ClusterProfile) -> None:
    turned = profile.model_copy(update={"extracts": dict(reversed(profile.extracts.items()))})
    assert stored_text(turned) == stored_text(profile)


def test_what_is_not_said_is_not_stored_but_a_printed_zero_is() -> None:
    profile = ClusterProfile(network="eccp", source_key="a", url="https://eccp.example/a", name="A", members_total=0)
    assert json.loads(stored_text(profile)).keys() == {"network", "source_key", "url", "name", "members_total"}
