"""Where an organisation is: never put together from two countries, or from two cities."""

from __future__ import annotations

from support.two_sources import BOTH, because, two_sources


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
