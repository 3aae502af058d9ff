from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.pages import Site
from demo.truth import EXTRACT_LENGTH, TruthPage, extract, records, same_organisation
from warehouse.profile import ClusterProfile

pytestmark = pytest.mark.xdist_group("demo")


def _page(key: str, era: str, organisation: str, **facts: object) -> TruthPage:
    return TruthPage("eccp", f"/{era}/{key}", key, era, "dl", organisation, facts, {}, frozenset())


def test_the_truth_speaks_the_language_of_the_warehouse(site: Site) -> None:
    for page in site.truth:
        identity = {"network": page.network, "source_key": page.source_key, "url": f"http://replica{page.path}"}
        partial = {"day": "", "month": "-01", "year": "-01-01"}[str(page.facts.get("founded_precision", "day"))]
        whole = {"founded_on": f"{page.facts['founded_on']}{partial}"} if "founded_on" in page.facts else {}
        profile = ClusterProfile.model_validate({**page.facts, **identity, **whole})
        stored = profile.model_dump(mode="json")
        assert {field: stored[field] for field in page.facts} == dict(page.facts), page.path


def test_generated_and_printed_fields_are_fields_that_the_page_states(site: Site) -> None:
    for page in site.truth:
        assert page.generated <= page.facts.keys() == page.printed.keys()
        assert [field for field, words in page.printed.items() if not words] == ["organisation_type"]


def test_no_truth_states_an_empty_list(site: Site) -> None:
    assert not [page.path for page in site.truth if [] in page.facts.values()]


def test_the_newer_era_wins_field_by_field() -> None:
    older = _page("a", "d7", "org-1", name="Old", members_other=3)
    newer = _page("a", "d9", "org-1", name="New", completeness=90)
    record = records([newer, older])["a"]
    assert record.facts == {"name": "New", "members_other": 3, "completeness": 90}
    assert record.pages == (older, newer)


def test_counts_of_members_are_those_of_the_newest_page_that_has_any() -> None:
    older = _page("a", "d7", "org-1", name="Old", members_total=9, members_other=3)
    assert records([older, _page("a", "d9", "org-1", members_total=2)])["a"].facts == {"name": "Old", "members_total": 2}


def test_keys_of_one_organisation_are_the_same_and_others_are_not() -> None:
    pages = [_page("a", "d7", "org-1"), _page("b", "d9", "org-1"), _page("c", "d9", "org-2"), _page("a", "d9", "org-1")]
    assert sorted(map(sorted, same_organisation(pages))) == [[("eccp", "a"), ("eccp", "b")], [("eccp", "c")]]


def test_one_key_on_two_networks_is_two_records() -> None:
    there = TruthPage("tci", "/a", "a", "", "dl", "org-1", {"name": "There"}, {}, frozenset())
    pages = [_page("a", "d7", "org-1", name="Here"), there]
    assert same_organisation(pages) == [frozenset({("eccp", "a"), ("tci", "a")})]
    assert records(pages)["a"].facts == {"name": "Here"}
    assert records(pages, "tci")["a"].facts == {"name": "There"}


def test_texts_of_all_eras_are_kept_by_language() -> None:
    swedish = TruthPage("clusters_of_sweden", "/sv/a", "a", "sv", "dl", "org-1", {"extracts": {"sv": "Hej"}}, {}, frozenset())
    english = TruthPage("clusters_of_sweden", "/a", "a", "en", "dl", "org-1", {"extracts": {"en": "Hello"}}, {}, frozenset())
    assert records([english, swedish], "clusters_of_sweden")["a"].facts == {"extracts": {"sv": "Hej", "en": "Hello"}}


def test_some_organisations_have_several_keys_so_that_sameness_has_work(site: Site) -> None:
    several = [keys for keys in same_organisation(site.truth) if len(keys) > 1]
    assert len(several) >= 25
    assert frozenset({("eccp", "node/595"), ("eccp", "paper-province")}) in several
    assert len(same_organisation(site.truth)) == 479  # of 484; five join later


@given(st.lists(st.text("abcdé", min_size=1, max_size=30), max_size=60).map(" ".join))
def test_an_extract_is_short_and_ends_between_words(text: str) -> None:
    short = extract(text)
    assert len(short) <= EXTRACT_LENGTH
    assert short == text or text.startswith(short.removesuffix("…") + " ")
