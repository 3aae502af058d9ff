"""Whether editions are as they were published, and making another one current where one is not."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.connection import Connection
from warehouse.edition_draft import EditionHeld, checks, prove
from warehouse.edition_folder import file_name, named_by_pointer, number_of, numbered, point, set_aside, unreadable
from warehouse.edition_reader import is_older, open_file
from warehouse.state import aware


class CannotRestore(Exception):  # noqa: N818  says what is the matter
    """The edition that was asked for is not there, or is the current one already."""


@dataclass(frozen=True)
class Examined:
    """An edition, read in full.

    Arguments:
        damage: why it is not as it was published; empty: it is sound.
        published_at, run_id, organisations: as it says itself; None where it can no longer say so.
        is_older: an earlier version of the program made it; it may lack what this one asks for.
    """

    number: int
    path: Path
    size_bytes: int
    is_current: bool
    damage: str = ""
    published_at: datetime | None = None
    run_id: int | None = None
    organisations: int | None = None
    is_older: bool = False


@dataclass(frozen=True)
class Restored:
    """What restoring an edition did.

    Arguments:
        path: the edition that is current now.
        set_aside: the damaged one that was, as it is called now; None: it was sound, or gone.
    """

    path: Path
    set_aside: Path | None


def examine(folder: Path) -> list[Examined]:
    """Every edition of the folder, read in full, the lowest number first."""
    current = named_by_pointer(folder)
    found = []
    for number, path in numbered(folder).items():
        with suppress(FileNotFoundError):  # pruned by a publication in this moment
            found.append(examine_file(path, is_current=number == current))
    return found


def examine_file(path: Path, *, is_current: bool = False) -> Examined:
    """Read every block of an edition, which makes DuckDB compare its checksum, and run the edition's checks.

    Raises FileNotFoundError where there is no such file.
    """
    number = number_of(path)
    if number is None:
        raise ValueError(f"wanted a file named as an edition, found {path.name}")
    told = Examined(number, path, path.stat().st_size, is_current)
    try:
        with closing(open_file(path)) as con:
            con.execute("USE edition")
            _read_everything(con)
            return _told(con, told)
    except duckdb.Error as trouble:
        return replace(told, damage=str(trouble).splitlines()[0])


def _read_everything(con: Connection) -> None:
    tables = """
        SELECT table_name FROM duckdb_tables() WHERE database_name = 'edition'
        UNION ALL SELECT view_name FROM duckdb_views() WHERE database_name = 'edition' AND NOT internal
    """
    for (name,) in con.execute(tables).fetchall():
        quoted = '"' + str(name).replace('"', '""') + '"'
        # A hash of whole rows: counts and extremes would be answered from the statistics, without a look at the blocks.
        con.execute(f"SELECT bit_xor(hash(rows)) FROM {quoted} AS rows").fetchall()  # noqa: S608


def _told(con: Connection, told: Examined) -> Examined:
    rows = con.execute("SELECT number, published_at, run_id FROM edition").fetchall()
    if [row[0] for row in rows] != [told.number]:
        return replace(told, damage=f"wanted it to say that it is number {told.number}, found {[row[0] for row in rows]}")
    _, published_at, run_id = rows[0]
    organisations = con.execute("SELECT count(*) FROM clusters WHERE NOT is_gone").fetchall()[0][0]
    told = replace(told, published_at=aware(published_at), run_id=run_id, organisations=organisations, is_older=is_older(con))
    for name in checks():
        try:
            prove(con, name)
        except EditionHeld as held:
            found = "; ".join(map(str, held.rows))
            return replace(told, damage=f"wanted: {held.promise} Found, by warehouse/checks/{name}.sql: {found}")
        except (duckdb.BinderException, duckdb.CatalogException):
            # A check may speak of columns that an earlier program did not publish yet; that is no damage.
            if not told.is_older:
                raise
    return told


def mend(folder: Path) -> str:
    """What gives readers a sound edition again where the current one is damaged or gone: the command, in a sentence."""
    sound = [one.number for one in examine(folder) if not one.damage and not one.is_current]
    if sound:
        return f"run `clusterbridge editions restore {sound[-1]}`: of the sound ones that is the newest"
    return (
        "no sound edition is left beside it; run `clusterbridge sync` (or `clusterbridge demo`): "
        "it publishes a new one from what the state knows"
    )


def restore(folder: Path, number: int) -> Restored:
    """Make an edition of the folder the current one, after reading all of it; under the lock of runs.

    The pointer moves in one step. A damaged edition that was current is set aside, never deleted; nothing is pruned.

    Raises:
        CannotRestore: there is no such edition, or it is the current one.
        EditionDamaged: it is not as it was published.
    """
    there = numbered(folder)
    if number not in there:
        found = ", ".join(map(str, there)) or "none"
        raise CannotRestore(f"wanted edition {number} in {folder}, found {found}; `clusterbridge editions` lists them")
    before = named_by_pointer(folder)
    wanted = examine_file(there[number])
    if wanted.damage:
        raise unreadable(wanted.path, wanted.damage)
    if before == number:
        raise CannotRestore(f"edition {number} is the current one already, and it is sound; nothing was changed")
    was_damaged = before in there and bool(examine_file(there[before]).damage)
    point(folder, file_name(number))
    aside = set_aside(there[before]) if before is not None and was_damaged else None
    return Restored(there[number], aside)
