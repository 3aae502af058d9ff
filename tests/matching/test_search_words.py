"""How search reads words: English endings, words that only look alike, and countries."""

from __future__ import annotations

import pytest

from matching.search import index as search_index
from matching.search import thesaurus
from matching.search.everyone import everyone
from matching.search.readings import english_stem, read
from matching.search.search import search
from support.searching import names
from warehouse.connection import Connection


@pytest.mark.parametrize(
    ("word", "stem"),
    [("capturing", "captur"), ("designers", "design"), ("prefabricated", "prefabric"), ("wineries", "winer"), ("mining", ""),
     ("trains", ""), ("capture", ""), ("industry", ""), ("", "")],
)  # fmt: skip
def test_an_english_word_is_looked_for_by_what_is_left_without_its_ending(word: str, stem: str) -> None:
    assert english_stem(word) == stem


def test_an_inflected_english_word_finds_its_other_forms_and_not_a_like_word_of_the_thesaurus(
    con: Connection, add_cluster
) -> None:
    add_cluster(1, "Clean Process", "NO", technologies=["Carbon capture"])
    add_cluster(2, "Table Group", "PL", keywords=["restaurants"])
    search_index.build(con)
    assert names(con, "capturing carbon", limit=1) == ["Clean Process"]
    assert names(con, "capturing", limit=1) == ["Clean Process"]
    assert search(con, "capturing").did_you_mean is None


def test_the_plain_word_does_not_find_what_is_derived_from_it_as_well_as_itself(con: Connection, add_cluster) -> None:
    add_cluster(1, "Academy", "SE", keywords=["training"])
    add_cluster(2, "Rail", "SE", keywords=["trains"])
    search_index.build(con)
    weights = {one.term: one.weight for one in read(con, ["train"], everyone(con)).readings if one.reading < 0}
    assert weights["trains"] > 0.9
    assert weights["training"] < 0.65


def test_a_word_that_the_texts_have_is_no_slip_of_a_word_of_the_thesaurus(con: Connection, add_cluster) -> None:
    add_cluster(1, "Water", "ES", technologies=["Desalination"])
    add_cluster(2, "Mountains", "FR", keywords=["tourism"])
    search_index.build(con)
    assert names(con, "desalination") == ["Water"]
    assert thesaurus.fitting("desalination"), "it is near a word of the thesaurus, so that this test can fail"
    assert not thesaurus.fitting("desalination", misspelt=False)


@pytest.mark.parametrize(("typed", "alike"), [("plåt", "platform"), ("malm", "Malmö"), ("skinka", "skin")])
def test_a_word_that_only_the_thesaurus_has_is_no_part_and_no_slip_of_one_of_the_texts(
    con: Connection, add_cluster, typed: str, alike: str
) -> None:
    add_cluster(1, "Works", "SE", keywords=["sheet metal", "ores", "cured ham", "ports"])
    add_cluster(2, alike, "SE", keywords=[alike])
    search_index.build(con)
    assert names(con, typed) == ["Works"]
    add_cluster(3, typed, "SE")
    search_index.build(con)
    assert set(names(con, typed)) >= {typed, "Works"}


def test_a_word_that_neither_the_texts_nor_the_thesaurus_have_is_still_found_misspelt(con: Connection, add_cluster) -> None:
    add_cluster(1, "Works", "SE", keywords=["turbine"])
    search_index.build(con)
    assert names(con, "turbne") == ["Works"]


def test_beside_the_very_word_one_that_only_begins_alike_is_hardly_trusted(con: Connection, add_cluster) -> None:
    add_cluster(1, "Care", "SE", technologies=["Telecare"])
    add_cluster(2, "Phones", "SE", keywords=["telecom"])
    add_cluster(3, "Works", "SE", keywords=["industries", "industry"])
    search_index.build(con)
    of_all = everyone(con)
    telecom = {one.term: one.weight for one in read(con, ["telecom"], of_all).readings if one.reading < 0}
    assert (telecom["telecom"], telecom["telecare"]) == (1.0, 0.5)
    missing = {one.term: one.weight for one in read(con, ["telecot"], of_all).readings if one.reading < 0}
    assert missing["telecare"] == 0.75


def test_a_common_word_inside_a_rare_one_does_not_make_it_common(con: Connection, add_cluster) -> None:
    add_cluster(1, "Small Things", "CZ", keywords=["nanotechnology"])
    for number in range(2, 30):
        add_cluster(number, f"Group {number}", "CZ", keywords=["technology"])
    search_index.build(con)
    [rarity] = {one.idf for one in read(con, ["nanotechnology"], everyone(con)).readings}
    [common] = {one.idf for one in read(con, ["technology"], everyone(con)).readings}
    assert rarity > 5 * common


@pytest.mark.parametrize("typed", ["Polish software", "software in Poland", "mjukvara Polen"])
def test_whoever_works_on_it_in_the_country_stands_before_who_does_elsewhere_however_much(
    con: Connection, add_cluster, typed: str
) -> None:
    add_cluster(1, "Software Alliance", "ES", keywords=["software", "security"], technologies=["Software development"])
    add_cluster(2, "Programmers", "PL", extracts={"en": "Our members write software for shops and for offices."})
    add_cluster(3, "Polish Poland Dairy", "PL", keywords=["poland", "polish dairy"], extracts={"en": "Polish milk from Poland."})
    search_index.build(con)
    assert names(con, typed) == ["Programmers", "Software Alliance", "Polish Poland Dairy"]


def test_a_country_is_read_as_nothing_else(con: Connection, add_cluster) -> None:
    add_cluster(1, "Makers", "PL", keywords=["toys"])
    add_cluster(2, "Guards", "NL", keywords=["security", "police", "policy"])
    search_index.build(con)
    assert names(con, "polish") == ["Makers"]
    assert names(con, "Iceland") == []
    add_cluster(3, "Green", "IE")
    search_index.build(con)
    assert names(con, "Iceland") == [], "nobody is there, and Ireland is another country"
    assert search(con, "Iceland").did_you_mean is None


def test_who_is_in_a_country_is_so_once_however_often_a_text_says_it(con: Connection, add_cluster) -> None:
    add_cluster(1, "Zeta", "BG")
    add_cluster(2, "Bulgaria Bulgaria", "BG", keywords=["bulgaria", "bulgarian"], extracts={"en": "Bulgaria, Bulgaria."})
    search_index.build(con)
    scores = {hit.name: hit.score for hit in search(con, "bulgarian").results}
    assert scores["Zeta"] == pytest.approx(scores["Bulgaria Bulgaria"])


def test_of_a_long_text_the_words_are_told_that_were_met_not_as_if_they_stood_together(con: Connection, add_cluster) -> None:
    text = "We make paper for those who print, sell and read; others among our many members care for good packaging of food."
    add_cluster(1, "Amber", "SE", extracts={"en": text})
    search_index.build(con)
    [hit] = search(con, "packaging paper").results
    assert hit.matched == ("extracts: packaging, paper",)
