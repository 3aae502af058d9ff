"""The state: the one file that the run writes, and nobody reads while it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from warehouse.connection import Connection, execute, is_damage
from warehouse.migrate import SchemaNewer, applied_number, known_migrations, migrate
from warehouse.named_sql import transaction


@cache
def _views() -> str:
    return files("warehouse").joinpath("views.sql").read_text(encoding="utf-8")


class StateLocked(Exception):  # noqa: N818  a circumstance, not a fault
    """Another process has the state open."""


class StateDamaged(Exception):  # noqa: N818
    """The file is there and is not a state that this DuckDB can read.

    Attributes:
        trouble: what was wanted and what was found.
    """

    def __init__(self, path: Path, found: str) -> None:
        self.trouble = f"wanted a DuckDB {duckdb.__version__} database at {path}, found: {found}"
        super().__init__(f"{self.trouble}; {MEND}")


class StateMoved(Exception):  # noqa: N818
    """The file that was opened is no longer where it was: whoever opens the path next finds another, or none."""


MEND = (
    "the published editions stay readable; put the file of a backup in its place. Without one, set it aside, with its .wal, and "
    "run `clusterbridge sync --full` and the imports anew: all is read again, but days first seen and numbers begin again"
)
"""What to do about a damaged state."""


class State:
    """An open state. Use ``State.open`` or ``State.memory``; as a context manager it closes itself.

    ``con`` sees the tables of ``migrations`` and the views of ``views.sql``.
    """

    def __init__(self, con: Connection, *, is_read_only: bool = False) -> None:
        self.con = con
        self._is_in_transaction = False
        self._is_read_only = is_read_only
        self._opened: tuple[Path, tuple[int, int] | None] | None = None
        migrate(con, known_migrations(), is_read_only=is_read_only)
        if not is_read_only:
            with self.transaction():
                execute(con, _views())

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open the state, making it and its folder where there is none, and bring its schema up to date.

        Raises:
            FileNotFoundError: there is none, and it is wanted for reading only.
            StateLocked: another process has it open.
            duckdb.IOException: it may not be opened.
            StateDamaged: it is not a database, or not as it was written, or of a DuckDB newer than ours.
            migrate.SchemaNewer, migrate.SchemaOlder: the schema is not ours.
        """
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        con = _connected(path, read_only=read_only)
        try:
            state = cls(con, is_read_only=read_only)
        except duckdb.Error as trouble:
            con.close()
            if not is_damage(trouble):
                raise
            raise StateDamaged(path, str(trouble)) from trouble
        except BaseException:
            con.close()
            raise
        state._opened = (path, _identity(path))
        return state

    @classmethod
    def memory(cls) -> Self:
        """A state that is gone when it is closed."""
        return cls(duckdb.connect(":memory:"))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: whatever ends the block by an exception leaves no trace. Within another it is a part of that one."""
        if self._is_in_transaction:
            yield
            return
        self._is_in_transaction = True
        try:
            with transaction(self.con):
                yield
        finally:
            self._is_in_transaction = False

    def check_place(self) -> None:
        """Raise StateMoved where the file that was opened is gone from its place, or another stands there."""
        if self._opened is not None and _identity(self._opened[0]) != self._opened[1]:
            raise StateMoved(
                f"wanted the state at {self._opened[0]} as it was opened, found it moved or deleted while the run was at work; "
                "nothing was published. Put the folder back as it was and run it again"
            )

    def read_everything(self) -> None:
        """Read every block, which makes DuckDB compare its checksum. Raises StateDamaged."""
        tables = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()"
        try:
            for schema, table in self.con.execute(tables).fetchall():
                self.con.execute(f'SELECT bit_xor(hash(rows)) FROM "{schema}"."{table}" AS rows').fetchall()  # noqa: S608
        except duckdb.Error as trouble:
            if self._opened is None or not is_damage(trouble):
                raise
            raise StateDamaged(self._opened[0], str(trouble)) from trouble

    def close(self) -> None:
        """Write everything into the one file and let go of it."""
        if not self._is_read_only:
            self.con.execute("CHECKPOINT")
        self.con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.close()
            return
        self.con.close()  # without a checkpoint: one that fails on a full disk must not hide why we are here
        if isinstance(error, duckdb.Error) and is_damage(error) and self._opened is not None:
            raise StateDamaged(self._opened[0], str(error)) from error


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another that takes its place; None: there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino)


def _connected(path: Path, *, read_only: bool) -> Connection:
    if read_only and not path.exists():
        raise FileNotFoundError(f"wanted a state at {path}, found none; `clusterbridge sync` makes it")
    try:
        return duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as trouble:
        if isinstance(trouble, duckdb.IOException) and "lock on file" in str(trouble):  # also damage speaks of blocks
            raise StateLocked(f"wanted {path} for ourselves, found it open in another process: {trouble}") from trouble
        if isinstance(trouble, duckdb.IOException) and "Cannot open file" in str(trouble):
            raise  # it may not be opened at all; what is in it nobody knows
        raise StateDamaged(path, str(trouble)) from trouble


@dataclass(frozen=True)
class AsOf:
    """Up to when a state tells.

    Arguments:
        schema: number of its last migration.
        run_id: the last run that ended; 0: none did.
        ended_at: when, with a time zone.
    """

    schema: int
    run_id: int
    ended_at: datetime | None


def as_of(path: Path) -> AsOf:
    """Up to when the state in a file tells, whatever its schema; the file is only read.

    Raises:
        FileNotFoundError: there is none.
        StateLocked, StateDamaged: it cannot be opened.
        migrate.SchemaNewer: a later version of the program wrote it.
    """
    with _connected(path, read_only=True) as con:
        schema, known = applied_number(con), len(known_migrations())
        if schema > known:
            raise SchemaNewer(f"wanted schema {known} or older in {path}, found {schema}: install the newer clusterbridge first")
        rows = con.execute("SELECT run_id, ended_at FROM ledger.runs WHERE ended_at IS NOT NULL ORDER BY run_id DESC LIMIT 1")
        run_id, ended_at = rows.fetchone() or (0, None)
        return AsOf(schema, run_id, ended_at and aware(ended_at))


def utc(moment: datetime) -> datetime:
    """The moment as the warehouse keeps it: UTC, without a zone. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"wanted a moment with a time zone, found {moment.isoformat()}")
    return moment.astimezone(UTC).replace(tzinfo=None)


def aware(moment: datetime) -> datetime:
    """A moment of the warehouse, with its zone."""
    return moment.replace(tzinfo=UTC)
