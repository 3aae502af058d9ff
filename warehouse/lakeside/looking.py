"""What the lake holds: of every push, and of some texts, in all that can still be read."""

from __future__ import annotations

import json
from typing import Any

from warehouse.lakeside.opening import META, Answer, Connection, Request, name, opened, rows

_LATEST = "SELECT machine, max(number) AS number FROM lake.main.lake_pushes {at} GROUP BY machine ORDER BY machine"


def snapshots(con: Connection) -> list[tuple[int, str, dict[str, Any]]]:
    """Number, time and what ``push`` noted, of every snapshot that knows of pushes; the oldest first."""
    found = rows(
        con,
        f"""
        SELECT snapshot_id, CAST(snapshot_time AS VARCHAR), commit_extra_info FROM lake.snapshots()
        WHERE snapshot_id >= (
            SELECT min(begin_snapshot) FROM {META}.ducklake_table WHERE table_name = 'lake_pushes'
        )
        ORDER BY snapshot_id
        """,  # noqa: S608
    )
    return [(number, at, json.loads(extra) if extra else {}) for number, at, extra in found]


def _seen(con: Connection) -> dict[tuple[str, int], int]:
    """(machine, number of its push) -> the first snapshot that still shows it."""
    seen: dict[tuple[str, int], int] = {}
    for snapshot, _, _ in snapshots(con):
        for machine, number in rows(con, _LATEST.format(at=f"AT (VERSION => {snapshot})")):
            seen.setdefault((machine, number), snapshot)
    return seen


def listed(request: Request) -> Answer:
    """Every push, and the snapshot by which it can still be read."""
    con = opened(request)
    seen, now = _seen(con), dict(rows(con, _LATEST.format(at="")))
    found = rows(
        con,
        """
        SELECT machine, number, edition, CAST(published_at AS VARCHAR), CAST(pushed_at AS VARCHAR), len(forgets) > 0,
            CAST(forgotten_at AS VARCHAR)
        FROM lake.main.lake_pushes ORDER BY machine, number
        """,
    )
    columns = ("machine", "number", "edition", "published_at", "pushed_at", "is_forgetting", "forgotten_at")
    told = [dict(zip(columns, row, strict=True)) for row in found]
    for one in told:
        key = (one["machine"], one.pop("number"))
        one |= {"snapshot": seen.get(key), "is_current": now[key[0]] == key[1]}
    return {"pushes": told}


def holding(request: Request) -> Answer:
    """In how many rows of which table of which edition one of the texts stands, in all that can still be read."""
    con = opened(request)
    texts = [text.lower() for text in request["texts"]]
    since = rows(con, f"SELECT table_name, min(begin_snapshot) FROM {META}.ducklake_table GROUP BY table_name")  # noqa: S608
    found = []
    for (machine, number), snapshot in _seen(con).items() if texts else ():
        at = f"AT (VERSION => {snapshot})"
        pushed = f"SELECT edition FROM lake.main.lake_pushes {at} WHERE machine = ? AND number = ?"  # noqa: S608
        counts = {table: _count(con, table, at, machine, texts) for table, first in since if first <= snapshot}
        counts = {table: count for table, count in counts.items() if count}
        if counts:
            edition = rows(con, pushed, [machine, number])[0][0]
            found.append({"machine": machine, "edition": edition, "snapshot": snapshot, "tables": counts})
    return {"found": found}


def _count(con: Connection, table: str, at: str, machine: str, texts: list[str]) -> int:
    source = f"lake.main.{name(table)} {at}"
    columns = [row[0] for row in rows(con, f"DESCRIBE SELECT * FROM {source}")]  # noqa: S608
    row = ", ".join(f"CAST({name(column)} AS VARCHAR)" for column in columns)
    anywhere = f"list_transform($texts, lambda wanted: contains(lower(concat_ws(chr(10), {row})), wanted))"
    sql = f"SELECT count(*) FROM {source} WHERE machine = $machine AND list_has_any([TRUE], {anywhere})"  # noqa: S608
    return int(rows(con, sql, {"texts": texts, "machine": machine})[0][0])
