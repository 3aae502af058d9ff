"""Publishing: all or nothing, checked, described, and readable by old DuckDBs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from support.sampling import some_of
from warehouse import edition_draft, editions, macros, matches, organisations
from warehouse.dictionary import tables
from warehouse.edition_draft import checks
from warehouse.edition_folder import point
from warehouse.editions import POINTER, EditionDamaged, EditionHeld, EditionMissing, current, open_edition, publish
from warehouse.rows import Finding, MatchReason, Organisation, PartnerMatch
from warehouse.search_tables import sentences
from warehouse.state import State

HELPFUL = "make one: `clusterbridge sync` .* or `make demo`"


def fill(nights) -> None:
    """A little of everything that an edition holds."""
    swedish = {"country": "SE", "organisation_type": "cluster", "nuts2": "SE31", "sectors": ("Apparel",), "city": "Karlstad"}
    labels = [{"level": "gold", "awarded": "2025-01-01", "valid_until": "2027-01-01"}]
    finding = Finding("unknown word", "wanted an ecosystem, found 'Blue growth'", network="eccp")
    nights.load(
        nights.record("a", labels=labels, extracts={"en": "Paper."}, **swedish),
        nights.record("b", country="FI", organisation_type="cluster"),
        nights.record("c", country="FI"),
        findings=[finding],
    )
    organisations.write(nights.state, [Organisation(1, (1,)), Organisation(2, (2, 3), (3,))], nights.now)
    nights.rebuild()
    reason = MatchReason("sectors", 0.25, "Both make clothes.", {"shared": ["Apparel"]})
    matches.write(nights.state, [PartnerMatch(1, 2, 0.25, 1, "hand 1", (reason,))])
    nights.state.con.execute("INSERT INTO known_partnerships VALUES (1, 2, NULL, 'Alliance', 2020, ['https://x.example'], 'f')")
    nights.state.con.execute("CREATE TABLE search_terms (term_id INTEGER, term VARCHAR)")
    nights.state.con.execute("INSERT INTO search_terms VALUES (2, 'paper'), (1, 'pulp')")


@pytest.fixture
def filled(nights):
    fill(nights)
    return nights


@pytest.fixture(scope="module")
def published(nights_on, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a copy of an edition that a test may spoil inside a transaction of its own."""
    folder = tmp_path_factory.mktemp("editions")
    with State.memory() as state:
        nights = nights_on(state)
        fill(nights)
        path = publish(state, folder, nights.now).path
    with duckdb.connect(str(path.rename(folder / "spoilt.duckdb"))) as con:
        yield con


def test_every_edition_has_the_index_that_its_state_has_then_whatever_was_published_before(filled, editions_folder: Path) -> None:
    found, con = [], filled.state.con
    for change in (None, "DROP TABLE search_terms", "CREATE TABLE search_terms (term VARCHAR)"):
        if change:
            con.execute(change)
        with duckdb.connect(str(publish(filled.state, editions_folder, filled.now).path), read_only=True) as edition:
            columns = "SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE starts_with(table_name, 'search_')"
            found.append([name for (name,) in edition.execute(f"{columns} ORDER BY ALL").fetchall()])
    assert found == [["search_terms.term", "search_terms.term_id"], [], ["search_terms.term"]]


def test_the_first_edition_is_number_one_and_current(filled, editions_folder: Path) -> None:
    edition = publish(filled.state, editions_folder, filled.now)
    assert (edition.number, edition.path.name, edition.published_at, edition.run_id) == (
        1,
        "clusters-000001.duckdb",
        filled.now,
        1,
    )
    assert current(editions_folder) == edition.path
    assert open_edition(edition.path) == edition
    assert sorted(path.name for path in editions_folder.iterdir()) == ["clusters-000001.duckdb", POINTER]


def test_each_edition_holds_what_the_state_knew_and_stays_as_it_was(filled, editions_folder: Path) -> None:
    first = publish(filled.state, editions_folder, filled.now)
    before = first.path.read_bytes()
    filled.load(filled.record("a", name="Renamed"), filled.record("b"), filled.record("c"))
    filled.rebuild()
    filled.state.con.execute("DELETE FROM partner_matches")
    filled.state.con.execute("DELETE FROM match_reasons")
    second = publish(filled.state, editions_folder, filled.now)
    assert first.path.read_bytes() == before
    with duckdb.connect(str(second.path), read_only=True) as con:
        assert con.execute("SELECT name FROM clusters WHERE organisation_id = 1").fetchall() == [("Renamed",)]


