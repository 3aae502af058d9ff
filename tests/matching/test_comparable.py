"""Names in comparable form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.comparable import NameKind, abbreviates, initials, looks_like_acronym, name, names, names_a_host, pieces
from matching.sameness.words import folded_words


@pytest.mark.parametrize(
    ("printed", "joined"),
    [
        ("Nanopogress, z.s.", "nanopogress"),
        ("Silicon Weser e. V.", "siliconweser"),
        ("The Sawmill Province ekonomisk förening", "sawmillprovince"),
        ("Stiftelsen Hamnkraft", "hamnkraft"),
        ("Vigneto S.c.a r.l.", "vigneto"),
        ("Vigneto S.c.r.l.", "vigneto"),
        ("Bioplast Sp. z o.o.", "bioplast"),
        ("UAB Medžio Namai", "medzionamai"),
        ("Havbruk AS", "havbruk"),
        ("Clúster de la Cerámica, A.C.", "clusterceramica"),
    ],
)
def test_legal_forms_are_no_part_of_a_name(printed: str, joined: str) -> None:
    comparable = name(printed)
    assert comparable is not None
    assert comparable.joined == joined


def test_a_legal_form_stays_when_only_a_word_like_cluster_would_remain() -> None:
    """SCS is a legal form in France, and a name too."""
    comparable = name("Pôle SCS")
    assert comparable is not None
    assert comparable.words == ("pole", "scs")
    assert comparable.compact == "scs"


def test_scripts_and_accents_are_transliterated_never_dropped() -> None:
    assert folded_words("Клъстер „Зелена синергия“") == ("klster", "zelena", "sinergiya")
    assert folded_words("ΣΕΚΕΕ") == ("sekee",)
    assert folded_words("Łódź Süd Åre") == ("lodz", "sud", "are")


def test_an_apostrophe_joins_but_an_elided_article_is_a_word_of_its_own() -> None:
    assert folded_words("Mov'eo") == ("moveo",)
    assert folded_words("Clúster de l'Energia") == ("cluster", "de", "l", "energia")
    assert folded_words("Clúster d’Il·luminació") == ("cluster", "d", "illuminacio")


@pytest.mark.parametrize("printed", ["", "???", " – ", "„“"])
def test_a_name_without_letters_or_digits_has_no_comparable_form(printed: str) -> None:
    assert name(printed) is None


def test_a_name_of_words_like_cluster_alone_distinguishes_nobody() -> None:
    comparable = name("Klaster")
    assert comparable is not None
    assert not comparable.has_core


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("NextMill (formerly Mill'eo)", [("NextMill", NameKind.FULL), ("Mill'eo", NameKind.FULL)]),
        ("HAMOC (SEKAA)", [("HAMOC", NameKind.FULL), ("SEKAA", NameKind.ACRONYM)]),
        ("CEAGO – Galician Boat Cluster", [("CEAGO", NameKind.ACRONYM), ("Galician Boat Cluster", NameKind.FULL)]),
        ("Soft Textiles (Harbour Science Park)", [("Soft Textiles", NameKind.LEAD), ("Harbour Science Park", NameKind.PART)]),
        ("Fondazione Rete / Piemonte Idee", [("Fondazione Rete", NameKind.LEAD), ("Piemonte Idee", NameKind.PART)]),
        (
            "Innovation Cluster (ICX, ex BCX)",
            [("Innovation Cluster", NameKind.FULL), ("ICX", NameKind.ACRONYM), ("BCX", NameKind.FULL)],
        ),
        ("Moravian-Silesian Cluster", []),
    ],
)
def test_a_line_of_several_names_holds_each_of_them(line: str, held: list[tuple[str, NameKind]]) -> None:
    assert list(pieces(line)) == held


def test_a_line_of_very_many_brackets_is_read_to_its_end() -> None:
    found = list(pieces("Zephyr" + " (Quokka)" * 2_000))
    assert found[-1] == ("Quokka", NameKind.PART)
    assert ("Zephyr", NameKind.LEAD) in found


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("Halle A", ("halle", "a")),
        ("Zephyr Incubator I AB", ("zephyr", "incubator", "i")),
        ("House of the Sea", ("house", "sea")),
        ("Zephyr.es", ("zephyr",)),
        ("A", ("a",)),
        ("De la", ("de", "la")),
    ],
)
def test_a_letter_at_the_end_joins_nothing_and_tells_one_from_another(printed: str, words: tuple[str, ...]) -> None:
    comparable = name(printed)
    assert comparable is not None
    assert comparable.words == words


@pytest.mark.parametrize(
    ("acronym", "words", "is_read_off"),
    [
        ("dare", ("distretto", "agroalimentare", "regionale"), True),
        ("dar", ("distretto", "agroalimentare", "regionale"), True),
        ("da", ("distretto", "agroalimentare", "regionale"), False),
        ("da", ("distretto", "de", "agroalimentare"), True),
        ("dda", ("distretto", "de", "agroalimentare"), True),
        ("distr", ("distretto",), False),
        ("", (), True),
        ("d" * 10, ("de",) * 60 + ("zz",), False),  # of which there are more ways than can be tried one by one
        ("d" * 10 + "z", ("de",) * 60 + ("zz",), True),
    ],
)
def test_letters_are_read_off_words_in_order_and_joining_words_may_be_passed(
    acronym: str, words: tuple[str, ...], *, is_read_off: bool
) -> None:
    assert abbreviates(acronym, words) is is_read_off


def test_the_names_of_a_record_are_kept_once_with_their_strongest_kind() -> None:
    kinds = {one.compact: one.kind for one in names(["Vigneto", "VIGNETO S.r.l.", None, "Vigneto – Wine Cluster"], "VIG")}
    assert kinds["vigneto"] is NameKind.FULL
    assert kinds["vig"] is NameKind.ACRONYM
    assert kinds["wine"] is NameKind.PART


def test_initials_are_built_with_and_without_joining_words_and_from_inner_capitals() -> None:
    assert {"coeb", "ceb", "cebr"} <= initials("Council of European BioRegions")
    assert initials("Wood Cluster") == frozenset()


@pytest.mark.parametrize(
    ("text", "is_acronym"), [("CLUSTERO", True), ("SECPhO", True), ("Foodvalley", False), ("GREEN Energy", False)]
)
def test_an_acronym_is_one_short_word_mostly_of_capitals(text: str, is_acronym: bool) -> None:
    assert looks_like_acronym(text) is is_acronym


def test_a_name_says_when_its_bearer_houses_others() -> None:
    assert names_a_host(folded_words("Linköping Science Park"))
    assert names_a_host(folded_words("Universität Rostock"))
    assert not names_a_host(folded_words("Science of Parks"))


@given(st.text(max_size=60))
def test_any_text_has_a_comparable_form_or_none_and_only_plain_letters_in_it(text: str) -> None:
    comparable = name(text)
    assert comparable is None or (comparable.joined.isascii() and comparable.joined.isalnum() and comparable.compact)


@given(st.text(alphabet="abcdefgåäöéABC ", min_size=4, max_size=30).filter(lambda text: len(text.split()) > 1))
def test_case_and_accents_and_outer_spaces_make_no_difference(text: str) -> None:
    one, other = name(text), name(f"  {text.upper()} ")
    assert (one and one.joined) == (other and other.joined)
