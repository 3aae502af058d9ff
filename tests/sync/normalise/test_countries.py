from __future__ import annotations

import pycountry
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from sync.normalise.countries import read_country
from sync.normalise.languages import EU_LANGUAGES

EUROPE = [
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "TR", "UA", "XK",
]  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Sweden", "SE"),
        ("SWEDEN", "SE"),
        ("Sverige", "SE"),
        ("SE", "SE"),
        ("SWE", "SE"),
        ("🇸🇪", "SE"),
        ("Kingdom of Sweden", "SE"),
        ("България", "BG"),
        ("Ελλάδα", "GR"),
        ("EL", "GR"),
        ("Greece", "GR"),
        ("UK", "GB"),
        ("United Kingdom", "GB"),
        ("Scotland", "GB"),
        ("Northern Ireland", "GB"),
        ("Ireland", "IE"),
        ("Czech Republic", "CZ"),
        ("Czechia", "CZ"),
        ("Česko", "CZ"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("North Macedonia", "MK"),
        ("FYROM", "MK"),
        ("Kosovo", "XK"),
        ("Kosovo*", "XK"),
        ("Kosovë", "XK"),
        ("The Netherlands", "NL"),
        ("Nederländerna", "NL"),
        ("Bosnia and Herzegovina", "BA"),
        ("Bosnia & Herzegovina", "BA"),
        ("Côte d'Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("South Korea", "KR"),
        ("Deutschland", "DE"),
        ("Österreich", "AT"),
        ("Osterreich", "AT"),
        ("România", "RO"),
        ("Україна", "UA"),
        ("日本", "JP"),
        ("USA", "US"),
        ("Moldova", "MD"),
        ("Republic of Moldova", "MD"),
    ],
)
def test_a_country_is_known_by_its_names_and_codes(printed: str, code: str) -> None:
    assert read_country(printed).value == code


@pytest.mark.parametrize(
    "printed", ["no", "is", "de", "Europe", "EU", "Worldwide", "Karlstad", "Atlantis", "ZZ", "🇿🇿", "", "Sweden, Norway"]
)
def test_what_is_no_country_is_an_unknown_word(printed: str) -> None:
    read = read_country(printed)
    assert read.value is None
    assert [doubt.kind for doubt in read.doubts] == ["unknown word"]


@pytest.mark.parametrize("language", EU_LANGUAGES)
def test_the_countries_of_europe_are_known_in_every_language_of_the_union(language: str) -> None:
    names = Locale.parse(language).territories
    for code in EUROPE:
        assert read_country(names[code]).value == code, names[code]


def test_every_country_of_iso_3166_is_known_by_its_english_and_its_official_name() -> None:
    for country in pycountry.countries:
        assert read_country(country.name).value == country.alpha_2
        assert read_country(getattr(country, "official_name", country.name)).value == country.alpha_2


@given(st.text())
def test_no_text_is_too_odd_for_a_country(printed: str) -> None:
    read = read_country(printed)
    assert (read.value is None) == bool(read.doubts)
