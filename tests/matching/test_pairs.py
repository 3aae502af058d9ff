"""Published test sets in the form that the evaluation reads."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from matching import pairs
from matching.sameness.evaluation import NotLabelledPairs


def written(text: str) -> list[dict[str, str]]:
    target = io.StringIO()
    pairs.write(pairs.pairs(csv.DictReader(io.StringIO(text))), target)
    target.seek(0)
    return list(csv.DictReader(target))


def test_all_pairs_of_a_list_of_names_are_made_and_labelled_by_identity() -> None:
    rows = written("name,ror_id,source\nZephyria,1,a\nZephyria University,1,b\nQuokka,2,c\n")
    assert [(row["left_name"], row["right_name"], row["label"]) for row in rows] == [
        ("Zephyria", "Zephyria University", "1"),
        ("Zephyria", "Quokka", "0"),
        ("Zephyria University", "Quokka", "0"),
    ]


def test_names_without_an_identity_are_each_an_organisation_of_its_own() -> None:
    rows = written("name,id\nZephyria,\nQuokka,\nTundra, \nLarkspur,1\nMarzipan\n")
    assert len(rows) == 10
    assert {row["label"] for row in rows} == {"0"}


def test_a_row_without_a_name_makes_no_pairs() -> None:
    rows = written("name,id\nZephyria,1\n,2\n \nQuokka,1\n")
    assert [(row["left_name"], row["right_name"], row["label"]) for row in rows] == [("Zephyria", "Quokka", "1")]


def test_of_pairs_only_those_of_organisations_are_kept() -> None:
    rows = written("schema,name1,name2,is_match\nCompany,Zephyria AB,Zephyria,true\nPerson,A B,B A,true\nLegalEntity,X,Y,false\n")
    assert [(row["left_name"], row["label"]) for row in rows] == [("Zephyria AB", "1"), ("X", "0")]
    assert rows[0]["left_country"] == ""


@pytest.mark.parametrize(("printed", "label"), [("1", "1"), ("True", "1"), (" TRUE ", "1"), ("0", "0"), ("False", "0")])
def test_a_match_is_said_with_the_words_that_the_evaluation_takes_as_labels(printed: str, label: str) -> None:
    (row,) = written(f"schema,name1,name2,is_match\nCompany,Zephyria AB,Zephyria,{printed}\n")
    assert row["label"] == label


@pytest.mark.parametrize("printed", ["yes", "", "2"])
def test_a_match_that_is_said_with_other_words_is_an_error_that_names_the_line(printed: str) -> None:
    with pytest.raises(NotLabelledPairs, match=f"wanted 1 or 0 as is_match in line 3, found '{printed}'"):
        written(f"schema,name1,name2,is_match\nCompany,A,A,true\nCompany,Zephyria AB,Zephyria,{printed}\n")


@pytest.mark.parametrize(("text", "found"), [("title\nZephyria\n", "found title$"), ("", "found an empty file$")])
def test_a_file_of_neither_form_is_refused(text: str, found: str) -> None:
    with pytest.raises(pairs.NotNames, match=found):
        written(text)


def test_the_command_writes_the_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name,id\nZephyria,1\nZephyria AB,1\n", encoding="utf-8-sig")
    pairs.main([str(names)])
    assert capsys.readouterr().out.splitlines()[1:] == ["Zephyria,,,,Zephyria AB,,,,1"]


def test_help_is_the_docstring(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        pairs.main(["--help"])
    assert ended.value.code == 0
    assert (pairs.__doc__ or "missing").strip() in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (None, "found no such file"),
        ("folder", "found a folder"),
        ("name,id\nFörening,1\n".encode("latin-1"), "found the byte 0xf6 in it, which is no UTF-8"),
        (b"name,id\nZephyria,1\n" + b"x" * 131_073 + b",1\n", "line 3: wanted CSV, found what is none (field larger"),
        (b"x" * 131_073 + b",id\n", "line 1: wanted CSV, found what is none (field larger"),
        (b"title\nZephyria\n", "found title"),
        (b'"a\nb"\n', "found a b"),
        (b"", "found an empty file"),
        (b"schema,name1,name2,is_match\nCompany,A,A,true\nCompany,A,B,maybe\n", "in line 3, found 'maybe'"),
    ],
)
def test_trouble_is_one_line_that_says_what_was_found_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | str | None, found: str
) -> None:
    names = tmp_path / "names.csv"
    if isinstance(content, bytes):
        names.write_bytes(content)
    elif content == "folder":
        names.mkdir()
    with pytest.raises(SystemExit) as ended:
        pairs.main([str(names)])
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "wanted " in said.err
    assert found in said.err


@pytest.mark.parametrize("words", [[], ["a.csv", "b.csv"], ["--no-such-option", "a.csv"]])
def test_other_words_than_one_file_are_told_the_usage_in_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        pairs.main(words)
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "wanted `python -m matching.pairs [-h] NAMES.csv`, found other words" in said.err


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_reader_who_has_had_enough_is_no_trouble_and_names_are_utf_8_wherever_they_go(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "names.csv").write_text(
        "name,id\n" + "".join(f"Zéphyria {number},1\n" for number in range(400)), encoding="utf-8"
    )
    command = [sys.executable, "-m", "matching.pairs", str(tmp_path / "names.csv")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": encoding}
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        first = [running.stdout.readline() for _ in range(2)]
        running.stdout.close()
        assert (running.wait(60), running.stderr.read()) == (0, b"")
    assert first[1].decode("utf-8") == "Zéphyria 0,,,,Zéphyria 1,,,,1\n"
