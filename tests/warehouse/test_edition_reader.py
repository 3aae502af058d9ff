"""Reading while editions come and go: in one process, in many threads, in other processes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from warehouse import edition_reader
from warehouse.edition_reader import HeldEdition
from warehouse.editions import EditionDamaged, EditionMissing, EditionOlder, EditionReader, publish
from warehouse.state import State

RECORDS = 200

# Each reading compares two tables of one edition with one another: rows of two editions would show at once.
READER = """
import json, sys, threading, time
from pathlib import Path
from warehouse import edition_reader
from warehouse.editions import EditionReader

closing = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), closing.set()), daemon=True).start()
told = {"reads": 0, "torn": 0, "backwards": 0, "editions": 0, "errors": []}
last = 0
with EditionReader(Path(sys.argv[1])) as reader:
    print("reading", flush=True)
    while not closing.is_set():
        time.sleep(0.01)  # three that never rest would leave nothing of two cores to who publishes
        try:
            with reader.cursor() as con:
                cities = con.execute("SELECT city, count(*) FROM clusters GROUP BY city").fetchall()
                number = con.execute("SELECT number FROM edition").fetchall()[0][0]
        except Exception as error:
            told["errors"].append(repr(error))
            continue
        told["reads"] += 1
        told["torn"] += cities != [(f"edition {number}", int(sys.argv[2]))]
        told["backwards"] += number < last
        told["editions"] += number != last
        last = number
print(json.dumps(told))
"""


@pytest.fixture
def listed(nights):
    nights.load(*(nights.record(f"k{number}") for number in range(RECORDS)))
    nights.group()
    nights.rebuild()
    return nights


@pytest.fixture(scope="module")
def one_edition(nights_on, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an edition that nobody changes any more."""
    folder = tmp_path_factory.mktemp("editions")
    with State.memory() as state:
        nights = nights_on(state)
        nights.load(nights.record("a"))
        nights.group()
        nights.rebuild()
        publish(state, folder, nights.now)
    return folder


def publish_next(nights, folder: Path, number: int) -> None:
    nights.state.con.execute("UPDATE clusters SET city = ?", [f"edition {number}"])
    assert publish(nights.state, folder, nights.now, keep=2).number == number


def city(reader: EditionReader) -> str:
    with reader.cursor() as con:
        return str(con.execute("SELECT any_value(city) FROM clusters").fetchall()[0][0])


def test_a_long_lived_reader_notices_the_next_edition(listed, editions_folder: Path) -> None:
    publish_next(listed, editions_folder, 1)
    with EditionReader(editions_folder) as reader:
        assert city(reader) == "edition 1"
        publish_next(listed, editions_folder, 2)
        assert city(reader) == "edition 2"


def test_a_cursor_sees_one_edition_until_it_is_closed_even_when_that_is_pruned(listed, editions_folder: Path) -> None:
    publish_next(listed, editions_folder, 1)
    with EditionReader(editions_folder) as reader, reader.cursor() as old:
        for number in (2, 3, 4):
            publish_next(listed, editions_folder, number)
        assert city(reader) == "edition 4"
        assert old.execute("SELECT any_value(city) FROM clusters").fetchall() == [("edition 1",)]


def test_one_edition_can_be_read_by_its_own_path(listed, editions_folder: Path) -> None:
    for number in (1, 2):
        publish_next(listed, editions_folder, number)
    with EditionReader(editions_folder / "clusters-000001.duckdb") as reader:
        assert city(reader) == "edition 1"


def test_a_page_that_is_asked_again_and_again_opens_the_file_once(one_edition: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    open_file = edition_reader.open_file
    monkeypatch.setattr(edition_reader, "open_file", lambda path, threads: opened.append(path) or open_file(path, threads))
    with EditionReader(one_edition) as reader:
        for _ in range(3):
            with reader.cursor() as con:
                con.execute("SELECT count(*) FROM clusters")
    assert opened == [one_edition / "clusters-000001.duckdb"]


def test_an_edition_pruned_between_pointer_and_opening_is_followed_anew(
    one_edition: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = iter([one_edition / "clusters-000000.duckdb"])
    follow = edition_reader.current
    monkeypatch.setattr(edition_reader, "current", lambda folder: next(stale, None) or follow(folder))
    with EditionReader(one_edition) as reader, reader.cursor() as con:
        assert con.execute("SELECT name FROM clusters").fetchall() == [("Cluster a",)]


def test_the_state_may_be_open_and_half_written_while_an_edition_is_read(tmp_path: Path, nights_on) -> None:
    with State.open(tmp_path / "state.duckdb") as state:
        nights = nights_on(state)
        nights.load(nights.record("a"))
        nights.group()
        nights.rebuild()
        publish(state, tmp_path, nights.now)
        state.con.begin()
        state.con.execute("DELETE FROM clusters")
        with EditionReader(tmp_path) as reader, reader.cursor() as con:
            assert con.execute("SELECT name FROM clusters").fetchall() == [("Cluster a",)]
        state.con.rollback()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM clusters",
        "CREATE TABLE edition.main.mine (a INTEGER)",
        "SELECT content FROM read_text('pyproject.toml')",
        "COPY clusters TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
    ],
)
def test_a_cursor_reads_the_edition_and_can_do_nothing_else(one_edition: Path, sql: str) -> None:
    with EditionReader(one_edition) as reader, reader.cursor() as con, pytest.raises(duckdb.Error):
        con.execute(sql)


