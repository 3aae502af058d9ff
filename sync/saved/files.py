"""Files, folders and archives that are handed to us, as the pieces that may be saved pages; nothing is unpacked to the disk.

What a file is, its first bytes say, not its name: pages saved by programs often have none that tells.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sync.fetching.answers import Caps
from sync.saved.aside import SetAside, Unreadable, Why
from warehouse.zips import DAMAGE

MOST_PAGE_BYTES = Caps().body_bytes
MOST_MHTML_BYTES = 32 * 1024 * 1024
"""Of one page with its pictures, all in one file."""
MOST_ENTRIES = 60_000
"""Of one zip archive. More need zip64, whose directory alone can fill the memory."""
MOST_DIRECTORY_BYTES = 16 * 1024 * 1024
MOST_ARCHIVE_BYTES = 4 * 1024**3
"""Of all entries of one zip archive, unpacked."""
MOST_RATIO = 400
"""Unpacked to packed bytes of a large entry: repetitive pages reach 50, the format can give 1,032."""
SMALL_BYTES = 1024 * 1024
HEAD_BYTES = 4096
_MHTML = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*content-type:\s*multipart/related", re.IGNORECASE)
_BLANK = b"\xef\xbb\xbf \t\r\n"
_UTF16 = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_PAGE_NAMES = (".html", ".htm", ".xhtml", ".shtml")
_END = b"PK\x05\x06"


class Shape(Enum):
    """What a file is."""

    PAGE = auto()
    MHTML = auto()
    ZIP = auto()
    WARC = auto()
    TABLE = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Piece:
    """Something that may be a saved page. Its bytes are read when they are asked for, and kept nowhere.

    Arguments:
        name: what the person who handed it to us calls it.
        saved_at: when it was saved, as far as its file, its archive or its record tells.
        read: its bytes; raises Unreadable.
        url: the address that its record tells; None: the page has to say it.
        charset: what the server declared; None: nothing is known.
        is_framed: whether its record says how long it is, so that a page without ``</html>`` is whole nevertheless.
    """

    name: str
    saved_at: datetime
    read: Callable[[], bytes]
    url: str | None = None
    charset: str | None = None
    is_framed: bool = False


def shape_of(head: bytes, name: str) -> Shape:
    """What a file is, by its first ``HEAD_BYTES`` bytes; by its name where they do not tell."""
    lower = name.lower()
    if head.startswith((b"PK\x03\x04", _END)):
        is_office = b"[Content_Types].xml" in head or lower.endswith((".xlsx", ".xlsm", ".ods"))
        return Shape.TABLE if is_office else Shape.ZIP
    if head.startswith(b"WARC/") or _unpacked(head).startswith(b"WARC/") or lower.endswith((".warc", ".warc.gz")):
        return Shape.WARC
    if _MHTML.match(head):
        return Shape.MHTML
    if head.lstrip(_BLANK).startswith(b"<") or head.startswith(_UTF16) or lower.endswith(_PAGE_NAMES):
        return Shape.PAGE
    if lower.endswith((".csv", ".tsv")):
        return Shape.TABLE
    return Shape.OTHER


def _unpacked(head: bytes) -> bytes:
    if not head.startswith(b"\x1f\x8b"):
        return b""
    try:
        return zlib.decompressobj(47).decompress(head, 16)
    except zlib.error:
        return b""


def shape_of_file(path: Path) -> Shape:
    """What a file is. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return shape_of(file.read(HEAD_BYTES), path.name)


def files_under(path: Path) -> list[tuple[Path, str]]:
    """The regular files of a folder and those below it, in a steady order, each with its name from the folder on."""
    if not path.is_dir():
        return [(path, path.name)]
    found = sorted(each for each in path.rglob("*") if stat.S_ISREG(each.lstat().st_mode))
    return [(each, f"{path.name}/{each.relative_to(path)}") for each in found]


def pieces_of(
    paths: Iterable[Path], aside: SetAside, open_files: ExitStack, records: Callable[[Path, str, SetAside], Iterable[Piece]]
) -> Iterator[Piece]:
    """All that may be a saved page, in the order of the paths; what certainly is none is set aside.

    Arguments:
        paths: files and folders.
        open_files: keeps zip archives open until it is closed; the pieces can be read as long.
        records: the pieces of a WARC file, by its path and its name.
    """
    for path in paths:
        for file, name in files_under(path):
            try:
                shape = shape_of_file(file)
                status = file.stat()
            except OSError as error:
                aside.add(Why.DAMAGED, name, error.strerror or "")
                continue
            if shape is Shape.ZIP:
                yield from _entries(file, name, aside, open_files)
            elif shape is Shape.WARC:
                yield from records(file, name, aside)
            elif _may_be_page(shape, name, status.st_size, aside):
                yield Piece(name, datetime.fromtimestamp(status.st_mtime, UTC), partial(_read_file, file))


