"""Web archives that are handed to us: what is read from them, what is set aside, and that no archive can hurt."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.examples import examples
from support.saving import HOME, SAVED_AT, Archive, page
from sync.saved.aside import SetAside, Unreadable, Why
from sync.saved.files import MOST_PAGE_BYTES, Piece
from sync.saved.warc import MOST_HEADER_BYTES, records_of

URL = f"{HOME}/members/alfa/"
HTML = page("Alfa")


def read(path: Path) -> tuple[list[Piece], SetAside]:
    aside = SetAside()
    return list(records_of(path, path.name, aside)), aside


@pytest.fixture(params=[True, False], ids=["packed", "plain"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    is_packed = bool(request.param)
    return Archive(tmp_path / ("a.warc.gz" if is_packed else "a.warc"), is_packed=is_packed)


def test_a_response_is_a_page_with_its_address_its_date_and_its_charset(archive: Archive) -> None:
    latin = {"Content-Type": "text/html; charset=ISO-8859-1"}
    archive.add(URL, HTML).add(f"{HOME}/sv/", "<html>å</html>".encode("latin-1"), headers=latin)
    (first, second), aside = read(archive.close())
    assert (first.url, first.saved_at, first.charset, first.read()) == (URL, SAVED_AT, None, HTML.encode())
    assert (second.charset, second.read()) == ("iso-8859-1", "<html>å</html>".encode("latin-1"))
    assert list(aside) == []


def test_what_is_no_page_is_counted_with_its_reason(archive: Archive) -> None:
    archive.add(URL, HTML, status="404 Not Found").add(URL, HTML, status="301 Moved")
    archive.add(URL, b"\x89PNG", headers={"Content-Type": "image/png"})
    archive.add(URL, "", kind="revisit").add(URL, b"GET / HTTP/1.1\r\n\r\n", kind="metadata").add("dns:example.org", b"x")
    archive.add(URL, HTML, warc_headers={"WARC-Truncated": "length"})
    pieces, aside = read(archive.close())
    assert pieces == []
    assert dict(aside.times) == {Why.STATUS: 2, Why.MEDIA: 1, Why.REVISIT: 1, Why.RECORD: 2, Why.CUT_OFF: 1}


def test_bodies_are_read_without_their_encodings(archive: Archive) -> None:
    packed = gzip.compress(HTML.encode())
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    html = {"Content-Type": "text/html"}
    archive.add(URL, packed, headers=html | {"Content-Encoding": "gzip"})
    archive.add(URL, zlib.compress(HTML.encode()), headers=html | {"Content-Encoding": "deflate"})
    archive.add(URL, chunked, headers=html | {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"})
    archive.add(URL, HTML, headers=html | {"Content-Encoding": "br"})  # decoded by the browser that recorded it
    pieces, _ = read(archive.close())
    assert [piece.read() for piece in pieces] == [HTML.encode()] * 4


def test_a_body_that_unpacks_to_more_than_a_page_is_not_read(archive: Archive) -> None:
    bomb = gzip.compress(b"<html>" + b" " * (64 * 1024 * 1024))
    archive.add(URL, bomb, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})
    archive.add(URL, b"<html>" + b" " * MOST_PAGE_BYTES)
    archive.add(URL, b"\x1f\x8bno gzip", headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})
    pieces, _ = read(archive.close())
    found = []
    for piece in pieces:
        with pytest.raises(Unreadable) as trouble:
            piece.read()
        found.append(trouble.value.why)
    assert found == [Why.EXCESS, Why.EXCESS, Why.DAMAGED]


def test_an_archive_that_breaks_off_is_read_as_far_as_it_goes(archive: Archive) -> None:
    archive.add(URL, HTML).add(f"{URL}b", HTML * 50)
    path = archive.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - len(whole) // 10])
    pieces, aside = read(path)
    assert pieces[0].read() == HTML.encode()
    assert aside.times[Why.DAMAGED] == 1
    assert "it ends in the middle of a record" in aside.examples[Why.DAMAGED][0]
    for piece in pieces[1:]:
        with pytest.raises(Unreadable):
            piece.read()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "an archive without any record"),
        (gzip.compress(b""), "an archive without any record"),
        (b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"x" * (2 * MOST_HEADER_BYTES), "a header of more than"),
        (b"WARC/1.0\r\n" + b"X: y\r\n" * MOST_HEADER_BYTES, "a header of more than"),
        (b"no archive\r\n" * 9, "what follows is no record"),
    ],
    ids=["empty", "packed empty", "a long header", "many headers", "no archive"],
)
def test_a_file_that_is_no_archive_is_said(tmp_path: Path, body: bytes, says: str) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(body)
    pieces, aside = read(path)
    assert pieces == []
    assert says in aside.examples[Why.DAMAGED][0]


def test_records_compressed_together_come_with_the_mend(tmp_path: Path) -> None:
    path = Archive(tmp_path / "a.warc", is_packed=False).add(URL, HTML).add(URL, HTML).close()
    packed = tmp_path / "a.warc.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    _, aside = read(packed)
    assert "warcio recompress" in aside.examples[Why.DAMAGED][0]


def test_a_record_without_an_address_or_with_an_odd_date_does_no_harm(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.add(f"{HOME}/members/a b/", HTML, warc_headers={"WARC-Date": "yesterday"})
    path = archive.close()
    if path.suffix == ".warc":
        path.write_bytes(path.read_bytes() + b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n")
    pieces, aside = read(path)
    assert pieces[0].url == f"{HOME}/members/a%20b/"
    assert pieces[0].saved_at == datetime.fromtimestamp(path.stat().st_mtime, UTC)
    assert aside.times[Why.RECORD] == (path.suffix == ".warc")
    assert capsys.readouterr() == ("", "")


def test_a_line_without_an_end_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"x" * 200_000_000, compresslevel=1))
    tracemalloc.start()
    _, aside = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert aside.times[Why.DAMAGED] == 1
    assert peak < 40_000_000


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_the_bytes_an_archive_is_read_or_set_aside(
    data: st.DataObject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    is_packed = data.draw(st.booleans())
    headers = {"Content-Type": "text/html", "Transfer-Encoding": "chunked"}
    path = Archive(tmp_path / "f.warc.gz", is_packed=is_packed).add(URL, HTML).add(URL, HTML, headers=headers).close()
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
        body = body or bytearray(b"x")
    path.write_bytes(body)
    pieces, _ = read(path)
    for piece in pieces:
        try:
            piece.read()
        except Unreadable as trouble:
            assert trouble.why in (Why.DAMAGED, Why.CUT_OFF, Why.EXCESS)
    assert capsys.readouterr() == ("", "")