def test_an_edition_holds_the_analysts_schema_and_the_search_index_and_nothing_else(published) -> None:
    found = published.execute("SELECT table_name FROM information_schema.tables").fetchall()
    assert {name for (name,) in found} == {table.name for table in tables()} | {"search_terms"}
    for table in tables():
        columns = published.execute(f"SELECT * FROM {table.name} LIMIT 0").description  # noqa: S608
        assert [column[0] for column in columns] == list(table.columns)
    assert published.execute("SELECT term_id FROM search_terms").fetchall() == [(2,), (1,)], "in the index's own order"


def test_every_table_view_and_column_of_an_edition_has_a_comment(published) -> None:
    tables_and_views = """
        SELECT table_name, comment FROM duckdb_tables()
        UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal
    """
    assert [name for name, comment in published.execute(tables_and_views).fetchall() if not comment] == []
    columns = published.execute("SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal").fetchall()
    assert [(table, column) for table, column, comment in columns if not comment] == []
    assert ("search_terms", "term", sentences()["search_terms"].columns["term"]) in columns


def test_the_data_dictionary_names_every_column_with_the_type_that_it_has(published) -> None:
    real = published.execute(
        """
        SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal
        """
    ).fetchall()
    told = published.execute(
        "SELECT table_name, column_name, data_type, about FROM data_dictionary WHERE position > 0"
    ).fetchall()
    assert sorted(told) == sorted(real)
    promised = "SELECT count(*) FROM data_dictionary WHERE position = 0 AND NOT starts_with(table_name, 'search_')"
    assert published.execute(promised).fetchall() == [(len(tables()) + len(macros.HISTORY),)]


def test_types_are_those_that_others_build_on(published) -> None:
    types = dict(
        published.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'clusters'").fetchall()
    )
    assert types["organisation_id"] == "BIGINT"
    assert types["other_names"] == types["sectors"] == "VARCHAR[]"
    assert types["extracts"] == "MAP(VARCHAR, VARCHAR)"
    assert types["founded_on"] == types["checked_on"] == "DATE"
    assert types["staff_min"] == "INTEGER"
    assert types["is_swedish"] == "BOOLEAN"


def test_an_edition_has_no_keys_and_no_indexes_so_that_old_duckdbs_read_it(published) -> None:
    assert published.execute("SELECT constraint_type FROM duckdb_constraints()").fetchall() == []
    assert published.execute("SELECT index_name FROM duckdb_indexes()").fetchall() == []


def test_regions_have_points_and_countries_in_iso_codes(published) -> None:
    rows = published.execute(
        "SELECT code, country, round(latitude), round(longitude) FROM regions WHERE code IN ('SE31', 'EL30')"
    )
    assert sorted(rows.fetchall()) == [("EL30", "GR", 38.0, 24.0), ("SE31", "SE", 61.0, 15.0)]


