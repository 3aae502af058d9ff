"""What is known of the lake without asking it: settings, how far it lags behind, and which erasures wait."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from support import small_state
from support.commands import called
from sync.lake import lake_of, mark_erasure, standing
from sync.settings import ConfigError, load_settings
from warehouse.lake import Kind, Lake, LakeTrouble
from warehouse.lakeside.asked import masked
from warehouse.lakeside.opening import TRIES, Trouble, duckdb, retried

SETTINGS = {"lake.catalog": "ducklake:postgres:dbname=lake", "lake.data": "s3://bucket/lake", "lake.machine": "north"}


def settings(var: Path, **changed: str):
    return load_settings(None, {}, flags={"paths.var": str(var), **SETTINGS, **changed})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"lake.catalog": "", "lake.machine": ""}, r"wanted catalog and machine in \[lake\] of config.toml"),
        ({"lake.catalog": "postgres:dbname=hidden"}, r"wanted lake.catalog as ducklake:postgres:…, found something that"),
    ],
)
def test_half_a_lake_is_none_and_what_is_wrong_is_named_and_not_shown(tmp_path: Path, changed, said):
    with pytest.raises(ConfigError, match=said) as met:
        lake_of(settings(tmp_path, **changed))
    assert "hidden" not in str(met.value)


def test_a_machine_has_a_name_that_a_folder_can_have(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"lake\.machine"):
        settings(tmp_path, **{"lake.machine": "the north/../"})


def test_a_folder_is_meant_from_where_the_configuration_lies(tmp_path: Path):
    config = tmp_path / "config.toml"
    config.write_text('[lake]\ncatalog = "ducklake:postgres:"\ndata = "lake"\nmachine = "north"\npython = "env/python"\n')
    lake = lake_of(load_settings(config, {}))
    assert (lake.data, lake.python) == (str(tmp_path / "lake"), tmp_path / "env" / "python")


def test_without_its_environment_the_message_says_how_to_get_it(tmp_path: Path):
    lake = Lake("ducklake:postgres:", "s3://bucket", tmp_path / "python")
    with pytest.raises(LakeTrouble, match=r"found none; `make lake` sets up \.venv-lake .* `INSTALL ducklake") as met:
        lake.pushes()
    assert met.value.kind is Kind.EXTENSION


def test_where_the_extension_cannot_be_had_the_message_says_how_to_get_it(tmp_path: Path):
    lake = Lake("ducklake:postgres:", str(tmp_path), Path(sys.executable))  # whose DuckDB has no extension
    with pytest.raises(
        LakeTrouble, match=r"wanted the extension ducklake for DuckDB .*, found none .*; `make lake` sets up"
    ) as met:
        lake.pushes()
    assert met.value.kind is Kind.EXTENSION


@pytest.mark.thorough
def test_status_says_how_far_the_lake_lags_behind(tmp_path: Path, capsys):
    config = small_state.make(tmp_path, {"eccp": [small_state.record("eccp", "a", name="Cluster A")]})
    assert called(capsys, "--config", config, "status", "--json").json["lake"] is None
    words = {"catalog": SETTINGS["lake.catalog"], "data": "s3://bucket", "machine": "north", "python": str(tmp_path / "none")}
    config.write_text(config.read_text() + "[lake]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in words.items()))
    assert "lake: nothing was pushed yet: `clusterbridge lake push`" in called(capsys, "--config", config, "status").out
    pushed = called(capsys, "--config", config, "lake", "push")
    assert (pushed.code, "`make lake` sets up .venv-lake" in pushed.err) == (3, True)

    folder = tmp_path / "var" / "lake"
    said = {"edition": 1, "published_at": "2026-11-23T03:15:00+00:00", "pushed_at": "2026-11-23T04:00:00+00:00"}
    (folder / "pushed.json").write_text(json.dumps(said))
    assert (
        "edition 1 was pushed on 2026-11-23 04:00 UTC, which is the current one"
        in called(capsys, "--config", config, "status").out
    )
    (folder / "pushed.json").write_text(json.dumps({**said, "edition": 0}))
    assert "UTC, readers here have 1: `clusterbridge lake push`" in called(capsys, "--config", config, "status").out
    mark_erasure(load_settings(config, {}), tmp_path / "var")
    lake = called(capsys, "--config", config, "status", "--json").json["lake"]
    assert (lake["current"], lake["pushed"], lake["erasures_waiting"], lake["is_behind"]) == (1, 0, 1, True)


def test_without_a_lake_no_erasure_waits_for_one(tmp_path: Path):
    without = load_settings(None, {}, flags={"paths.var": str(tmp_path)})
    mark_erasure(without, tmp_path)
    assert (standing(without, tmp_path), list(tmp_path.iterdir())) == (None, [])


@pytest.mark.parametrize(
    "secret",
    ["dbname=x password=hidden user=u", "password = 'hid den' host=h", "postgresql://u:hidden@host/db", "password=hidden"],
)
def test_no_message_shows_a_password_however_it_is_written(secret: str):
    text = f'IO Error: Unable to connect to Postgres at "{secret}": refused'
    for request in ({"catalog": f"ducklake:postgres:{secret}"}, {"catalog": "ducklake:postgres:other"}):
        shown = masked(text, request)
        assert "hid" not in shown
        assert "refused" in shown


def test_a_change_that_met_another_is_made_again_and_not_for_ever(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    tries = []

    def meet(times: int):
        tries.append(1)
        if len(tries) <= times:
            raise duckdb.TransactionException("TransactionContext Error: Failed to commit: conflict on table 1")
        return "done"

    assert (retried(lambda: meet(3)), len(tries)) == ("done", 4)
    tries.clear()
    with pytest.raises(Trouble, match=f"others changed the lake each of {TRIES} times"):
        retried(lambda: meet(TRIES))
    with pytest.raises(duckdb.ParserException):
        retried(lambda: duckdb.execute("no SQL"))
