"""A file that cannot be measured on: what was wanted, what was found, and what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sync.cli.labelled import json_of, text_of
from sync.cli.output import Stop
from sync.exits import Exit


def trouble(file: Path) -> str:
    with pytest.raises(Stop) as ended:
        json_of(file, "consortia")
    assert ended.value.code == Exit.USAGE
    assert str(file) in ended.value.because
    assert "Errno" not in ended.value.because
    return ended.value.because


def test_a_missing_file_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "partners.json").write_text("[]", encoding="utf-8")
    assert "with consortia at" in trouble(tmp_path / "partner.json")
    assert f"found no such file; did you mean '{tmp_path / 'partners.json'}'?" in trouble(tmp_path / "partner.json")
    assert trouble(tmp_path / "zebra.txt").endswith("found no such file; check the path; --help says what it holds")
    assert "there is no folder" in trouble(tmp_path / "nowhere" / "partners.json")


def test_a_folder_and_a_file_that_may_not_be_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "found a folder; name a file in it" in trouble(tmp_path)
    file = tmp_path / "mine.json"
    file.write_text("[]", encoding="utf-8")
    file.chmod(0)
    if os.access(file, os.R_OK):  # the superuser may read everything
        monkeypatch.setattr(Path, "read_text", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
    assert "found one that you may not read; change its permissions, or copy it" in trouble(file)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "line 1 column 1: wanted JSON with consortia, found nothing; mend the file there"),
        (b"[\n  {]", "line 2 column 4: wanted JSON with consortia, found what is none (expecting property name"),
        (b'["Malm\xf6"]', "found the byte 0xf6 at 6, which is no UTF-8; save the file as UTF-8"),
    ],
)
def test_what_is_not_json_is_told_with_its_place(tmp_path: Path, content: bytes, found: str) -> None:
    file = tmp_path / "odd.json"
    file.write_bytes(content)
    assert found in trouble(file)


def test_a_file_that_can_be_read_is_read_with_or_without_a_mark_at_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "fine.json"
    file.write_text("[1]", encoding="utf-8-sig")
    assert json_of(file, "consortia") == [1]
    assert text_of(file, "CSV", "pairs") == "[1]"
