"""The edition explains itself, docs/dictionary.md says the same, and what was promised stays."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest

from support.commands import Run
from warehouse import description, vocabulary
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("whole")

DOCS = Path(__file__).parents[2] / "docs"


def promised() -> list[tuple[str, str, str]]:
    rows = list(csv.reader((DOCS / "schema.csv").read_text(encoding="utf-8").splitlines()))
    return [(table, column, kind) for table, column, kind in rows[1:]]


def deprecated() -> list[tuple[str, str]]:
    entries = tomllib.loads((DOCS / "deprecations.toml").read_text(encoding="utf-8"))
    for name, entry in entries.items():
        assert entry.keys() == {"since", "because", "instead"}, name
    return [(table, column) for table, _, column in (name.partition(".") for name in entries)]


def test_the_page_on_the_edition_is_current(ask: Run) -> None:
    made = ask("dictionary").out
    assert (DOCS / "dictionary.md").read_text(encoding="utf-8") == made, "run: clusterbridge dictionary > docs/dictionary.md"


def test_every_table_and_column_has_a_sentence_a_unit_and_a_source(edition: Connection) -> None:
    described = description.read(edition)
    assert all(one.about.endswith(".") and one.source.endswith(".") for one in described)
    assert [one for one in described if (one.column_name is None) != (one.unit is None)] == []
    real = edition.execute(
        """
        SELECT table_name, column_name, data_type, comment
        FROM duckdb_columns()
        WHERE database_name = 'edition' AND schema_name = 'main' AND NOT internal
        """
    ).fetchall()
    told = [(one.table_name, one.column_name, one.data_type, one.about) for one in described if one.column_name]
    assert sorted(told) == sorted(real)
    assert any(table.startswith("search_") for table, *_ in told)


def test_no_column_that_was_ever_published_is_gone_or_of_another_type_without_a_word(ask: Run) -> None:
    described = [tuple(row) for row in csv.reader(ask("dictionary", "--schema").out.splitlines()[1:])]
    kept = {(table, column): kind for table, column, kind in described}
    assert description.broken(promised(), kept, deprecated()) == []
    assert kept.keys() <= {(table, column) for table, column, _ in promised()}, (
        "new columns are promised too: append the new lines of `clusterbridge dictionary --schema` to docs/schema.csv"
    )


def test_a_column_that_is_gone_or_of_another_type_is_a_broken_promise_unless_it_is_deprecated() -> None:
    was = [("clusters", "name", "VARCHAR"), ("clusters", "phone", "VARCHAR"), ("clusters", "city", "VARCHAR")]
    now = {("clusters", "name"): "VARCHAR", ("clusters", "city"): "INTEGER"}
    assert description.broken(was, now, []) == [
        "clusters.phone: wanted VARCHAR, found nothing",
        "clusters.city: wanted VARCHAR, found INTEGER",
    ]
    assert description.broken(was, now, [("clusters", "phone"), ("clusters", "city")]) == []


def test_vocabularies_have_names_in_both_languages_and_hold_every_value_of_a_closed_one(edition: Connection) -> None:
    mute = "SELECT vocabulary, value FROM vocabularies WHERE trim(coalesce(english, '')) = '' OR trim(coalesce(swedish, '')) = ''"
    assert edition.execute(mute).fetchall() == []
    for column, name in (("ecosystems", "ecosystem"), ("sectors", "sector"), ("[country]", "country"), ("languages", "language")):
        strangers = f"""
            SELECT DISTINCT said.value
            FROM (SELECT unnest({column}) AS value FROM clusters) AS said
            ANTI JOIN vocabularies AS known ON known.vocabulary = $name AND known.value = said.value
            WHERE said.value IS NOT NULL
        """  # noqa: S608
        assert edition.execute(strangers, {"name": name}).fetchall() == [], column
    assert edition.execute(
        "SELECT swedish FROM vocabularies WHERE vocabulary = 'country' AND value IN ('SE', 'XK') ORDER BY swedish"
    ).fetchall() == [("Kosovo",), ("Sverige",)]


def test_a_word_without_a_swedish_name_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = vocabulary.data_rows
    monkeypatch.setattr(vocabulary, "data_rows", lambda name: [{**row, "sv": " "} for row in rows(name)])
    with pytest.raises(ValueError, match="Swedish name of 'Aerospace & defence' in ecosystem"):
        list(vocabulary.words())


def test_the_path_is_that_of_the_current_edition_and_not_of_the_pointer(ask: Run, nights) -> None:
    path = Path(ask("path").out.rstrip("\n"))
    assert path == nights.second.edition.resolve()
    told = ask("path", "--json").json
    assert (told["path"], told["number"], told["run"]) == (str(path), 2, 2)


def test_where_there_is_no_edition_there_is_no_path(elsewhere: Run) -> None:
    ended = elsewhere("path")
    assert (ended.code, ended.out) == (7, "")
    assert "found none" in ended.err
