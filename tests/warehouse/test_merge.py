"""From records to organisations: what an organisation says of all that its sources say, and since when."""

from __future__ import annotations

from datetime import date

from support.two_sources import BOTH, because, two_sources
from warehouse import organisations
from warehouse.merge_fields import value_fields
from warehouse.rows import Organisation, RecordInput


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


def test_with_a_list_of_members_only_its_members_are_swedish(nights) -> None:
    swedish = {"country": "SE", "organisation_type": "cluster"}
    nights.load(nights.record("a", **swedish), nights.record("b", **swedish))
    nights.load(nights.record("m", network="clusters_of_sweden"), network="clusters_of_sweden", same_night=True)
    nights.group([("eccp", "a"), ("clusters_of_sweden", "m")])
    nights.rebuild()
    assert nights.rows("SELECT organisation_id, is_swedish FROM clusters ORDER BY 1") == [(1, True), (2, False)]
    assert nights.rows("SELECT organisation_id FROM swedish_clusters") == [(1,)]


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
