"""The guides for staff say what the page says, and the pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.tongue import catalogue

ROOT = Path(__file__).parents[2]
EMPHASISED = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
LINES_ON_A_PAGE = 60


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_button_and_page_that_a_guide_names_is_called_so(language: str) -> None:
    text = (ROOT / "docs" / f"guide.{language}.md").read_text(encoding="utf-8")
    named = {" ".join(words.split()) for words in EMPHASISED.findall(text)}
    known = {form for forms in catalogue(language).values() for form in forms}
    assert len(named) >= 12
    assert not named - known


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_guide_is_one_page(language: str) -> None:
    lines = (ROOT / "docs" / f"guide.{language}.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LINES_ON_A_PAGE
    assert max(map(len, lines)) <= 140


def _keys(language: str) -> list[set[str]]:
    """By what a guide names, the keys of the catalogue that are called so."""
    text = (ROOT / "docs" / f"guide.{language}.md").read_text(encoding="utf-8")
    forms_of = catalogue(language)
    return [{key for key, forms in forms_of.items() if " ".join(words.split()) in forms} for words in EMPHASISED.findall(text)]


def test_both_guides_name_the_same_pages() -> None:
    english, swedish = _keys("en"), _keys("sv")
    for of_one, of_other in ((english, swedish), (swedish, english)):
        assert [keys for keys in of_one if not any(keys & others for others in of_other)] == []


def test_what_the_readme_shows_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"\]\((docs/[^)]+)\)", text)
    assert {"docs/search.png", "docs/partners.png", "docs/consortium.png", "docs/map.png"} <= set(shown)
    for path in shown:
        assert (ROOT / path).is_file(), path
    assert all((ROOT / path).read_bytes().startswith(b"\x89PNG") for path in shown if path.endswith(".png"))
