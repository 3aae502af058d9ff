from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.normalise.places import Seat, read_address, read_degrees, read_percentage, split_country_region


@pytest.mark.parametrize(
    ("printed", "country", "region"),
    [
        ("Bulgaria: South-Central (Bulgaria)", "BG", "South-Central (Bulgaria)"),
        ("Bulgaria : Южен централен", "BG", "Южен централен"),
        ("Sweden", "SE", None),
        ("Sweden:", "SE", None),
        ("Norra Mellansverige", None, "Norra Mellansverige"),
        ("Area: Sweden: Norra Mellansverige", None, "Area: Sweden: Norra Mellansverige"),
        ("Sweden: Area: north", "SE", "Area: north"),
    ],
)
def test_a_line_is_parted_at_the_colon_after_its_country(printed: str, country: str | None, region: str | None) -> None:
    assert split_country_region(printed) == (country, region)


@pytest.mark.parametrize(
    ("printed", "country", "postcode", "city"),
    [
        ("Sommargatan 101A, SE-656 37 Karlstad", "SE", "656 37", "Karlstad"),
        ("Sommargatan 101A, 656 37 Karlstad, Sweden", "SE", "656 37", "Karlstad"),
        ("S-656 37 Karlstad", None, "656 37", "Karlstad"),
        ("Haid-und-Neu-Straße 18; D-76131 Karlsruhe", "DE", "76131", "Karlsruhe"),
        ("ul. Prosta 51, 00-838 Warszawa", "PL", "00-838", "Warszawa"),
        ("Kralingseweg 1, 3066 AB Rotterdam", "NL", "3066 AB", "Rotterdam"),
        ("Rua A, 4450-208 Matosinhos", "PT", "4450-208", "Matosinhos"),
    ],
)
def test_an_address_is_split_where_its_countrys_postcode_stands_before_a_city(
    printed: str, country: str | None, postcode: str, city: str
) -> None:
    assert read_address(printed, country).value == Seat(postcode, city)


@pytest.mark.parametrize(
    ("printed", "country"),
    [
        ("Sommargatan 101A, 656 37 Karlstad", None),
        ("Box 1, 10115 Berlin, 76131 Karlsruhe", "DE"),
        ("DE-10115 Berlin", "SE"),
        ("Karlstad", "SE"),
        ("1000 Members", "SE"),
        ("10 Downing Street, London SW1A 2AA", "GB"),
    ],
)
def test_an_address_that_leaves_room_for_doubt_is_left_whole(printed: str, country: str | None) -> None:
    read = read_address(printed, country)
    assert read.value is None
    assert [doubt.kind for doubt in read.doubts] == ["address not split"]


@pytest.mark.parametrize(
    ("printed", "degrees"),
    [("59.3793", 59.3793), ("59,3793", 59.3793), ("-0.5", -0.5), ("−0.5", -0.5), ("90°", 90.0), ("0", 0.0)],
)
def test_degrees_are_decimal_with_a_point_or_a_comma(printed: str, degrees: float) -> None:
    assert read_degrees(printed, 90).value == degrees


@pytest.mark.parametrize("printed", ["90.1", "59°22'45\"", "nan", "inf", "1e1", "north", "59.3, 13.5"])
def test_what_is_not_a_latitude_is_no_number(printed: str) -> None:
    assert read_degrees(printed, 90).value is None
    assert [doubt.kind for doubt in read_degrees(printed, 90).doubts] == ["not a number"]


@pytest.mark.parametrize(("printed", "percentage"), [("100% completed", 100), ("85 %", 85), ("85", 85), ("0% complete", 0)])
def test_completeness_is_whole_per_cent(printed: str, percentage: int) -> None:
    assert read_percentage(printed).value == percentage


@pytest.mark.parametrize("printed", ["101%", "99.5%", "most", "-1%"])
def test_what_is_no_percentage_is_doubted(printed: str) -> None:
    assert read_percentage(printed).value is None
    assert read_percentage(printed).doubts


@given(st.text(), st.sampled_from([None, "SE", "NL", "US"]))
def test_no_text_is_too_odd_for_a_place(printed: str, country: str | None) -> None:
    for read in (read_address(printed, country), read_degrees(printed, 180), read_percentage(printed)):
        assert (read.value is None) == bool(read.doubts)
    stated, region = split_country_region(printed)
    assert stated is not None or region == printed
