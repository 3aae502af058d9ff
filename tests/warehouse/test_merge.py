"""From records to organisations: every value from a source that can be named, conflicts in plain sight."""

from __future__ import annotations

from datetime import date

import pytest

from warehouse import organisations
from warehouse.merge_fields import value_fields
from warehouse.rows import Organisation, RecordInput

BOTH = [("eccp", "a"), ("tci", "x")]


def two_sources(nights, eccp: dict, tci: dict, *precedence: str, **more: object) -> dict:
    """One organisation that eccp lists as a, and tci as x."""
    nights.load(nights.record("a", **eccp))
    nights.load(nights.record("x", network="tci", **tci), network="tci", same_night=True)
    nights.group(BOTH)
    nights.rebuild(*precedence, **more)
    return nights.cluster(1)


def because(nights, field: str) -> list[tuple]:
    return nights.rows("SELECT network, is_shown, because FROM claims WHERE field = ? ORDER BY network", field)


def test_every_field_of_a_profile_reaches_the_analysts_table(nights) -> None:
    nights.load(nights.record("a"))
    nights.group()
    nights.rebuild()
    assert set(value_fields()) - nights.cluster(1).keys() == {"labels"}


def test_all_that_one_record_says_is_shown_as_it_says_it(nights) -> None:
    said = {
        "name": "Paper Valley", "native_name": "Pappersdalen", "other_names": ("Pulp Valley",), "acronym": "PV",
        "organisation_type": "cluster", "country": "SE", "region_printed": "Norra Mellansverige", "nuts2": "SE31",
        "city": "Karlstad", "postcode": "651 84", "latitude": 59.38, "longitude": 13.5, "website": "https://paper.example",
        "domain": "paper.example", "role_email": "info@paper.example", "phone": "+4654123456",
        "staff_min": 1, "staff_max": 5, "members_total": 120, "members_sme": 80, "members_startup": 0, "members_large": 20,
        "members_research": 10, "members_other": 10, "ecosystems": ("Agri-food",), "sectors": ("Apparel", "Footwear"),
        "nace": ("17", "C"), "technologies": ("Nanocellulose",), "s3_priorities": ("Bioeconomy",),
        "emerging_industries": ("Blue Growth Industries",), "languages": ("sv", "en"), "memberships": ("A network",),
        "partnerships": ("A project",), "target_countries": ("DE", "FI"), "keywords": ("pulp", "fibre"),
        "extracts": {"en": "Pulp and paper.", "sv": "Massa och papper."}, "completeness": 80,
    }  # fmt: skip
    nights.load(nights.record("a", **said, founded_on="1999-05", founded_precision="month", profile_updated_on="2026-10-01"))
    nights.group()
    nights.rebuild()
    shown = nights.cluster(1)
    wanted = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
    assert {name: shown[name] for name in said} == wanted
    assert (shown["founded_on"], shown["founded_precision"]) == (date(1999, 5, 1), "month")
    assert shown["profile_updated_on"] == date(2026, 10, 1)
    assert (shown["networks"], shown["is_swedish"], shown["is_gone"]) == (["eccp"], True, False)
    assert {shown[day] for day in ("first_seen_on", "changed_on", "checked_on")} == {nights.now.date()}


def test_what_nobody_says_is_null_and_lists_are_empty_never_null(nights) -> None:
    nights.load(nights.record("a"))
    nights.group()
    nights.rebuild()
    shown = nights.cluster(1)
    assert (shown["city"], shown["founded_on"], shown["members_total"]) == (None, None, None)
    assert (shown["sectors"], shown["other_names"], shown["extracts"]) == ([], [], {})


def test_of_two_sources_the_first_in_the_order_is_shown_and_the_other_stays_visible(nights) -> None:
    assert two_sources(nights, {"city": "Karlstad"}, {"city": "Kristinehamn"})["city"] == "Karlstad"
    assert because(nights, "city") == [("eccp", True, "eccp comes before tci"), ("tci", False, "eccp is shown")]
    nights.rebuild("tci", "eccp")
    assert nights.cluster(1)["city"] == "Kristinehamn"


def test_a_field_may_have_an_order_of_its_own(nights) -> None:
    shown = two_sources(
        nights, {"city": "Karlstad", "phone": "+4654111111"}, {"city": "Kristinehamn", "phone": "+4655022222"},
        field_precedence={"phone": ["tci"]},
    )  # fmt: skip
    assert (shown["city"], shown["phone"]) == ("Karlstad", "+4655022222")
    assert ("tci", True, "tci comes before eccp for the phone") in because(nights, "phone")


