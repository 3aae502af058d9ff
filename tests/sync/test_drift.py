"""What a page that is read again may lose: an edit is believed, another layout is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import ParsedProfile
from connectors.network import Expectations
from sync.drift import Drift, examine, thinner
from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput, RecordInput

FIELDS = (
    "country", "city", "postcode", "website", "role_email", "phone", "founded_on", "staff_min", "members_total", "sectors",
    "technologies", "keywords",
)  # fmt: skip
EXPECT = Expectations()
Said = Mapping[str, str | None]
"""Field -> its value; None: words stand there that nobody understands."""


def page(key: str, era: str = "d9", labels: Sequence[str] = ()) -> ParsedProfile:
    return ParsedProfile(key, f"https://n.example/{key}", {}, f"{key}-{era}", era, unread_labels=tuple(labels))


def record(key: str, **eras: Said) -> RecordInput:
    profile = ClusterProfile(network="n", source_key=key, url=f"https://n.example/{key}", name=key)
    claims = [
        ClaimInput(field, None if value is None else f'"{value}"', (value or "words",), profile.url, "0" * 64, era)
        for era, said in eras.items()
        for field, value in {"name": key, **said}.items()
    ]
    return RecordInput(profile, tuple(claims))


def said(*fields: str) -> dict[str, str | None]:
    return dict.fromkeys(fields, "value")


def read_again(
    now: Said,
    before: Sequence[str] = FIELDS,
    labels: Sequence[str] = (),
    known: Sequence[str] = (),
    expect: Expectations = EXPECT,
) -> Drift:
    """One page that said ``before`` and says ``now``."""
    earlier = {("paper", "d9"): frozenset(("name", *before))}
    return examine("n", [page("paper", labels=labels)], [record("paper", d9=now)], earlier, {"paper": set(known)}, expect)


def kinds(found: Drift) -> list[str]:
    return [finding.kind for finding in found.findings]


def test_a_page_that_says_what_it_said_is_believed() -> None:
    assert read_again(said(*FIELDS)) == Drift(frozenset(), 0, (), ())


def test_a_cluster_may_take_its_telephone_off_its_page() -> None:
    assert read_again(said(*(field for field in FIELDS if field != "phone"))) == Drift(frozenset(), 0, (), ())


@given(lost=st.sets(st.sampled_from(FIELDS), max_size=4))
def test_an_edit_that_takes_a_third_away_and_brings_no_new_label_is_believed(lost: set[str]) -> None:
    assert (
        read_again(said(*(field for field in FIELDS if field not in lost)), labels=["Mascot"], known=["Mascot"]).doubted == set()
    )


@given(lost=st.sets(st.sampled_from(FIELDS), min_size=5))
def test_a_page_that_lost_more_than_four_in_ten_of_its_fields_is_another_page(lost: set[str]) -> None:
    found = read_again(said(*(field for field in FIELDS if field not in lost)))
    assert (found.doubted, found.pages_changed, kinds(found)) == ({"paper"}, 1, ["page lost values"])
    assert f"({', '.join(sorted(lost))})" in found.findings[0].because


def test_of_a_page_with_few_fields_two_may_go() -> None:
    assert read_again(said("country"), before=("country", "city", "phone")).doubted == set()
    assert read_again({}, before=("country", "city", "phone")).doubted == {"paper"}


def test_fields_that_are_read_from_the_same_words_are_one_loss() -> None:
    before = ("website", "domain", "founded_on", "founded_precision", "country", "city")
    assert read_again(said("country", "city"), before=before).doubted == set()


def test_a_page_that_loses_a_field_and_shows_a_new_label_keeps_its_values_until_the_label_is_known() -> None:
    found = read_again(said(*FIELDS[:-2], "keywords"), labels=["Key technologies", "Mascot"], known=["Mascot"])
    assert (found.doubted, found.pages_changed) == ({"paper"}, 0)
    assert [(one.kind, one.field, one.printed) for one in found.findings] == [
        ("label may be renamed", "technologies", "Key technologies")
    ]


def test_a_new_label_on_a_page_that_lost_nothing_is_no_doubt() -> None:
    assert read_again(said(*FIELDS), labels=["Mascot"]).doubted == set()


def test_words_that_were_understood_and_no_longer_are_keep_the_value_that_they_had() -> None:
    found = read_again({**said(*FIELDS), "founded_on": None})
    assert found.doubted == {"paper"}
    assert [(one.kind, one.field, one.printed) for one in found.findings] == [
        ("words no longer understood", "founded_on", "words")
    ]


def test_words_that_were_never_understood_are_no_doubt() -> None:
    assert read_again({**said("country"), "founded_on": None}, before=("country",)).doubted == set()


@pytest.mark.parametrize("nothing", ["-", "n/a"])
def test_a_field_that_now_says_that_it_is_empty_is_an_edit(nothing: str) -> None:
    empty = record("paper", d9=said(*FIELDS[1:]))
    claim = ClaimInput("country", None, (nothing,), empty.profile.url, "0" * 64, "d9")
    again = RecordInput(empty.profile, (*empty.claims, claim))
    earlier = {("paper", "d9"): frozenset(FIELDS)}
    assert examine("n", [page("paper")], [again], earlier, {}, EXPECT).doubted == set()


def test_a_page_is_compared_with_its_own_generation_and_not_with_what_an_older_page_still_says() -> None:
    earlier = {("paper", era): frozenset(FIELDS) for era in ("d7", "d9")}
    both = record("paper", d7=said(*FIELDS), d9={})
    assert examine("n", [page("paper", "d7"), page("paper", "d9")], [both], earlier, {}, EXPECT).doubted == {"paper"}


def test_a_generation_whose_page_is_gone_has_lost_nothing_on_a_page() -> None:
    earlier = {("paper", era): frozenset(FIELDS) for era in ("d7", "d9")}
    assert examine("n", [page("paper", "d7")], [record("paper", d7=said(*FIELDS))], earlier, {}, EXPECT).doubted == set()


def test_a_page_that_is_read_for_the_first_time_is_compared_with_nothing() -> None:
    assert examine("n", [page("paper", labels=["Mascot"])], [record("paper", d9={})], {}, {}, EXPECT).doubted == set()


def many(without: int, total: int = 16, expect: Expectations = EXPECT) -> Drift:
    """So many pages read again that had technologies, of which the first ``without`` have lost them."""
    keys = [f"c{number}" for number in range(total)]
    less = said(*(field for field in FIELDS if field != "technologies"))
    records = [record(key, d9=less if number < without else said(*FIELDS)) for number, key in enumerate(keys)]
    earlier = {(key, "d9"): frozenset(FIELDS) for key in keys}
    return examine("n", [page(key) for key in keys], records, earlier, {}, expect)


def test_a_field_that_most_pages_read_again_have_lost_holds_the_network() -> None:
    found = many(without=16)
    assert found.doubts == ("wanted technologies still in most of the 16 profiles read again that had it, found it in 0",)
    assert found.doubted == set()


@pytest.mark.parametrize(("without", "total"), [(8, 16), (4, 4)])
def test_half_of_the_pages_or_a_few_may_lose_a_field(without: int, total: int) -> None:
    assert many(without, total).doubts == ()


def test_how_many_may_lose_a_field_can_be_said_of_a_network() -> None:
    assert many(16, expect=EXPECT.model_copy(update={"field_lost_at_most": 1.0})).doubts == ()
    assert many(16, expect=EXPECT.model_copy(update={"field_lost_from": 17})).doubts == ()


def test_an_exception_excuses_a_page_and_says_when_it_is_no_longer_needed() -> None:
    allowed = EXPECT.model_copy(update={"may_lose": ("paper",)})
    assert read_again({}, expect=allowed) == Drift(frozenset(), 0, (), ())
    assert kinds(read_again(said(*FIELDS), expect=allowed)) == ["exception no longer needed"]


def thin(now: float, profiles: int = 100, had: int = 80) -> list[str]:
    before = [frozenset(("name", "phone"))] * had + [frozenset(("name",))] * (100 - had)
    return list(thinner({"name": 1.0, "phone": now}, profiles, before, 0.85, EXPECT))


def test_a_field_that_is_much_rarer_than_in_the_last_good_run_is_a_doubt() -> None:
    assert thin(0.6) == ["wanted phone in at least 68.0% of profiles (85% of its share in the last good run), found it in 60.0%"]


@given(share=st.floats(0.68, 1.0))
def test_a_field_that_keeps_most_of_its_share_is_none(share: float) -> None:
    assert thin(share) == []


def test_a_rare_field_that_a_few_clusters_drop_is_none() -> None:
    assert thin(0.02, had=6) == []
    assert thin(0.0, had=6) != []


def test_a_first_run_has_nothing_to_be_compared_with() -> None:
    assert list(thinner({}, 100, [], 0.85, EXPECT)) == []
