from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from connectors.contract import ParsedProfile
from connectors.network import Network
from sync.normalise import Normalised, normalise
from sync.normalise.profile import PRINTED_FIELDS, is_printed_field
from sync.normalise.texts import PRINTED_LENGTH
from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput

TODAY = date(2026, 11, 23)
Reader = Callable[..., Normalised]


def profile(result: Normalised) -> ClusterProfile:
    assert result.profile is not None, result.findings
    return result.profile


def claim(result: Normalised, field: str) -> ClaimInput:
    return next(claim for claim in result.claims if claim.field == field)


def kinds(result: Normalised) -> list[str]:
    return [finding.kind for finding in result.findings]


def test_an_old_page_gives_its_country_through_its_region(read: Reader) -> None:
    result = read(region="Южен централен (Yuzhen tsentralen)", founded="Tuesday, 13 September, 2011")
    assert (profile(result).country, profile(result).nuts2) == ("BG", "BG42")
    assert profile(result).region_printed == "Южен централен (Yuzhen tsentralen)"
    assert claim(result, "country").printed == ("Южен централен (Yuzhen tsentralen)",)
    assert claim(result, "founded_on").value == '"2011-09-13"'
    assert not result.findings


def test_a_new_page_prints_country_and_region_on_one_line(read: Reader) -> None:
    result = read(country_region="Bulgaria: South-Central (Bulgaria)")
    assert (profile(result).country, profile(result).region_printed, profile(result).nuts2) == (
        "BG",
        "South-Central (Bulgaria)",
        "BG42",
    )
    for field in ("country", "region_printed", "nuts2"):
        assert claim(result, field).printed == ("Bulgaria: South-Central (Bulgaria)",)


def test_an_ambiguous_region_gives_no_country_unless_the_page_prints_one(read: Reader) -> None:
    alone = read(region="Nord-Est")
    assert (profile(alone).country, profile(alone).nuts2) == (None, None)
    assert profile(alone).region_printed == "Nord-Est"
    assert claim(alone, "nuts2").value is None
    assert kinds(alone) == ["ambiguous region"]
    beside = read(region="Nord-Est", country="Romania")
    assert (profile(beside).country, profile(beside).nuts2) == ("RO", "RO21")
    assert not beside.findings


def test_an_unknown_region_leaves_the_country(read: Reader) -> None:
    result = read(country_region="Sweden: The far side")
    assert (profile(result).country, profile(result).nuts2, profile(result).region_printed) == ("SE", None, "The far side")
    assert kinds(result) == ["unknown region"]


def test_a_region_outside_nuts_stays_as_printed_without_a_finding(read: Reader) -> None:
    result = read(country_region="Canada: Ontario")
    assert (profile(result).country, profile(result).region_printed) == ("CA", "Ontario")
    assert not result.findings


def test_two_countries_on_a_page_are_a_contradiction_and_the_first_stays(read: Reader) -> None:
    result = read(country="Sweden", country_region="Norway: Innlandet")
    assert profile(result).country == "SE"
    assert kinds(result) == ["contradiction", "contradiction"]


def test_a_region_that_fell_under_a_count_goes_to_the_region(read: Reader) -> None:
    result = read(staff=("4", "Norra Mellansverige"), members_total="Norra Mellansverige")
    assert (profile(result).staff_min, profile(result).staff_max) == (4, 4)
    assert (profile(result).country, profile(result).nuts2, profile(result).members_total) == ("SE", "SE31", None)
    assert not result.findings


def test_other_text_under_a_count_is_a_finding_and_stays_as_printed(read: Reader) -> None:
    result = read(members_total="about 40")
    assert profile(result).members_total is None
    assert claim(result, "members_total") == ClaimInput(
        "members_total", None, ("about 40",), "https://example.org//paper-province", "0" * 64
    )
    assert [(finding.kind, finding.field, finding.printed) for finding in result.findings] == [
        ("not a count", "members_total", "about 40")
    ]


