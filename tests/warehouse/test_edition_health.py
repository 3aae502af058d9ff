"""Editions that are not as they were published: found, named, and another one made current."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.examples import examples
from warehouse import edition_health
from warehouse.connection import Connection
from warehouse.edition_draft import checks
from warehouse.edition_health import CannotRestore, examine, examine_file, mend, restore
from warehouse.edition_reader import EditionReader
from warehouse.editions import POINTER, EditionDamaged, current, publish
from warehouse.state import State

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
BLOCK_BYTES = 262_144
HEADERS_BYTES = 12_288


@pytest.fixture(scope="module")
def published(nights_on, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a state, from which three editions were published; for tests that copy it."""
    folder = tmp_path_factory.mktemp("published")
    with State.open(folder / "state.duckdb") as state:
        fill(nights_on(state))
        for _ in range(3):
            publish(state, folder / "editions", NOW)
    return folder


@pytest.fixture
def three(published: Path, tmp_path: Path) -> Path:
    """A folder of three editions, of which the last is current; the state lies beside it."""
    shutil.copytree(published, tmp_path / "var", symlinks=True)
    return tmp_path / "var" / "editions"


@pytest.fixture(scope="module")
def sound(published: Path) -> Path:
    """An edition, for tests that copy it."""
    return edition(published / "editions", 1)


def fill(nights) -> None:
    nights.load(nights.record("a", country="SE", city="Karlstad", sectors=("Apparel",)), nights.record("b", country="FI"))
    nights.group()
    nights.rebuild()


def publish_next(folder: Path) -> int:
    """The number that the next edition gets."""
    with State.open(folder.parent / "state.duckdb") as state:
        return publish(state, folder, NOW).number


def edition(folder: Path, number: int) -> Path:
    return folder / f"clusters-{number:06d}.duckdb"


