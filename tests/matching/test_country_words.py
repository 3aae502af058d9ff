"""The words of countries that are shipped are those of the Unicode CLDR."""

from __future__ import annotations

import pytest

from matching.sameness import country_words
from matching.sameness.records import place_words


def test_the_file_is_what_the_command_makes_of_the_installed_cldr() -> None:
    assert country_words.FILE.read_text(encoding="utf-8") == country_words.as_text()


@pytest.mark.parametrize(
    ("country", "word"), [("LV", "latvian"), ("DE", "deutschland"), ("GR", "ellada"), ("SE", "se"), ("QQ", "qq")]
)
def test_a_place_is_known_by_its_country_in_english_and_in_its_own_languages(country: str, word: str) -> None:
    assert word in place_words(country, None, ())
