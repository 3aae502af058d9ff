"""What words of vocabularies are called in English and Swedish."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from warehouse import vocabulary
from warehouse.vocabulary import LANGUAGES, SCHEMES, has_label, label, labels

CLOSED = {
    "ecosystem": vocabulary.ecosystems(),
    "sector": vocabulary.sectors(),
    "emerging_industry": vocabulary.emerging_industries(),
    "organisation_type": tuple(vocabulary.OrganisationType),
    "label": tuple(vocabulary.LabelLevel),
}
STATUSES = {"SEEN", "INFERRED", "RECALLED", "OURS"}
ALIKE = {"5G", "Automation", "Animation", "Biogas", "Digital twins", "Lignin", "Radar", "Science park", "Transmedia"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_word_has_a_name_in_every_language_and_says_how_far_to_trust_it(scheme: str) -> None:
    rows = vocabulary.data_rows(SCHEMES[scheme])
    assert rows
    for row in rows:
        assert all(row[lang] == row[lang].strip() != "" for lang in LANGUAGES), row
        assert row["status"] in STATUSES, row


@pytest.mark.parametrize("scheme", CLOSED)
def test_a_closed_vocabulary_names_all_its_words_and_no_others(scheme: str) -> None:
    for lang in LANGUAGES:
        assert set(labels(scheme, lang)) == set(CLOSED[scheme])


@pytest.mark.parametrize("scheme", [scheme for scheme in SCHEMES if scheme != "nace"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_words_of_a_vocabulary_share_a_name(scheme: str, lang: str) -> None:
    names = [name.casefold() for name in labels(scheme, lang).values()]
    assert len(names) == len(set(names))


def test_swedish_names_are_swedish() -> None:
    """A name that was forgotten would be the English one."""
    same = {
        row["en"]
        for file in SCHEMES.values()
        for row in vocabulary.data_rows(file)
        if row["en"].casefold() == row["sv"].casefold()
    }
    assert same <= ALIKE


def test_the_activities_are_those_that_are_understood_when_printed() -> None:
    text = files("sync.normalise").joinpath("nace21.csv").read_text(encoding="utf-8")
    understood = {row["code"]: row["label"] for row in csv.DictReader(text.splitlines()) if len(row["code"]) <= 2}
    assert dict(labels("nace", "en")) == understood


def test_a_word_is_called_by_its_name() -> None:
    assert label("ecosystem", "Agri-food", "sv") == "Jordbruksbaserade livsmedel"
    assert label("sector", "Paper and Packaging", "sv") == "Papper och förpackningar"
    assert label("nace", "17", "sv") == "Pappers- och pappersvarutillverkning"
    assert label("technology", "internet  of things", "sv") == "Sakernas internet"
    assert has_label("technology", "HYDROGEN")


def test_a_word_without_a_name_stays_as_it_is() -> None:
    assert label("technology", "Lignin foams", "sv") == "Lignin foams"
    assert label("sector", "paper and packaging", "sv") == "paper and packaging"
    assert not has_label("sector", "paper and packaging")


def test_a_vocabulary_or_language_that_there_is_not_is_an_error() -> None:
    with pytest.raises(KeyError):
        label("colour", "red", "sv")
    with pytest.raises(KeyError):
        label("sector", "Plastics", "fi")
