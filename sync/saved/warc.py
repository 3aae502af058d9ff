"""Web archives (WARC, ISO 28500), plain or compressed record by record, as the pieces that may be saved pages.

One record is in memory at a time, and of it no more than a page may have. warcio reads the format; what it leaves open for
hostile files is closed here: lines without an end, damage that it passes over in silence, its words on stderr.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException

from sync.fetch import HTML_AND_XML
from sync.fetching.guards import TooLarge, Undecodable, decoded
from sync.saved.aside import SetAside, Unreadable, Why
from sync.saved.files import MOST_PAGE_BYTES, Piece

BLOCK_BYTES = 16_384
MOST_HEADER_BYTES = 262_144
"""Of the lines of one header; servers send a few kilobytes."""

# It would tell of odd addresses on stderr, in the archive's own words.
logging.getLogger("warcio").addHandler(logging.NullHandler())


class _Damaged(Exception):  # noqa: N818  it says what is the case
    """The archive is not what it should be, in our words."""


class _Reader(DecompressingBufferedReader):  # type: ignore[misc]
    """warcio's reader, with an end to lines and a voice for damage."""

    def __init__(self, file: BinaryIO) -> None:
        self._line_bytes = 0
        self._is_fed = False
        self.is_cut_off = False
        super().__init__(file, block_size=BLOCK_BYTES)

    def readline(self, length: int | None = None) -> bytes:
        most = MOST_HEADER_BYTES - self._line_bytes
        line: bytes = super().readline(most if length is None else min(length, most))
        self._line_bytes = self._line_bytes + len(line) if line.strip() else 0
        if self._line_bytes >= MOST_HEADER_BYTES:
            raise _Damaged(f"a header of more than {MOST_HEADER_BYTES:,} bytes")
        return line

    def read(self, length: int | None = None) -> bytes:
        self._line_bytes = 0
        read: bytes = super().read(length)
        return read

    def _init_decomp(self, kind: str | None) -> None:
        self._is_fed = False
        super()._init_decomp(kind)

    def _process_read(self, data: bytes) -> None:
        if not data and self.decompressor is not None and self._is_fed and not self.decompressor.eof:
            self.is_cut_off = True
        self._is_fed |= bool(data)
        super()._process_read(data)

    def _decompress(self, data: bytes) -> bytes:
        if self.decompressor is None or self.num_block_read == 0:  # then warcio finds out whether it is compressed at all
            plain: bytes = super()._decompress(data)
            return plain
        try:
            inflated: bytes = self.decompressor.decompress(data)
        except Exception as error:  # whatever decompressor it is; warcio would print it and go on with nothing
            raise _Damaged("its compression is broken") from error
        return inflated


class _Records(ArchiveIterator):  # type: ignore[misc]
    """The records of an archive, from where the file stands; of HTTP headers it parses none by itself."""

    INC_RECORD = ""
    """What warcio writes to stderr after a record of a wrong length, with a line of it."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, no_record_parse=True)
        self.known_format = "warc"
        self.reader = self.bounded = _Reader(file)

    def _raise_invalid_gzip_err(self) -> None:
        raise _Damaged("its records are compressed together; part them with: warcio recompress OLD.warc.gz NEW.warc.gz")


def records_of(path: Path, name: str, aside: SetAside) -> Iterator[Piece]:
    """The pages in a web archive: responses with status 200 that declare HTML or XML, or nothing. The rest is set aside.

    An archive that breaks off is read as far as it goes.
    """
    with path.open("rb") as file, closing(_Records(file)) as records:
        count = 0
        try:
            for record in records:
                count += 1
                offset = records.offset
                piece = _piece(path, name, offset, record, records, aside)
                if piece is not None:
                    yield piece
                records.read_to_end()
                if _is_short(record):
                    raise _Damaged("it ends in the middle of a record")
            if records.bounded.is_cut_off:
                raise _Damaged("it ends in the middle of a record")
        except (_Damaged, ArchiveLoadFailed, StatusAndHeadersParserException, OSError) as trouble:
            why = str(trouble) if isinstance(trouble, _Damaged) else "what follows is no record"
            aside.add(Why.DAMAGED, name, f"after {count} records, at byte {records.offset:,}: {why}")
            return
        if not count:
            aside.add(Why.DAMAGED, name, "an archive without any record")


def _piece(path: Path, name: str, offset: int, record: Any, records: _Records, aside: SetAside) -> Piece | None:
    url = record.rec_headers.get_header("WARC-Target-URI")
    kind = record.rec_headers.get_header("WARC-Type")
    one = f"{name}: record at byte {offset:,}"
    if kind != "response" or not url or not url.startswith(("http:", "https:")):
        aside.add(Why.REVISIT if kind == "revisit" else Why.RECORD, one)
        return None
    headers = _http_headers(record, records)
    status = headers.get_statuscode() if headers else "none"
    if headers is None or status != "200":
        aside.add(Why.STATUS, one, f"status {status}" if status.isdecimal() else "")
        return None
    message = Message()
    message["Content-Type"] = " ".join((headers.get_header("Content-Type") or "text/html").split())
    if message.get_content_type() not in HTML_AND_XML:
        aside.add(Why.MEDIA, one)
        return None
    if record.rec_headers.get_header("WARC-Truncated"):
        aside.add(Why.CUT_OFF, one)
        return None
    saved_at = _time(record.rec_headers.get_header("WARC-Date"), path)
    read = partial(_body, path, offset)
    return Piece(one, saved_at, read, url, message.get_content_charset(), is_framed=True)


def _http_headers(record: Any, records: _Records) -> StatusAndHeaders | None:
    """The status line and headers of a response; None where there are none."""
    try:
        return records.loader.http_parser.parse(record.raw_stream)
    except EOFError:
        return None


def _time(text: str | None, path: Path) -> datetime:
    """A WARC-Date; the file's own time where it is none."""
    try:
        time = datetime.fromisoformat(text or "")
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _body(path: Path, offset: int) -> bytes:
    """The body of the response whose record begins there, without its encodings. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            with closing(_Records(file)) as records:
                record = next(iter(records))
                headers = _http_headers(record, records)
                if headers is None:
                    raise _Damaged("a response without a header")
                body = _plain(record.raw_stream, headers)
                # Of a response that says how long it is nothing may be missing.
                if _is_short(record):
                    raise Unreadable(Why.CUT_OFF)
                return body
    except TooLarge as error:
        raise Unreadable(Why.EXCESS, f"more than {MOST_PAGE_BYTES:,} bytes") from error
    except Undecodable as error:
        raise Unreadable(Why.DAMAGED, "its Content-Encoding cannot be undone") from error
    except (_Damaged, ArchiveLoadFailed, StatusAndHeadersParserException, StopIteration, OSError) as error:
        raise Unreadable(Why.DAMAGED, "its record cannot be read") from error


def _is_short(record: Any) -> bool:
    """Whether a record that was read to its end has fewer bytes than it says; one that does not say ends anywhere."""
    return getattr(record.raw_stream, "limit", 0) > 0


def _plain(stream: Any, headers: StatusAndHeaders) -> bytes:
    if (headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
        stream = ChunkedDataReader(stream, decomp_type=None)
    first = stream.read(BLOCK_BYTES)
    # Browsers' archives often hold bodies that are decoded already, under the header of the encoded ones.
    is_plain = first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    encoding = "" if is_plain else headers.get_header("Content-Encoding") or ""
    blocks = iter(partial(stream.read, BLOCK_BYTES), b"")
    return b"".join(decoded((block for part in ((first,), blocks) for block in part), encoding, MOST_PAGE_BYTES))