def spoil(path: Path, start: int = HEADERS_BYTES, end: int | None = None) -> None:
    """Overwrite part of a file with zeroes."""
    content = path.read_bytes()
    stop = len(content) if end is None else end
    path.write_bytes(content[:start] + bytes(stop - start) + content[stop:])


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that a reader can learn from an edition."""

    def rows(con: Connection, sql: str) -> list[tuple[object, ...]]:
        return con.execute(sql).fetchall()

    with EditionReader(path) as reader, reader.cursor() as con:
        columns = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE database_name = 'edition'"
        found = {"columns": rows(con, f"{columns} ORDER BY ALL")}
        for name in {str(row[0]) for row in found["columns"]}:
            found[name] = rows(con, f'SELECT * FROM "{name}"')  # noqa: S608
    return found


def test_a_sound_edition_tells_of_itself(sound: Path) -> None:
    found = examine_file(sound, is_current=True)
    assert (found.number, found.damage, found.organisations, found.run_id) == (1, "", 2, 1)
    assert found.size_bytes == sound.stat().st_size
    assert found.published_at is not None


@settings(max_examples=examples(25))
@given(st.data())
def test_a_bit_that_flips_anywhere_is_found_or_changes_nothing_that_readers_see(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(sound.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    copy = tmp_path_factory.mktemp("flipped") / sound.name
    copy.write_bytes(content)
    is_found = bool(examine_file(copy).damage)
    assert is_found or everything(copy) == everything(sound)
    copy.unlink()


def test_every_block_is_read(sound: Path, tmp_path: Path) -> None:
    """One byte in each block, wherever the tables and their descriptions happen to lie."""
    content = sound.read_bytes()
    copy = tmp_path / sound.name
    unfound = []
    for start in [0, 4096, 8192, *range(HEADERS_BYTES, len(content), BLOCK_BYTES)]:
        spoilt = bytearray(content)
        spoilt[start + 3000] ^= 0xFF
        copy.write_bytes(spoilt)
        if not examine_file(copy).damage and everything(copy) != everything(sound):
            unfound.append(start)
    assert unfound == []
    assert len(content) > 3 * BLOCK_BYTES


@pytest.mark.parametrize("length", [0, 1, 4096, HEADERS_BYTES, HEADERS_BYTES + 1, -BLOCK_BYTES, -1])
def test_a_file_that_is_cut_off_is_damaged(sound: Path, tmp_path: Path, length: int) -> None:
    content = sound.read_bytes()
    copy = tmp_path / sound.name
    copy.write_bytes(content[:length])
    assert examine_file(copy).damage


def test_a_zeroed_block_that_holds_a_city_is_damage_for_the_reader_who_meets_it(sound: Path, tmp_path: Path) -> None:
    copy = tmp_path / sound.name
    shutil.copy(sound, copy)
    blocks_before = (copy.read_bytes().index(b"Karlstad") - HEADERS_BYTES) // BLOCK_BYTES
    block = HEADERS_BYTES + blocks_before * BLOCK_BYTES
    spoil(copy, block, block + BLOCK_BYTES)
    assert "Corrupt database file" in examine_file(copy).damage
    with pytest.raises(EditionDamaged, match="clusterbridge doctor"):
        everything(copy)


def test_a_mistake_in_a_question_is_not_taken_for_damage(sound: Path) -> None:
    with EditionReader(sound) as reader, pytest.raises(duckdb.CatalogException), reader.cursor() as con:
        con.execute("SELECT name FROM no_such_table")


def test_wrong_bytes_are_damage(tmp_path: Path) -> None:
    path = edition(tmp_path, 1)
    path.write_bytes(b"This is no database at all. " * 20_000)
    assert "not a valid DuckDB database" in examine_file(path).damage


def test_an_edition_under_the_number_of_another_is_damaged(sound: Path, tmp_path: Path) -> None:
    shutil.copy(sound, edition(tmp_path, 2))
    assert examine_file(edition(tmp_path, 2)).damage == "wanted it to say that it is number 2, found [1]"


def test_an_edition_that_fails_a_check_is_damaged(sound: Path, tmp_path: Path) -> None:
    copy = tmp_path / sound.name
    shutil.copy(sound, copy)
    with duckdb.connect(str(copy)) as con:
        con.execute("DELETE FROM cluster_sources")
    damage = examine_file(copy).damage
    assert damage.startswith("wanted: ")
    assert "claims_belong_to_records" in damage


def test_an_edition_of_an_earlier_schema_is_not_damaged_by_the_checks_of_a_later_one(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / sound.name
    shutil.copy(sound, copy)
    newer = {**checks(), "of_tomorrow": "-- Every cluster has a motto.\nSELECT name FROM clusters WHERE motto IS NULL"}
    monkeypatch.setattr(edition_health, "checks", lambda: newer)
    monkeypatch.setattr("warehouse.edition_draft.checks", lambda: newer)
    assert "motto" in examine_file(copy).damage
    with duckdb.connect(str(copy)) as con:
        con.execute("UPDATE edition SET schema_number = schema_number - 1")
    assert (examine_file(copy).damage, examine_file(copy).is_older) == ("", True)
    assert not examine_file(sound).is_older


def test_all_editions_are_examined_and_the_current_one_is_marked(three: Path) -> None:
    spoil(edition(three, 2))
    found = examine(three)
    assert [(one.number, one.is_current, bool(one.damage)) for one in found] == [
        (1, False, False),
        (2, False, True),
        (3, True, False),
    ]


def test_the_newest_sound_edition_mends_a_damaged_current_one(three: Path) -> None:
    spoil(edition(three, 3))
    spoil(edition(three, 2))
    assert "`clusterbridge editions restore 1`" in mend(three)
    restored = restore(three, 1)
    assert (restored.path, current(three)) == (edition(three, 1), edition(three, 1))
    assert restored.set_aside == three / "clusters-000003.damaged"
    assert sorted(path.name for path in three.iterdir()) == [
        "clusters-000001.duckdb", "clusters-000002.duckdb", "clusters-000003.damaged", POINTER,
    ]  # fmt: skip


@pytest.mark.thorough
def test_where_every_edition_is_damaged_a_new_one_is_published_from_the_state(three: Path) -> None:
    for number in (1, 2, 3):
        spoil(edition(three, number))
    assert "`clusterbridge sync`" in mend(three)
    assert "restore" not in mend(three)
    assert publish_next(three) == 4
    assert [one.damage for one in examine(three) if one.is_current] == [""]


def test_the_next_publication_has_a_higher_number_than_any_that_ever_was(three: Path) -> None:
    restore(three, 2)
    assert publish_next(three) == 4
    spoil(edition(three, 4))
    restore(three, 3)
    assert publish_next(three) == 5


@pytest.mark.thorough
def test_a_number_is_not_used_again_when_the_files_are_gone(three: Path, nights_on) -> None:
    shutil.rmtree(three)
    assert publish_next(three) == 4
    edition(three, 4).rename(three / "clusters-000012.damaged")
    (three / POINTER).unlink()
    with State.memory() as another:  # a state that began anew knows only what lies in the folder
        fill(nights_on(another))
        assert publish(another, three, NOW).number == 13


def test_what_is_set_aside_is_never_overwritten(three: Path) -> None:
    (three / "clusters-000003.damaged").write_bytes(b"an earlier one")
    spoil(edition(three, 3))
    assert restore(three, 2).set_aside == three / "clusters-000003.damaged-2"
    assert (three / "clusters-000003.damaged").read_bytes() == b"an earlier one"


def test_a_sound_edition_may_be_left_for_an_older_one_and_stays(three: Path) -> None:
    assert restore(three, 1).set_aside is None
    assert current(three) == edition(three, 1)
    assert len(examine(three)) == 3


@pytest.mark.parametrize("named", ["clusters-000099.duckdb", None], ids=["a file that is gone", "no pointer"])
def test_restoring_mends_a_pointer_that_leads_nowhere(three: Path, named: str | None) -> None:
    (three / POINTER).unlink()
    if named is not None:
        (three / POINTER).symlink_to(named)
    assert "`clusterbridge editions restore 3`" in mend(three)
    assert restore(three, 3).set_aside is None
    assert current(three) == edition(three, 3)


def test_a_pointer_of_text_is_restored_too(three: Path) -> None:
    (three / POINTER).unlink()
    (three / POINTER).write_text("clusters-000003.duckdb\n", encoding="utf-8")
    spoil(edition(three, 3))
    assert restore(three, 2).set_aside is not None
    assert current(three) == edition(three, 2)


def test_a_damaged_edition_is_not_restored(three: Path) -> None:
    spoil(edition(three, 2))
    with pytest.raises(EditionDamaged, match="clusters-000002"):
        restore(three, 2)
    assert current(three) == edition(three, 3)
    assert edition(three, 2).exists()


def test_an_edition_that_is_not_there_is_not_restored_and_those_there_are_named(three: Path) -> None:
    with pytest.raises(CannotRestore, match=r"wanted edition 8 .* found 1, 2, 3; `clusterbridge editions` lists them"):
        restore(three, 8)


def test_the_current_edition_is_not_restored(three: Path) -> None:
    with pytest.raises(CannotRestore, match="edition 3 is the current one already, and it is sound"):
        restore(three, 3)


def test_a_restoration_that_is_cut_short_leaves_readers_the_sound_edition(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(edition(three, 3))

    def killed(path: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(edition_health, "set_aside", killed)
    with pytest.raises(KeyboardInterrupt):
        restore(three, 2)
    assert current(three) == edition(three, 2)
    assert [one.damage for one in examine(three) if one.is_current] == [""]