SPOKEN = {
    ("2026-03-01", "2026-05-01"): ("Kristinehamn", "more recent than eccp"),
    ("2026-05-01", "2026-03-01"): ("Karlstad", "more recent than tci"),
    (None, "2019-01-01"): ("Kristinehamn", "more recent than eccp"),
    ("2026-05-01", "2026-05-01"): ("Karlstad", "as recent as tci, and first by name"),
    (None, None): ("Karlstad", "as recent as tci, and first by name"),
}
"""When eccp said Karlstad and tci Kristinehamn -> which is shown where the operator has put other networks first, and why."""


def test_of_networks_that_no_order_names_the_one_that_spoke_last_is_shown(nights) -> None:
    for place, network in enumerate(("eccp", "tci")):
        said = [{"profile_updated_on": days[place]} if days[place] else {} for days in SPOKEN]
        town = ("Karlstad", "Kristinehamn")[place]
        nights.load(
            *(nights.record(f"{number}", network=network, city=town, **more) for number, more in enumerate(said)),
            network=network, same_night=place > 0,
        )  # fmt: skip
    nights.group(*([("eccp", f"{number}"), ("tci", f"{number}")] for number in range(len(SPOKEN))))
    nights.rebuild("eca")
    shown = "SELECT value, because FROM claims WHERE field = 'city' AND is_shown ORDER BY organisation_id"
    assert [(value.strip('"'), because) for value, because in nights.rows(shown)] == list(SPOKEN.values())


def test_of_networks_that_no_order_names_and_that_print_no_date_the_one_that_changed_last_is_shown(nights) -> None:
    two_sources(nights, {"city": "Karlstad"}, {"city": "Kristinehamn"})
    nights.load(nights.record("x", network="tci", city="Kil"), network="tci")
    nights.rebuild("eca")
    assert nights.cluster(1)["city"] == "Kil"


def test_a_network_that_an_order_names_goes_before_a_more_recent_one(nights) -> None:
    shown = two_sources(
        nights, {"city": "Karlstad", "profile_updated_on": "2010-01-01"},
        {"city": "Kristinehamn", "profile_updated_on": "2026-01-01"}, "eccp",
    )  # fmt: skip
    assert shown["city"] == "Karlstad"


def test_the_generation_of_a_site_decides_within_its_network_only(nights) -> None:
    nights.load(
        nights.record("node/7", era="d7", city="Carlstad", profile_updated_on="2026-06-01"),
        nights.record("paper", era="d9", city="Karlstad", profile_updated_on="2026-02-01"),
    )
    nights.load(
        nights.record("x", network="tci", era="", city="Kil", profile_updated_on="2026-04-01"), network="tci", same_night=True
    )
    nights.group([("eccp", "node/7"), ("eccp", "paper"), ("tci", "x")])
    nights.rebuild("eca")
    # Of eccp the newer generation speaks, and it spoke in February; tci in April.
    assert nights.cluster(1)["city"] == "Kil"


@pytest.mark.parametrize("name", ["members_sme", "colour"])
def test_an_order_for_a_field_that_has_none_of_its_own_is_refused(nights, name: str) -> None:
    with pytest.raises(ValueError, match=f"found '{name}'"):
        nights.rebuild(field_precedence={name: ["tci"]})


def test_a_source_that_says_nothing_of_a_field_gives_way(nights) -> None:
    shown = two_sources(nights, {}, {"city": "Kristinehamn"})
    assert (shown["name"], shown["city"]) == ("Cluster a", "Kristinehamn")
    assert because(nights, "city") == [("tci", True, "the only source")]


def test_counts_of_members_come_from_one_source_and_are_never_mixed(nights) -> None:
    shown = two_sources(nights, {"members_sme": 90}, {"members_total": 50, "members_large": 5})
    assert (shown["members_total"], shown["members_sme"], shown["members_large"]) == (50, None, 5)
    assert because(nights, "members_total") == [("tci", True, "the only source that gives the members total")]


def test_a_founding_date_keeps_its_own_precision(nights) -> None:
    shown = two_sources(
        nights,
        {"founded_on": "1999", "founded_precision": "year"},
        {"founded_on": "1998-05-06", "founded_precision": "day"},
    )
    assert (shown["founded_on"], shown["founded_precision"]) == (date(1999, 1, 1), "year")