def _may_be_page(shape: Shape, name: str, size: int, aside: SetAside) -> bool:
    """Whether a file or an entry is to be read; else it is set aside."""
    if shape in (Shape.ZIP, Shape.WARC):
        aside.add(Why.NESTED, name)
    elif shape is Shape.TABLE:
        aside.add(Why.TABLE, name)
    elif shape is Shape.OTHER:
        aside.add(Why.NO_PAGE, name)
    elif size > (MOST_MHTML_BYTES if shape is Shape.MHTML else MOST_PAGE_BYTES):
        aside.add(Why.EXCESS, name, f"{size:,} bytes")
    else:
        return True
    return False


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _read(file)
    except OSError as error:
        raise Unreadable(Why.DAMAGED, error.strerror or "") from error


def _read(file: BinaryIO) -> bytes:
    body = file.read(MOST_MHTML_BYTES + 1)
    if len(body) > MOST_MHTML_BYTES:  # it has grown since it was looked at, or its archive lied
        raise Unreadable(Why.EXCESS, f"more than {MOST_MHTML_BYTES:,} bytes")
    return body


def _entries(path: Path, name: str, aside: SetAside, open_files: ExitStack) -> Iterator[Piece]:
    """The pieces in a zip archive. The names of its entries are shown, and lead nowhere."""
    try:
        excess = _excess(path)
        if excess:
            aside.add(Why.BOMB, name, excess)
            return
        archive = open_files.enter_context(zipfile.ZipFile(path))
    except DAMAGE as error:
        aside.add(Why.DAMAGED, name, _in_our_words(error, "no zip archive that can be read"))
        return
    if "[Content_Types].xml" in archive.NameToInfo:
        aside.add(Why.TABLE, name, "an Office document")
        return
    room = MOST_ARCHIVE_BYTES
    for info in archive.infolist():
        if info.is_dir():
            continue
        one = f"{name}: {info.filename}"
        room -= info.file_size
        why = _why_not(info, room)
        if why is not None:
            aside.add(why, one)
            continue
        try:
            with archive.open(info) as file:
                shape = shape_of(file.read(HEAD_BYTES), info.filename)
        except DAMAGE as error:
            aside.add(Why.DAMAGED, one, _in_our_words(error, ""))
            continue
        if _may_be_page(shape, one, info.file_size, aside):
            yield Piece(one, _entry_time(info, path), partial(_read_entry, archive, info))


def _excess(path: Path) -> str | None:
    """What of a zip archive's directory is too much, as its last lines tell; None: nothing. It is not read for that."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 65_557))  # the record of 22 bytes, and a comment of 65,535 at most
        tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        raise zipfile.BadZipFile("no end of the directory")
    entries = int.from_bytes(tail[place + 10 : place + 12], "little")
    directory_bytes = int.from_bytes(tail[place + 12 : place + 16], "little")
    if entries > MOST_ENTRIES:
        return f"more than {MOST_ENTRIES:,} entries"
    return f"a directory of {directory_bytes:,} bytes" if directory_bytes > MOST_DIRECTORY_BYTES else None


def _why_not(info: zipfile.ZipInfo, room: int) -> Why | None:
    if info.flag_bits & 0x1:
        return Why.LOCKED
    is_blown_up = info.file_size > SMALL_BYTES and info.file_size > MOST_RATIO * info.compress_size
    return Why.BOMB if room < 0 or is_blown_up else None


def _entry_time(info: zipfile.ZipInfo, path: Path) -> datetime:
    """When an entry was last written, by the clock of the machine that packed it; the archive's own time where it says none."""
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            return _read(file)  # type: ignore[arg-type]
    except DAMAGE as error:
        raise Unreadable(Why.DAMAGED, _in_our_words(error, "its entry in the archive cannot be unpacked")) from error


def _in_our_words(error: Exception, damage: str) -> str:
    """What is wrong: where a disk did not give the bytes, that, and not that these are damaged."""
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # zipfile seeks to a wrong offset: EINVAL
        return f"the system says: {os.strerror(error.errno)}"
    return damage