def test_a_printed_zero_is_zero_and_an_empty_label_is_nothing(read: Reader) -> None:
    result = read(members_startup="0", members_large=())
    assert profile(result).members_startup == 0
    assert claim(result, "members_startup").value == "0"
    assert "members_large" not in {claim.field for claim in result.claims}
    assert not result.findings


def test_a_range_without_an_upper_end_claims_only_the_lower(read: Reader) -> None:
    result = read(staff="25+")
    assert (profile(result).staff_min, profile(result).staff_max) == (25, None)
    assert "staff_max" not in {claim.field for claim in result.claims}


def test_one_unknown_word_does_not_lose_the_others(network: Callable[..., Network], page: Callable[..., ParsedProfile]) -> None:
    words = {"ecosystems": {"Mobility, Transport, Automotive": "Mobility-Transport-Automotive"}}
    printed = ("Digital", "Cross-ecosystem", "mobility,  transport, automotive:")
    result = normalise(page(ecosystems=printed), network(words), today=TODAY)
    assert profile(result).ecosystems == ("Digital", "Mobility-Transport-Automotive")
    assert claim(result, "ecosystems").printed == ("Digital", "Cross-ecosystem", "mobility, transport, automotive:")
    assert [(finding.kind, finding.printed) for finding in result.findings] == [("unknown word", "Cross-ecosystem")]


def test_a_phrasebook_word_that_is_not_in_the_vocabulary_is_a_finding(
    network: Callable[..., Network], page: Callable[..., ParsedProfile]
) -> None:
    result = normalise(page(sectors="Wood"), network({"sectors": {"Wood": "Timber"}}), today=TODAY)
    assert profile(result).sectors == ()
    assert kinds(result) == ["unknown word"]


def test_the_words_that_the_phrasebook_is_for_are_told_whether_it_knows_them_or_not(
    network: Callable[..., Network], page: Callable[..., ParsedProfile]
) -> None:
    book = network({"ecosystems": {"Blue growth": "Agri-food"}})
    result = normalise(page(ecosystems=("Blue growth", "Cross-ecosystem"), sectors="Wood"), book, today=TODAY)
    assert result.phrases == ("values.ecosystems: Blue growth", "values.ecosystems: Cross-ecosystem")


def test_lists_are_never_split_on_commas(read: Reader) -> None:
    result = read(
        s3_priorities="Computer programming, consultancy & related activities", sectors="Marketing, Design, and Publishing"
    )
    assert profile(result).s3_priorities == ("Computer programming, consultancy & related activities",)
    assert profile(result).sectors == ("Marketing, Design, and Publishing",)


def test_names_of_languages_and_countries_in_one_string_are_parted_only_if_all_are_known(read: Reader) -> None:
    result = read(languages="English, Svenska and Deutsch", target_countries=("Bosnia and Herzegovina", "Norway, Atlantis"))
    assert profile(result).languages == ("en", "sv", "de")
    assert profile(result).target_countries == ("BA",)
    assert [(finding.kind, finding.printed) for finding in result.findings] == [("unknown word", "Norway, Atlantis")]


def test_keywords_are_split_and_each_is_kept_once(read: Reader) -> None:
    result = read(keywords="wood, paper (pulp, board); Wood, bioeconomy")
    assert profile(result).keywords == ("wood", "paper (pulp, board)", "bioeconomy")
    assert claim(result, "keywords").printed == ("wood, paper (pulp, board); Wood, bioeconomy",)


def test_a_misprinted_website_is_kept_without_a_domain(read: Reader) -> None:
    result = read(website="wwwcompare.se")
    assert (profile(result).website, profile(result).domain) == ("wwwcompare.se", None)
    assert kinds(result) == ["unusable website"]


