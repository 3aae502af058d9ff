"""The lake's files in an S3-compatible store: pushed, read by any client, tidied, and erased, as in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from support import small_state
from support.commands import called
from support.own_s3 import PYTHON, SECRET, Store, started
from warehouse.lake import Kind, Lake, LakeTrouble

pytestmark = pytest.mark.lake
_buckets = count(1)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    if not PYTHON.exists():
        pytest.skip("the environment of the S3-compatible store is not there: `make test-lake` sets it up")
    with started() as store:
        yield store


@pytest.fixture
def bucket(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    name = f"bucket{next(_buckets)}"
    store.make_bucket(name)
    return name


@pytest.fixture
def shore(shore, bucket: str):
    """A lake of a test's own, with its files in the store."""
    return replace(shore, lake=replace(shore.lake, data=f"s3://{bucket}/the lake/"))


def test_what_is_pushed_lies_in_the_bucket_and_nowhere_else_once_and_any_client_reads_it(shore, rows, store: Store, bucket: str):
    assert shore.push("north", 1, 2).snapshot == 1
    shore.push("south", 7, 5)
    shore.push("north", 2, 3)
    assert rows(shore, "SELECT machine, edition, count(*) FROM lake.clusters GROUP BY ALL ORDER BY ALL") == [
        ["north", 2, 5], ["south", 7, 7],
    ]  # fmt: skip
    for one, wanted in zip(shore.lake.pushes(), (4, 5, 7), strict=True):
        asked = f"SELECT count(*) FROM lake.clusters AT (VERSION => {one.snapshot}) WHERE machine = '{one.machine}'"  # noqa: S608
        assert rows(shore, asked) == [[wanted]]
    keys = store.keys(bucket)
    assert [key for key in keys if not key.startswith("the lake/main/")] == []
    assert {key.split("/")[2] for key in keys} >= {"clusters", "claims", "lake_pushes"}
    assert list(shore.folder.rglob("*.parquet")) == []
    assert shore.push("north", 2, 3).snapshot is None
    assert store.keys(bucket) == keys


def test_tidying_deletes_from_the_bucket_what_is_old_and_what_no_push_completed_and_leaves_the_rest(
    shore, age, rows, store: Store, bucket: str
):
    for number in (1, 2, 3):
        shore.push("north", number, number)
    named = store.keys(bucket)
    store.put(bucket, "the lake/main/clusters/machine=north/ducklake-orphan.parquet", b"left by a push that was killed")
    store.put(bucket, "another/thing.parquet", b"of somebody else")
    age(shore, "snapshot_id < 3", days=40)
    young = shore.lake.tidy(keep_days=30)
    assert (young.expired, young.deleted, young.orphans) == (3, 0, 0)
    done = shore.lake.tidy(keep_days=30, in_use_minutes=0)
    assert (done.deleted > 0, done.orphans) == (True, 1)
    left = store.keys(bucket)
    assert "another/thing.parquet" in left
    assert len(left) < len(named)
    assert rows(shore, "SELECT edition, count(*) FROM lake.clusters GROUP BY ALL") == [[3, 5]]


def test_an_erasure_reaches_the_bucket_by_the_command_line(
    new_lake, store: Store, bucket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    gone = small_state.record("eccp", "z", name="Zephyrine Valley", country="SE", website="https://zephyrine.example")
    config = small_state.make(tmp_path, {"eccp": [gone, small_state.record("eccp", "b", name="Cluster B", country="SE")]})
    lake, _ = new_lake(tmp_path)
    words = {"catalog": lake.catalog, "data": f"s3://{bucket}/lake", "machine": "north", "python": str(lake.python)}
    config.write_text(config.read_text() + "[lake]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in words.items()))

    def run(*words: str):
        ended = called(capsys, "--quiet", "--config", config, *words)
        assert ended.code == 0, ended.err
        return ended

    run("lake", "push")
    assert "in the lake, edition 1 of the machine north:" in run("privacy", "report", "Zephyrine Valley").out
    first = set(store.keys(bucket))
    run("privacy", "erase", "Zephyrine Valley", "--by", "A. Clerk", "--because", "asked by mail")
    run("lake", "push")
    run("lake", "tidy", "--hours", "0")
    assert set(store.keys(bucket)).isdisjoint(first)
    assert replace(lake, data=words["data"]).holding(["Zephyrine"]) == []


def test_what_is_wrong_with_the_store_is_said_without_the_key_and_nothing_is_changed(
    shore, store: Store, bucket: str, monkeypatch: pytest.MonkeyPatch
):
    shore.push("north", 1)

    def refused(lake: Lake) -> LakeTrouble:
        with pytest.raises(LakeTrouble) as met:
            lake.push(shore.edition("north", 2), "north", "that of north")
        assert SECRET not in str(met.value)
        return met.value

    with monkeypatch.context() as without:
        without.delenv("AWS_SECRET_ACCESS_KEY")
        found = refused(shore.lake)
        assert (found.kind, "AWS_SECRET_ACCESS_KEY" in str(found)) == (Kind.SETTINGS, True)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        found = refused(shore.lake)
        assert (found.kind, "try again" in str(found)) == (Kind.UNREACHABLE, True), found
    assert [one.edition for one in shore.lake.pushes()] == [1]
    other = refused(replace(shore.lake, data="s3://another-bucket/lake/"))
    assert (other.kind, "does not match existing data path" in str(other)) == (Kind.SETTINGS, True)
    assert [one.edition for one in shore.lake.pushes()] == [1]
    assert shore.lake.push(shore.edition("north", 2), "north", "that of north").snapshot is not None


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_named_and_once_it_is_made_the_same_push_goes_through(shore, store: Store):
    lake = replace(shore.lake, data="s3://not-made-yet/lake/")
    with pytest.raises(LakeTrouble, match="NoSuchBucket") as met:
        lake.push(shore.edition("north", 1), "north", "that of north")
    assert met.value.kind is Kind.SETTINGS
    store.make_bucket("not-made-yet")
    assert lake.push(shore.edition("north", 1), "north", "that of north").snapshot is not None
    assert [one.edition for one in lake.pushes()] == [1]
