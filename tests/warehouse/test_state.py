"""The state: its schema, its single writer, and what it says when it cannot be opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse import migrate
from warehouse.migrate import Migration, SchemaNewer, SchemaOlder, applied_number, known_migrations
from warehouse.state import State, StateDamaged, StateLocked, utc

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
