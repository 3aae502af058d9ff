"""Tidying: old snapshots go, small files are joined, files that nothing names go, and erasures are completed."""

from __future__ import annotations

from typing import Any

from warehouse.lakeside.looking import snapshots
from warehouse.lakeside.opening import META, Answer, Connection, Request, in_transaction, literal, opened, retried, rows

_HIGHEST = "\U0010ffff" * 4
"""Above every text that anybody writes."""


def tidy(request: Request) -> Answer:
    """Let old snapshots go, join small files, delete files that nothing names, and complete the erasures that wait."""
    con = opened(request)
    waiting = rows(
        con, "SELECT machine, number FROM lake.main.lake_pushes WHERE len(forgets) > 0 AND forgotten_at IS NULL ORDER BY ALL"
    )
    clean_from = max((one for one, _, told in snapshots(con) if (told.get("machine"), told.get("number")) in waiting), default=0)
    old = rows(
        con,
        """
        SELECT snapshot_id FROM lake.snapshots()
        WHERE (snapshot_id < $clean_from OR snapshot_time < now() - to_days($days))
            AND snapshot_id < (SELECT max(snapshot_id) FROM lake.snapshots())
        """,
        {"clean_from": clean_from, "days": request["keep_days"]},
    )
    versions = [one for (one,) in old]
    if versions:
        retried(lambda: con.execute(f"CALL ducklake_expire_snapshots('lake', versions => {versions})"))
    done: Answer = {"expired": len(versions)}
    for what in ("merge_adjacent_files", "rewrite_data_files"):
        done[what.split("_")[0]] = len(_call(con, what))
    age = f"older_than => now() - INTERVAL '{int(request['in_use_minutes'])} minutes'"
    # What readers of a moment ago may still read goes later, unless it has to go.
    done["deleted"] = len(_call(con, "cleanup_old_files", "cleanup_all => true" if waiting else age))
    done["orphans"] = len(_call(con, "delete_orphaned_files", age))  # younger ones may be a push that is under way
    done["forgotten"], done["waiting"] = _forget(con, request, waiting) if waiting else ([], [])
    return done


def _call(con: Connection, what: str, *which: str) -> list[tuple[Any, ...]]:
    """What one of DuckLake's functions says that it did."""
    given = ", ".join(("'lake'", *which))
    sql = f"SELECT * FROM ducklake_{what}({given})"  # noqa: S608  our own words
    found: list[tuple[Any, ...]] = retried(lambda: rows(con, sql))
    return found


def _forget(con: Connection, request: Request, waiting: list[tuple[Any, ...]]) -> tuple[list[str], list[str]]:
    """Take the least and greatest texts out of the catalogue, which keeps those of rows that are gone; note what is complete.

    They are set to bounds that hold for every text: right at any moment, where narrower ones might be wrong the next, and where
    NULL makes DuckLake 1.5.5 sort wrongly. A push that goes on may write back what it read before, and one that was killed may
    have left a file: an erasure is complete when it was tidied so long after its push that neither can be.
    """
    sql = f"""
        UPDATE {META}.ducklake_table_column_stats AS stats SET min_value = '', max_value = {literal(_HIGHEST)}
        WHERE min_value IS NOT NULL AND max_value IS DISTINCT FROM {literal(_HIGHEST)} AND EXISTS (
            FROM {META}.ducklake_column AS held
            WHERE held.table_id = stats.table_id AND held.column_id = stats.column_id AND held.column_type = 'varchar'
        )
    """  # noqa: S608
    retried(lambda: con.execute(sql))
    if request["catalog"].removeprefix("ducklake:").startswith("postgres"):
        for table in ("ducklake_table_column_stats", "ducklake_file_column_stats"):
            con.execute(f"CALL postgres_execute('{META}', 'VACUUM {table}', use_transaction => false)")
    minutes = {"minutes": request["in_use_minutes"]}
    complete = "pushed_at <= CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP) - to_minutes($minutes)"
    which = "len(forgets) > 0 AND forgotten_at IS NULL"
    done = rows(con, f"SELECT machine, number FROM lake.main.lake_pushes WHERE {which} AND {complete}", minutes)  # noqa: S608
    if done:
        set_to = "forgotten_at = CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP)"
        update = f"UPDATE lake.main.lake_pushes SET {set_to} WHERE {which} AND {complete}"  # noqa: S608
        in_transaction(con, lambda: con.execute(update, minutes))
    left = {machine for machine, number in waiting if (machine, number) not in done}
    return sorted({machine for machine, _ in done} - left), sorted(left)
