"""The desk: many writers, nothing lost, and every trouble a sentence."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from warehouse.desk import Desk, DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.migrate import SchemaNewer, SchemaOlder, known_migrations

INSERT = (
    "INSERT INTO suppressions (kind, decided_by, because, decided_at) VALUES ('mail', ?, 'asked to', '2026-11-25T04:00:00+00:00')"
)
WHO = "SELECT decided_by FROM suppressions ORDER BY decided_by"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "desk.sqlite"


def test_a_desk_is_made_with_its_folder_and_opens_again_with_what_was_written(path: Path) -> None:
    with Desk.open(path) as desk:
        number = desk.write(INSERT, ["Ada"])
    with Desk.open(path, read_only=True) as desk:
        assert desk.rows("SELECT suppression_id, decided_by FROM suppressions") == [(number, "Ada")]


def test_reading_does_not_make_a_desk(path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="wanted a desk at"):
        Desk.open(path, read_only=True)
    assert not path.exists()


def test_what_ends_a_transaction_by_an_exception_leaves_no_trace(path: Path) -> None:
    def half() -> None:
        with desk.transaction():
            desk.write(INSERT, ["half"])
            raise RuntimeError

    with Desk.open(path) as desk:
        with pytest.raises(RuntimeError):
            half()
        assert desk.rows(WHO) == []


def test_what_many_write_at_once_is_all_there(path: Path) -> None:
    def write(name: str) -> None:
        with Desk.open(path) as desk:
            for number in range(10):
                with desk.transaction():
                    desk.write(INSERT, [f"{name}{number}"])

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with Desk.open(path) as desk:
        assert [name for (name,) in desk.rows(WHO)] == sorted(f"{name}{number}" for name in "abcd" for number in range(10))


def test_a_writer_that_does_not_end_is_said_and_nothing_is_written(path: Path) -> None:
    with Desk.open(path) as first, Desk.open(path, patience_seconds=0.01) as second:
        with first.transaction():
            assert second.rows(WHO) == []  # reading goes on
            with pytest.raises(DeskBusy, match="try again"):
                second.write(INSERT, ["late"])
        second.write(INSERT, ["in time"])
        assert first.rows(WHO) == [("in time",)]


def test_a_reader_may_not_write(path: Path) -> None:
    Desk.open(path).close()
    with Desk.open(path, read_only=True) as desk, pytest.raises(DeskUnwritable, match="make it and its folder writable"):
        desk.write(INSERT, ["x"])


def test_a_file_that_is_no_desk_is_said_with_what_to_do(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all, but long enough to have a header" * 40)
    with pytest.raises(DeskDamaged, match="clusterbridge restore"):
        Desk.open(path)


def test_a_damaged_page_is_found(path: Path) -> None:
    with Desk.open(path) as desk:
        with desk.transaction():
            for number in range(500):
                desk.write(INSERT, [f"person {number}"])
        assert desk.faults() == []
        desk.copy_to(path.with_name("copy.sqlite"))
    copy = path.with_name("copy.sqlite")
    whole = copy.read_bytes()
    copy.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    with Desk.open(copy, read_only=True) as desk:
        try:
            assert desk.faults()
        except DeskDamaged as found:
            assert "wanted a SQLite database" in str(found)


def test_a_copy_is_one_file_of_one_moment(path: Path) -> None:
    copy = path.with_name("copy.sqlite")
    with Desk.open(path) as desk, Desk.open(path) as other:
        desk.write(INSERT, ["before"])
        with other.transaction():
            other.write(INSERT, ["not committed"])
            desk.copy_to(copy)
    assert sorted(file.name for file in path.parent.glob("copy*")) == ["copy.sqlite"]
    with Desk.open(copy, read_only=True) as desk:
        assert desk.rows(WHO) == [("before",)]


def test_what_the_schema_forbids_stays_sqlites_word(path: Path) -> None:
    with Desk.open(path) as desk, pytest.raises(sqlite3.IntegrityError):
        desk.write("INSERT INTO suppression_marks (suppression_id, kind, mark) VALUES (99, 'mail', zeroblob(32))")


def test_a_desk_of_a_newer_program_is_left_alone(path: Path) -> None:
    Desk.open(path).close()
    with sqlite3.connect(path) as con:
        con.execute("PRAGMA user_version = 999")
    with pytest.raises(SchemaNewer, match=rf"wanted desk schema {len(known_migrations('desk_migrations'))} or older, found 999"):
        Desk.open(path)


def test_an_older_desk_is_brought_up_to_date_only_where_it_may_be_written(path: Path) -> None:
    path.parent.mkdir()
    sqlite3.connect(path).executescript("PRAGMA user_version = 0; CREATE TABLE is_here (a);")
    with pytest.raises(SchemaOlder, match="found 0"):
        Desk.open(path, read_only=True)
    with Desk.open(path, read_only=True, older_too=True) as desk:
        assert desk.rows("SELECT name FROM sqlite_schema") == [("is_here",)]
    with Desk.open(path) as desk:
        assert desk.rows(WHO) == []


def test_what_was_deleted_and_scrubbed_stands_nowhere_in_its_files(path: Path) -> None:
    with Desk.open(path) as desk:
        desk.write(INSERT, ["Unforgettable Name"])
        desk.write("DELETE FROM suppressions")
        desk.scrub()
        assert [file.name for file in path.parent.iterdir() if b"Unforgettable" in file.read_bytes()] == []


def test_a_log_that_somebody_reads_cannot_be_scrubbed_and_that_is_said(path: Path) -> None:
    with Desk.open(path) as desk, Desk.open(path, patience_seconds=0.01) as other:
        desk.write(INSERT, ["Ada"])
        desk.rows("BEGIN")
        desk.rows(WHO)
        other.write("DELETE FROM suppressions")
        with pytest.raises(DeskBusy, match="reading it all the time"):
            other.scrub()
