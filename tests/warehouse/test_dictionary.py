"""One sentence for every column, in one place, and nothing published without."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from warehouse import dictionary, search_tables
from warehouse.dictionary import Kind, quoted

TABLES = {table.name: table for table in dictionary.tables()}

FIXED = {
    "clusters": """organisation_id name native_name other_names acronym organisation_type country region_printed nuts2 city
        postcode latitude longitude website domain role_email phone founded_on founded_precision staff_min staff_max
        members_total members_sme members_startup members_large members_research members_other ecosystems sectors nace
        technologies s3_priorities emerging_industries languages memberships partnerships target_countries keywords extracts
        completeness profile_updated_on networks is_swedish is_gone first_seen_on changed_on checked_on""",
    "labels": "organisation_id level issuer awarded valid_until network url",
    "sectors": "organisation_id sector",
    "known_partnerships": "organisation_id partner_id programme partnership year source_urls fold",
}


def test_the_analysts_schema_is_the_one_that_was_promised() -> None:
    assert TABLES.keys() == {
        "clusters", "swedish_clusters", "cluster_sources", "claims", "labels", "sectors", "partner_matches", "match_reasons",
        "known_partnerships", "changes", "runs", "findings", "finding_history", "networks", "data_dictionary", "regions",
        "redirects", "edition", "vocabularies",
        "former_clusters", "network_memberships", "label_history", "acceptances", "judgements", "judgement_reasons",
    }  # fmt: skip


@pytest.mark.parametrize("name", FIXED)
def test_columns_that_others_build_on_stand_in_their_order(name: str) -> None:
    assert list(TABLES[name].columns) == FIXED[name].split()


@pytest.mark.parametrize("name", TABLES)
def test_every_description_is_a_sentence(name: str) -> None:
    table = TABLES[name]
    for column, about in [("the table", table.about), *table.columns.items()]:
        assert re.fullmatch(r"[A-Z].{10,}\.", about), f"{name}, {column}: {about!r}"


@pytest.mark.parametrize(
    "name", [name for name, table in TABLES.items() if table.kind is Kind.COPIED or name == "swedish_clusters"]
)
def test_nothing_that_analysts_are_shown_is_left_undescribed(nights, name: str) -> None:
    sql = "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ?"
    columns = nights.rows(sql, TABLES[name].source)
    assert {column for (column,) in columns} == TABLES[name].columns.keys()


@pytest.mark.parametrize("name", TABLES)
def test_of_every_column_stands_what_its_values_are_and_of_every_table_where_it_comes_from(name: str) -> None:
    table = TABLES[name]
    assert table.units().keys() == table.columns.keys()
    assert re.fullmatch(r"[A-Za-z].{10,}\.", table.origin)


@pytest.mark.parametrize("table", search_tables.TABLES, ids=lambda table: table.name)
def test_of_every_column_of_the_search_index_too(table) -> None:
    assert "form of the search index" not in table.units().values()


def test_a_column_of_which_nobody_says_what_it_is_is_an_error() -> None:
    with pytest.raises(ValueError, match="colour"):
        replace(TABLES["clusters"], columns={"colour": "Its colour."}).units()


def test_a_sentence_with_an_apostrophe_stays_one_literal(nights) -> None:
    words = "the network's 'own' words"
    assert nights.rows(f"SELECT {quoted(words)}") == [(words,)]