def test_a_website_that_works_is_shown_before_one_that_does_not(nights) -> None:
    shown = two_sources(nights, {"website": "wwwpaper.example"}, {"website": "https://paper.example", "domain": "paper.example"})
    assert (shown["website"], shown["domain"]) == ("https://paper.example", "paper.example")


def test_lists_are_joined_in_the_order_of_sources_each_item_once(nights) -> None:
    shown = two_sources(nights, {"sectors": ("Footwear", "Apparel")}, {"sectors": ("Apparel", "Furniture", "Footwear")})
    assert shown["sectors"] == ["Footwear", "Apparel", "Furniture"]
    assert because(nights, "sectors") == [
        ("eccp", True, "joined with the other sources"),
        ("tci", True, "joined with the other sources"),
    ]
    assert nights.rows("SELECT sector FROM sectors ORDER BY sector") == [("Apparel",), ("Footwear",), ("Furniture",)]


def test_every_name_that_is_not_shown_is_another_name(nights) -> None:
    shown = two_sources(
        nights,
        {"name": "Paper Valley", "native_name": "Pappersdalen", "other_names": ("Pulp Valley", "Fibre Valley")},
        {"name": "The Paper Valley", "native_name": "Pappersdalen", "other_names": ("Fibre Valley", "Paper Valley")},
    )
    assert (shown["name"], shown["native_name"]) == ("Paper Valley", "Pappersdalen")
    assert shown["other_names"] == ["Pulp Valley", "Fibre Valley", "The Paper Valley"]


def test_extracts_are_joined_by_language(nights) -> None:
    shown = two_sources(nights, {"extracts": {"sv": "Papper."}}, {"extracts": {"sv": "Annat.", "en": "Paper."}})
    assert shown["extracts"] == {"sv": "Papper.", "en": "Paper."}


def test_a_label_that_two_sources_tell_of_stands_once_under_the_first(nights) -> None:
    gold = {"level": "gold", "issuer": "ESCA", "valid_until": "2027-03-01"}
    two_sources(nights, {"labels": [gold]}, {"labels": [gold, {"issuer": "Regional label"}]})
    assert nights.rows("SELECT level, issuer, valid_until, network FROM labels ORDER BY level") == [
        ("gold", "ESCA", date(2027, 3, 1), "eccp"),
        (None, "Regional label", None, "tci"),
    ]


@pytest.mark.parametrize(
    ("dates", "shown", "because"),
    [
        (("2026-05-01", "2026-03-01"), "paper", "the latest word of eccp"),
        (("2026-03-01", "2026-05-01"), "pulp", "the latest word of eccp"),
        (("2026-03-01", None), "paper", "the latest word of eccp"),
        (("2026-03-01", "2026-03-01"), "paper", "as recent as another record of eccp, and known before it"),
        ((None, None), "paper", "as recent as another record of eccp, and known before it"),
    ],
)
def test_of_two_records_of_one_network_the_latest_word_is_shown_else_the_one_that_was_known_before(
    nights, dates: tuple[str | None, str | None], shown: str, because: str
) -> None:
    keys = {"paper": "Karlstad", "pulp": "Kristinehamn"}
    nights.load(
        *(
            nights.record(key, city=city, **({"profile_updated_on": spoke} if spoke else {}))
            for (key, city), spoke in zip(keys.items(), dates, strict=True)
        )
    )
    nights.group([("eccp", key) for key in keys])
    nights.rebuild()
    assert nights.cluster(1)["city"] == keys[shown]
    assert nights.rows("SELECT source_key, because FROM claims WHERE field = 'city' AND is_shown") == [(shown, because)]


def test_of_two_records_of_one_network_the_newer_generation_of_the_site_is_shown(nights) -> None:
    old = nights.record("node/7", era="d7", city="Carlstad")
    new = nights.record("paper", era="d9", city="Karlstad")
    nights.load(old, new)
    nights.group([("eccp", "node/7"), ("eccp", "paper")])
    nights.rebuild()
    assert nights.cluster(1)["city"] == "Karlstad"
    assert nights.rows("SELECT source_key, is_shown, because FROM claims WHERE field = 'city' ORDER BY source_key") == [
        ("node/7", False, "another record of eccp is shown"),
        ("paper", True, "the newer generation of eccp"),
    ]


