"""Writing a new edition beside the others, and finding out whether it may be published."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse import macros, search_macros, search_tables, vocabulary
from warehouse.connection import Connection, execute
from warehouse.dictionary import Kind, Table, quoted, tables
from warehouse.macros import Macro
from warehouse.migrate import applied_number
from warehouse.named_sql import staged, transaction
from warehouse.state import State, utc

STORAGE_VERSION = "v1.0.0"
"""DuckDB 1.2 and later read it; without keys and indexes, which 1.0 and 1.1 stumble over."""

_ISO_COUNTRIES = {"EL": "GR", "UK": "GB"}
_SEARCH_ABOUT = "Search index of clusterbridge; its form may change with any version."
_SHOWN_ROWS = 3


class EditionHeld(Exception):  # noqa: N818  a verdict, not an accident
    """The draft failed one of its checks and was not published.

    Attributes:
        check: name of the check.
        promise: what it proves, as a sentence.
        rows: the first rows that it returned.
    """

    def __init__(self, check: str, promise: str, rows: list[tuple[object, ...]]) -> None:
        super().__init__(
            f"the edition is held back, the last good one stays: wanted: {promise} "
            f"Found, by warehouse/checks/{check}.sql: {'; '.join(map(str, rows))}"
        )
        self.check = check
        self.promise = promise
        self.rows = rows


def write_draft(state: State, path: Path, number: int, run_id: int, now: datetime) -> None:
    """Copy the analysts' schema, and the search index where there is one, from the state into a new file.

    Only what ``schema.toml`` names is copied: pages, and whatever else the state keeps, cannot get in.
    Raises RuntimeError where DuckDB left part of it outside the file.
    """
    con = state.con.cursor()
    schema_number = applied_number(state.con)
    try:
        searched = _search_tables(con)
        _lay_frame(con, path, searched)
        with _attached(con, path):
            with transaction(con):  # one: what is committed alone waits for the disk alone
                for table in _copied(searched):
                    order = "" if table in searched else "ORDER BY 1, 2"  # the index has an order of its own
                    execute(con, f"INSERT INTO draft.main.{table.name} SELECT {_of_state(table)} {order}")
                with staged(con, staged_rows=_edition(number, run_id, now, schema_number)):
                    execute(con, "INSERT INTO draft.main.edition BY NAME SELECT * FROM staged_rows")
            con.execute("CHECKPOINT draft")
    finally:
        con.close()
    if wal_of(path).exists():
        raise RuntimeError(f"wanted the whole edition in {path.name}, found a write-ahead log beside it after a checkpoint")


_frames: dict[Hashable, bytes] = {}
"""The files that ``_lay_frame`` has made in this process: describing a column takes as long as copying a small table."""


def _lay_frame(con: Connection, path: Path, searched: list[Table]) -> None:
    """Lay down an edition with all but the rows of the state: tables, views, macros, vocabularies, and what each of them is."""
    shapes = execute(con, "SELECT sql FROM duckdb_tables() WHERE database_name = current_database() ORDER BY sql").fetchall()
    key = (tuple(shapes), repr(searched))
    if key in _frames:
        path.write_bytes(_frames[key])
        return
    with _attached(con, path):
        with transaction(con):
            for table in _copied(searched):
                con.execute(f"CREATE TABLE draft.main.{table.name} AS SELECT {_of_state(table)} LIMIT 0")
            _make(con, "regions", _regions())
            _make(con, "vocabularies", _vocabularies())
            _make(con, "edition", _edition(0, 0, datetime.min.replace(tzinfo=UTC), 0).slice(0, 0))
            _describe(con, searched)
        con.execute("CHECKPOINT draft")
    _frames[key] = path.read_bytes()


@contextmanager
def _attached(con: Connection, path: Path) -> Iterator[None]:
    """The file as ``draft``, for as long as the block lasts; then the connection is at home again."""
    home = _home(con)
    con.execute(f"ATTACH {quoted(str(path))} AS draft (STORAGE_VERSION {quoted(STORAGE_VERSION)})")
    try:
        yield
    finally:
        con.execute(f"USE {home}")
        con.execute("DETACH draft")


def check_draft(path: Path) -> None:
    """Open the file once as a reader does and run every check. Raises EditionHeld for the first that returns rows."""
    with duckdb.connect(str(path), read_only=True) as con:
        for name in checks():
            prove(con, name)


def prove(con: Connection, check: str) -> None:
    """Run one check on the edition that the connection is in. Raises EditionHeld where it returns rows."""
    sql = checks()[check]
    rows = execute(con, sql).fetchmany(_SHOWN_ROWS)
    if rows:
        raise EditionHeld(check, sql.splitlines()[0].removeprefix("-- "), rows)


@cache
def checks() -> dict[str, str]:
    """The SQL of ``warehouse/checks``, by name: each returns no rows on a sound edition; its first line says what it proves."""
    folder = files("warehouse").joinpath("checks")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return {name.removesuffix(".sql"): folder.joinpath(name).read_text(encoding="utf-8") for name in names}


def wal_of(path: Path) -> Path:
    """Where DuckDB keeps what is not yet in the file."""
    return path.with_name(path.name + ".wal")


def _home(con: Connection) -> str:
    name = con.execute("SELECT current_database()").fetchall()[0][0]
    return '"' + str(name).replace('"', '""') + '"'


def _copied(searched: list[Table]) -> list[Table]:
    return [*(table for table in tables() if table.kind is Kind.COPIED), *searched]


def _of_state(table: Table) -> str:
    """What follows SELECT where a table is copied; all names are our own."""
    return f"{', '.join(table.columns)} FROM main.{table.source or table.name}"


def _make(con: Connection, name: str, rows: pa.Table) -> None:
    columns = next(table.columns for table in tables() if table.name == name)
    with staged(con, staged_rows=rows):
        con.execute(f"CREATE TABLE draft.main.{name} AS SELECT {', '.join(columns)} FROM staged_rows")  # noqa: S608


def _search_tables(con: Connection) -> list[Table]:
    """Tables that matching/search/index.py made in the state, with the sentences that it gave them, or else our own."""
    rows = execute(
        con,
        """
        SELECT t.table_name, coalesce(any_value(t.comment), $about),
            list(c.column_name ORDER BY c.column_index), list(coalesce(c.comment, $about) ORDER BY c.column_index)
        FROM duckdb_tables() AS t
        JOIN duckdb_columns() AS c USING (database_oid, schema_oid, table_oid)
        WHERE t.database_name = current_database() AND t.schema_name = 'main' AND starts_with(t.table_name, 'search_')
        GROUP BY t.table_name
        ORDER BY t.table_name
        """,
        {"about": _SEARCH_ABOUT},
    ).fetchall()
    return [
        Table(name, Kind.COPIED, about, dict(zip(columns, sentences, strict=True))) for name, about, columns, sentences in rows
    ]


def _describe(con: Connection, searched: list[Table]) -> None:
    """Views, comments and the data dictionary, made inside the draft so that no name carries the draft's."""
    con.execute("USE draft")
    con.execute(files("warehouse").joinpath("edition.sql").read_text(encoding="utf-8"))
    macros.make_history(con)
    made = list(macros.HISTORY)
    if search_macros.NEEDED.issubset(table.name for table in searched):
        search_macros.make_macros(con)
        made += macros.SEARCH
    described = [*tables(), *map(search_tables.told, searched)]
    _make(con, "data_dictionary", _dictionary(described, _types(con), made))
    for table in described:
        con.execute(";\n".join(table.comments()))


