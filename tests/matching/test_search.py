"""Search finds what staff mean, and says why."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.search import index as search_index
from matching.search.readings import OWN, Reading, affordable
from matching.search.search import _best, search
from support.examples import examples
from support.searching import names
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("real")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("hydrogen", "Tenerrdis"),
        ("hydrogn", "Tenerrdis"),
        ("Malmo", "Packbridge"),
        ("MALMÖ", "Packbridge"),
        ("skogsindustri", "Paper Province"),
        ("skogsindustrins", "Paper Province"),
        ("livsmedel", "Livsmedelsutveckling Sydost"),
        ("livsmedelsföretag", "Livsmedelsutveckling Sydost"),
        ("lifvsmedel", "Agroväst"),
        ("förpackningar", "Packbridge"),
        ("forpackningar", "Packaging Cluster"),
        ("massa", "Bothnia Bioindustries Cluster"),
        ("papper", "Pôle Fibres"),
        ("träbyggnad", "Norwegian Wood Cluster"),
        ("gruvteknik", "Georange"),
        ("cybersäkerhet", "LSEC"),
        ("vätgas", "Tenerrdis"),
        ("tekniska textilier", "Techtera"),
        ("Клъстер", "Green Synergy Cluster"),
        ("livsmedelsakademin", "Skåne Food Innovation Network"),
        ("SBHub", "Sustainable Business Hub"),
        ("norge vindkraft", "NCE NODE"),
        ("pulp sweden", "Paper Province"),
    ],
)
def test_typos_accents_swedish_and_original_names_all_find(real: Connection, typed: str, wanted: str) -> None:
    assert wanted in names(real, typed)


@pytest.mark.parametrize("typed", ["Paper Province", "paper  province", "The Packaging Arena", "Media Evolution"])
def test_a_name_that_is_typed_whole_stands_first(real: Connection, typed: str) -> None:
    assert names(real, typed, limit=1) == ["Media Evolution" if typed.startswith("Media") else "Paper Province"]


def test_every_organisation_is_found_first_or_beside_its_namesakes_by_its_own_name(real: Connection) -> None:
    for number, name in real.execute("SELECT organisation_id, name FROM clusters USING SAMPLE 40 ROWS (reservoir, 7)").fetchall():
        best = search(real, name, limit=3).results
        assert number in {hit.id for hit in best if hit.score >= best[0].score - 1e-6}, name


def test_scores_fall_and_the_limit_does_not_change_the_counts(real: Connection) -> None:
    few, many = search(real, "wood", limit=3), search(real, "wood", limit=1000)
    assert few.total == many.total == len(many.results) > 10
    assert few.facets == many.facets
    assert few.results == many.results[:3]
    assert [hit.score for hit in many.results] == sorted((hit.score for hit in many.results), reverse=True)
    assert sum(many.facets["country"].values()) == many.total


def test_a_common_word_alone_does_not_make_a_hit_of_a_longer_query(real: Connection) -> None:
    for hit in search(real, "hydrogen cluster", limit=1000).results:
        assert any("ydro" in reason.lower() for reason in hit.matched), hit


def test_filters_are_or_inside_and_and_across(real: Connection) -> None:
    hits = search(real, "energy", countries=["no", "DK"], ecosystems=["energy-renewables"], limit=1000)
    assert hits.total > 5
    assert set(hits.facets["country"]) == {"NO", "DK"}
    assert hits.facets["ecosystem"]["Energy-renewables"] == hits.total
    assert all("Energy-renewables" in hit.ecosystems and hit.country in {"NO", "DK"} for hit in hits.results)


def test_an_empty_query_lists_everyone_by_name_with_counts(real: Connection) -> None:
    everyone = search(real, "  ", limit=1000)
    assert everyone.total == 573
    assert everyone.facets["country"]["SE"] == 102
    assert [hit.name.lower() for hit in everyone.results[:20]] == sorted(hit.name.lower() for hit in everyone.results)[:20]
    assert {hit.score for hit in everyone.results} == {0.0}


def test_an_ecosystem_may_be_shortened_but_not_invented(real: Connection) -> None:
    assert (
        search(real, "", ecosystems=["cultural"]).total
        == search(real, "", ecosystems=["Cultural and creative industries (CCI)"]).total
    )
    with pytest.raises(ValueError, match="did you mean Energy-intensive industries \\(EII\\) or Energy-renewables"):
        search(real, "", ecosystems=["energy"])
    with pytest.raises(ValueError, match="did you mean Textiles"):
        search(real, "", ecosystems=["Textyles"])


def test_what_matched_names_the_field_and_the_word_behind_a_translation(real: Connection) -> None:
    province = next(hit for hit in search(real, "skogsindustri").results if hit.name == "Paper Province")
    assert "keywords: pulp and paper (skogsindustri)" in province.matched
    packbridge = next(hit for hit in search(real, "Malmo").results if hit.name == "Packbridge")
    assert packbridge.matched[0] == "city: Malmö"


def test_a_misspelt_word_is_corrected_in_use_and_in_words(real: Connection) -> None:
    assert search(real, "hydrogn").did_you_mean == "hydrogen"
    assert search(real, "skogsföretagare").did_you_mean is None, "a compound that is understood needs no correction"
    assert search(real, "hydrogen").did_you_mean is None
    assert search(real, "lifvsmedel norge").did_you_mean == "livsmedel norge"


def test_nonsense_finds_nothing_and_breaks_nothing(real: Connection) -> None:
    for typed in ("xyzzyqqq", "!!!", "'; DROP TABLE clusters; --", "%", "𓀀𓀁", "\x00", "a" * 5000):
        assert search(real, typed).total <= 573
    assert search(real, "xyzzyqqq").total == 0
    assert search(real, "!!!").total == 0


@settings(max_examples=examples(25), deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_query(real: Connection, text: str) -> None:
    found = search(real, text, limit=5)
    assert len(found.results) == min(found.total, 5)


def test_labels_networks_and_gone_organisations_are_respected(con: Connection, add_cluster) -> None:
    add_cluster(1, "Gold Wood", "SE", keywords=["wood"], networks=["eccp"])
    add_cluster(2, "Plain Wood", "FI", keywords=["wood"], networks=["eccp", "tci"])
    add_cluster(3, "Gone Wood", "FI", keywords=["wood"], is_gone=True)
    con.execute("INSERT INTO labels VALUES (1, 'gold', 'ESCA', NULL, '2026-01-31', 'esca', NULL)")
    con.execute("INSERT INTO labels VALUES (2, NULL, 'World-Class', NULL, NULL, 'eccp', NULL)")
    search_index.build(con)
    everything = search(con, "wood")
    assert everything.total == 2
    assert everything.facets["label"] == {"World-Class": 1, "gold": 1}
    assert everything.facets["network"] == {"eccp": 2, "tci": 1}
    assert names(con, "wood", labels=["Gold"]) == ["Gold Wood"]
    assert set(names(con, "wood", labels=["gold", "world-class"])) == {"Gold Wood", "Plain Wood"}
    assert names(con, "wood", networks=["TCI"]) == ["Plain Wood"]
    assert names(con, "wood", labels=["gold"], today=date(2026, 2, 1)) == []
    assert names(con, "wood", labels=["gold"], today=date(2026, 1, 31)) == ["Gold Wood"]


def test_a_name_typed_in_full_or_nearly_stands_first(real: Connection) -> None:
    assert names(real, "packaging cluster")[0] == "Packaging Cluster"
    assert names(real, "paper provence")[0] == "Paper Province"
    assert names(real, "Livsmedelsakademien")[0] == "Skåne Food Innovation Network"


def test_a_word_that_all_could_say_of_themselves_counts_little(real: Connection) -> None:
    assert set(names(real, "hydrogen cluster companies", limit=5)) < set(names(real, "hydrogen", limit=20))
    assert search(real, "och i för").total == 0


def test_a_country_may_be_said_as_an_adjective_in_either_language(real: Connection) -> None:
    for typed in ("Norwegian seafood", "norsk fisk", "fisk i Norge"):
        assert {hit.country for hit in search(real, typed, limit=3).results} == {"NO"}, typed


def test_among_very_many_the_best_reading_of_each_word_stays_and_others_as_far_as_they_are_affordable() -> None:
    def reading(place: int, meaning: int, term: int, documents: int, weight: float) -> Reading:
        return Reading(place, meaning, 1, 1, term, f"word{term}", f"word{term}", documents, weight)

    common = reading(1, OWN, 1, 900, 1.0)
    good, alike, wide = reading(1, 7, 2, 60, 0.9), reading(1, OWN, 3, 30, 0.5), reading(1, 8, 4, 500, 0.6)
    other = reading(2, 9, 5, 800, 0.4)
    everything = [common, good, alike, wide, other]
    assert affordable(everything, most=5000) == everything
    assert sorted(affordable(everything, most=100), key=lambda one: one.term_id) == [common, good, alike, other]
    assert affordable(everything, most=0) == [common, other]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), unique_by=lambda one: one[1]), st.integers(0, 8))
def test_the_best_are_those_that_sorting_all_would_put_first(scored: list[tuple[int, int]], limit: int) -> None:
    rows = np.arange(len(scored)) * 2
    score = np.array([float(score) for score, _ in scored])
    alphabetical = np.array([place for _, place in scored], dtype=np.int32)
    whole = sorted(range(len(scored)), key=lambda n: (-scored[n][0], scored[n][1]))
    assert _best(rows, score, alphabetical, limit).tolist() == [2 * n for n in whole[:limit]]


def test_a_name_of_several_words_is_found_by_its_initials_and_says_so(con: Connection, add_cluster) -> None:
    add_cluster(1, "Northern Alliance for Wood Research", "SE")
    add_cluster(2, "Wood", "SE", keywords=["northern wood"])
    search_index.build(con)
    assert [(hit.name, hit.matched) for hit in search(con, "NAWR").results] == [
        ("Northern Alliance for Wood Research", ("name: Northern Alliance for Wood Research",))
    ]
