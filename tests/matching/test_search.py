"""Search finds what staff mean, and says why."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.embedding import model, organisations
from matching.partners.ranking import rank
from matching.search import index as search_index
from matching.search import meaning
from matching.search.everyone import everyone
from matching.search.fields import FIELD_WEIGHTS, initials, packed, unpacked
from matching.search.find import Ambiguous, Found, Missing, find
from matching.search.query_mean import query_mean
from matching.search.readings import OWN, Reading, affordable, read
from matching.search.search import _best, search
from matching.search.text import fold, grams, pairs
from matching.search.thesaurus import entries, fitting, knows, phrases, stem_of, thesaurus
from warehouse.connection import Connection
from warehouse.search_tables import sentences


def names(con: Connection, text: str, limit: int = 10, **filters) -> list[str]:
    return [hit.name for hit in search(con, text, limit=limit, **filters).results]


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


@settings(max_examples=25, deadline=None)
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


def test_the_index_is_plain_tables_with_a_sentence_on_every_column(real: Connection) -> None:
    found = real.execute(
        "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()"
        " WHERE starts_with(table_name, 'search_') GROUP BY table_name"
    ).fetchall()
    of_vectors = {"search_vectors", "search_vector_space"}
    assert dict(found) == {name: list(table.columns) for name, table in sentences().items() if name not in of_vectors}
    assert all(table.about and all(table.columns.values()) for table in sentences().values())
    scored = real.execute(
        "SELECT c.name FROM search_postings AS p JOIN search_terms AS t ON t.term_id = p.term_id"
        " JOIN clusters AS c ON c.organisation_id = p.organisation_id"
        " WHERE t.term = 'lignin' GROUP BY c.name ORDER BY sum(p.impact) DESC"
    ).fetchall()
    assert ("Paper Province",) in scored


def test_building_again_replaces_the_index_and_an_empty_population_has_an_empty_one(con: Connection, add_cluster) -> None:
    assert search_index.build(con).postings == 0
    assert search(con, "wood").total == 0
    add_cluster(1, "Wood", "SE")
    search_index.build(con)
    add_cluster(2, "Timber", "SE")
    search_index.build(con)
    assert names(con, "wood") == ["Wood", "Timber"]


def test_an_organisation_is_named_by_number_name_other_name_or_part(real: Connection) -> None:
    for said in ("8", "paper province", "The Packaging Arena", "per provin"):
        answer = find(real, said)
        assert isinstance(answer, Found), said
        assert answer.one.name == "Paper Province"


def test_a_part_of_several_names_lists_them_and_an_unknown_name_suggests(real: Connection) -> None:
    several = find(real, "packaging")
    assert isinstance(several, Ambiguous)
    assert several.total == len(several.candidates) > 1
    nobody = find(real, "Papper Provins")
    assert isinstance(nobody, Missing)
    assert "Paper Province" in [named.name for named in nobody.suggestions]
    assert find(real, "") == Missing(())
    assert find(real, "99999999999999999999") == Missing(())


def test_an_exact_name_is_meant_before_longer_names_and_other_names(con: Connection, add_cluster) -> None:
    add_cluster(1, "Digital", "SE")
    add_cluster(2, "Digital Wallonia", "BE")
    add_cluster(3, "Elsewhere", "BE", other_names=["digital"])
    search_index.build(con)
    answer = find(con, "DIGITAL")
    assert isinstance(answer, Found)
    assert answer.one.id == 1


def test_a_number_that_was_merged_leads_to_its_successor(con: Connection, add_cluster) -> None:
    add_cluster(1, "Old and new", "SE")
    search_index.build(con)
    assert isinstance(find(con, "2"), Missing)
    con.execute("CREATE TABLE redirects (old_id BIGINT, organisation_id BIGINT)")
    con.execute("INSERT INTO redirects VALUES (2, 1)")
    answer = find(con, "2")
    assert isinstance(answer, Found)
    assert answer.one.id == 1


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


@given(st.text())
def test_folding_leaves_plain_words_and_folds_no_further(text: str) -> None:
    folded = fold(text)
    assert folded == fold(folded)
    assert all(character in "abcdefghijklmnopqrstuvwxyz0123456789 " for character in folded)


def test_four_grams_mark_the_edges_of_a_word() -> None:
    assert grams("oil") == ("_oil", "oil_")
    assert grams("ai") == ("_ai_",)
    assert fold("Mjärdevi, Клъстер & Œuvre") == "mjardevi klster oeuvre"


def test_a_published_edition_is_searched_read_only_through_an_attached_file(con: Connection, add_cluster, tmp_path: Path) -> None:
    add_cluster(1, "Wood", "SE", keywords=["timber"])
    search_index.build(con)
    edition = tmp_path / "edition.duckdb"
    con.execute(f"ATTACH '{edition}' AS draft (STORAGE_VERSION 'v1.0.0')")
    con.execute("COPY FROM DATABASE memory TO draft")
    con.execute("DETACH draft")
    with duckdb.connect() as engine:
        engine.execute(f"ATTACH '{edition}' AS edition (READ_ONLY)")
        engine.execute("SET enable_external_access = false")
        engine.execute("SET lock_configuration = true")
        cursor = engine.cursor()
        cursor.execute("USE edition")
        assert names(cursor, "timber") == ["Wood"]
        assert isinstance(find(cursor, "wood"), Found)
        assert rank(cursor, 1, today=date(2026, 11, 23)) == []


def test_a_client_that_knows_sql_only_searches_an_edition_by_a_macro(real: Connection) -> None:
    rows = real.execute(
        "SELECT name, country, score FROM search_clusters('Vätgas i NORGE!') ORDER BY score DESC LIMIT 3"
    ).fetchall()
    assert rows[0][:2] == ("OREEC – Oslo Renewable Energy and Environment Cluster", "NO")
    assert real.execute("SELECT count(*) FROM search_clusters('')").fetchall() == [(0,)]
    assert real.execute("SELECT count(*) FROM search_clusters('xyzzyqqq')").fetchall() == [(0,)]


@pytest.mark.parametrize(
    "typed",
    ["vätgas", "hydrogn fuel cells", "livsmedelsföretag i Skåne", "massa och papper", "svensk skogsindustri", "Средногорие",
     "3d-utskrift", "lifvsmedel norge", "the who", "ai", "förpackningsmaterialfabrik", "Mjärdevi science park", "ost"],
)  # fmt: skip
def test_the_macro_reads_a_query_as_the_program_does(real: Connection, typed: str) -> None:
    folded = [word for word, _ in pairs(typed)]
    ours = read(real, folded, everyone(real))
    rows = real.execute(
        "SELECT place, reading, part, parts, term_id, weight, idf FROM search_readings($typed) WHERE term_id IS NOT NULL",
        {"typed": " ".join(folded)},
    ).fetchall()
    said = {(one.place, one.reading, one.part, one.parts, one.term_id): (one.weight, one.idf) for one in ours.readings}
    by_macro = {(place, reading, part, parts, term): (weight, idf) for place, reading, part, parts, term, weight, idf in rows}
    assert said.keys() == by_macro.keys()
    for key, (weight, idf) in said.items():
        assert by_macro[key] == (pytest.approx(weight), pytest.approx(idf)), key


def test_the_macro_ranks_as_the_program_does_where_no_name_is_typed(real: Connection) -> None:
    for typed in ("vätgas", "livsmedelsföretag i Skåne", "elderly care"):
        ranked = real.execute(
            "SELECT name FROM search_clusters($typed) ORDER BY score DESC, lower(name), organisation_id LIMIT 10",
            {"typed": typed},
        ).fetchall()
        assert [name for (name,) in ranked] == [hit.name for hit in search(real, typed, limit=10, with_model=False).results]


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


class Meaning:
    """Stands in for the sentence model: everything typed means the same."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, means: int) -> None:
        self.asked: list[str] = []
        self._vector = np.eye(model.DIMENSIONS, dtype=np.float32)[means]
        meaning._vector.cache_clear()
        monkeypatch.setattr(model, "available", lambda: True)
        monkeypatch.setattr(model, "query", self.query)
        monkeypatch.setattr(meaning, "query_mean", lambda: np.zeros(model.DIMENSIONS, dtype=np.float32))

    def query(self, text: str) -> np.ndarray:
        self.asked.append(text)
        return self._vector