def _types(con: Connection) -> dict[tuple[str, str], str]:
    """(table, column) -> type, of all that is in the draft."""
    rows = con.execute(
        """
        SELECT table_name, column_name, data_type
        FROM duckdb_columns()
        WHERE database_name = current_database() AND schema_name = 'main'
        """
    ).fetchall()
    return {(table, column): data_type for table, column, data_type in rows}


def _dictionary(described: list[Table], types: dict[tuple[str, str], str], made: list[Macro]) -> pa.Table:
    # The dictionary describes itself too, but is not there yet when its rows are made.
    names = ("table_name", "column_name", "position", "data_type", "about", "unit", "source")
    own = {name: "INTEGER" if name == "position" else "VARCHAR" for name in names}
    types = {**types, **{("data_dictionary", column): data_type for column, data_type in own.items()}}
    rows: list[dict[str, str | int | None]] = []
    for table in described:
        units = table.units()
        rows.append({"table_name": table.name, "position": 0, "about": table.about, "source": table.origin})
        rows += [
            {
                "table_name": table.name, "column_name": column, "position": position, "data_type": types[table.name, column],
                "about": about, "unit": units[column], "source": table.origin,
            }
            for position, (column, about) in enumerate(table.columns.items(), start=1)
        ]  # fmt: skip
    rows += [{"table_name": one.form, "position": 0, "about": one.about, "source": one.origin} for one in made]
    shape = {column: pa.int32() if column == "position" else pa.string() for column in own}
    return pa.table({column: pa.array([row.get(column) for row in rows], kind) for column, kind in shape.items()})


def _edition(number: int, run_id: int, now: datetime, schema_number: int) -> pa.Table:
    return pa.table(
        {
            "number": pa.array([number], pa.int32()),
            "published_at": pa.array([utc(now)], pa.timestamp("us")),
            "run_id": pa.array([run_id], pa.int64()),
            "schema_number": pa.array([schema_number], pa.int32()),
        }
    )


@cache
def _regions() -> pa.Table:
    """NUTS 2024 with label points (GISCO); countries by ISO 3166-1 where NUTS has codes of its own."""
    points = {row["code"]: (float(row["lat"]), float(row["lon"])) for row in vocabulary.data_rows("nuts2024_points")}
    codes = vocabulary.data_rows("nuts2024_codes")
    places = [points.get(row["code"], (None, None)) for row in codes]
    return pa.table(
        {
            "code": pa.array([row["code"] for row in codes], pa.string()),
            "level": pa.array([int(row["level"]) for row in codes], pa.int32()),
            "country": pa.array([_ISO_COUNTRIES.get(row["country"], row["country"]) for row in codes], pa.string()),
            "name": pa.array([row["label"].strip() for row in codes], pa.string()),
            "name_latin": pa.array([row["label_latin"].strip() for row in codes], pa.string()),
            "latitude": pa.array([place[0] for place in places], pa.float64()),
            "longitude": pa.array([place[1] for place in places], pa.float64()),
        }
    )


@cache
def _vocabularies() -> pa.Table:
    words = list(vocabulary.words())
    shape = {**dict.fromkeys(vocabulary.Word._fields, pa.string()), "position": pa.int32(), "is_closed": pa.bool_()}
    return pa.table({column: pa.array([getattr(word, column) for word in words], kind) for column, kind in shape.items()})
