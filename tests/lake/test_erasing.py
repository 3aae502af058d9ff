"""What is erased goes out of the lake too: out of its tables, its past, its files and its catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import small_state
from support.commands import called
from sync.places import LAKE

SECRET = "Zephyrine"
"""Greater than every other name, so that the catalogue's statistics hold it."""
WHY = ("--by", "A. Clerk", "--because", "asked by mail")

pytestmark = pytest.mark.lake


@pytest.fixture
def installed(new_lake, postgres, tmp_path: Path, capsys):
    """An installation with a lake: its command line, the folder of the lake's files, and all that the catalogue says."""
    gone = small_state.record("eccp", "z", name=f"{SECRET} Valley", country="SE", website="https://zephyrine.example")
    config = small_state.make(tmp_path, {"eccp": [gone, small_state.record("eccp", "b", name="Cluster B", country="SE")]})
    lake, database = new_lake(tmp_path)
    words = {"catalog": lake.catalog, "data": lake.data, "machine": "north", "python": str(lake.python)}
    config.write_text(config.read_text() + "[lake]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in words.items()))

    def run(*words: str):
        return called(capsys, "--quiet", "--config", config, *words)

    def catalogue() -> str:
        return postgres.ask("pg_dump", "--data-only", database).lower()

    return run, lake, catalogue


def test_an_erasure_reaches_the_lake_with_the_next_push_and_tidying(installed, texts_in):
    run, lake, catalogue = installed
    assert run("lake", "push").code == 0
    other = Path(json.loads(run("editions", "--json").out)[0]["path"])
    lake.push(other, "south", "another installation")  # whose edition says it too
    stands = run("privacy", "report", f"{SECRET} Valley").out
    assert "in the lake, edition 1 of the machine north:" in stands
    assert "in the lake, edition 1 of the machine south:" in stands

    erased = run("privacy", "erase", f"{SECRET} Valley", *WHY)
    assert "`clusterbridge lake push`, then `clusterbridge lake tidy`, take it out of the lake too" in erased.out
    assert "an erasure has not reached it" in run("status").out
    assert SECRET.lower() in catalogue()

    assert run("lake", "push").code == 0
    clean = lake.push(Path(run("editions", "--json").json[-1]["path"]), "south", "another installation", ["its own"])
    assert clean.snapshot is not None
    tidied = run("lake", "tidy")
    assert "erased, of: north, south; a push that was killed may have left a file" in tidied.out
    assert SECRET.lower() not in texts_in(lake.data).lower()
    assert SECRET.lower() not in catalogue()
    assert lake.holding([SECRET]) == []
    assert "erasures are complete in the lake, of: north, south" in run("lake", "tidy", "--hours", "0").out
    assert run("status", "--json").json["lake"]["is_behind"] is False


def test_an_erasure_of_which_the_lake_has_the_newest_edition_already_is_pushed_all_the_same_and_once(installed):
    run, lake, _ = installed
    run("lake", "push")
    assert run("lake", "push", "--json").json["snapshot"] is None
    run("privacy", "erase", f"{SECRET} Valley", *WHY)
    assert run("lake", "push", "--json").json["snapshot"] is not None
    assert run("lake", "push", "--json").json["snapshot"] is None
    assert [one.is_forgetting for one in lake.pushes()] == [False, True]


def test_what_other_machines_say_of_it_stays_and_is_named(installed):
    run, lake, _ = installed
    run("lake", "push")
    lake.push(Path(run("editions", "--json").json[0]["path"]), "south", "another installation")
    run("privacy", "erase", f"{SECRET} Valley", *WHY)
    run("lake", "push")
    run("lake", "tidy", "--hours", "0")
    left = lake.holding([f"{SECRET} Valley"])
    assert {one.machine for one in left} == {"south"}


def test_questions_on_texts_are_right_after_the_catalogue_forgot_its_least_and_greatest(installed, rows_of):
    run, lake, _ = installed
    run("lake", "push")
    run("privacy", "erase", f"{SECRET} Valley", *WHY)
    run("lake", "push")
    run("lake", "tidy")
    for sql, answer in (
        ("SELECT min(name), max(name) FROM lake.clusters", [["Cluster B", "Cluster B"]]),
        ("SELECT name FROM lake.clusters WHERE name = 'Cluster B'", [["Cluster B"]]),
        ("SELECT count(*) FROM lake.clusters WHERE name > 'Cluster B'", [[0]]),
        ("SELECT machine, number FROM lake.lake_pushes ORDER BY number", [["north", 1], ["north", 2]]),
    ):
        assert rows_of(lake, sql) == answer


def test_a_lake_that_cannot_be_asked_hinders_no_erasure_and_hears_of_it_later(installed, tmp_path: Path, monkeypatch):
    run, lake, _ = installed
    run("lake", "push")
    monkeypatch.setenv("CLUSTERBRIDGE_LAKE__CATALOG", f"ducklake:postgres:dbname=nope host={tmp_path} password=hidden")
    erased = run("privacy", "erase", f"{SECRET} Valley", *WHY)
    assert (erased.code, "the lake could not be asked, and may hold it" in erased.out, "hidden" in erased.out) == (0, True, False)
    pushed = run("lake", "push")
    assert (pushed.code, "nothing was changed; try again when it is back" in pushed.err) == (75, True)
    assert len(list((tmp_path / "var" / LAKE).glob("forget-*"))) == 1
    monkeypatch.delenv("CLUSTERBRIDGE_LAKE__CATALOG")
    run("lake", "push")
    run("lake", "tidy", "--hours", "0")
    assert lake.holding([SECRET]) == []