SPOILING = {
    "changes_lead_to_organisations": "INSERT INTO changes (organisation_id, kind, old) VALUES (1, 'merged', '99')",
    "claims_belong_to_records": "UPDATE claims SET last_run = 0 WHERE field = 'city'",
    "claims_hold_once": "INSERT INTO claims SELECT * FROM claims WHERE field = 'city'",
    "findings_have_a_history": "INSERT INTO findings (network, kind) VALUES ('eccp', 'unheard of')",
    "judgements_are_on_records": "INSERT INTO judgements (left_record_id, right_record_id) VALUES (1, 99)",
    "labels_belong_to_organisations": "INSERT INTO labels (organisation_id, level) VALUES (99, 'gold')",
    "only_networks_that_ran": "UPDATE networks SET last_good_run = NULL",
    "organisations_are_there": "DELETE FROM clusters",
    "organisations_have_sources": "DELETE FROM cluster_sources WHERE record_id = 1",
    "organisations_stand_once": "INSERT INTO clusters SELECT * FROM clusters WHERE organisation_id = 1",
    "partner_ranks_count_up": "UPDATE partner_matches SET rank = 2",
    "people_are_obeyed": """
        INSERT INTO judgements
            (left_record_id, left_organisation_id, right_record_id, right_organisation_id, verdict, decided_by)
        VALUES (1, 1, 2, 1, 'different', 'person')
    """,
    "partners_are_foreign": "UPDATE clusters SET is_swedish = TRUE",
    "partnerships_join_organisations": "UPDATE known_partnerships SET partner_id = organisation_id",
    "reasons_sum_to_the_score": "UPDATE match_reasons SET contribution = 0.3",
    "records_have_one_organisation": "UPDATE cluster_sources SET organisation_id = 99 WHERE record_id = 3",
    "redirects_lead_to_organisations": "UPDATE redirects SET organisation_id = 99",
    "regions_are_known": "UPDATE clusters SET nuts2 = 'SE99' WHERE organisation_id = 1",
    "shown_values_have_one_source": "INSERT INTO claims SELECT * FROM claims WHERE field = 'city'",
    "source_keys_stand_once": "INSERT INTO cluster_sources SELECT * FROM cluster_sources WHERE record_id = 1",
}


def test_every_check_is_tried_on_a_spoilt_edition() -> None:
    assert SPOILING.keys() == checks().keys()


@pytest.mark.parametrize("name", SPOILING)
def test_a_check_finds_what_it_is_there_for_and_nothing_in_a_sound_edition(published, name: str) -> None:
    assert published.execute(checks()[name]).fetchall() == []
    published.begin()
    published.execute(SPOILING[name])
    found = published.execute(checks()[name]).fetchall()
    published.rollback()
    assert found


@pytest.mark.parametrize("name", checks())
def test_a_check_says_in_its_first_line_what_it_proves(name: str) -> None:
    first = checks()[name].splitlines()[0]
    assert first.startswith("-- ")
    assert first.endswith(".")


def test_doubt_holds_the_edition_back_and_the_last_good_one_stays(filled, editions_folder: Path) -> None:
    good = publish(filled.state, editions_folder, filled.now)
    filled.state.con.execute("UPDATE redirects SET organisation_id = 99")
    with pytest.raises(EditionHeld, match=r"A redirect leads .*/redirects_lead_to_organisations\.sql: \(3, 99\)") as held:
        publish(filled.state, editions_folder, filled.now)
    assert (held.value.check, held.value.rows) == ("redirects_lead_to_organisations", [(3, 99)])
    assert current(editions_folder) == good.path
    assert sorted(path.name for path in editions_folder.iterdir()) == ["clusters-000001.duckdb", POINTER]
    filled.state.con.execute("UPDATE redirects SET organisation_id = 2")
    assert publish(filled.state, editions_folder, filled.now).number == 2


def test_without_a_single_organisation_nothing_is_published(nights, editions_folder: Path) -> None:
    with pytest.raises(EditionHeld, match="at least one organisation"):
        publish(nights.state, editions_folder, nights.now)
    assert current(editions_folder) is None