def test_within_a_record_the_claim_of_the_newer_page_is_the_one_shown(nights) -> None:
    nights.load(nights.record("a", city="Karlstad", older={"city": "Carlstad", "phone": "+4654111111"}))
    nights.group()
    nights.rebuild()
    assert nights.rows("SELECT era, is_shown, because FROM claims WHERE field = 'city' ORDER BY era") == [
        ("d7", False, "a newer page of the same record is shown"),
        ("d9", True, "the only source"),
    ]


def test_the_older_page_of_a_record_that_is_not_shown_says_why_that_record_is_not(nights) -> None:
    nights.load(nights.record("a", country="DK", city="Odense", older={"city": "Kolding"}))
    nights.load(nights.record("x", network="tci", country="SE"), network="tci", same_night=True)
    nights.group(BOTH)
    nights.rebuild("tci", "eccp")
    elsewhere = "in another country than the organisation"
    assert nights.rows("SELECT era, because FROM claims WHERE field = 'city' ORDER BY era") == [
        ("d7", elsewhere),
        ("d9", elsewhere),
    ]


def test_of_two_like_records_the_one_that_the_network_changed_last_is_shown(nights) -> None:
    nights.load(
        nights.record("a", city="Carlstad", profile_updated_on="2019-01-01"),
        nights.record("b", city="Karlstad", profile_updated_on="2026-01-01"),
    )
    nights.group([("eccp", "a"), ("eccp", "b")])
    nights.rebuild()
    assert nights.cluster(1)["city"] == "Karlstad"


def test_words_that_were_not_understood_are_told_but_never_shown(nights) -> None:
    record = nights.record("a")
    nights.load(RecordInput(record.profile, (*record.claims, nights.claim("ecosystems", None, printed=("Blue growth",)))))
    nights.group()
    nights.rebuild()
    assert nights.rows("SELECT printed, is_shown, because FROM claims WHERE field = 'ecosystems'") == [
        (["Blue growth"], False, "the words were not understood and are kept as printed")
    ]


def test_a_value_that_is_no_longer_said_stays_as_history_only(nights) -> None:
    nights.load(nights.record("a", city="Karlstad"))
    nights.load(nights.record("a"))
    nights.group()
    nights.rebuild()
    assert nights.cluster(1)["city"] is None
    assert nights.rows("SELECT is_shown, because, checked_on FROM claims WHERE field = 'city'") == [
        (False, "no longer said", date(2026, 11, 23))
    ]


def test_a_record_that_is_gone_gives_way_but_an_organisation_that_is_gone_keeps_its_values(nights) -> None:
    two_sources(nights, {"city": "Karlstad"}, {"city": "Kristinehamn"})
    for _ in range(2):
        nights.load()
    nights.rebuild()
    shown = nights.cluster(1)
    assert (shown["city"], shown["networks"], shown["is_gone"]) == ("Kristinehamn", ["tci"], False)
    assert ("tci", True, "the other sources no longer list it") in because(nights, "city")
    for _ in range(2):
        nights.load(network="tci")
    nights.rebuild()
    shown = nights.cluster(1)
    assert (shown["city"], shown["networks"], shown["is_gone"]) == ("Karlstad", ["eccp", "tci"], True)


def test_a_place_is_not_put_together_from_two_countries(nights) -> None:
    danish = {
        "country": "DK", "region_printed": "Hovedstaden", "nuts2": "DK01", "city": "København", "postcode": "2100",
        "latitude": 55.7, "longitude": 12.6, "phone": "+4512345678",
    }  # fmt: skip
    shown = two_sources(nights, {"country": "SE", "nuts2": "SE22"}, danish, "tci", field_precedence={"country": ["eccp"]})
    assert (shown["country"], shown["nuts2"], shown["phone"]) == ("SE", "SE22", "+4512345678")
    assert {shown[name] for name in ("region_printed", "city", "postcode", "latitude", "longitude")} == {None}
    elsewhere = ("tci", False, "in another country than the organisation")
    assert because(nights, "nuts2") == [("eccp", True, "the others are in another country"), elsewhere]
    assert because(nights, "city") == because(nights, "postcode") == because(nights, "longitude") == [elsewhere]
    nights.rebuild("tci")
    shown = nights.cluster(1)
    assert [shown[name] for name in ("country", "nuts2", "city", "postcode")] == ["DK", "DK01", "København", "2100"]
    assert because(nights, "city") == [("tci", True, "the only source")]


