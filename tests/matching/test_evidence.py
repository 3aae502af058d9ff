"""Evidence: what each kind says, and why."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest

from matching.sameness import evidence, name_evidence
from matching.sameness.comparable import name
from matching.sameness.evidence import Kind
from matching.sameness.likeness import AGREEING, Likeness, compare
from matching.sameness.population import Population
from matching.sameness.records import Facts
from matching.sameness.weights import shipped

WEIGHTS = shipped()
_NUMBERS = count(1)


def record(name: str | None = "Sawmill Valley", **facts: Any) -> Facts:
    return Facts(next(_NUMBERS), facts.pop("network", "eccp"), name, **facts)


def address(left: Facts, right: Facts, *others: Facts) -> evidence.Evidence | None:
    return evidence.address(left, right, Population.of([left, right, *others], WEIGHTS), WEIGHTS)


def naming(left: Facts, right: Facts, *others: Facts) -> name_evidence.Naming:
    found = name_evidence.names(left, right, Population.of([left, right, *others], WEIGHTS), WEIGHTS)
    assert found is not None
    return found


def likeness(left: str, right: str, *places: str) -> Likeness:
    one, other = name(left), name(right)
    assert one is not None
    assert other is not None
    return compare(one, other, frozenset(places)).likeness


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("The Sawmill Province", "Sawmill Province ek. för.", Likeness.EQUAL),
        ("OffshoreVik", "Offshore Vik", Likeness.EQUAL),
        ("Cluster LOOM", "Loom", Likeness.CORE),
        ("York University", "University of York", Likeness.REORDERED),
        ("STUNG Life Science", "STUNS Life Science", Likeness.MISPRINT),
        ("Corolla mi-Cluster", "Corolla gi-Cluster", Likeness.SIBLINGS),
        ("Corolla", "Corolla mi-Cluster", Likeness.CONTAINED),
        ("Wood Cluster", "Wine Cluster", Likeness.UNRELATED),
        ("Agtech 2030", "Agtech 2020", Likeness.SIBLINGS),
    ],
)
def test_names_are_alike_in_one_way(left: str, right: str, expected: Likeness) -> None:
    assert likeness(left, right) is expected
    assert likeness(right, left) is expected


def test_a_place_where_both_are_may_be_missing_from_a_name_but_two_places_are_two_names() -> None:
    assert likeness("Interior Cluster", "Interior Cluster Sweden", "sweden") is Likeness.CORE
    assert likeness("ICT Cluster Plovdiv", "ICT Cluster Sofia", "plovdiv", "sofia") is Likeness.SIBLINGS
    assert likeness("Skåne Food", "Skåne Wood", "skane") is Likeness.UNRELATED


def test_names_without_letters_are_no_evidence_not_even_for_each_other() -> None:
    left, right = record("???"), record("???")
    assert name_evidence.names(left, right, Population.of([left, right], WEIGHTS), WEIGHTS) is None


def test_every_name_is_compared_with_every_name() -> None:
    left = record("Skog Food Network", native_name="Livsmedelsfabriken")
    found = naming(left, record("LIVSMEDELSFABRIKEN"))
    assert found.likeness is Likeness.EQUAL
    assert (found.evidence.left, found.evidence.right) == ("Livsmedelsfabriken", "LIVSMEDELSFABRIKEN")


def test_a_name_that_nobody_else_bears_weighs_more_than_a_generic_one() -> None:
    rare = naming(record("Packbrygga"), record("Packbrygga")).evidence.weight
    generic = naming(record("ICT Cluster"), record("ICT Cluster")).evidence.weight
    assert rare > generic + 3


def test_a_rare_word_becomes_common_when_many_records_bear_it() -> None:
    others = [record(f"Zephyr {letter * 5}") for letter in "abcdefghijklmnop"]
    assert (
        naming(record("Zephyr"), record("Zephyr"), *others).evidence.weight
        < naming(record("Zephyr"), record("Zephyr")).evidence.weight
    )


def test_records_of_several_networks_do_not_make_their_own_name_common() -> None:
    networks = [record("Packbrygga", network=network) for network in ("tci", "eca", "esca", "wikidata", "cordis")]
    left, right = record("Packbrygga", network="eccp"), record("Packbrygga", network="csv")
    assert naming(left, right, *networks).evidence.weight == naming(left, right).evidence.weight


def test_an_acronym_meets_the_name_that_it_is_built_from() -> None:
    found = naming(record("RXCAB"), record("Rail and Xylography Cluster of Aland Beaches"))
    assert found.likeness is Likeness.ACRONYM
    assert found.evidence.weight > 0
    assert found.evidence.kind is Kind.NAME


def test_an_acronym_that_branches_share_gives_way_to_names_that_part_company() -> None:
    alike = naming(record("Qvx Loom", acronym="QVX"), record("Qvx Harbour", acronym="QVX"))
    assert alike.likeness not in AGREEING
    assert alike.evidence.weight < naming(record("QVX"), record("Qvx Loom", acronym="QVX")).evidence.weight


def test_a_line_of_two_names_is_not_told_apart_from_either() -> None:
    assert naming(record("Biofolk (Denmark's Living Cluster)"), record("Biofolk")).likeness is Likeness.EQUAL


@pytest.mark.parametrize(
    ("left", "right", "because"),
    [
        ("https://www.sawmill.se/", "http://sawmill.se/en/index.html", "the same website"),
        ("https://mill.se", "https://mill.se/one-cluster", "a website and a page of it"),
        ("https://mill.se/other", "https://mill.se/one-cluster", "two pages of one website"),
        ("https://one.mill.se", "https://two.mill.se", "sites under one domain"),
    ],
)
def test_how_much_of_an_address_two_records_share(left: str, right: str, because: str) -> None:
    domain = "sawmill.se" if "sawmill" in left else "mill.se"
    found = address(record(website=left, domain=domain), record(website=right, domain=domain))
    assert found is not None
    assert found.because == because


def test_the_less_of_an_address_is_shared_the_less_it_weighs() -> None:
    sites = ["https://mill.se", "https://mill.se/one", "https://two.mill.se"]
    found = [
        address(record(website="https://mill.se", domain="mill.se"), record(website=site, domain="mill.se")) for site in sites
    ]
    weights = [one.weight for one in found if one is not None]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 3


def test_an_address_that_differs_in_its_ending_only_speaks_for_and_another_one_against() -> None:
    left = record(website="https://sawmill.se", domain="sawmill.se")
    ending, other = (record(website=f"https://{domain}", domain=domain) for domain in ("sawmill.com", "winery.se"))
    alike, apart = address(left, ending), address(left, other)
    assert alike is not None
    assert apart is not None
    assert alike.weight > 0 > apart.weight


@pytest.mark.parametrize("domain", ["facebook.com", "linkedin.com", "wordpress.com"])
def test_a_host_that_everybody_uses_says_nothing_either_way(domain: str) -> None:
    shared = record(website=f"https://{domain}/sawmill", domain=domain)
    assert address(shared, record(website=f"https://{domain}/sawmill", domain=domain)) is None
    assert address(shared, record(website="https://sawmill.se", domain="sawmill.se")) is None


def test_a_host_that_three_differently_named_records_of_one_network_use_says_nothing() -> None:
    housed = [
        record(printed, website="https://harbourpark.se", domain="harbourpark.se")
        for printed in ("Fog Arena", "Kelp Hub", "Tidewater")
    ]
    assert address(*housed) is None
    assert address(*housed[:2]) is not None


def test_one_body_under_names_in_several_languages_keeps_its_address() -> None:
    names = {"eccp": "Food Valley Skog", "tci": "Livsmedelsfabriken", "eca": "Skogs mat"}
    records = [
        record(printed, network=network, website="https://skogsmat.se", domain="skogsmat.se")
        for network, printed in names.items()
    ]
    assert address(*records) is not None


def test_a_mailbox_at_a_provider_counts_whole_and_its_domain_not_at_all() -> None:
    one, same, other = (record(role_email=f"{box}@gmail.com") for box in ("info.sawmill", "info.sawmill", "info.winery"))
    found = address(one, same)
    assert found is not None
    assert found.because == "the same mailbox"
    assert address(one, other) is None


def test_the_mail_domain_of_one_record_meets_the_website_of_the_other() -> None:
    found = address(record(role_email="info@sawmill.se"), record(website="https://sawmill.se", domain="sawmill.se"))
    assert found is not None
    assert found.weight == WEIGHTS.address.same_mail_domain


def test_a_switchboard_of_many_says_nothing() -> None:
    one, other = record(phone="+46700000000"), record(phone="+46700000000")
    others = [record(printed, phone="+46700000000") for printed in ("Fog Arena", "Kelp Hub")]
    assert evidence.phone(one, other, Population.of([one, other], WEIGHTS), WEIGHTS) is not None
    assert evidence.phone(one, other, Population.of([one, other, *others], WEIGHTS), WEIGHTS) is None


def test_a_city_in_two_languages_does_not_speak_against_within_one_region() -> None:
    found = evidence.place(record(city="Gothenburg", nuts2="SE23"), record(city="Göteborg", nuts2="SE23"), WEIGHTS)
    assert found is not None
    assert found.weight > 0


def test_cities_that_differ_speak_against_where_no_region_says_otherwise() -> None:
    found = evidence.place(record(city="Sofia"), record(city="Plovdiv"), WEIGHTS)
    assert found is not None
    assert found.weight < 0


@pytest.mark.parametrize(
    ("left", "right", "sign"),
    [
        (date(1999, 3, 17), date(1999, 3, 17), 4.0),
        (date(2011, 1, 1), date(2011, 9, 13), 0.8),
        (date(2011, 1, 1), date(2011, 1, 1), 0.8),
        (date(2006, 1, 1), date(2019, 1, 1), -2.0),
    ],
)
def test_founding_dates_weigh_by_how_exact_they_agree(left: date, right: date, sign: float) -> None:
    found = evidence.founded(record(founded_on=left), record(founded_on=right), WEIGHTS)
    assert found is not None
    assert found.weight == sign


def test_one_year_between_two_registers_says_nothing() -> None:
    assert evidence.founded(record(founded_on=date(2010, 1, 1)), record(founded_on=date(2011, 1, 1)), WEIGHTS) is None


def test_a_science_park_and_a_cluster_under_another_name_are_host_and_hosted() -> None:
    park, cluster = record("Harbour Science Park", network="tci"), record("Fog Arena", organisation_type="cluster")
    (found,) = evidence.body(park, cluster, Likeness.UNRELATED, WEIGHTS)
    assert found.weight == WEIGHTS.body.host_and_hosted


def test_a_body_that_keeps_its_name_may_be_called_agency_and_cluster() -> None:
    agency, cluster = record(network="tci", organisation_type="agency"), record(organisation_type="cluster")
    (found,) = evidence.body(agency, cluster, Likeness.EQUAL, WEIGHTS)
    assert found.weight == WEIGHTS.body.other_kind


def test_one_network_rarely_lists_a_body_twice_under_names_that_differ() -> None:
    (found,) = evidence.body(record("Fog Arena"), record("Kelp Hub"), Likeness.UNRELATED, WEIGHTS)
    assert found.weight == WEIGHTS.body.twice_in_one_network
    assert list(evidence.body(record(), record(), Likeness.EQUAL, WEIGHTS)) == []


def test_what_is_not_said_is_no_evidence() -> None:
    bare = record(), record()
    assert [
        evidence.country(*bare, WEIGHTS),
        evidence.place(*bare, WEIGHTS),
        evidence.founded(*bare, WEIGHTS),
        address(*bare),
    ] == [None] * 4
