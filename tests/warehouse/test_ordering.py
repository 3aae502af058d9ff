"""Names stand in the order of the reader's language."""

from __future__ import annotations

import pytest

from warehouse import ordering
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


def test_a_key_is_the_same_however_often_and_beside_whatever_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "_kept", {})
    monkeypatch.setattr(ordering, "MOST_KEPT", 3)
    alone = {name: sort_keys([name], "sv")[0] for name in ("Örebro", "Zagreb", "Åre")}
    together = sort_keys(["Åre", "Paris", "Örebro", "Åre", "Oslo", "Zagreb"], "sv")
    assert [together[0], together[2], together[5]] == [alone["Åre"], alone["Örebro"], alone["Zagreb"]]
    assert together[0] == together[3]
    assert sort_keys(["Örebro"], "en") != [alone["Örebro"]]
    assert len(ordering._kept) <= ordering.MOST_KEPT + 1
