"""Files, folders and zip archives that are handed to us: what may be a page, and that no archive can hurt."""

from __future__ import annotations

import errno
import os
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.examples import examples
from support.saving import HOME, SAVED_AT, Archive, mhtml, page, saved_from, zipped
from sync.saved import files as saved_files
from sync.saved.aside import SetAside, Unreadable, Why
from sync.saved.files import MOST_PAGE_BYTES, Piece, Shape, pieces_of, shape_of
from sync.saved.warc import records_of

HTML = page("Alfa")


@pytest.fixture
def open_files() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def read(open_files: ExitStack, *paths: Path) -> tuple[list[Piece], SetAside]:
    aside = SetAside()
    return list(pieces_of(paths, aside, open_files, records_of)), aside


def write(path: Path, body: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


@pytest.mark.parametrize(
    ("head", "name", "shape"),
    [
        (b"\n <!doctype html>", "profile", Shape.PAGE),
        (b"\xef\xbb\xbf<html>", "profile.php", Shape.PAGE),
        ("<html>".encode("utf-16"), "profile", Shape.PAGE),
        (b"words", "profile.HTM", Shape.PAGE),
        (mhtml(HOME, HTML)[:4096], "profile", Shape.MHTML),
        (b"PK\x03\x04....", "saved", Shape.ZIP),
        (b"PK\x03\x04....", "members.xlsx", Shape.TABLE),
        (b"PK\x03\x04....[Content_Types].xml", "members", Shape.TABLE),
        (b"WARC/1.1\r\n", "archive", Shape.WARC),
        (b"", "archive.warc.gz", Shape.WARC),
        (b"\x1f\x8b\x08\x00no archive", "notes.gz", Shape.OTHER),
        (b"Namn;Ort\n", "members.csv", Shape.TABLE),
        (b"body { content-type: multipart/related }", "site.css", Shape.OTHER),
        (b"\x89PNG", "logo.png", Shape.OTHER),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, name: str, shape: Shape) -> None:
    assert shape_of(head, name) is shape


def test_a_folder_is_read_with_those_below_it_and_what_is_no_page_is_counted(tmp_path: Path, open_files: ExitStack) -> None:
    folder = tmp_path / "saved"
    write(folder / "a.html", HTML)
    write(folder / "deep" / "er" / "b", HTML)
    write(folder / "a_files" / "logo.png", b"\x89PNG")
    write(folder / "members.csv", "Namn;Ort\n")
    (folder / "leads_away").symlink_to(tmp_path)
    pieces, aside = read(open_files, folder)
    assert [piece.name for piece in pieces] == ["saved/a.html", "saved/deep/er/b"]
    assert [piece.read() for piece in pieces] == [HTML.encode()] * 2
    assert dict(aside.times) == {Why.NO_PAGE: 1, Why.TABLE: 1}


def test_pages_come_out_of_archives_of_any_sort(tmp_path: Path, open_files: ExitStack) -> None:
    packed = write(tmp_path / "saved.zip", zipped({"a.html": HTML, "b.mht": mhtml(HOME, HTML), "logo.png": b"\x89PNG"}))
    web = Archive(tmp_path / "web.warc.gz").add(HOME, HTML).close()
    pieces, aside = read(open_files, packed, web)
    assert [piece.name for piece in pieces] == ["saved.zip: a.html", "saved.zip: b.mht", "web.warc.gz: record at byte 0"]
    assert [piece.saved_at for piece in pieces] == [SAVED_AT] * 3
    assert pieces[0].read() == HTML.encode()
    assert dict(aside.times) == {Why.NO_PAGE: 1}


def test_names_of_entries_lead_nowhere(tmp_path: Path, open_files: ExitStack) -> None:
    inside = write(tmp_path / "in" / "x.zip", zipped({"../../evil.html": HTML, "/etc/evil.html": HTML, "C:\\evil.html": HTML}))
    before = sorted(tmp_path.rglob("*"))
    pieces, _ = read(open_files, inside)
    assert [piece.read() for piece in pieces] == [HTML.encode()] * 3
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/etc/evil.html").exists()


def test_an_archive_within_an_archive_is_said_and_not_followed(tmp_path: Path, open_files: ExitStack) -> None:
    web = Archive(tmp_path / "web.warc.gz").add(HOME, HTML).close().read_bytes()
    path = write(tmp_path / "x.zip", zipped({"inner.zip": zipped({"a.html": HTML}), "web.warc.gz": web}))
    pieces, aside = read(open_files, path)
    assert (pieces, dict(aside.times)) == ([], {Why.NESTED: 2})
    assert aside.examples[Why.NESTED] == ["x.zip: inner.zip", "x.zip: web.warc.gz"]


def test_an_entry_that_blows_up_is_not_unpacked(tmp_path: Path, open_files: ExitStack) -> None:
    bomb = b"<html>" + b" " * 6_000_000
    path = write(
        tmp_path / "x.zip", zipped({"bomb.html": bomb, "large.html": b"<html>" + b" " * MOST_PAGE_BYTES, "a.html": HTML})
    )
    tracemalloc.start()
    pieces, aside = read(open_files, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [piece.name for piece in pieces] == ["x.zip: a.html"]
    assert aside.times[Why.BOMB] == 2
    assert peak < 2_000_000


def test_all_entries_together_have_an_end(tmp_path: Path, open_files: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_files, "MOST_ARCHIVE_BYTES", 3 * len(HTML))
    path = write(tmp_path / "x.zip", zipped({f"{number}.html": HTML for number in range(5)}))
    pieces, aside = read(open_files, path)
    assert (len(pieces), aside.times[Why.BOMB]) == (3, 2)


def test_an_archive_with_a_directory_that_fills_the_memory_is_not_opened(tmp_path: Path, open_files: ExitStack) -> None:
    whole = zipped({"a.html": HTML})
    place = whole.rfind(b"PK\x05\x06")
    many = bytearray(whole)
    many[place + 10 : place + 12] = b"\xff\xff"
    large = bytearray(whole)
    large[place + 12 : place + 16] = b"\xff\xff\xff\x7f"
    paths = [write(tmp_path / "many.zip", bytes(many)), write(tmp_path / "large.zip", bytes(large))]
    pieces, aside = read(open_files, *paths)
    assert (pieces, dict(aside.times)) == ([], {Why.BOMB: 2})


def test_an_entry_that_lies_about_its_size_is_damage(tmp_path: Path, open_files: ExitStack) -> None:
    whole = bytearray(zipped({"a.html": HTML * 100}))
    place = whole.rfind(b"PK\x01\x02")
    whole[place + 24 : place + 28] = (50).to_bytes(4, "little")
    pieces, _ = read(open_files, write(tmp_path / "x.zip", bytes(whole)))
    for piece in pieces:
        with pytest.raises(Unreadable, match="damaged"):
            piece.read()


def test_a_disk_that_gives_no_bytes_is_not_called_a_damaged_archive(
    tmp_path: Path, open_files: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sick(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "as the system has it")

    path = write(tmp_path / "x.zip", zipped({"a.html": HTML}))
    [piece], _ = read(open_files, path)
    monkeypatch.setattr(zipfile.ZipFile, "open", sick)
    with pytest.raises(Unreadable, match=f"the system says: {os.strerror(errno.EIO)}"):
        piece.read()
    _, aside = read(open_files, path)
    assert aside.examples[Why.DAMAGED] == [f"x.zip: a.html (the system says: {os.strerror(errno.EIO)})"]


def test_a_locked_entry_a_broken_archive_and_an_office_document_are_said(tmp_path: Path, open_files: ExitStack) -> None:
    locked = bytearray(zipped({"a.html": HTML}))
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1
    paths = [
        write(tmp_path / "locked.zip", bytes(locked)),
        write(tmp_path / "cut.zip", zipped({"a.html": HTML})[:40]),
        write(tmp_path / "office", zipped({"a.xml": "<x/>", "[Content_Types].xml": "<x/>"})),
    ]
    pieces, aside = read(open_files, *paths)
    assert (pieces, dict(aside.times)) == ([], {Why.LOCKED: 1, Why.DAMAGED: 1, Why.TABLE: 1})


def test_an_entry_without_a_date_has_its_archives(tmp_path: Path, open_files: ExitStack) -> None:
    body = bytearray(zipped({"a.html": HTML}))
    body[body.rfind(b"PK\x01\x02") + 12 : body.rfind(b"PK\x01\x02") + 16] = b"\0\0\0\0"
    path = write(tmp_path / "x.zip", bytes(body))
    (piece,), _ = read(open_files, path)
    assert piece.saved_at == datetime.fromtimestamp(path.stat().st_mtime, UTC)


@pytest.mark.thorough
def test_ten_thousand_small_files_take_little_memory(tmp_path: Path, open_files: ExitStack) -> None:
    body = zipped({f"{number}.html": saved_from(f"{HOME}/members/{number}/", HTML) for number in range(10_000)})
    path = write(tmp_path / "x.zip", body)
    tracemalloc.start()
    read_bytes = sum(len(piece.read()) for piece in pieces_of([path], SetAside(), open_files, records_of))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read_bytes > 10_000 * len(HTML)
    assert peak < 20_000_000


@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_the_bytes_a_zip_archive_is_read_or_set_aside(data: st.DataObject, tmp_path: Path) -> None:
    body = bytearray(zipped({"a.html": HTML, "b/": b"", "c.html": saved_from(HOME, HTML)}))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
        body = body or bytearray(b"x")
    with ExitStack() as stack:
        pieces, _ = read(stack, write(tmp_path / "f.zip", bytes(body)))
        for piece in pieces:
            try:
                piece.read()
            except Unreadable as trouble:
                assert trouble.why in (Why.DAMAGED, Why.EXCESS)


def test_the_ratio_that_counts_as_a_bomb_is_beyond_what_pages_reach() -> None:
    repetitive = "".join(f'<article class="member"><h2><a href="/m/{number}/">m</a></h2></article>' for number in range(20_000))
    assert len(repetitive) / len(zlib.compress(repetitive.encode())) < saved_files.MOST_RATIO / 4
