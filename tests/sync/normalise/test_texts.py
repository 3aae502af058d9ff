from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.normalise.texts import cut, extract, fold, says_nothing, tidy, without_personal_mail
from sync.normalise.words import read_ecosystem, split_keywords, split_names


def test_text_is_tidied_of_spaces_and_of_what_cannot_be_seen() -> None:
    assert tidy(" Paper\u00a0\u2009Pro\u00advince\u200b\n ").value == "Paper Province"
    assert not tidy("Pro\u00advince").doubts


def test_characters_that_may_disguise_a_text_are_removed_and_reported() -> None:
    read = tidy("Paper\u202eecnivorP\x00")
    assert read.value == "PaperecnivorP"
    assert [doubt.because for doubt in read.doubts] == ["wanted visible text, found and removed U+0000, U+202E"]


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    once = tidy(text).value or ""
    assert tidy(once).value == once
    assert not tidy(once).doubts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Energy-Renewables", "energy – renewables"),
        ("Aerospace & defence", "AEROSPACE AND DEFENCE :"),
        ("Île-de-France", "Ile‑de‑France"),
        ("Côte d'Ivoire", "Cote d’Ivoire"),
    ],
)
def test_spellings_of_one_word_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["-", "—", "...", "n/a", "N/A", "Not available", "", "()"])
def test_a_mark_that_stands_for_nothing_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["0", "A", "🇸🇪", "С"])
def test_a_single_letter_figure_or_flag_says_something(text: str) -> None:
    assert not says_nothing(text)


@given(st.text(), st.integers(1, 50))
def test_a_cut_text_is_a_beginning_of_the_text_and_no_longer_than_asked(text: str, length: int) -> None:
    short = cut(text, length)
    assert len(short) <= length
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_a_text_is_cut_between_words() -> None:
    assert cut("one two three", 13) == "one two three"
    assert cut("one two three", 9) == "one two…"
    assert cut("one two three", 8) == "one two…"


def test_mail_addresses_of_persons_leave_a_text_and_role_mailboxes_stay() -> None:
    text, removed = without_personal_mail("Ask (elsa.provsson@example.org), or info@example.org. Follow @cluster.")
    assert text == "Ask (), or info@example.org. Follow @cluster."
    assert removed == 1


@given(st.from_regex(r"[a-z]{2,8}\.[a-z]{2,8}son@[a-z]{1,8}\.(se|org)", fullmatch=True), st.text(), st.text())
def test_no_mail_address_of_a_person_stays_in_a_text(address: str, before: str, after: str) -> None:
    assert address not in without_personal_mail(f"{before} {address} {after}")[0]


def test_an_extract_has_no_telephone_numbers_and_keeps_years_and_counts() -> None:
    text, removed = extract(("Call +46 54 24 04 60 or 070-123 45 67.", "From 2014-2020, 1 200 000 tonnes."), "SE")
    assert text == "Call or . From 2014-2020, 1 200 000 tonnes."
    assert removed == 2


def test_an_extract_has_at_most_three_hundred_characters() -> None:
    text, _ = extract(("word " * 1000,), None)
    assert len(text) <= 300
    assert text.endswith("word…")


@pytest.mark.parametrize(
    ("printed", "keywords"),
    [
        ("wood, paper; pulp", ("wood", "paper", "pulp")),
        ("wood (pine, spruce), paper", ("wood (pine, spruce)", "paper")),
        ("wood [a; (b, c)], d", ("wood [a; (b, c)]", "d")),
        ("wood (pine, spruce", ("wood (pine", "spruce")),
        (":), a, b", (":)", "a", "b")),
        (",,;", ()),
    ],
)
def test_keywords_are_split_outside_brackets(printed: str, keywords: tuple[str, ...]) -> None:
    assert split_keywords(printed) == keywords


@given(st.text())
def test_splitting_keywords_loses_no_letter(printed: str) -> None:
    kept = "".join(split_keywords(printed))
    assert [char for char in kept if char.isalnum()] == [char for char in printed if char.isalnum()]


def test_names_are_split_at_commas_and_conjunctions() -> None:
    assert split_names("English, French and German / Swedish") == ("English", "French", "German", "Swedish")


def test_a_value_of_a_closed_vocabulary_is_known_in_any_case_and_with_either_dash() -> None:
    assert read_ecosystem("ENERGY–RENEWABLES").value == "Energy-renewables"
    assert read_ecosystem("Blue growth").value is None
