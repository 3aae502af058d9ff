"""The schemas of the state and the desk, brought up to date by numbered SQL files, each in a transaction of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import duckdb

from warehouse.connection import Connection, execute
from warehouse.named_sql import transaction


class SchemaNewer(Exception):  # noqa: N818  says what is the matter, like the other ends of opening a state
    """The state, or the desk, was written by a later version of the program."""


class SchemaOlder(Exception):  # noqa: N818
    """The state, or the desk, was written by an earlier version of the program and is open for reading only."""


@dataclass(frozen=True)
class Migration:
    """One step: ``0003_add_desks.sql`` has number 3."""

    number: int
    name: str
    sql: str


@cache
def known_migrations(of: str = "migrations") -> tuple[Migration, ...]:
    """The files of a folder of ``warehouse``, in order. Raises ValueError where the numbers are not 1, 2, 3 …

    Arguments:
        of: ``migrations``: the state's; ``desk_migrations``: the desk's.
    """
    folder = files("warehouse").joinpath(of)
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    steps: list[Migration] = []
    for name in names:
        found = re.match(r"(\d{4})_\w+\.sql$", name)
        if found is None or int(found[1]) != len(steps) + 1:
            raise ValueError(f"wanted migration {len(steps) + 1:04d}_….sql next, found {name!r}")
        steps.append(Migration(int(found[1]), name, folder.joinpath(name).read_text(encoding="utf-8")))
    return tuple(steps)


def migrate(con: Connection, steps: Sequence[Migration], *, is_read_only: bool) -> None:
    """Apply what is missing. Raises SchemaNewer or, where nothing may be written, SchemaOlder; a failing step leaves nothing."""
    if not is_read_only:
        con.execute("CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER NOT NULL, name VARCHAR NOT NULL)")
    applied = applied_number(con)
    known = len(steps)
    if applied > known:
        raise SchemaNewer(
            f"wanted schema {known} or older, found {applied}: a newer clusterbridge wrote this state; install that version again"
        )
    if applied == known:
        return
    if is_read_only:
        raise SchemaOlder(f"wanted schema {known}, found {applied}: run `clusterbridge sync` once, which brings it up to date")
    for step in steps[applied:]:
        with transaction(con):
            execute(con, step.sql)
            con.execute("INSERT INTO schema_migrations (number, name) VALUES (?, ?)", [step.number, step.name])


def applied_number(con: Connection) -> int:
    """The number of the last step that was applied; 0 for an empty database."""
    try:
        found = con.execute("SELECT coalesce(max(number), 0) FROM schema_migrations").fetchall()
    except duckdb.CatalogException:  # asking DuckDB for the names of its tables takes as long as making half of them
        return 0
    return int(found[0][0])
