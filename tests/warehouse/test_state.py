"""The state: its schema, its single writer, and what it says when it cannot be opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse import migrate
from warehouse.migrate import Migration, SchemaNewer, SchemaOlder, applied_number, known_migrations
from warehouse.state import State, StateDamaged, StateLocked, StateMoved, utc

HOLD_OPEN = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def test_a_new_state_is_made_with_its_folder_and_the_newest_schema(tmp_path: Path) -> None:
    with State.open(tmp_path / "var" / "state.duckdb") as state:
        assert applied_number(state.con) == len(known_migrations())
        assert state.con.execute("SELECT count(*) FROM known_records").fetchall() == [(0,)]


def test_opening_again_applies_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "state.duckdb"
    for _ in range(2):
        with State.open(path) as state:
            applied = state.con.execute("SELECT number FROM schema_migrations ORDER BY number").fetchall()
    assert applied == [(step.number,) for step in known_migrations()]


def test_a_state_of_the_tests_has_the_tables_and_rows_that_all_the_migrations_lead_to() -> None:
    tables = "SELECT schema_name || '.' || table_name, sql FROM duckdb_tables() ORDER BY ALL"
    with duckdb.connect() as con, State.memory() as state:
        migrate.migrate(con, known_migrations(), is_read_only=False)
        made = con.execute(tables).fetchall()
        assert state.con.execute(tables).fetchall() == made
        for table, _ in made:
            every = f"SELECT * FROM {table} ORDER BY ALL"  # noqa: S608  a name of ours
            assert state.con.execute(every).fetchall() == con.execute(every).fetchall()


def test_closing_leaves_one_file_and_no_log(tmp_path: Path) -> None:
    with State.open(tmp_path / "state.duckdb") as state:
        state.con.execute("INSERT INTO redirects (old_id, organisation_id) VALUES (2, 1)")
    assert [path.name for path in tmp_path.iterdir()] == ["state.duckdb"]


def test_a_state_open_for_reading_refuses_to_be_written(tmp_path: Path) -> None:
    State.open(tmp_path / "state.duckdb").close()
    with State.open(tmp_path / "state.duckdb", read_only=True) as state, pytest.raises(duckdb.InvalidInputException):
        state.con.execute("DELETE FROM clusters")


def test_reading_a_state_that_is_not_there_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="clusterbridge sync"):
        State.open(tmp_path / "state.duckdb", read_only=True)


def test_a_state_of_a_newer_program_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "state.duckdb"
    with State.open(path) as state:
        state.con.execute("INSERT INTO schema_migrations (number, name) VALUES (999, '0999_future.sql')")
    with pytest.raises(SchemaNewer, match=rf"wanted schema {len(known_migrations())} or older, found 999"):
        State.open(path)
    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("SELECT max(number) FROM schema_migrations").fetchall() == [(999,)]


def test_an_older_schema_cannot_be_brought_up_to_date_by_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "state.duckdb"
    duckdb.connect(str(path)).close()
    with pytest.raises(SchemaOlder, match="clusterbridge sync"):
        State.open(path, read_only=True)


def test_a_migration_that_fails_leaves_nothing_of_itself_and_all_before_it() -> None:
    steps = [
        Migration(1, "0001_good.sql", "CREATE TABLE good (a INTEGER);"),
        Migration(2, "0002_bad.sql", "CREATE TABLE half (a INTEGER); INSERT INTO half VALUES ('not a number');"),
    ]
    with duckdb.connect(":memory:") as con:
        with pytest.raises(duckdb.Error):
            migrate.migrate(con, steps, is_read_only=False)
        assert con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall() == [("good",), ("schema_migrations",)]
        migrate.migrate(con, [steps[0], Migration(2, "0002_mended.sql", "CREATE TABLE half (a INTEGER);")], is_read_only=False)
        assert applied_number(con) == 2


def test_another_process_that_holds_the_state_is_named_as_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "state.duckdb"
    State.open(path).close()
    command = [sys.executable, "-c", HOLD_OPEN, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(StateLocked, match="open in another process"):
            State.open(path)
        holder.communicate()
    State.open(path).close()


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "state.duckdb"
    path.write_bytes(b"This is not a database. " * 1000)
    with pytest.raises(StateDamaged, match=r"wanted a DuckDB .* database at .*state\.duckdb, found"):
        State.open(path)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    from datetime import datetime

    with pytest.raises(ValueError, match="time zone"):
        utc(datetime(2026, 11, 23))  # noqa: DTZ001


def test_a_transaction_that_ends_by_an_exception_leaves_nothing() -> None:
    with State.memory() as state:
        with pytest.raises(KeyboardInterrupt), state.transaction():
            state.con.execute("INSERT INTO redirects (old_id, organisation_id) VALUES (2, 1)")
            raise KeyboardInterrupt
        assert state.con.execute("SELECT count(*) FROM redirects").fetchall() == [(0,)]


def test_a_transaction_within_another_is_a_part_of_it() -> None:
    with State.memory() as state:
        with pytest.raises(KeyboardInterrupt), state.transaction():
            with state.transaction():
                state.con.execute("INSERT INTO redirects (old_id, organisation_id) VALUES (2, 1)")
            raise KeyboardInterrupt
        assert state.con.execute("SELECT count(*) FROM redirects").fetchall() == [(0,)]
        with state.transaction():
            state.con.execute("INSERT INTO redirects (old_id, organisation_id) VALUES (2, 1)")
        assert state.con.execute("SELECT count(*) FROM redirects").fetchall() == [(1,)]


def test_a_state_that_is_cut_off_or_spoilt_is_called_damaged_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "state.duckdb"
    with State.open(path) as state:
        state.con.execute("INSERT INTO redirects (old_id, organisation_id) SELECT n, n + 1 FROM range(100000) AS r(n)")
    whole = path.read_bytes()
    blocks = range(12_288, len(whole), 262_144)
    spoilt = {f"cut off at {length}": whole[:length] for length in (0, 5_000, 300_000, len(whole) - 1)}
    spoilt |= {f"zeroes from {start}": whole[:start] + bytes(262_144) + whole[start + 262_144 :] for start in blocks}
    for how, content in spoilt.items():
        path.write_bytes(content)
        with pytest.raises(StateDamaged, match=r"editions stay readable; .*a backup .*`clusterbridge sync --full`"):
            State.open(path, read_only=True).read_everything()
            pytest.fail(f"{how} was not found")
    path.write_bytes(whole)
    with State.open(path, read_only=True) as state:
        state.read_everything()


def test_damage_that_a_run_comes_upon_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "state.duckdb"
    with State.open(path) as state:
        state.con.execute("INSERT INTO redirects (old_id, organisation_id) SELECT n, n + 1 FROM range(1000) AS r(n)")
    with pytest.raises(StateDamaged, match="Corrupt database file"), State.open(path, read_only=True):
        raise duckdb.Error("Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 3")
    with pytest.raises(duckdb.CatalogException), State.open(path, read_only=True) as state:
        state.con.execute("SELECT name FROM no_such_table")


@pytest.mark.parametrize("is_replaced", [False, True], ids=["deleted", "replaced by another"])
def test_a_state_that_is_taken_away_while_it_is_open_is_noticed(tmp_path: Path, is_replaced: bool) -> None:
    path = tmp_path / "state.duckdb"
    with State.open(path) as state:
        state.check_place()
        path.rename(tmp_path / "elsewhere.duckdb")
        if is_replaced:
            path.write_bytes(b"another")
        with pytest.raises(StateMoved, match="moved or deleted while the run was at work; nothing was published"):
            state.check_place()
