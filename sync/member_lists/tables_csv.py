"""Text files: which encoding, which delimiters are possible, and the cells under each of them."""

from __future__ import annotations

import codecs
import csv
import io
import re

from sync.member_lists.tables_shape import Grid, TableUnreadable, refuse_many, tidy_cell

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Excel's own word on the delimiter, as the first line.
_SEP = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)
_MARKUP = re.compile(r"\A\s*<(?:!doctype|html|table|\?xml)", re.IGNORECASE)
# The two ways in which Python's reader notices it.
_NEVER_CLOSED = "unexpected end of data"
_LIMIT = "field larger than field limit"


def read_texts(body: bytes) -> list[Grid]:
    """The cells of a text file under each delimiter that may be meant. Raises TableUnreadable: it is no text."""
    text, encoding, notes = decode(body)
    if _MARKUP.match(text):
        raise TableUnreadable("wanted a CSV or XLSX file, found a page of markup; open it and save it as XLSX or CSV (UTF-8)")
    if "\x00" in text:
        raise TableUnreadable("wanted a text file with a table, found zero bytes; save the list as XLSX or CSV (UTF-8)")
    begins, delimiters = 0, tuple(DELIMITERS)
    if stated := _SEP.match(text):
        text, begins, delimiters = text[stated.end() :], 1, (stated.group(1),)
    return [_grid(text, delimiter, begins, encoding, notes) for delimiter in delimiters]


def decode(body: bytes) -> tuple[str, str, tuple[str, ...]]:
    """A file's text, the name of its encoding, and what to remark on it.

    What is not UTF-8 is Windows-1252 (Excel's "CSV" in western Europe), or Latin-1 where that has no sign for a byte.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            try:
                return body.decode(encoding), encoding.upper().removesuffix("-SIG"), ()
            except UnicodeDecodeError as error:
                raise TableUnreadable(f"wanted {encoding.upper()} text, as its first bytes say, found {error.reason}") from error
    if wide := _without_bom(body):
        return body.decode(wide), "UTF-16", ()
    try:
        return body.decode("utf-8"), "UTF-8", ()
    except UnicodeDecodeError as error:
        found = f"the byte 0x{body[error.start]:02x} in line {body.count(bytes([10]), 0, error.start) + 1}"
    for encoding, name in (("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, name, (f"wanted UTF-8, found {found}; read as {name}: look whether å, ä and ö are right",)
    raise AssertionError("Latin-1 has a sign for every byte")


def _without_bom(body: bytes) -> str | None:
    """UTF-16 without its mark, by the zero byte in nearly every second place of a western text."""
    head = body[:2_000]
    if len(body) % 2 or len(head) < 4:
        return None
    zeros = (head[0::2].count(0), head[1::2].count(0))
    if max(zeros) < 0.4 * len(head) / 2 or min(zeros) > 0:
        return None
    wide = "utf-16-le" if zeros[1] else "utf-16-be"
    try:
        body.decode(wide)
    except UnicodeDecodeError:
        return None
    return wide


def _grid(text: str, delimiter: str, begins: int, encoding: str, notes: tuple[str, ...]) -> Grid:
    """The cells under one delimiter; where its quotation marks are not right, as well as they can be read."""
    how = f"{DELIMITERS.get(delimiter, repr(delimiter))}, {encoding}"
    rows, trouble = _rows(text, delimiter, begins, is_strict=True)
    if trouble and _NEVER_CLOSED not in trouble:
        rows, _ = _rows(text, delimiter, begins, is_strict=False)
        notes = (*notes, "quotation marks stand where none belong; the cells were read as well as they can be")
    is_open = _NEVER_CLOSED in trouble or _LIMIT in trouble
    why = "wanted every quotation mark closed, found one that is still open where the file ends; mend the file" if is_open else ""
    return Grid(rows, how, notes=notes, is_sound=not trouble, fatal=why)


def _rows(text: str, delimiter: str, begins: int, *, is_strict: bool) -> tuple[list[tuple[int, list[str]]], str]:
    """The rows, and what ended them early, if anything did."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=is_strict)
    rows: list[tuple[int, list[str]]] = []
    number = begins + 1
    try:
        for cells in reader:
            rows.append((number, [tidy_cell(cell) for cell in cells]))
            refuse_many(len(rows))
            number = begins + reader.line_num + 1
    except csv.Error as error:
        return rows, str(error)
    return rows, ""
