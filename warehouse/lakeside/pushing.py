"""Pushing an edition: each of its tables is one of the lake, with two columns before its own: the machine, the edition's number.

A table is partitioned by machine, so that no file ever holds the rows of two: pushes of different machines do not meet.
"""

from __future__ import annotations

import json
import time

from warehouse.lakeside.opening import Answer, Connection, Request, Trouble, in_transaction, literal, name, opened, rows

PUSHES = {
    "machine": ("VARCHAR", "Name of the machine, as its configuration says."),
    "edition": ("INTEGER", "Number of the edition."),
    "number": ("INTEGER", "Counts the machine's pushes, from 1; the highest is what the tables show of it now."),
    "published_at": ("TIMESTAMP", "When the edition was published, UTC."),
    "pushed_at": ("TIMESTAMP", "When it was pushed, UTC."),
    "installation": ("VARCHAR", "Which installation pushed it: two of one name would overwrite one another."),
    "run_id": ("BIGINT", "Last run whose data it holds, of the machine's own count."),
    "schema_number": ("INTEGER", "Which version of the schema it has."),
    "row_counts": ("MAP(VARCHAR, BIGINT)", "How many rows it brought into each table."),
    "forgets": ("VARCHAR[]", "Marks of the erasures that it carries out: no snapshot before it may stay."),
    "forgotten_at": ("TIMESTAMP", "When these were completed in the lake, UTC; NULL: none, or not yet."),
}
"""The columns of ``lake_pushes``: type, sentence."""


def push(request: Request) -> Answer:
    """Make an edition what the lake shows of this machine: one snapshot, or none where it does so already."""
    began = time.monotonic()
    con = opened(request, is_made=True)
    con.execute(f"ATTACH {literal(request['edition'])} AS edition (READ_ONLY)")
    con.execute("USE edition")  # its views find their tables only so
    said = rows(con, "SELECT number, CAST(published_at AS VARCHAR), run_id, schema_number FROM edition.main.edition")[0]
    tries = 0

    def once() -> Answer:
        nonlocal tries
        tries += 1
        return _push(con, request, *said)

    done: Answer = in_transaction(con, once)
    done |= {"edition": said[0], "tries": tries, "seconds": round(time.monotonic() - began, 3)}
    if done["pushed"]:
        done["snapshot"] = rows(con, "SELECT id FROM lake.last_committed_snapshot()")[0][0]
    return done


