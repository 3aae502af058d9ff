"""The index: plain tables that any client of an edition can search."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.partners.ranking import rank
from matching.search import index as search_index
from matching.search.everyone import everyone
from matching.search.fields import FIELD_WEIGHTS, initials, packed, unpacked
from matching.search.find import Found, find
from matching.search.readings import read
from matching.search.search import search
from matching.search.text import fold, grams, pairs
from support.searching import names
from warehouse.connection import Connection
from warehouse.search_tables import sentences

pytestmark = pytest.mark.xdist_group("real")


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
     "3d-utskrift", "lifvsmedel norge", "the who", "ai", "förpackningsmaterialfabrik", "Mjärdevi science park", "ost",
     "capturing carbon", "desalination plants", "prefabricated houses", "telecom", "nanotechnology in the Czech Republic",
     "Polish software companies", "startups in northern Sweden", "polska bilar", "iceland", "malm",
     "plåt och skinka", "skånska hamnar"],
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
    for typed in ("vätgas", "livsmedelsföretag i Skåne", "elderly care", "Swedish telecom", "designers in Italy and Finland"):
        ranked = real.execute(
            "SELECT name FROM search_clusters($typed) ORDER BY score DESC, lower(name), organisation_id LIMIT 10",
            {"typed": typed},
        ).fetchall()
        assert [name for (name,) in ranked] == [hit.name for hit in search(real, typed, limit=10, with_model=False).results]


@given(st.lists(st.tuples(st.sampled_from(list(FIELD_WEIGHTS)), st.text(min_size=1)), min_size=1))
def test_the_index_gives_back_the_texts_that_it_keeps_but_for_their_line_breaks(texts: list[tuple[str, str]]) -> None:
    assert unpacked(packed(texts)) == [(field, " ".join(text.splitlines())) for field, text in texts]


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


@pytest.mark.parametrize(
    ("name", "short"),
    [("Medicon Valley Alliance", "mva"), ("Paper Province", ""), ("Kluster för trä och papper", "ktp"), ("Bo C D E F G H", "")],
)
def test_initials_are_of_three_to_six_words_that_say_something(name: str, short: str) -> None:
    assert initials(name) == short
