"""Judging: from evidence to a verdict, and the known traps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from matching.sameness.judging import Opinion, judge, logistic
from matching.sameness.population import Population
from matching.sameness.records import Facts
from matching.sameness.weights import checked, shipped
from matching.sameness.words import read_toml
from warehouse.rows import Verdict


def opinion(left: dict[str, Any], right: dict[str, Any], *others: dict[str, Any]) -> Opinion:
    """The opinion on the first two of these records, of two networks unless they say otherwise."""
    records = [
        Facts(number, facts.get("network", f"network {number}"), **{key: said for key, said in facts.items() if key != "network"})
        for number, facts in enumerate([left, right, *others], 1)
    ]
    return judge(records[0], records[1], Population.of(records, shipped()), shipped())


def site(domain: str) -> dict[str, Any]:
    return {"website": f"https://www.{domain}/", "domain": domain}


def test_a_distinctive_name_and_the_country_are_enough() -> None:
    assert opinion({"name": "Packbrygga", "country": "SE"}, {"name": "PackBrygga AB", "country": "SE"}).verdict is Verdict.SAME


def test_a_name_alone_never_decides() -> None:
    found = opinion({"name": "Packbrygga Zinkgruvan"}, {"name": "Packbrygga Zinkgruvan"})
    assert found.verdict is not Verdict.SAME


@pytest.mark.parametrize(("left", "right"), [("Halle A", "Halle E"), ("Zephyr I", "Zephyr O"), ("Zephyr 1", "Zephyr 2")])
def test_names_that_only_a_letter_or_a_figure_at_the_end_tells_apart_are_two_bodies_of_one_city(left: str, right: str) -> None:
    here = {"country": "SE", "city": "Lund"}
    assert opinion({"name": left, **here}, {"name": right, **here}).probability < 0.35
    assert opinion({"name": left, "phone": "+461", **here}, {"name": right, "phone": "+461", **here}).verdict is Verdict.UNSURE


def test_an_address_alone_never_decides() -> None:
    facts = {"name": None, "role_email": "info@packbrygga.se", **site("packbrygga.se")}
    assert opinion(facts, facts).verdict is not Verdict.SAME


def test_a_generic_name_in_two_cities_is_two_bodies() -> None:
    found = opinion(
        {"name": "ICT Cluster", "country": "BG", "city": "Sofia"}, {"name": "ICT Cluster", "country": "BG", "city": "Plovdiv"}
    )
    assert found.verdict is not Verdict.SAME
    assert found.probability < 0.35


def test_a_generic_name_and_the_country_are_not_enough() -> None:
    assert opinion({"name": "ICT Cluster", "country": "BG"}, {"name": "ICT Cluster", "country": "BG"}).verdict is not Verdict.SAME


def test_an_acronym_as_name_is_its_full_form() -> None:
    full = {"name": "CLUSTERO - Romanian Cluster Association", "country": "RO"}
    assert opinion({"name": "CLUSTERO", "country": "RO"}, full).verdict is Verdict.SAME


def test_two_alliances_of_nearly_one_name_founded_years_apart_are_two() -> None:
    older = {"name": "European Cluster Alliance", "country": "BE", "city": "Brussels", "founded_on": date(2006, 1, 1)}
    younger = {"name": "European Clusters Alliance", "country": "BE", "city": "Brussels", "founded_on": date(2019, 1, 1)}
    assert opinion(older, younger).verdict is not Verdict.SAME
    assert opinion(older | {"founded_on": None}, younger).verdict is not Verdict.SAME


def test_the_same_words_in_another_order_are_another_body() -> None:
    left, right = {"name": "York University", "country": "CA"}, {"name": "University of York", "country": "GB"}
    assert opinion(left, right).probability < 0.05
    assert opinion(left, right | {"country": "CA"}).verdict is not Verdict.SAME


def test_a_body_in_two_countries_is_one_where_its_site_says_so() -> None:
    left, right = ({"name": "Medicon Valley Alliance", "country": country, **site("mva.org")} for country in ("DK", "SE"))
    assert opinion(left, right).verdict is Verdict.SAME


def test_a_body_in_two_countries_without_a_site_is_for_a_person_to_judge() -> None:
    left, right = ({"name": "Medicon Valley Alliance", "country": country} for country in ("DK", "SE"))
    assert opinion(left, right).verdict is Verdict.UNSURE


def test_one_name_in_two_countries_and_two_cities_is_two_bodies() -> None:
    left = {"name": "Finance Innovation", "country": "NO", "city": "Bergen", **site("financeinnovation.no")}
    right = {"name": "Finance Innovation", "country": "FR", "city": "Paris"}
    assert opinion(left, right).verdict is Verdict.DIFFERENT


def test_a_science_park_and_the_cluster_that_it_houses_are_two_though_they_share_site_and_city() -> None:
    shared = {"country": "SE", "city": "Linköping", **site("mjardevi.se")}
    found = opinion({"name": "Mjärdevi Science Park", **shared}, {"name": "IoT World", "organisation_type": "cluster", **shared})
    assert found.verdict is not Verdict.SAME


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Corallia", "mi-Cluster"),
        ("Corallia", "Corallia gi-Cluster"),
        ("Corallia mi-Cluster", "Corallia gi-Cluster"),
        ("mi-Cluster", "si-Cluster"),
    ],
)
def test_a_body_and_its_clusters_are_several_though_they_share_site_and_city(left: str, right: str) -> None:
    family = [
        {"name": printed, "network": "eccp", "country": "GR", "city": "Athens", **site("corallia.org")}
        for printed in ("Corallia", "mi-Cluster", "Corallia gi-Cluster", "si-Cluster")
    ]
    shared = {"network": "eccp", "country": "GR", "city": "Athens", **site("corallia.org")}
    assert opinion({"name": left, **shared}, {"name": right, **shared}, *family).verdict is not Verdict.SAME


def test_names_in_two_languages_on_two_networks_are_one_body_by_site_and_country() -> None:
    left = {"name": "Skåne Food Innovation Network", "country": "SE", **site("livsmedelsakademin.se")}
    right = {"name": "Livsmedelsakademin", "country": "SE", **site("livsmedelsakademin.se")}
    assert opinion(left, right).verdict is Verdict.SAME


def test_a_misprint_in_a_name_does_not_part_a_body_of_one_site() -> None:
    left = {"name": "STUND Life Science", "country": "SE", **site("stuns.se")}
    assert opinion(left, left | {"name": "STUNS Life Science"}).verdict is Verdict.SAME


def test_two_pages_of_one_profile_in_one_network_are_one_body() -> None:
    facts = {
        "network": "eccp",
        "name": "Green Synergy Cluster",
        "country": "BG",
        "nuts2": "BG42",
        "founded_on": date(2011, 9, 13),
    }
    assert (
        opinion(facts, facts | {"name": "Клъстер Зелена синергия", "other_names": ("Green Synergy Cluster",)}).verdict
        is Verdict.SAME
    )


def test_bodies_that_share_only_a_city_are_not_worth_a_thought() -> None:
    shared = {"country": "LV", "city": "Riga", "nuts2": "LV00"}
    assert opinion({"name": "Amber Arena", **shared}, {"name": "Granite Guild", **shared}).verdict is None


def test_an_opinion_says_its_reasons_and_what_speaks_against() -> None:
    left = {"name": "Packbrygga", "country": "SE", **site("packbrygga.se")}
    because = opinion(left, {"name": "Packbrygga", "country": "DK", **site("packbrygga.se")}).because
    assert "the same website ('packbrygga.se')" in because
    assert "Against: different countries ('SE' and 'DK')" in because


def test_the_logistic_is_safe_at_both_ends() -> None:
    assert logistic(0) == 0.5
    assert logistic(-1000) == 0.0
    assert logistic(1000) == 1.0


def test_a_missing_or_unknown_weight_is_named() -> None:
    facts = read_toml("weights/sameness.toml")
    del facts["phone"]["same"]
    facts["country"]["sme"] = 1.0
    with pytest.raises(ValidationError, match=r"(?s)phone\.same.*country\.sme"):
        checked(facts)


WORDS = st.sampled_from(
    ["Packbrygga", "Food", "Cluster", "Skåne", "ICT", "Corolla", "Park", "AB", "(ex Vik)", "– Hub", "QVX", "of"]
)
FACTS = st.fixed_dictionaries(
    {
        "name": st.none() | st.lists(WORDS, min_size=1, max_size=4).map(" ".join),
        "acronym": st.sampled_from([None, "QVX", "PFC"]),
        "country": st.sampled_from([None, "SE", "DK"]),
        "city": st.sampled_from([None, "Lund", "Aarhus"]),
        "nuts2": st.sampled_from([None, "SE22", "DK04"]),
        "domain": st.sampled_from([None, "packbrygga.se", "facebook.com", "corolla.org"]),
        "network": st.sampled_from(["eccp", "tci"]),
        "organisation_type": st.sampled_from([None, "cluster", "agency"]),
        "founded_on": st.sampled_from([None, date(2006, 1, 1), date(2019, 5, 5)]),
    }
)


NOTHING = dict.fromkeys(("acronym", "country", "city", "nuts2", "domain", "organisation_type", "founded_on"))


@given(FACTS, FACTS)
@example(
    NOTHING | {"name": "Packbrygga Skåne", "domain": "facebook.com", "network": "eccp"},
    NOTHING | {"name": "Packbrygga Food (ex Vik)", "network": "tci"},
)
def test_it_does_not_matter_which_record_comes_first(left: dict[str, Any], right: dict[str, Any]) -> None:
    one, other = opinion(left, right), opinion(right, left)
    assert one.verdict is other.verdict
    assert one.probability == pytest.approx(other.probability)


@given(FACTS, FACTS)
def test_same_always_rests_on_two_kinds_of_evidence(left: dict[str, Any], right: dict[str, Any]) -> None:
    found = opinion(left, right)
    assert found.verdict is not Verdict.SAME or len({one.kind for one in found.evidence if one.weight > 0}) >= 2