def test_a_domain_is_a_claim_of_its_own(read: Reader) -> None:
    result = read(website="https://www.compare.se/")
    assert claim(result, "domain").value == '"compare.se"'
    assert claim(result, "domain").printed == ("https://www.compare.se/",)


def test_a_persons_mail_address_is_nowhere_in_the_result(read: Reader) -> None:
    mail = "elsa.provsson@example.org"
    result = read(
        email=(mail, "Info@Example.org"),
        description=f"Write to {mail} today.",
        memberships=f"Forum ({mail})",
        address=f"Street 1 {mail}",
    )
    assert profile(result).role_email == "info@example.org"
    assert claim(result, "role_email").printed == ("Info@Example.org",)
    assert profile(result).memberships == ("Forum ()",)
    assert "provsson" not in repr(result)
    assert kinds(result).count("personal data removed") == 4


def test_a_name_under_a_mail_label_is_not_repeated(read: Reader) -> None:
    result = read(email="Elsa Provsson")
    assert "Provsson" not in repr(result)
    assert kinds(result) == ["not a mail address"]


def test_of_free_text_only_an_extract_is_stored_also_as_printed_words(read: Reader) -> None:
    result = read(description=("First paragraph.", "word " * 500), description__sv="Kort text.")
    extracts = profile(result).extracts
    assert extracts["sv"] == "Kort text."
    assert extracts["en"].startswith("First paragraph. word")
    assert max(map(len, claim(result, "extracts").printed)) <= 300


def test_a_second_text_in_the_same_language_is_a_finding(read: Reader) -> None:
    result = read(description="One.", description__en="Two.")
    assert profile(result).extracts == {"en": "One."}
    assert kinds(result) == ["more than one value"]


def test_the_founding_date_has_the_precision_that_is_printed(read: Reader) -> None:
    result = read(founded="September 2011")
    assert profile(result).model_dump(mode="json")["founded_on"] == "2011-09"
    assert claim(result, "founded_precision").value == '"month"'
    assert ClusterProfile.model_validate_json(profile(result).model_dump_json()) == profile(result)


def test_an_address_gives_postcode_and_city_where_they_are_not_printed_themselves(read: Reader) -> None:
    result = read(country="Sweden", address="Sommargatan 101A, 656 37 Karlstad", city="Hammarö")
    assert (profile(result).city, profile(result).postcode) == ("Hammarö", "656 37")
    assert claim(result, "city").printed == ("Hammarö", "Sommargatan 101A, 656 37 Karlstad")


def test_the_networks_organisation_type_holds_where_the_page_says_none(
    network: Callable[..., Network], page: Callable[..., ParsedProfile]
) -> None:
    eccp = network({"organisation_type": {"Park": "science_park"}}, organisation_type="cluster")
    silent = normalise(page(organisation_type=()), eccp, today=TODAY)
    assert profile(silent).organisation_type == "cluster"
    assert claim(silent, "organisation_type").printed == ()
    assert profile(normalise(page(organisation_type="park"), eccp, today=TODAY)).organisation_type == "science_park"
    unknown = normalise(page(organisation_type="Guild"), eccp, today=TODAY)
    assert profile(unknown).organisation_type is None
    assert kinds(unknown) == ["unknown word"]


def test_a_page_without_a_usable_name_gives_a_finding_and_no_profile(read: Reader) -> None:
    for name in ((), "-", "\u200b", "+++"):
        result = read(name=name, country="Sweden")
        assert (result.profile, result.claims) == (None, ())
        assert kinds(result)[-1] == "no usable name"


def test_a_name_is_text_and_never_markup(read: Reader) -> None:
    assert profile(read(name="<b>Paper</b> &amp; Pulp")).name == "<b>Paper</b> &amp; Pulp"


def test_a_long_name_is_cut_and_doubted(read: Reader) -> None:
    result = read(name="Paper " * 100)
    assert len(profile(result).name) <= 300
    assert kinds(result) == ["text too long"]