@pytest.fixture
def dinosaurs(con: Connection, add_cluster) -> Connection:
    """Three organisations, of which the second means what the first axis of the model's space means."""
    for number, name in enumerate(("Wood", "Fossil Beds", "Steel"), start=1):
        add_cluster(number, name, "SE", keywords=[name.lower()])
    search_index.build(con)
    organisations.write(con, np.array([1, 2, 3]), np.eye(model.DIMENSIONS, dtype=np.float32)[[5, 0, 7]])
    return con


def test_the_sentence_model_finds_what_no_word_says(dinosaurs: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Meaning(monkeypatch, means=0).asked
    hits = search(dinosaurs, "Dinosaurier").results
    assert [(hit.name, hit.matched) for hit in hits] == [("Fossil Beds", ("like in meaning",))]
    assert asked == ["Dinosaurier"]
    assert search(dinosaurs, "Dinosaurier", with_model=False).total == 0


def test_the_sentence_model_is_not_asked_where_every_word_is_understood(
    dinosaurs: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Meaning(monkeypatch, means=0).asked
    assert names(dinosaurs, "steel") == ["Steel"]
    assert asked == []


def test_an_edition_without_vectors_is_searched_by_words(con: Connection, add_cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Meaning(monkeypatch, means=0).asked
    add_cluster(1, "Wood", "SE")
    search_index.build(con)
    assert search(con, "Dinosaurier").total == 0
    assert asked == []


def test_the_mean_of_queries_that_ships_is_of_the_model_in_use() -> None:
    assert 0.5 < float(np.linalg.norm(query_mean())) < 1


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


@given(st.lists(st.tuples(st.sampled_from(list(FIELD_WEIGHTS)), st.text(min_size=1)), min_size=1))
def test_the_index_gives_back_the_texts_that_it_keeps_but_for_their_line_breaks(texts: list[tuple[str, str]]) -> None:
    assert unpacked(packed(texts)) == [(field, " ".join(text.splitlines())) for field, text in texts]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), unique_by=lambda one: one[1]), st.integers(0, 8))
