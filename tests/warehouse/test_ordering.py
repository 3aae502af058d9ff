"""Names stand in the order of the reader's language."""

from __future__ import annotations

import pytest

from warehouse.ordering import sort_keys

NAMES = ["Österrike", "Zypern", "Åland", "Ängel", "albanien", "Élan", "Wien", "Ekerö"]


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("sv", ["albanien", "Ekerö", "Élan", "Wien", "Zypern", "Åland", "Ängel", "Österrike"]),
        ("en", ["Åland", "albanien", "Ängel", "Ekerö", "Élan", "Österrike", "Wien", "Zypern"]),
    ],
)
def test_a_language_has_its_own_order(language: str, wanted: list[str]) -> None:
    keys = sort_keys(NAMES, language)
    assert [name for _, name in sorted(zip(keys, NAMES, strict=True))] == wanted


def test_no_name_no_key() -> None:
    assert sort_keys([], "sv") == []
