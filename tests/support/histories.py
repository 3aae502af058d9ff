"""What two histories of one warehouse have in common, whatever their runs were numbered: row by row, table by table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from warehouse.connection import Connection
from warehouse.editions import EditionReader
from warehouse.state import State

Rows = dict[str, Counter[tuple[str, ...]]]
"""Table -> its rows, without what only counts or numbers runs and editions."""

BOOKKEEPING = frozenset({"ledger.runs", "ledger.network_runs", "ledger.tellings", "main.runs", "main.edition"})
"""Tables of which a killed run has a row of its own. What they say of networks is compared as LAST_GOOD."""
RUN_COLUMNS = frozenset(
    {"run_id", "first_run", "checked_run", "last_try_run", "last_good_run", "last_edition", "last_published_at"}
)
STANDS = {"last_run": "last_run IS NULL"}
"""Of a claim's last run only whether it has one: whether the value still holds."""
OF_THE_LAST_RUN = frozenset({"ledger.findings", "main.findings"})
LAST_GOOD = """
    SELECT network, outcome, because, profiles, fill
    FROM ledger.network_runs
    WHERE run_id = (SELECT max(run_id) FROM ledger.network_runs) AND outcome = 'complete'
"""


def of_state(var: Path) -> Rows:
    """All that the state says."""
    with State.open(var / "state.duckdb", read_only=True) as state:
        found = _tables(state.con)
        found["last good"] = _rows(state.con, LAST_GOOD)
    return found


def of_edition(place: Path) -> Rows:
    """All that an edition says; of the current one where ``place`` is a folder."""
    with EditionReader(place) as reader, reader.cursor() as con:
        return _tables(con)


def complete_loads(var: Path) -> dict[str, int]:
    """Network -> how often it was loaded from a complete reading; empty where there is no state."""
    if not (var / "state.duckdb").exists():
        return {}
    with State.open(var / "state.duckdb", read_only=True) as state:
        sql = "SELECT network, count(*) FROM ledger.network_runs WHERE outcome = 'complete' GROUP BY network"
        return dict(state.con.execute(sql).fetchall())


def differences(found: Rows, wanted: Rows) -> list[str]:
    """A line for each table that differs, with the first row that is lacking and the first that is too many."""
    lines = []
    for name in sorted(wanted.keys() | found.keys()):
        should, does = wanted.get(name, Counter()), found.get(name, Counter())
        lacking, more = should - does, does - should
        if lacking or more:
            shown = f"first lacking: {next(iter(lacking), None)}; first too many: {next(iter(more), None)}"
            lines.append(f"{name}: {lacking.total()} rows lacking, {more.total()} too many; {shown}")
    return lines


def _tables(con: Connection) -> Rows:
    found: Rows = {}
    columns = con.execute(
        """
        SELECT schema_name || '.' || table_name, list(column_name ORDER BY column_index)
        FROM duckdb_columns()
        WHERE database_name = current_database() AND NOT internal
        GROUP BY ALL
        """
    ).fetchall()
    runs = "ledger.network_runs" if any(name == "ledger.network_runs" for name, _ in columns) else "main.runs"
    for name, names in columns:
        if name not in BOOKKEEPING:
            chosen = ", ".join(STANDS.get(one, f'"{one}"') for one in names if one not in RUN_COLUMNS)
            where = f"WHERE run_id = (SELECT max(run_id) FROM {runs})" if name in OF_THE_LAST_RUN else ""  # noqa: S608
            found[name] = _rows(con, f"SELECT {chosen} FROM {name} {where}")  # noqa: S608
    return found


def _rows(con: Connection, sql: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(map(repr, row)) for row in con.execute(sql).fetchall())
