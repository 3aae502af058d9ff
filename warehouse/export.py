"""An edition's tables to take away: Parquet, CSV or a workbook, with a Frictionless data package that describes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import description
from warehouse.connection import Connection
from warehouse.description import Described
from warehouse.public import PUBLIC_ABOUT, public_table
from warehouse.sheets import Cell, Sheet, csv_text, excel

PACKAGE = "datapackage.json"
WORKBOOK = "clusterbridge.xlsx"
MOST_ROWS = 1_048_575
"""Of a sheet, beside its heading (Excel's limit is 1,048,576)."""
_UNCUT = 1 << 62
_TYPES = {
    "BIGINT": "integer", "INTEGER": "integer", "DOUBLE": "number", "FLOAT": "number", "BOOLEAN": "boolean", "DATE": "date",
    "TIMESTAMP": "datetime", "VARCHAR": "string",
}  # fmt: skip


class Format(StrEnum):
    """In which files."""

    PARQUET = "parquet"
    XLSX = "xlsx"
    CSV = "csv"


@dataclass
class Table:
    """One table as it goes out."""

    name: str
    about: str
    source: str
    columns: list[Described]
    rows: pa.Table


@dataclass
class Package:
    """What is written.

    Arguments:
        files: name -> content.
        descriptor: of ``datapackage.json``, which is not among ``files``.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    descriptor: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> None:
        """Put a file in."""
        self.files[name] = content


def package(con: Connection, kind: Format, now: datetime, *, public: frozenset[str] | None = None) -> Package:
    """All tables of an edition but its search index.

    Arguments:
        con: inside the edition.
        public: names of the networks whose data may be handed on: what others say is then left out; None: all of it.

    Raises ValueError for a table that has more rows than a sheet can hold.
    """
    number, published_at = con.execute("SELECT number, published_at FROM edition").fetchall()[0]
    tables = _tables(con, public)
    made = Package()
    writers: dict[Format, Callable[[], list[dict[str, Any]]]] = {
        Format.PARQUET: lambda: [_file(made, table, f"{table.name}.parquet", _parquet(table)) for table in tables],
        Format.CSV: lambda: [_file(made, table, f"{table.name}.csv", _csv(table)) for table in tables],
        Format.XLSX: lambda: _workbook(made, tables, number, published_at, now, public),
    }
    resources = writers[kind]()
    licences = con.execute("SELECT network, title, home, licence FROM networks ORDER BY network").fetchall()
    made.descriptor = {
        "profile": "data-package",
        "name": f"clusterbridge-edition-{number}",
        "title": f"Cluster organisations, edition {number} of clusterbridge",
        "description": _about(public),
        "version": str(number),
        "created": now.isoformat(timespec="seconds"),
        "sources": [
            {"title": title or network, "path": home}
            for network, title, home, _ in licences
            if home and (public is None or network in public)
        ],
        "licenses": [
            {"name": f"terms-of-{network.replace('_', '-')}", "title": f"{title or network}: {licence}", "path": home}
            for network, title, home, licence in licences
            if home and licence and (public is None or network in public)
        ]
        or [{"name": "none-said", "title": "No network says under which terms its data may be used.", "path": "README.txt"}],
        "resources": resources,
    }
    made.add("README.txt", "\n".join(_readme(tables, number, published_at, now, public)).encode())
    return made


def _about(public: frozenset[str] | None) -> str:
    whole = "The analysts' tables of one edition, without the search index. Credit the page that cluster_sources names."
    return whole if public is None else f"{whole} {PUBLIC_ABOUT}"


def _readme(
    tables: Sequence[Table], number: int, published_at: datetime, now: datetime, public: frozenset[str] | None
) -> list[str]:
    return [
        f"Cluster organisations: edition {number} of clusterbridge, published {published_at:%Y-%m-%d %H:%M} UTC",
        f"Written on {now:%Y-%m-%d %H:%M} UTC",
        _about(public),
        "Lists and maps are JSON text in CSV and in the workbook. A text that a spreadsheet may take for a formula has ' before "
        "it in CSV, unless it is a phone number; characters that nobody sees are named.",
        "data_dictionary has a sentence on every column, its unit and its source.",
        "",
        *(f"{table.name} ({table.rows.num_rows} rows): {table.about}" for table in tables),
    ]


def _tables(con: Connection, public: frozenset[str] | None) -> list[Table]:
    described: dict[str, list[Described]] = {}
    for one in description.read(con):
        if not one.table_name.startswith("search_") and "(" not in one.table_name:
            described.setdefault(one.table_name, []).append(one)
    found = []
    for name, (table, *columns) in described.items():
        rows = con.sql(f"SELECT * FROM {name}").to_arrow_table()  # noqa: S608  the schema's own names
        if public is not None:
            kept = public_table(con, name, rows, public)
            if kept is None:
                continue
            rows = kept
        found.append(Table(name, table.about, table.source, columns, rows))
    return found


def _file(made: Package, table: Table, path: str, content: bytes) -> dict[str, Any]:
    made.add(path, content)
    told = {**_resource(table, path, content), "schema": {"fields": [_field(one) for one in table.columns]}}
    if path.endswith(".csv"):
        dialect = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"'}
        return {**told, "encoding": "utf-8", "dialect": dialect}
    # The standard's readers of Parquet take a number that is not there for one that is none: they check the file alone.
    return {**told, "type": "file"}


def _resource(table: Table, path: str, content: bytes) -> dict[str, Any]:
    return {
        "name": table.name.replace("_", "-"),
        "type": "table",
        "title": table.name,
        "description": table.about,
        "path": path,
        "format": path.rpartition(".")[2],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "sources": [{"title": table.source, "path": "README.txt"}],
    }


def _field(one: Described) -> dict[str, Any]:
    data_type = one.data_type or "VARCHAR"
    kind = _TYPES.get(data_type) or ("object" if data_type.startswith("MAP") else "array")
    about = {"name": one.column_name, "type": kind, "title": one.column_name, "description": one.about, "unit": one.unit}
    return {**about, "format": "any"} if kind == "datetime" else about


def _parquet(table: Table) -> bytes:
    made = BytesIO()
    pq.write_table(table.rows, made, compression="zstd")
    return made.getvalue()


def _cells(table: Table) -> list[list[Cell]]:
    columns = [[_cell(cell) for cell in column.to_pylist()] for column in table.rows.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _cell(value: Any) -> Cell:
    """Lists and maps as JSON; a map comes from Arrow as pairs."""
    if isinstance(value, list):
        is_map = bool(value) and isinstance(value[0], tuple)
        return json.dumps(dict(value) if is_map else value, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    if value is None or isinstance(value, (str, int, float, date)):
        return value
    return str(value)


def _csv(table: Table) -> bytes:
    maps = {one.column_name for one in table.columns if (one.data_type or "").startswith("MAP")}
    rows = _cells(table)
    for place, one in enumerate(table.columns):
        if one.column_name in maps:
            for row in rows:
                row[place] = "{}" if row[place] == "[]" else row[place]
    return csv_text(table.rows.column_names, rows, ",", is_marked=False, most=_UNCUT)


def _workbook(
    made: Package, tables: Sequence[Table], number: int, published_at: datetime, now: datetime, public: frozenset[str] | None
) -> list[dict[str, Any]]:
    for table in tables:
        if table.rows.num_rows > MOST_ROWS:
            raise ValueError(
                f"wanted at most {MOST_ROWS} rows in a sheet, found {table.rows.num_rows} in {table.name}; export Parquet or CSV"
            )
    readme = Sheet("README", ["README"], [[line] for line in _readme(tables, number, published_at, now, public)], [120])
    sheets = [
        Sheet(table.name, table.rows.column_names, _cells(table), [_width(one) for one in table.columns], is_filtered=True)
        for table in tables
    ]
    content = excel([readme, *sheets], now)
    made.add(WORKBOOK, content)
    return [
        {
            **_resource(table, WORKBOOK, content),
            "dialect": {"excel": {"sheet": table.name[:31]}},
            "schema": {"fields": [{**_field(one), "type": _sheet_type(one)} for one in table.columns]},
        }
        for table in tables
    ]


def _sheet_type(one: Described) -> str:
    """Lists and maps are texts in a sheet, which cuts the longest."""
    return _TYPES.get(one.data_type or "", "string")


def _width(one: Described) -> int:
    return {"VARCHAR": 30, "DATE": 12, "TIMESTAMP": 20}.get(one.data_type or "", 14)
