"""Which texts name a country."""

from __future__ import annotations

import pytest

from connectors.countries import flags_of, is_country, without_flags


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *(
            (name, "en")
            for name in ("Sweden", "SWEDEN ", "The Netherlands", "Korea, Republic of", "Türkiye", "UK", "Kosovo", "🇸🇪")
        ),
        *(("Sverige", "sv"), ("Sweden", "sv"), ("Österreich", "de"), ("Spain", "no-such-language")),
    ],
)
def test_countries_are_known_by_name_in_the_pages_language_or_english_and_by_flag(text: str, language: str) -> None:
    assert is_country(text, language)


@pytest.mark.parametrize("text", ["Sverige", "Lapland", "Swedish", "Europe", "World", "", "Sweden, Norway", "se", "🏴"])
def test_regions_continents_and_words_are_no_countries(text: str) -> None:
    assert not is_country(text, "en")


def test_flags_are_told_from_other_letters() -> None:
    assert flags_of("🇸🇪 Alpha 🇩🇰🇳🇴") == ("🇸🇪", "🇩🇰", "🇳🇴")
    assert flags_of("🇿🇿 A 🇦") == ()
    assert without_flags(" 🇸🇪 Alpha  beta🇩🇰") == "Alpha beta"