def three_sources(nights, eccp: dict, tci: dict, eca: dict) -> None:
    """One organisation of three networks, of which eccp says the country."""
    for network, said in (("eccp", eccp), ("tci", tci), ("eca", eca)):
        nights.load(nights.record("a", network=network, **said), network=network, same_night=network != "eccp")
    nights.group([("eccp", "a"), ("tci", "a"), ("eca", "a")])
    nights.rebuild("eccp", "tci", "eca")


def test_the_only_one_that_gives_a_city_is_the_only_one_in_its_country(nights) -> None:
    abroad = {"country": "DK", "city": "Odense"}
    three_sources(nights, {"country": "SE", "city": "Lund"}, {"country": "SE", "postcode": "222 22"}, abroad)
    assert ("eccp", True, "the only source in its country that gives the city") in because(nights, "city")
    assert ("eca", False, "in another country than the organisation") in because(nights, "city")


def test_who_no_longer_lists_it_is_told_apart_from_who_is_abroad(nights) -> None:
    lund, malmo = {"country": "SE", "city": "Lund"}, {"country": "SE", "city": "Malmö"}
    three_sources(nights, lund, malmo, {"country": "DK", "city": "Odense"})
    for _ in range(2):
        nights.load(network="tci")
    nights.rebuild("eccp", "tci", "eca")
    assert ("eccp", True, "the others no longer list it, or are in another country") in because(nights, "city")


def test_a_record_abroad_does_not_make_its_networks_word_at_home_more_recent(nights) -> None:
    lund = nights.record("a", country="SE", city="Lund", profile_updated_on="2010-01-01")
    odense = nights.record("b", country="DK", city="Odense", profile_updated_on="2026-01-01")
    nights.load(lund, odense)
    malmo = nights.record("x", network="tci", country="SE", city="Malmö", profile_updated_on="2020-01-01")
    nights.load(malmo, network="tci", same_night=True)
    nights.group([("eccp", "a"), ("eccp", "b"), ("tci", "x")])
    nights.rebuild("clusters_of_sweden", field_precedence={"country": ["tci"]})
    assert (nights.cluster(1)["country"], nights.cluster(1)["city"]) == ("SE", "Malmö")
    assert ("tci", True, "more recent than eccp") in because(nights, "city")


def test_a_region_says_the_country_of_a_record_that_names_none(nights) -> None:
    shown = two_sources(nights, {"country": "SE"}, {"nuts2": "DK01", "city": "Odense"}, "eccp")
    assert (shown["country"], shown["nuts2"], shown["city"]) == ("SE", None, None)


def test_the_code_of_a_greek_region_is_that_of_greece(nights) -> None:
    shown = two_sources(nights, {"country": "GR"}, {"nuts2": "EL30", "city": "Athina"}, "eccp")
    assert (shown["nuts2"], shown["city"]) == ("EL30", "Athina")


def test_a_record_that_names_no_country_may_say_the_city(nights) -> None:
    shown = two_sources(nights, {"country": "SE"}, {"city": "Lund"}, "eccp")
    assert (shown["country"], shown["city"]) == ("SE", "Lund")


def test_a_postcode_is_that_of_the_city_that_is_shown(nights) -> None:
    shown = two_sources(nights, {"city": "Lund"}, {"city": "Malmö", "postcode": "211 19"}, "eccp")
    assert (shown["city"], shown["postcode"]) == ("Lund", None)
    nights.rebuild("tci")
    assert (nights.cluster(1)["city"], nights.cluster(1)["postcode"]) == ("Malmö", "211 19")


def test_without_a_list_of_members_swedish_is_a_cluster_or_a_science_park_in_sweden(nights) -> None:
    said = {
        "a cluster": {"country": "SE", "organisation_type": "cluster"},
        "a park": {"country": "SE", "organisation_type": "science_park"},
        "a company": {"country": "SE", "organisation_type": "company"},
        "of no type": {"country": "SE"},
        "elsewhere": {"country": "NO", "organisation_type": "cluster"},
        "nowhere": {},
    }
    nights.load(*(nights.record(key, **facts) for key, facts in said.items()))
    nights.group()
    nights.rebuild()
    swedish = "SELECT source_key FROM clusters JOIN cluster_sources USING (organisation_id) WHERE is_swedish ORDER BY source_key"
    assert nights.rows(swedish) == [("a cluster",), ("a park",)]
    assert nights.rows("SELECT count(*) FROM clusters WHERE NOT is_swedish") == [(4,)]


