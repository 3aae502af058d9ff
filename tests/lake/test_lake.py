"""The lake: several machines push their editions, read them back, travel in time, and tidy up."""

from __future__ import annotations

import pytest

from warehouse.lake import Kind, LakeTrouble

pytestmark = pytest.mark.lake


def test_a_pushed_edition_is_one_snapshot_and_the_same_edition_again_is_none(shore):
    first, again = shore.push("north", 1), shore.push("north", 1)
    assert (first.edition, again.edition) == (1, 1)
    assert (first.snapshot, again.snapshot) == (1, None)
    assert [(one.edition, one.snapshot, one.is_current) for one in shore.lake.pushes()] == [(1, 1, True)]


def test_machines_stand_beside_one_another_and_each_is_replaced_by_itself_alone(shore, rows):
    shore.push("north", 1, 2)
    shore.push("south", 7, 5)
    shore.push("north", 2, 3)
    counts = "SELECT machine, edition, count(*) FROM lake.clusters GROUP BY ALL ORDER BY ALL"
    assert rows(shore, counts) == [["north", 2, 5], ["south", 7, 7]]
    assert [(one.machine, one.edition, one.is_current) for one in shore.lake.pushes()] == [
        ("north", 1, False), ("north", 2, True), ("south", 7, True),
    ]  # fmt: skip


def test_every_edition_that_was_pushed_can_be_read_by_its_snapshot(shore, rows):
    pushed = {(machine, number): shore.push(machine, number, number) for number in (1, 2, 3) for machine in ("north", "south")}
    for one in shore.lake.pushes():
        assert one.snapshot == pushed[one.machine, one.edition].snapshot
        counts = f"SELECT edition, count(*) FROM lake.clusters AT (VERSION => {one.snapshot}) WHERE machine = '{one.machine}'"  # noqa: S608
        assert rows(shore, f"{counts} GROUP BY ALL") == [[one.edition, 2 + one.edition]]


def test_the_lake_says_of_every_table_and_column_what_the_edition_says(shore, rows):
    shore.push("north", 1)
    silent = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' AND coalesce(comment, '') = ''"
    assert rows(shore, silent) == []
    assert rows(
        shore,
        """
        SELECT table_name, column_name FROM duckdb_columns()
        WHERE database_name = 'lake' AND schema_name = 'main' AND coalesce(comment, '') = ''
        """,
    ) == []  # fmt: skip
    assert rows(shore, "SELECT name, country FROM lake.clusters ORDER BY name") == [["Cluster A", "SE"], ["Cluster B", None]]
    assert rows(shore, "SELECT machine, name FROM lake.swedish_clusters") == [["north", "Cluster A"]]


def test_a_machine_of_a_newer_version_brings_new_columns_and_an_older_one_leaves_them_empty(shore, rows):
    shore.push("north", 1)
    shore.push(
        "south", 1, 0, "ALTER TABLE networks ADD COLUMN mood VARCHAR DEFAULT 'fine'", "CREATE TABLE extra AS SELECT 1 AS one"
    )
    shore.push("north", 2)
    moods = "SELECT machine, mood FROM lake.networks ORDER BY machine"
    assert rows(shore, moods) == [["north", None], ["south", "fine"]]
    shore.push("south", 2)
    assert rows(shore, "SELECT count(*) FROM lake.extra") == [[0]]


def test_a_column_of_another_type_is_refused_and_nothing_is_changed(shore, rows):
    shore.push("north", 1)
    with pytest.raises(LakeTrouble, match=r"wanted networks\.records as VARCHAR, found .* in the lake; .* same version") as met:
        shore.push("south", 1, 0, "ALTER TABLE networks ALTER records TYPE VARCHAR")
    assert met.value.kind is Kind.SCHEMA
    assert rows(shore, "SELECT DISTINCT machine FROM lake.clusters") == [["north"]]


def test_two_installations_of_one_name_do_not_overwrite_one_another_unless_told_to(shore):
    shore.push("north", 1)
    other = shore.edition("other", 1)
    with pytest.raises(LakeTrouble, match="another installation pushes as the machine 'north'") as met:
        shore.lake.push(other, "north", "another")
    assert met.value.kind is Kind.TAKEN
    assert shore.lake.push(other, "north", "another", is_taking_over=True).snapshot is not None


def test_nothing_pushed_yet_and_an_unreachable_catalogue_are_said_without_the_password(shore):
    with pytest.raises(LakeTrouble, match="nothing was ever pushed into this lake; `clusterbridge lake push` makes it"):
        shore.lake.pushes()
    nowhere = f"ducklake:postgres:dbname=nope host={shore.folder} user=u password='very secret'"
    with pytest.raises(LakeTrouble) as met:
        type(shore.lake)(nowhere, shore.lake.data, shore.lake.python).pushes()
    assert met.value.kind is Kind.UNREACHABLE
    assert "secret" not in str(met.value)


def test_tidying_lets_go_of_what_is_old_and_leaves_what_readers_may_read(shore, age, rows):
    for number in (1, 2, 3):
        shore.push("north", number, number)
    before = len(shore.files())
    age(shore, "snapshot_id < 3", days=40)
    done = shore.lake.tidy(keep_days=30)
    assert (done.expired, done.deleted, len(shore.files()) >= before) == (3, 0, True)  # the files wait for their readers
    assert [(one.edition, one.snapshot is not None) for one in shore.lake.pushes()] == [(1, False), (2, False), (3, True)]
    done = shore.lake.tidy(keep_days=30, in_use_minutes=0)
    assert done.deleted > 0
    assert len(shore.files()) < before
    assert rows(shore, "SELECT edition, count(*) FROM lake.clusters GROUP BY ALL") == [[3, 5]]


def test_tidying_deletes_what_no_push_had_completed_but_not_what_is_young(shore):
    shore.push("north", 1)
    known = set(shore.files())
    orphan = known.copy().pop().with_name("ducklake-orphan.parquet")
    orphan.write_bytes(known.copy().pop().read_bytes())
    assert shore.lake.tidy(30).orphans == 0
    assert shore.lake.tidy(30, in_use_minutes=0).orphans == 1
    assert set(shore.files()) == known


def test_tidying_joins_small_files(shore, rows):
    for number in range(1, 5):
        shore.push("north", number)
    pushes = len(list((shore.folder / "data" / "main" / "lake_pushes").rglob("*.parquet")))
    assert (pushes, shore.lake.tidy(30, in_use_minutes=0).merged > 0) == (4, True)
    assert len(list((shore.folder / "data" / "main" / "lake_pushes").rglob("*.parquet"))) == 1
    assert rows(shore, "SELECT edition FROM lake.lake_pushes ORDER BY ALL") == [[1], [2], [3], [4]]
    for one in shore.lake.pushes():
        assert rows(shore, f"SELECT edition FROM lake.edition AT (VERSION => {one.snapshot})") == [[one.edition]]  # noqa: S608