@pytest.mark.parametrize("step", some_of(("write_draft", "check_draft", "sync_to_disk"), "write_draft"))
def test_a_full_disk_at_any_step_leaves_the_last_good_edition(
    filled, editions_folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    good = publish(filled.state, editions_folder, filled.now)

    def full(path: object, *_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(editions, step, full)
    with pytest.raises(OSError, match="No space left"):
        publish(filled.state, editions_folder, filled.now)
    monkeypatch.undo()
    assert current(editions_folder) == good.path
    assert sorted(path.name for path in editions_folder.iterdir()) == ["clusters-000001.duckdb", POINTER]
    assert publish(filled.state, editions_folder, filled.now).number == 2


def test_a_copy_that_fails_half_way_leaves_the_state_usable(
    filled, editions_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(edition_draft, "_edition", broken)
    with pytest.raises(MemoryError):
        publish(filled.state, editions_folder, filled.now)
    monkeypatch.undo()
    assert list(editions_folder.iterdir()) == []
    assert publish(filled.state, editions_folder, filled.now).number == 1


def test_what_a_killed_publication_left_is_swept_and_its_number_not_used_twice(filled, editions_folder: Path) -> None:
    publish(filled.state, editions_folder, filled.now)
    (editions_folder / ".draft-000002.duckdb").write_bytes(b"half a draft")
    (editions_folder / ".current.duckdb-123").symlink_to("clusters-000002.duckdb")
    (editions_folder / "clusters-000002.duckdb").write_bytes(b"renamed, but the pointer did not move any more")
    edition = publish(filled.state, editions_folder, filled.now)
    assert edition.number == 3
    assert current(editions_folder) == edition.path
    assert not list(editions_folder.glob(".*"))


def test_a_log_beside_the_draft_stops_the_publication(filled, editions_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # DuckDB itself leaves none after a checkpoint: so any file stands in for the log.
    monkeypatch.setattr(edition_draft, "wal_of", lambda path: path)
    with pytest.raises(RuntimeError, match="write-ahead log"):
        publish(filled.state, editions_folder, filled.now)
    assert current(editions_folder) is None


def test_only_the_last_editions_are_kept(filled, editions_folder: Path) -> None:
    for _ in range(4):
        publish(filled.state, editions_folder, filled.now, keep=2)
    names = sorted(path.name for path in editions_folder.iterdir())
    assert names == ["clusters-000003.duckdb", "clusters-000004.duckdb", POINTER]


def test_neither_the_current_edition_nor_a_newer_one_is_ever_pruned(filled, editions_folder: Path) -> None:
    for _ in range(3):
        publish(filled.state, editions_folder, filled.now)
    editions.point(editions_folder, "clusters-000002.duckdb")
    editions.prune(editions_folder, keep=1)
    names = sorted(path.name for path in editions_folder.glob("clusters-*"))
    assert names == ["clusters-000002.duckdb", "clusters-000003.duckdb"]


def test_keeping_no_edition_at_all_is_refused(filled, editions_folder: Path) -> None:
    with pytest.raises(ValueError, match="at least 1 edition"):
        publish(filled.state, editions_folder, filled.now, keep=0)


@pytest.mark.thorough
def test_where_links_are_impossible_the_pointer_is_a_line_of_text(
    filled, editions_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("a required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    for number in (1, 2):
        edition = publish(filled.state, editions_folder, filled.now)
        assert (editions_folder / POINTER).read_text(encoding="utf-8") == f"clusters-00000{number}.duckdb\n"
        assert current(editions_folder) == edition.path
    monkeypatch.undo()
    third = publish(filled.state, editions_folder, filled.now)
    assert (editions_folder / POINTER).is_symlink()
    assert current(editions_folder) == third.path


def test_a_folder_without_a_pointer_has_no_current_edition(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    assert current(tmp_path / "missing") is None


@pytest.mark.parametrize("text", ["clusters-000009.duckdb\n", "../../elsewhere.duckdb", "", "\x00" * 5000])
def test_a_pointer_that_leads_nowhere_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / POINTER).write_text(text, encoding="utf-8")
    with pytest.raises(EditionDamaged, match="clusterbridge doctor"):
        current(tmp_path)


def test_a_link_that_leads_nowhere_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / POINTER).symlink_to("clusters-000009.duckdb")
    with pytest.raises(EditionDamaged, match="clusterbridge doctor"):
        current(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_a_damaged_edition_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clusters-000001.duckdb"
    path.write_bytes(content)
    with pytest.raises(EditionDamaged, match="clusterbridge doctor"):
        open_edition(path)


def test_a_file_that_is_not_there_is_no_edition(tmp_path: Path) -> None:
    with pytest.raises(EditionMissing, match=HELPFUL):
        open_edition(tmp_path / "clusters-000001.duckdb")


def test_a_pointer_that_moves_while_it_is_followed_is_followed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clusters-000002.duckdb").write_bytes(b"new")
    (tmp_path / "current.duckdb").symlink_to("clusters-000001.duckdb")  # pruned since
    is_file = Path.is_file

    def published_meanwhile(path: Path) -> bool:
        found = is_file(path)
        point(tmp_path, "clusters-000002.duckdb")
        return found

    monkeypatch.setattr(Path, "is_file", published_meanwhile)
    assert current(tmp_path) == tmp_path / "clusters-000002.duckdb"