def test_who_is_on_the_list_of_members_no_longer_is_not_swedish_by_it(nights) -> None:
    members = [nights.record(key, network="clusters_of_sweden") for key in ("m", "n")]
    nights.load(*members, network="clusters_of_sweden")
    for _ in range(2):
        nights.load(members[0], network="clusters_of_sweden")
    nights.group()
    nights.rebuild()
    swedish = "SELECT organisation_id, is_swedish, is_gone FROM clusters ORDER BY 1"
    assert nights.rows(swedish) == [(1, True, False), (2, False, True)]


def test_where_nobody_is_on_the_list_of_members_any_more_the_country_and_the_type_say_who_is_swedish(nights) -> None:
    nights.load(nights.record("m", network="clusters_of_sweden"), network="clusters_of_sweden")
    for _ in range(2):
        nights.load(network="clusters_of_sweden")
    nights.load(nights.record("a", country="SE", organisation_type="cluster"), same_night=True)
    nights.group()
    nights.rebuild()
    assert nights.rows("SELECT organisation_id, is_swedish FROM clusters ORDER BY 1") == [(1, False), (2, True)]


def test_an_organisation_is_known_since_its_first_record_and_was_seen_when_its_last_one_was(nights) -> None:
    nights.load(nights.record("a"))
    first = nights.now.date()
    nights.load(nights.record("x", network="tci"), network="tci")
    nights.group(BOTH)
    nights.rebuild()
    shown = nights.cluster(1)
    last = nights.now.date()
    assert first < last
    assert (shown["first_seen_on"], shown["changed_on"], shown["checked_on"]) == (first, last, last)


def test_a_record_that_is_no_longer_listed_comes_after_one_that_is_although_it_alone_gives_the_lead(nights) -> None:
    nights.load(nights.record("a", postcode="651 84"))
    nights.load(nights.record("x", network="tci", city="Karlstad", postcode="652 25"), network="tci", same_night=True)
    for _ in range(2):
        nights.load(nights.record("a", postcode="651 84"))
        nights.load(network="tci", same_night=True)
    nights.group(BOTH)
    nights.rebuild("tci")
    shown = nights.cluster(1)
    assert (shown["city"], shown["postcode"]) == (None, "651 84")


def test_with_a_list_of_members_only_its_members_are_swedish(nights) -> None:
    swedish = {"country": "SE", "organisation_type": "cluster"}
    nights.load(nights.record("a", **swedish), nights.record("b", **swedish))
    nights.load(nights.record("m", network="clusters_of_sweden"), network="clusters_of_sweden", same_night=True)
    nights.group([("eccp", "a"), ("clusters_of_sweden", "m")])
    nights.rebuild()
    assert nights.rows("SELECT organisation_id, is_swedish FROM clusters ORDER BY 1") == [(1, True), (2, False)]
    assert nights.rows("SELECT organisation_id FROM swedish_clusters") == [(1,)]


def test_computing_again_gives_the_same_tables(nights) -> None:
    two_sources(nights, {"sectors": ("Apparel",), "extracts": {"en": "A"}}, {"sectors": ("Footwear",), "name": "Other"})
    tables = ("clusters", "labels", "ledger.choices", "ledger.eras")
    before = {name: nights.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in tables}  # noqa: S608
    nights.rebuild()
    assert {name: nights.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in tables} == before  # noqa: S608


def test_a_merge_and_its_undoing_change_the_clusters_and_nothing_in_the_ledger(nights) -> None:
    two_sources(nights, {"city": "Karlstad"}, {"city": "Kristinehamn"})
    claims = nights.rows("SELECT * FROM ledger.claims ORDER BY ALL")
    assert nights.rows("SELECT organisation_id FROM clusters") == [(1,)]
    organisations.write(nights.state, [Organisation(1, (1,)), Organisation(2, (2,))], nights.now)
    nights.rebuild()
    assert nights.rows("SELECT organisation_id, city FROM clusters ORDER BY 1") == [(1, "Karlstad"), (2, "Kristinehamn")]
    assert nights.rows("SELECT * FROM ledger.claims ORDER BY ALL") == claims
