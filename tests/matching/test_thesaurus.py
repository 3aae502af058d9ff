"""The thesaurus: what it knows, and in which forms of a word."""

from __future__ import annotations

import pytest

from matching.search.text import fold
from matching.search.thesaurus import entries, fitting, knows, phrases, stem_of, thesaurus


def test_the_thesaurus_knows_every_ecosystem_and_sector_and_at_least_300_things() -> None:
    from warehouse.vocabulary import ecosystems, sectors

    assert len(entries()) >= 300
    known = {word for _, english in entries() for phrase in english for word in phrase.split()}
    for name in (*ecosystems(), *sectors()):
        assert known.intersection(fold(name).split()), name
    assert all(swedish and english and all((*swedish, *english)) for swedish, english in entries())


def test_no_swedish_word_of_the_thesaurus_stands_in_two_entries_that_mean_the_same() -> None:
    seen: dict[tuple[str, str], int] = {}
    for number, (swedish, english) in enumerate(entries()):
        for phrase in swedish:
            assert seen.setdefault((phrase, english[0]), number) == number, (phrase, english[0])


@pytest.mark.parametrize(
    ("typed", "phrase", "fit"),
    [
        ("vatgas", "vatgas", 1.0),
        ("gruvorna", "gruvor", 0.96),
        ("hampan", "hampa", 0.96),
        ("spelbranschens", "spel", 0.9),
        ("robotforetag", "robotar", 0.97 * 0.9),
        ("forpackningsmaterialfabrik", "forpackning", 0.5),
        ("textilatervinning", "atervinning", 0.55),
        ("kosmtika", "kosmetika", 0.8),
    ],
)
def test_a_word_is_understood_inflected_compounded_or_misspelt(typed: str, phrase: str, fit: float) -> None:
    assert fitting(typed)[phrase] == pytest.approx(fit)


def test_the_thesaurus_says_what_it_knows_and_what_would_be_a_slip() -> None:
    assert knows("gruvnaringen")
    assert knows("pappersatervinning")
    assert not knows("kosmtika")
    assert not knows("xyzzy")
    assert "fornybar energi" in phrases()
    assert stem_of("robotar") == "robot"
    assert stem_of("is") == "is"
    assert all(0 < known.weight <= 1 for known in thesaurus())