def test_the_best_are_those_that_sorting_all_would_put_first(scored: list[tuple[int, int]], limit: int) -> None:
    rows = np.arange(len(scored)) * 2
    score = np.array([float(score) for score, _ in scored])
    alphabetical = np.array([place for _, place in scored], dtype=np.int32)
    whole = sorted(range(len(scored)), key=lambda n: (-scored[n][0], scored[n][1]))
    assert _best(rows, score, alphabetical, limit).tolist() == [2 * n for n in whole[:limit]]


def test_an_index_that_is_built_anew_is_not_answered_from_what_was_kept_of_the_old_one(con: Connection, add_cluster) -> None:
    add_cluster(1, "Wood", "SE", ecosystems=["Digital"])
    add_cluster(2, "Woodland", "SE", ecosystems=["Digital"])
    search_index.build(con)
    assert search(con, "wood").facets["ecosystem"] == {"Digital": 2}
    con.execute("UPDATE clusters SET ecosystems = ['Textiles'], name = 'A wood' WHERE organisation_id = 2")
    con.execute("INSERT INTO labels VALUES (1, 'gold', 'ESCA', NULL, NULL, 'esca', NULL)")
    search_index.build(con)
    found = search(con, "wood")
    assert found.facets["ecosystem"] == {"Digital": 1, "Textiles": 1}
    assert found.facets["label"] == {"gold": 1}
    assert {hit.name for hit in found.results} == {"Wood", "A wood"}


def test_the_nearest_in_meaning_are_the_same_whether_vectors_are_kept_or_not(
    con: Connection, add_cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    Meaning(monkeypatch, means=0)
    drawn = np.random.default_rng(5).standard_normal((70, model.DIMENSIONS)).astype(np.float32)
    for number in range(1, 71):
        add_cluster(number, f"Cluster {number}", "SE")
    search_index.build(con)
    for vectors in (drawn, drawn[::-1]):  # the second is another night
        organisations.write(con, np.arange(1, 71), organisations.unit(vectors))
        kept = meaning.near_in_meaning(con, "Dinosaurier", 1.0)
        with monkeypatch.context() as patched:
            patched.setattr(meaning, "MOST_KEPT", 0)
            asked = meaning.near_in_meaning(con, "Dinosaurier", 1.0)
        assert kept.ids == asked.ids
        assert kept.scores == pytest.approx(asked.scores, abs=1e-5)


def test_a_name_of_several_words_is_found_by_its_initials_and_says_so(con: Connection, add_cluster) -> None:
    add_cluster(1, "Northern Alliance for Wood Research", "SE")
    add_cluster(2, "Wood", "SE", keywords=["northern wood"])
    search_index.build(con)
    assert [(hit.name, hit.matched) for hit in search(con, "NAWR").results] == [
        ("Northern Alliance for Wood Research", ("name: Northern Alliance for Wood Research",))
    ]


@pytest.mark.parametrize(
    ("name", "short"),
    [("Medicon Valley Alliance", "mva"), ("Paper Province", ""), ("Kluster för trä och papper", "ktp"), ("Bo C D E F G H", "")],
)
def test_initials_are_of_three_to_six_words_that_say_something(name: str, short: str) -> None:
    assert initials(name) == short
