"""What stands in a file of an export, and that a file which cannot be read is said to be one."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from warehouse.exported import Unreadable, texts_of


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A zip archive of one text, as a workbook is."""
    path = tmp_path / "clusters.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/sharedStrings.xml", "<si><t>Northwood</t></si>")
    return path


def test_a_text_in_a_workbook_is_found(workbook: Path) -> None:
    assert any("Northwood" in text for text in texts_of(workbook))


def test_a_workbook_that_wants_a_password_cannot_be_read_and_this_is_said(workbook: Path) -> None:
    body = bytearray(workbook.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(mark) + flags] |= 1  # "encrypted", in the entry's own head and in the directory (APPNOTE 4.4.4)
    workbook.write_bytes(body)
    with pytest.raises(Unreadable, match=r"clusters\.xlsx: .*encrypted"):
        list(texts_of(workbook))
