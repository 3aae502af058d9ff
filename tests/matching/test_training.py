"""The weights of names, trained from labelled pairs."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from matching.sameness import training
from matching.sameness.naming import TRAITS

HEADER = "left_name,right_name,label\n"
SAME = [f"Zephyria {word} AB,Zephyria {word},1\n" for word in ("Tundra", "Quokka", "Larkspur", "Marzipan", "Bramble")]
OTHER = [f"Zephyria {word} AB,Zephyria Heron,0\n" for word in ("Tundra", "Quokka", "Larkspur", "Marzipan", "Bramble")]
PAIRS = HEADER + "".join([*SAME, *OTHER])
Capture = pytest.CaptureFixture[str]
WriteFile = Callable[[str | bytes], str]


@pytest.fixture
def csv_of(tmp_path: Path) -> WriteFile:
    def written(content: str | bytes) -> str:
        path = tmp_path / "pairs.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return written


def refused(capsys: Capture, *words: str) -> str:
    """What the command says that ends with a usage error; it is one line, and nothing is on stdout."""
    with pytest.raises(SystemExit) as ended:
        training.main(words)
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "wanted " in said.err
    return said.err


def test_weights_go_to_stdout_where_no_file_is_named(csv_of: WriteFile, capsys: Capture) -> None:
    training.main([f"{csv_of(PAIRS)}:4"])
    said = capsys.readouterr().out
    assert list(tomllib.loads(said)["traits"]) == list(TRAITS)
    assert "#   pairs.csv: 5 true pairs, each row counted 4: F1 " in said


def test_the_file_that_is_named_is_replaced_by_what_would_go_to_stdout(
    tmp_path: Path, csv_of: WriteFile, capsys: Capture
) -> None:
    target = tmp_path / "names.toml"
    target.write_text("of before", encoding="utf-8")
    training.main([csv_of(PAIRS), "--output", str(target)])
    assert capsys.readouterr().out == ""
    training.main([csv_of(PAIRS)])
    assert target.read_text(encoding="utf-8") == capsys.readouterr().out
    assert target.stat().st_mode & 0o777 == 0o644
    assert sorted(path.name for path in tmp_path.iterdir()) == ["names.toml", "pairs.csv"]


def test_labels_are_said_with_the_words_that_the_evaluation_takes(csv_of: WriteFile, capsys: Capture) -> None:
    training.main([csv_of(PAIRS)])
    expected = capsys.readouterr().out
    training.main([csv_of("\ufeff" + PAIRS.replace(",1\n", ",True\n").replace(",0\n", ",FALSE\n"))])
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "wanted the columns left_name, right_name, label, found an empty file"),
        ("left_name,label\n", "wanted the column right_name too, found only: left_name, label"),
        (HEADER, "found 0 with label 1 and 0 with 0"),
        (HEADER + "".join(SAME), "found 5 with label 1 and 0 with 0"),
        (HEADER + "".join([*SAME, *OTHER[1:]]), "wanted at least 5 pairs of each label"),
        (HEADER + "".join(OTHER) + "Zephyria,Quokka,1\n" * 9, "found 0 with label 1 and 5 with 0"),
        (PAIRS + "Zephyria,Quokka,maybe\n", "wanted 1 or 0 as label in line 12, found 'maybe'"),
        (PAIRS + "Zephyria,Quokka\n", "wanted 1 or 0 as label in line 12, found ''"),
        (PAIRS.encode() + "Förening,Quokka,1\n".encode("latin-1"), "found the byte 0xf6 in it, which is no UTF-8"),
        (PAIRS + "x" * 131_073, "line 12: wanted CSV, found what is none (field larger"),
    ],
)
def test_a_file_that_cannot_be_trained_on_is_refused_with_the_reason_and_the_weights_stay(
    tmp_path: Path, csv_of: WriteFile, capsys: Capture, content: str | bytes, found: str
) -> None:
    target = tmp_path / "names.toml"
    target.write_text("of before", encoding="utf-8")
    said = refused(capsys, csv_of(content), "--output", str(target))
    assert found in said
    assert "pairs.csv" in said
    assert target.read_text(encoding="utf-8") == "of before"


@pytest.mark.parametrize("weight", ["heavy", "", "0", "-1", "nan", "inf"])
def test_a_weight_that_is_no_positive_number_is_refused(csv_of: WriteFile, capsys: Capture, weight: str) -> None:
    assert "with a positive number, found " in refused(capsys, f"{csv_of(PAIRS)}:{weight}")


def test_a_file_that_is_missing_and_a_folder_are_refused(tmp_path: Path, capsys: Capture) -> None:
    assert "found no such file" in refused(capsys, str(tmp_path / "none.csv"))
    assert "found a folder" in refused(capsys, f"{tmp_path}:4")


def test_a_colon_in_the_name_of_a_file_begins_no_weight(tmp_path: Path, csv_of: WriteFile, capsys: Capture) -> None:
    Path(csv_of(PAIRS)).rename(tmp_path / "pairs:2026.csv")
    training.main([str(tmp_path / "pairs:2026.csv")])
    training.main([f"{tmp_path / 'pairs:2026.csv'}:4"])
    said = capsys.readouterr().out
    assert "#   pairs:2026.csv: 5 true pairs, each row counted 1:" in said
    assert "#   pairs:2026.csv: 5 true pairs, each row counted 4:" in said


def test_where_the_weights_cannot_be_written_is_said_before_the_files_are_read(tmp_path: Path, capsys: Capture) -> None:
    assert f"found the folder {tmp_path}" in refused(capsys, "none.csv", "--output", str(tmp_path))
    assert "found none; make it" in refused(capsys, "none.csv", "--output", str(tmp_path / "none" / "names.toml"))


def test_a_write_that_fails_leaves_the_weights_and_no_half_file(
    tmp_path: Path, csv_of: WriteFile, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "names.toml"
    target.write_text("of before", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert "No space left on device" in refused(capsys, csv_of(PAIRS), "--output", str(target))
    assert target.read_text(encoding="utf-8") == "of before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["names.toml", "pairs.csv"]


def test_without_scikit_learn_it_is_said_what_is_missing(
    csv_of: WriteFile, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert "wanted scikit-learn to train with, found none" in refused(capsys, csv_of(PAIRS))


def test_help_is_the_docstring_and_no_file_is_a_usage_error(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        training.main(["--help"])
    assert ended.value.code == 0
    assert (training.__doc__ or "missing").strip() in capsys.readouterr().out
    assert "FILE.csv[:WEIGHT]" in refused(capsys)