def _push(con: Connection, request: Request, edition: int, published_at: str, run_id: int, schema_number: int) -> Answer:
    machine, forgets = request["machine"], request["forgets"]
    _make(con, "lake_pushes", {column: kind for column, (kind, _) in PUSHES.items() if column not in ("machine", "edition")})
    before = rows(
        con,
        """
        SELECT number, edition, CAST(published_at AS VARCHAR), installation,
            list_has_all((SELECT flatten(list(forgets)) FROM lake.main.lake_pushes WHERE machine = $machine), $forgets)
        FROM lake.main.lake_pushes WHERE machine = $machine ORDER BY number DESC LIMIT 1
        """,
        {"machine": machine, "forgets": forgets},
    )
    number, last, last_at, installation, is_forgotten = before[0] if before else (0, None, None, request["installation"], False)
    if installation != request["installation"] and not request["is_taking_over"]:
        raise Trouble("taken", f"another installation pushes as the machine {machine!r}")
    if (last, last_at, installation) == (edition, published_at, request["installation"]) and (is_forgotten or not forgets):
        return {"pushed": False}
    counts = {table: _replace(con, table, machine, edition) for table in _tables(con)}
    for (table,) in rows(con, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake'"):
        if table not in counts and table != "lake_pushes":  # an older version's edition lacks it
            con.execute(f"DELETE FROM lake.main.{name(table)} WHERE machine = ?", [machine])  # noqa: S608
    con.execute(
        """
        INSERT INTO lake.main.lake_pushes BY NAME
        SELECT $machine AS machine, $edition AS edition, $number AS number, CAST($published_at AS TIMESTAMP) AS published_at,
            CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP) AS pushed_at, $installation AS installation, $run_id AS run_id,
            $schema_number AS schema_number, map($tables, $counts) AS row_counts, CAST($forgets AS VARCHAR[]) AS forgets
        """,
        {
            "machine": machine, "edition": edition, "number": number + 1, "published_at": published_at, "run_id": run_id,
            "installation": request["installation"], "schema_number": schema_number, "tables": list(counts),
            "counts": list(counts.values()), "forgets": forgets,
        },
    )  # fmt: skip
    extra = json.dumps({"machine": machine, "edition": edition, "number": number + 1})
    con.execute(
        "CALL lake.set_commit_message('clusterbridge', ?, extra_info => ?)",
        [f"edition {edition} of the machine {machine}", extra],
    )
    return {"pushed": True, "rows": sum(counts.values()), "tables": len(counts), "number": number + 1}


def _tables(con: Connection) -> list[str]:
    """Tables and views of the edition; the search index is of use in its own file only."""
    found = rows(
        con,
        """
        SELECT table_name FROM information_schema.tables
        WHERE table_catalog = 'edition' AND table_schema = 'main' AND NOT starts_with(table_name, 'search_')
        ORDER BY table_name
        """,
    )
    return [table for (table,) in found]


def _replace(con: Connection, table: str, machine: str, edition: int) -> int:
    """This machine's rows of a table by those of the edition; how many these are."""
    _make(con, table, {row[0]: row[1] for row in rows(con, f"DESCRIBE SELECT * FROM edition.main.{name(table)}")})  # noqa: S608
    con.execute(f"DELETE FROM lake.main.{name(table)} WHERE machine = ?", [machine])  # noqa: S608
    sql = f"SELECT ? AS machine, CAST(? AS INTEGER) AS edition, * FROM edition.main.{name(table)}"  # noqa: S608
    return int(rows(con, f"INSERT INTO lake.main.{name(table)} BY NAME {sql}", [machine, edition])[0][0])


def _make(con: Connection, table: str, columns: dict[str, str]) -> None:
    """A table of the lake with at least these columns. Raises Trouble where one has another type there."""
    where = "WHERE database_name = 'lake' AND schema_name = 'main' AND table_name = ?"
    known = dict(rows(con, f"SELECT column_name, data_type FROM duckdb_columns() {where}", [table]))  # noqa: S608
    target = f"lake.main.{name(table)}"
    if not known:
        own = "".join(f", {name(column)} {kind}" for column, kind in columns.items())
        con.execute(f"CREATE TABLE {target} (machine VARCHAR, edition INTEGER{own})")
        con.execute(f"ALTER TABLE {target} SET PARTITIONED BY (machine)")
        _comment(con, table, list(columns))
        return
    for column, kind in columns.items():
        if column not in known:
            con.execute(f"ALTER TABLE {target} ADD COLUMN {name(column)} {kind}")
        elif known[column] != kind:
            raise Trouble("schema", f"wanted {table}.{column} as {kind}, found {known[column]} in the lake")


def _comment(con: Connection, table: str, columns: list[str]) -> None:
    """The edition's sentences, on the lake's table and columns."""
    about = {"machine": PUSHES["machine"][1], "edition": "Number of that machine's edition."}
    if table == "lake_pushes":
        about |= {column: sentence for column, (_, sentence) in PUSHES.items()}
        whole = "One row for each push of an edition; time travel to its snapshot shows what the lake was then."
    else:
        where = "WHERE table_name = ? AND column_name IS NOT NULL"
        about |= dict(rows(con, f"SELECT column_name, about FROM edition.main.data_dictionary {where}", [table]))  # noqa: S608
        found = rows(con, "SELECT about FROM edition.main.data_dictionary WHERE table_name = ? AND column_name IS NULL", [table])
        whole = found[0][0] if found else ""
    con.execute(f"COMMENT ON TABLE lake.main.{name(table)} IS {literal(whole)}")
    for column in ("machine", "edition", *columns):
        if about.get(column):
            con.execute(f"COMMENT ON COLUMN lake.main.{name(table)}.{name(column)} IS {literal(about[column])}")