def test_without_an_edition_the_error_names_the_commands_that_make_one(tmp_path: Path) -> None:
    reader = EditionReader(tmp_path)
    with pytest.raises(EditionMissing, match=r"clusterbridge sync.*make demo"), reader.cursor():
        pass


def test_a_reader_that_found_nothing_finds_the_first_edition_later(listed, editions_folder: Path) -> None:
    with EditionReader(editions_folder) as reader:
        with pytest.raises(EditionMissing), reader.cursor():
            pass
        publish_next(listed, editions_folder, 1)
        assert city(reader) == "edition 1"


@pytest.mark.thorough
def test_many_threads_share_a_reader_while_editions_change(listed, editions_folder: Path) -> None:
    publish_next(listed, editions_folder, 1)
    found: list[str] = []
    errors: list[BaseException] = []
    stop = threading.Event()

    def read(reader: EditionReader) -> None:
        try:
            while not stop.is_set():
                found.append(city(reader))
        except BaseException as error:
            errors.append(error)
            raise

    with EditionReader(editions_folder) as reader:
        threads = [threading.Thread(target=read, args=(reader,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in (2, 3, 4):
            publish_next(listed, editions_folder, number)
        deadline = time.monotonic() + 60
        while "edition 4" not in found[-4:] and time.monotonic() < deadline:
            time.sleep(0.01)
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert "edition 4" in found


@pytest.mark.thorough
def test_three_reading_processes_and_a_publishing_loop_disturb_nobody(listed, editions_folder: Path) -> None:
    publish_next(listed, editions_folder, 1)
    command = [sys.executable, "-c", READER, str(editions_folder), str(RECORDS)]
    readers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
    for number in range(2, 8):
        publish_next(listed, editions_folder, number)
    for told in [json.loads(reader.communicate()[0]) for reader in readers]:
        assert told["errors"] == []
        assert (told["torn"], told["backwards"]) == (0, 0)
        assert told["reads"] > 20
        assert told["editions"] >= 3


@pytest.fixture
def own_edition(one_edition: Path, tmp_path: Path) -> Path:
    """A copy of an edition, for one test."""
    return Path(shutil.copy(one_edition / "clusters-000001.duckdb", tmp_path))


def test_an_edition_held_open_is_read_to_the_last_visits_end_whatever_becomes_of_its_file(own_edition: Path) -> None:
    held = HeldEdition(own_edition, threads=1)
    assert held.is_there()
    with held.visit() as cursor:
        own_edition.unlink()
        assert not held.is_there()
        held.close()
        with held.visit() as another:
            assert another().execute("SELECT name FROM clusters").fetchall() == [("Cluster a",)]
        assert cursor().execute("SELECT name FROM clusters").fetchall() == [("Cluster a",)]
        assert cursor() is cursor()


def test_a_visit_that_asks_nothing_of_an_edition_opens_no_cursor(own_edition: Path) -> None:
    held = HeldEdition(own_edition)
    held.close()
    with pytest.raises(duckdb.ConnectionException), held.visit() as cursor:
        cursor()
    with held.visit():
        pass


def test_another_file_in_its_place_is_not_the_edition_that_is_held(own_edition: Path) -> None:
    held = HeldEdition(own_edition)
    content = own_edition.read_bytes()
    own_edition.unlink()
    own_edition.write_bytes(content)
    assert not held.is_there()
    held.close()


def test_what_is_no_edition_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(EditionMissing):
        HeldEdition(tmp_path / "clusters-000001.duckdb")
    (tmp_path / "clusters-000001.duckdb").write_bytes(b"nothing like a database" * 1000)
    with pytest.raises(EditionDamaged, match="as it was published"):
        HeldEdition(tmp_path / "clusters-000001.duckdb")


def test_what_a_held_edition_lacks_is_told_apart_from_a_fault_of_ours(own_edition: Path) -> None:
    held = HeldEdition(own_edition)
    with pytest.raises(duckdb.CatalogException), held.visit() as cursor:
        cursor().execute("SELECT * FROM no_such_table")
    held.close()
    with duckdb.connect(str(own_edition)) as con:
        con.execute("UPDATE edition SET schema_number = schema_number - 1")
    older = HeldEdition(own_edition)
    with pytest.raises(EditionOlder, match="made by an older version"), older.visit() as cursor:
        cursor().execute("SELECT * FROM no_such_table")
    older.close()