@pytest.mark.parametrize("length", [3_000, 100_000])
def test_a_text_that_strayed_into_a_field_is_cut_and_doubted(read: Reader, length: int) -> None:
    result = read(technologies=("Pulp", "word " * (length // 5)))
    assert [len(technology) <= PRINTED_LENGTH for technology in profile(result).technologies] == [True, True]
    assert kinds(result) == ["text too long"]
    assert str(length - 1) in result.findings[0].because


def test_a_name_that_reads_backwards_is_straightened_and_reported(read: Reader) -> None:
    result = read(name="Paper \u202eProvince")
    assert profile(result).name == "Paper Province"
    assert kinds(result) == ["invisible characters"]


def test_a_second_value_of_a_single_field_is_a_finding(read: Reader) -> None:
    result = read(acronym=("PP", "TPP", "PP"))
    assert profile(result).acronym == "PP"
    assert [(finding.kind, finding.printed) for finding in result.findings] == [("more than one value", "TPP")]
    assert claim(result, "acronym").printed == ("PP", "TPP")


def test_a_mark_that_stands_for_nothing_is_no_value(read: Reader) -> None:
    result = read(acronym="n/a", region="-")
    assert (profile(result).acronym, profile(result).region_printed) == (None, None)
    assert kinds(result) == ["no words", "no words"]


def test_a_printed_field_that_nobody_reads_is_reported(read: Reader) -> None:
    result = read(colour="green", description__klingonese="nuqneH")
    assert [(finding.kind, finding.field, finding.printed) for finding in result.findings] == [
        ("unknown printed field", "colour", "green"),
        ("unknown printed field", "description.klingonese", None),
    ]


def test_findings_and_claims_say_where(network: Callable[..., Network], page: Callable[..., ParsedProfile]) -> None:
    result = normalise(page(era="d7", country="Atlantis"), network(eras=("d7",)), today=TODAY)
    finding = result.findings[0]
    assert (finding.network, finding.source_key, finding.url) == (
        "eccp",
        "paper-province",
        "https://example.org/d7/paper-province",
    )
    assert {(claim.url, claim.era) for claim in result.claims} == {("https://example.org/d7/paper-province", "d7")}


def test_the_json_of_a_claim_is_that_of_the_profile(read: Reader) -> None:
    result = read(
        excellence_label="Gold", latitude="59,38", country="Sverige", languages="svenska", completeness="100% completed"
    )
    values = profile(result).model_dump(mode="json")
    assert {claim.field: json.loads(claim.value) for claim in result.claims if claim.value} == {
        field: values[field] for field in ("name", "labels", "latitude", "country", "languages", "completeness")
    }


@pytest.mark.parametrize("field", [*sorted(PRINTED_FIELDS), "description.sv", "description.bg"])
def test_every_printed_field_of_the_vocabulary_is_read(read: Reader, field: str) -> None:
    result = read(**{field: "Paper 36"})
    assert is_printed_field(field)
    assert "unknown printed field" not in kinds(result)


def test_other_names_are_no_printed_fields() -> None:
    assert not any(map(is_printed_field, ("colour", "description.", "description.klingonese", "domain", "nuts2")))


def test_what_the_pages_charset_garbled_is_a_finding_and_no_value(read: Reader) -> None:
    result = read(
        name="Alpha", city="Malm\ufffd", keywords="design", description="A text of f\ufffdrs and more", region="Sk\ufffdne"
    )
    found = profile(result)
    assert (found.city, found.extracts, found.region_printed, found.keywords) == (None, {}, None, ("design",))
    assert claim(result, "city").printed == ("Malm\ufffd",)
    assert kinds(result).count("garbled text") == 3


def test_a_page_whose_name_is_garbled_is_left_out(read: Reader) -> None:
    result = read(name="\ufffdrebro Cluster", country="Sweden")
    assert result.profile is None
    assert kinds(result) == ["garbled text", "no usable name"]
