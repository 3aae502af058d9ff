from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from connectors.contract import ParsedProfile
from connectors.network import Network
from sync.normalise import Normalised, merge_eras, normalise
from warehouse.rows import RecordInput

TODAY = date(2026, 11, 23)
Eras = Callable[..., RecordInput]


@pytest.fixture
def eccp(network: Callable[..., Network]) -> Network:
    return network(eras=("d7", "d9"))


@pytest.fixture
def merged(eccp: Network, page: Callable[..., ParsedProfile]) -> Eras:
    """Merge an old and a new page, in either order, given their printed fields."""

    def make(d7: dict[str, str], d9: dict[str, str]) -> RecordInput:
        pages = [(era, normalise(page(era=era, **printed), eccp, today=TODAY)) for era, printed in (("d7", d7), ("d9", d9))]
        record = merge_eras(eccp, pages)
        assert merge_eras(eccp, pages[::-1]) == record
        return record

    return make


def test_the_newer_eras_value_wins_and_the_older_stays_as_a_claim(merged: Eras) -> None:
    record = merged({"members_total": "30", "acronym": "PP"}, {"members_total": "36"})
    assert (record.profile.members_total, record.profile.acronym) == (36, "PP")
    assert record.profile.url == "https://example.org/d9/paper-province"
    claims = {(claim.era, claim.value) for claim in record.claims if claim.field == "members_total"}
    assert claims == {("d7", "30"), ("d9", "36")}


def test_a_newer_word_that_was_not_understood_leaves_the_older_value(merged: Eras) -> None:
    assert merged({"members_total": "30"}, {"members_total": "many"}).profile.members_total == 30


def test_a_newer_list_replaces_the_older_one_whole(merged: Eras) -> None:
    assert merged({"technologies": "Pulp"}, {"technologies": "Paper"}).profile.technologies == ("Paper",)


def test_values_that_belong_together_come_from_one_page(merged: Eras) -> None:
    record = merged({"staff": "1-5", "founded": "1 March 1999"}, {"staff": "25+", "founded": "2000"})
    assert (record.profile.staff_min, record.profile.staff_max) == (25, None)
    assert record.profile.model_dump(mode="json")["founded_on"] == "2000"


def test_counts_of_members_come_from_one_page_so_that_no_part_exceeds_the_whole(merged: Eras) -> None:
    record = merged(
        {"members_total": "190", "members_sme": "150", "members_research": "40"}, {"members_total": "100", "members_sme": "80"}
    )
    said = record.profile
    assert (said.members_total, said.members_sme, said.members_research) == (100, 80, None)
    assert ("d7", "40") in {(claim.era, claim.value) for claim in record.claims if claim.field == "members_research"}


def test_an_older_page_still_gives_the_counts_where_the_newer_one_gives_none(merged: Eras) -> None:
    said = merged({"members_total": "190", "members_sme": "150"}, {"members_total": "many"}).profile
    assert (said.members_total, said.members_sme) == (190, 150)


def test_extracts_are_joined_by_language(merged: Eras) -> None:
    record = merged({"description": "Old.", "description__sv": "Gammal."}, {"description": "New."})
    assert record.profile.extracts == {"en": "New.", "sv": "Gammal."}


def test_an_older_region_is_kept_only_in_the_same_country(merged: Eras) -> None:
    same = merged({"region": "Norra Mellansverige"}, {"country": "Sweden"}).profile
    assert (same.country, same.nuts2) == ("SE", "SE31")
    moved = merged({"region": "Norra Mellansverige"}, {"country": "Norway"}).profile
    assert (moved.country, moved.nuts2, moved.region_printed) == ("NO", None, None)


def test_what_was_imported_is_newer_than_any_page_and_leaves_the_record_its_address(
    eccp: Network, page: Callable[..., ParsedProfile]
) -> None:
    pages = [
        (era, normalise(page(era=era, members_total=total), eccp, today=TODAY)) for era, total in (("import", "40"), ("d9", "36"))
    ]
    record = merge_eras(eccp, pages)
    assert (record.profile.members_total, record.profile.url) == (40, "https://example.org/d9/paper-province")
    assert merge_eras(eccp, pages[:1]).profile.url == "https://example.org/import/paper-province"


def test_a_page_without_a_name_takes_no_part(eccp: Network, page: Callable[..., ParsedProfile]) -> None:
    good = normalise(page(era="d7"), eccp, today=TODAY)
    record = merge_eras(eccp, [("d7", good), ("d9", Normalised(None, (), ()))])
    assert record == RecordInput(good.profile, good.claims)  # type: ignore[arg-type]


def test_two_pages_of_one_era_make_one_claim_a_field(eccp: Network, page: Callable[..., ParsedProfile]) -> None:
    first = normalise(page(era="d7", members_total="many"), eccp, today=TODAY)
    second = normalise(page(era="d7", members_total="36"), eccp, today=TODAY)
    record = merge_eras(eccp, [("d7", first), ("d7", second)])
    assert record.profile.members_total == 36
    assert [claim.value for claim in record.claims if claim.field == "members_total"] == ["36"]


def test_an_era_that_the_network_does_not_have_is_an_error(eccp: Network, page: Callable[..., ParsedProfile]) -> None:
    with pytest.raises(ValueError, match="wanted an era of eccp \\('d7', 'd9', 'import'\\), found 'd8'"):
        merge_eras(eccp, [("d8", normalise(page(), eccp, today=TODAY))])


def test_a_record_needs_at_least_one_page_with_a_profile(eccp: Network) -> None:
    with pytest.raises(ValueError, match="wanted at least one page"):
        merge_eras(eccp, [("d7", Normalised(None, (), ()))])
