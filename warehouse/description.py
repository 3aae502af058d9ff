"""What an edition says of itself, as a page for people and as the list of what is promised."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from itertools import groupby
from typing import NamedTuple

from warehouse.connection import Connection

HEAD = """# What stands in an edition

Made by `clusterbridge dictionary` from the table `data_dictionary`, which every edition has; a test keeps it current. What values
belong to, `vocabulary …`, stands in the table `vocabularies`, in English and Swedish.
"""


class Described(NamedTuple):
    """A row of ``data_dictionary``; that of a table itself has no column, type and unit."""

    table_name: str
    column_name: str | None
    position: int
    data_type: str | None
    about: str
    unit: str | None
    source: str


def read(con: Connection) -> list[Described]:
    """All that an edition says of itself: each table followed by its columns, in the schema's order."""
    rows = con.execute(
        f"SELECT {', '.join(Described._fields)} FROM data_dictionary"  # noqa: S608  our own names
    ).fetchall()
    return [Described(*row) for row in rows]


def as_markdown(described: Iterable[Described]) -> str:
    """A page with a section for each table."""
    parts = [HEAD]
    for name, rows in groupby(described, lambda one: one.table_name):
        table, *columns = rows
        parts.append(f"\n## {name}\n\n{_plain(table.about)} Source: {_plain(table.source)}\n")
        if columns:
            parts.append("\n| column | type | what stands there | unit or vocabulary |\n|---|---|---|---|\n")
        parts += [
            f"| `{one.column_name}` | {one.data_type} | {_plain(one.about)} | {_plain(one.unit or '')} |\n" for one in columns
        ]
    return "".join(parts)


def as_list(described: Iterable[Described]) -> str:
    """Table, column and type as CSV: what other programs build on. The search index is left out, whose form is not promised."""
    made = StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(("table", "column", "type"))
    writer.writerows(
        (one.table_name, one.column_name, one.data_type)
        for one in described
        if one.column_name is not None and not one.table_name.startswith("search_")
    )
    return made.getvalue()


def broken(
    promised: Sequence[tuple[str, str, str]], kept: Mapping[tuple[str, str], str], deprecated: Iterable[tuple[str, str]]
) -> list[str]:
    """Which promises are broken without a word: columns that are gone, or have another type, and are not said to be deprecated.

    Arguments:
        promised: table, column and type of each column that was ever published.
        kept: (table, column) -> type, of today.
        deprecated: those that may change.
    """
    excused = set(deprecated)
    return [
        f"{table}.{column}: wanted {data_type}, found {kept.get((table, column), 'nothing')}"
        for table, column, data_type in promised
        if kept.get((table, column)) != data_type and (table, column) not in excused
    ]


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
