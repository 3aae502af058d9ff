"""Exports are known, so that erasing finds them; and nothing but an earlier export is ever overwritten."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support import small_state
from support.commands import called
from sync import exporting
from warehouse.connection import Connection
from warehouse.editions import EditionReader
from warehouse.export import PACKAGE, Format

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory):
    made = tmp_path_factory.mktemp("made")
    small_state.make(made, {"eccp": [small_state.record("eccp", "a", name="Alfa", country="SE")]})
    with EditionReader(made / "var" / "editions") as reader, reader.cursor() as con:
        yield con


def test_an_export_replaces_the_one_before_whatever_its_format(con: Connection, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    exporting.export(con, tmp_path, folder, Format.CSV, AT, None)
    assert (folder / "clusters.csv").is_file()
    done = exporting.export(con, tmp_path, folder, Format.PARQUET, AT, None)
    assert {path.name for path in folder.iterdir()} == set(done.files)
    assert (folder / "clusters.parquet").is_file()
    assert exporting.registered(tmp_path) == [done]


def test_a_folder_with_other_files_is_left_alone(con: Connection, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(exporting.FolderInUse, match=r"thesis\.txt"):
        exporting.export(con, tmp_path, folder, Format.CSV, AT, None)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]
    assert exporting.registered(tmp_path) == []


def test_exports_of_editions_that_are_gone_are_deleted_and_others_stay(con: Connection, tmp_path: Path) -> None:
    old, new = (exporting.export(con, tmp_path, tmp_path / name, Format.CSV, AT, None) for name in ("old", "new"))
    rows = json.loads((tmp_path / exporting.REGISTER).read_text(encoding="utf-8"))
    rows[1]["edition"] = 2
    (tmp_path / exporting.REGISTER).write_text(json.dumps(rows), encoding="utf-8")
    (old.folder / "notes.txt").write_text("the operator's own", encoding="utf-8")
    assert exporting.remove(tmp_path, {2}) == [old.folder]
    assert [path.name for path in old.folder.iterdir()] == ["notes.txt"]
    assert (new.folder / PACKAGE).is_file()
    assert [one.edition for one in exporting.registered(tmp_path)] == [2]
    assert exporting.remove(tmp_path, {2}) == []


def test_what_an_interrupted_export_wrote_is_known(con: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = exporting.write_whole, []

    def killed(path: Path, content: bytes) -> None:
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(path)
        write(path, content)

    monkeypatch.setattr(exporting, "write_whole", killed)
    with pytest.raises(KeyboardInterrupt):
        exporting.export(con, tmp_path, tmp_path / "out", Format.CSV, AT, None)
    monkeypatch.undo()
    assert (tmp_path / "out" / "clusters.csv").is_file()
    exporting.remove(tmp_path, set())
    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return small_state.make(
        tmp_path,
        {
            "eccp": [small_state.record("eccp", "a", name="Alfa Secret Cluster", country="SE")],
            "tci": [small_state.record("tci", "b", name="Beta Open Cluster", country="NO")],
        },
    )


def test_public_exports_hold_only_what_a_permission_lets_be_handed_on(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = config.parent / "out"
    none = called(capsys, "--config", config, "export", folder, "--format", "csv", "--public")
    assert none.code == 0, none.err
    assert "none; write republish = true" in none.out
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}[networks.tci.permission]\nrepublish = true\n", encoding="utf-8")
    told = called(capsys, "--config", config, "export", folder, "--format", "csv", "--public", "--json").json
    assert (told["public"], told["edition"]) == (["tci"], 1)
    names = (folder / "clusters.csv").read_text(encoding="utf-8")
    assert "Beta Open Cluster" in names
    assert "Alfa" not in names
    whole = called(capsys, "--config", config, "export", folder, "--format", "csv")
    assert whole.code == 0
    assert "Alfa" in (folder / "clusters.csv").read_text(encoding="utf-8")


def test_a_folder_that_is_in_use_is_a_usage_error(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = called(capsys, "--config", config, "export", config.parent)
    assert ended.code == 2
    assert "found 'config.toml'" in ended.err


def test_erasing_removes_it_from_exports_too(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = config.parent / "out"
    called(capsys, "--config", config, "export", folder, "--format", "csv")
    assert "Alfa Secret" in (folder / "clusters.csv").read_text(encoding="utf-8")
    words = ("privacy", "erase", "Alfa Secret Cluster", "--by", "Ada", "--because", "asked by mail")
    erased = called(capsys, "--config", config, *words)
    assert erased.code == 0, erased.err
    assert str(folder) in erased.out
    assert list(folder.iterdir()) == []
    again = called(capsys, "--config", config, "export", folder, "--format", "csv")
    assert again.code == 0
    assert not [path for path in folder.iterdir() if "Alfa Secret" in path.read_text(encoding="utf-8")]
