from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from sync.normalise.languages import EU_LANGUAGES, read_language


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("English", "en"),
        ("english", "en"),
        ("English (UK)", "en"),
        ("svenska", "sv"),
        ("Svenska", "sv"),
        ("Български", "bg"),
        ("Ελληνικά", "el"),
        ("Deutsch", "de"),
        ("Tyska", "de"),
        ("Norwegian", "no"),
        ("Catalan", "ca"),
        ("Valencian", "ca"),
        ("Flemish", "nl"),
        ("Asturian", "ast"),
        ("Chinese", "zh"),
        ("sv", "sv"),
        ("SWE", "sv"),
    ],
)
def test_a_language_is_known_by_its_names_and_codes(printed: str, code: str) -> None:
    assert read_language(printed).value == code


@pytest.mark.parametrize("printed", ["Klingonese", "Programming", "any", "are", "English Swedish", "", "()"])
def test_what_is_no_language_is_an_unknown_word(printed: str) -> None:
    read = read_language(printed)
    assert read.value is None
    assert [doubt.kind for doubt in read.doubts] == ["unknown word"]


def test_the_languages_of_the_union_are_known_in_english_and_by_themselves() -> None:
    for code in EU_LANGUAGES:
        for name in (Locale.parse("en").languages[code], Locale.parse(code).languages[code]):
            assert read_language(name).value == code, name


@given(st.text())
def test_no_text_is_too_odd_for_a_language(printed: str) -> None:
    read = read_language(printed)
    assert (read.value is None) == bool(read.doubts)
