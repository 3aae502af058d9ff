from __future__ import annotations

from collections.abc import Callable
from datetime import date

from connectors.contract import ParsedProfile
from connectors.network import Correction, Network
from sync.normalise import Normalised, merge_findings, normalise

TODAY = date(2026, 11, 23)


def correction(field: str, printed: str, value: str, source_key: str = "paper-province") -> Correction:
    return Correction(source_key=source_key, field=field, printed=printed, value=value, because="we asked", on=date(2026, 1, 2))


def corrected(network: Callable[..., Network], page: ParsedProfile, *corrections: Correction) -> Normalised:
    return normalise(page, network(corrections=corrections), today=TODAY)


def test_a_corrected_word_is_read_as_its_correction_and_claimed_as_printed(
    network: Callable[..., Network], page: Callable[..., ParsedProfile]
) -> None:
    result = corrected(network, page(website="wwwcompare.se"), correction("website", "wwwcompare.se", "https://www.compare.se"))
    assert result.profile is not None
    assert (result.profile.website, result.profile.domain) == ("https://www.compare.se", "compare.se")
    assert {claim.printed for claim in result.claims if claim.field in ("website", "domain")} == {("wwwcompare.se",)}
    assert not result.findings


def test_a_correction_may_name_our_field_instead_of_the_printed_one(
    network: Callable[..., Network], page: Callable[..., ParsedProfile]
) -> None:
    result = corrected(network, page(region="Nord-Est"), correction("nuts2", "Nord-Est", "RO21"))
    assert result.profile is not None
    assert (result.profile.country, result.profile.nuts2, result.profile.region_printed) == ("RO", "RO21", "Nord-Est")


def test_one_word_of_a_list_can_be_corrected(network: Callable[..., Network], page: Callable[..., ParsedProfile]) -> None:
    result = corrected(network, page(ecosystems=("Digital", "Helth")), correction("ecosystems", "Helth", "Health"))
    assert result.profile is not None
    assert result.profile.ecosystems == ("Digital", "Health")


def test_a_correction_of_nothing_fills_a_field_that_the_page_does_not_print(
    network: Callable[..., Network], page: Callable[..., ParsedProfile]
) -> None:
    result = corrected(network, page(), correction("nuts2", "", "SE31"))
    assert result.profile is not None
    assert (result.profile.country, result.profile.nuts2) == ("SE", "SE31")
    assert not result.findings


def test_a_correction_of_another_record_does_nothing(network: Callable[..., Network], page: Callable[..., ParsedProfile]) -> None:
    result = corrected(network, page(acronym="PP"), correction("acronym", "PP", "TPP", source_key="compare"))
    assert result.profile is not None
    assert result.profile.acronym == "PP"
    assert not result.findings


def test_a_correction_whose_words_are_gone_is_reported(
    network: Callable[..., Network], page: Callable[..., ParsedProfile]
) -> None:
    for printed in ({"website": "https://www.compare.se"}, {}):
        result = corrected(network, page(**printed), correction("website", "wwwcompare.se", "https://www.compare.se"))
        assert [(finding.kind, finding.field, finding.printed) for finding in result.findings] == [
            ("correction no longer needed", "website", "wwwcompare.se")
        ]


def test_a_correction_is_reported_only_if_no_page_of_the_record_needs_it(
    network: Callable[..., Network], page: Callable[..., ParsedProfile]
) -> None:
    fix = correction("website", "wwwcompare.se", "https://www.compare.se")
    old = corrected(network, page(website="wwwcompare.se", country="Atlantis"), fix)
    new = corrected(network, page(website="https://www.compare.se"), fix)
    assert [finding.kind for finding in merge_findings([old, new])] == ["unknown word"]
    assert [finding.kind for finding in merge_findings([new, new])] == ["correction no longer needed"]
    assert merge_findings([]) == ()
