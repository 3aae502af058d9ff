"""What stands in the files of an export, as texts to look for something in, whatever the files' form."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.zips import DAMAGE

BETWEEN = "\x00"
"""Between the cells of a column: no white space, so that nothing is found that begins in one and ends in the next."""
_TEXTS = (".csv", ".json", ".txt")


class Unreadable(Exception):  # noqa: N818  a verdict
    """The file is not one that an export wrote, or not all of it."""


def texts_of(path: Path) -> Iterator[str]:
    """All that a file of an export says, a column's texts once each; quotes as before CSV or JSON doubled or masked them.

    Raises Unreadable.
    """
    try:
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            yield from (BETWEEN.join(dict.fromkeys(_strings(column.to_pylist()))) for column in table.columns)
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as parts:
                yield from (_plain(parts.read(name)) for name in parts.namelist())
        elif path.suffix in _TEXTS:
            yield _plain(path.read_bytes())
        else:
            raise Unreadable(f"wanted a file of an export, found {path.name}")
    except (*DAMAGE, pa.ArrowException) as error:
        raise Unreadable(f"wanted a file of an export, found {path.name}: {error}") from error


def _plain(body: bytes) -> str:
    return body.decode().replace('""', '"').replace("&quot;", '"').replace('\\"', '"')


def _strings(value: Any) -> Iterator[str]:
    """Every text in a cell, in the parts of lists, and in the keys and values of maps."""
    if isinstance(value, str):
        yield value.replace('\\"', '"') if "\\" in value else value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, dict):
        yield from _strings(list(value.items()))
    elif value is not None:
        yield str(value)
