"""In which files below a folder a text stands, whatever the files' form."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb


def bytes_under(folder: Path) -> dict[str, bytes]:
    """Every byte below a folder, pages decompressed, databases also as the values of all their rows."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            body = path.read_bytes()
            if path.suffix == ".gz":
                body = gzip.decompress(body)
            if path.suffix == ".duckdb":
                body += rows_of(path)
            found[path.relative_to(folder).as_posix()] = body
    return found


def rows_of(path: Path) -> bytes:
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall()
        return "\n".join(repr(con.execute(f'FROM "{schema}"."{name}"').fetchall()) for schema, name in tables).encode()


def where(folder: Path, *texts: str) -> dict[str, list[str]]:
    """In which files each of the texts stands."""
    everything = bytes_under(folder)
    found = {text: [name for name, body in everything.items() if stands_in(text, body)] for text in texts}
    return {text: names for text, names in found.items() if names}


def stands_in(text: str, body: bytes) -> bool:
    place = body.find(text.encode())
    while place >= 0:
        if not body[place + len(text.encode()) : place + len(text.encode()) + 1].isdigit():
            return True
        place = body.find(text.encode(), place + 1)
    return False
