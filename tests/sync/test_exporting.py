"""Exports are known, so that erasing finds them; and nothing but an earlier export is ever overwritten."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support import small_state
from support.commands import called
from sync import erasing, exporting
from sync.files import PART
from sync.lock import Locked, one_run_at_a_time
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


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_exports_of_editions_that_are_gone_are_deleted_and_others_stay(con: Connection, tmp_path: Path) -> None:
    old, new = (exporting.export(con, tmp_path, tmp_path / name, Format.CSV, AT, None) for name in ("old", "new"))
    note(tmp_path, 1, edition=2)
    (old.folder / "notes.txt").write_text("the operator's own", encoding="utf-8")
    clean = {(2, new.published_at)}
    assert exporting.remove(tmp_path, clean) == [old.folder]
    assert [path.name for path in old.folder.iterdir()] == ["notes.txt"]
    assert (new.folder / PACKAGE).is_file()
    assert [one.edition for one in exporting.registered(tmp_path)] == [2]
    assert exporting.remove(tmp_path, clean) == []


@pytest.mark.thorough
def test_an_export_of_another_edition_of_the_same_number_as_after_a_restoration_is_deleted(
    con: Connection, tmp_path: Path
) -> None:
    done = exporting.export(con, tmp_path, tmp_path / "out", Format.CSV, AT, None)
    assert exporting.remove(tmp_path, {(done.edition, done.published_at)}) == []
    assert exporting.remove(tmp_path, {(done.edition, "2026-01-01T00:00:00")}) == [done.folder]


def note(var: Path, place: int, **changed: object) -> None:
    """Change what the register says of an export."""
    rows = json.loads((var / exporting.REGISTER).read_text(encoding="utf-8"))
    rows[place] |= changed
    (var / exporting.REGISTER).write_text(json.dumps(rows), encoding="utf-8")


def test_what_a_killed_export_left_half_written_is_no_stranger_and_goes_with_the_rest(con: Connection, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    exporting.export(con, tmp_path, folder, Format.CSV, AT, None)
    half = folder / f".abc{PART}"
    half.write_text("Alfa", encoding="utf-8")
    exporting.export(con, tmp_path, folder, Format.CSV, AT, None)
    assert not half.exists()
    half.write_text("Alfa", encoding="utf-8")
    exporting.remove(tmp_path, set())
    assert list(folder.iterdir()) == []


@pytest.mark.thorough
def test_exports_and_erasures_go_one_after_the_other_and_hinder_no_run(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    var = config.parent / "var"
    with exporting.alone(var, AT):
        ended = called(capsys, "--config", config, "export", config.parent / "out")
        assert (ended.code, "another export or an erasure" in ended.err) == (6, True)
        words = ("privacy", "erase", "Alfa Secret Cluster", "--by", "Ada", "--because", "asked by mail")
        erased = called(capsys, "--config", config, *words)
        assert (erased.code, "another export" in erased.err) == (6, True)
        with pytest.raises(Locked), exporting.alone(var, AT):
            pass
        with one_run_at_a_time(var, AT):  # a run is hindered by neither
            pass
    assert called(capsys, "--config", config, "export", config.parent / "out").code == 0
    assert called(capsys, "--config", config, "privacy", "erase").code == 0
    assert list((config.parent / "out").iterdir()) == []


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


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an edition of two organisations, for tests that copy it."""
    records = {
        "eccp": [small_state.record("eccp", "a", name="Alfa Secret Cluster", country="SE")],
        "tci": [small_state.record("tci", "b", name="Beta Open Cluster", country="NO")],
    }
    return small_state.make(tmp_path_factory.mktemp("made"), records).parent


@pytest.fixture
def config(made_once: Path, tmp_path: Path) -> Path:
    shutil.copytree(made_once, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / "config.toml"


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


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_a_report_says_of_each_export_whether_it_holds_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("Alfa Secret Cluster", 'Gamma, "Secret" & Söhne', "=Delta\u200b Secret")
    secret = [small_state.record("eccp", f"a{place}", name=name, country="SE") for place, name in enumerate(names)]
    config = small_state.make(tmp_path, {"eccp": secret, "tci": [small_state.record("tci", "b", name="Beta")]})
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}[networks.tci.permission]\nrepublish = true\n", encoding="utf-8")
    exports = [(kind, f"{kind}-{word}", more) for kind in Format for word, *more in (("whole",), ("public", "--public"))]
    for kind, folder, more in exports:
        called(capsys, "--config", config, "export", tmp_path / folder, "--format", kind, *more)

    def told(*words: str) -> dict[str, bool | None]:
        found = called(capsys, "--config", config, "privacy", "report", *words, "--json").json["exports"]
        return {Path(one["folder"]).name: one["is_holding"] for one in found}

    for name in names:
        assert told(name) == {folder: not more for _, folder, more in exports}
    assert told("Beta") == dict.fromkeys((folder for _, folder, _ in exports), True)
    for folder in tmp_path.glob("*-public"):
        for path in folder.iterdir():
            path.write_bytes(b"PK spoilt")
    for folder in tmp_path.glob("*-whole"):
        shutil.rmtree(folder)
    said = called(capsys, "--config", config, "privacy", "report", names[0]).out
    assert said.count("export of edition 1 in") == len(exports)
    assert said.count("is no longer there") == len(Format)


@pytest.mark.thorough
def test_a_report_names_the_files_of_an_export_that_hold_it_and_those_that_nobody_can_read(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = config.parent / "out"
    called(capsys, "--config", config, "export", folder, "--format", "parquet")
    words = ("--config", config, "privacy", "report")
    (found,) = called(capsys, *words, "Alfa Secret Cluster", "--json").json["exports"]
    assert {"clusters.parquet", "claims.parquet"} <= set(found["files"])
    assert "networks.parquet" not in found["files"]
    (folder / "claims.parquet").write_bytes(b"spoilt")
    (folder / "clusters.parquet").unlink()
    said = " ".join(called(capsys, *words, "Alfa Secret Cluster").out.split())
    assert f"export of edition 1 in {folder}: holds it, in " in said
    assert "claims.parquet cannot be read" in said
    for name in exporting.registered(config.parent / "var")[0].files:
        (folder / name).unlink(missing_ok=True)
    (folder / "claims.parquet").write_bytes(b"spoilt")
    (found,) = called(capsys, *words, "Alfa Secret Cluster", "--json").json["exports"]
    assert (found["is_holding"], found["unreadable"]) == (None, ["claims.parquet"])
    assert called(capsys, *words, "--json").json["exports"] == [str(folder)]


@pytest.mark.thorough
def test_what_only_an_export_holds_any_more_is_reported(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = config.parent / "out"
    called(capsys, "--config", config, "export", folder, "--format", "csv")
    (folder / "README.txt").write_text("somebody wrote: Gone Cluster AB", encoding="utf-8")
    ended = called(capsys, "--config", config, "privacy", "report", "Gone Cluster AB")
    assert (ended.code, "holds it, in README.txt" in ended.out) == (0, True), ended.err


@pytest.mark.thorough
def test_an_erasure_whose_edition_is_held_back_has_deleted_the_exports_all_the_same(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = config.parent / "out"
    called(capsys, "--config", config, "export", folder, "--format", "csv")
    finish = erasing.finish
    monkeypatch.setattr(erasing, "finish", lambda *words: replace(finish(*words), edition_held="a check failed", edition=None))
    words = ("privacy", "erase", "Alfa Secret Cluster", "--by", "Ada", "--because", "asked by mail")
    assert called(capsys, "--config", config, *words).code == 5
    assert list(folder.iterdir()) == []
