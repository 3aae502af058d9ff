"""Whose word an organisation shows: by the order of networks, else by who spoke last; the others stay in plain sight."""

from __future__ import annotations

import pytest

from support.two_sources import BOTH, because, two_sources


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


def test_a_website_that_works_is_shown_before_one_that_does_not(nights) -> None:
    shown = two_sources(nights, {"website": "wwwpaper.example"}, {"website": "https://paper.example", "domain": "paper.example"})
    assert (shown["website"], shown["domain"]) == ("https://paper.example", "paper.example")


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


def test_of_two_like_records_the_one_that_the_network_changed_last_is_shown(nights) -> None:
    nights.load(
        nights.record("a", city="Carlstad", profile_updated_on="2019-01-01"),
        nights.record("b", city="Karlstad", profile_updated_on="2026-01-01"),
    )
    nights.group([("eccp", "a"), ("eccp", "b")])
    nights.rebuild()
    assert nights.cluster(1)["city"] == "Karlstad"


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
