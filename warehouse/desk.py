"""The desk: what people write, in SQLite, so that the command line and the staff page can write at the same time.

The only module that knows sqlite3. A night's run reads it and never depends on it being free: a writer waits for the other.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from warehouse.migrate import Migration, SchemaNewer, SchemaOlder, known_migrations

PATIENCE_SECONDS = 10.0
"""How long a writer waits for another; whoever writes longer than that is in trouble."""

_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_UNWRITABLE = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMMAP")
"""A file that cannot grow. What the system said about it SQLite does not hand on."""


class DeskBusy(Exception):  # noqa: N818  a circumstance, not a fault
    """Somebody else has been writing for too long. Nothing was written; try again."""


class DeskUnwritable(Exception):  # noqa: N818
    """The desk's file, or its folder, may not be written."""


class DeskDamaged(Exception):  # noqa: N818
    """The file is there and is no SQLite database, or a damaged one."""


class Desk:
    """An open desk, for one thread. Use ``Desk.open``; as a context manager it closes itself.

    Arguments:
        con: in autocommit mode; ``transaction`` begins and ends transactions.
        place: what messages call it.
    """

    def __init__(self, con: sqlite3.Connection, place: str) -> None:
        self._con = con
        self._place = place

    @classmethod
    def open(
        cls, path: Path, *, read_only: bool = False, older_too: bool = False, patience_seconds: float = PATIENCE_SECONDS
    ) -> Self:
        """Open the desk, making it and its folder where there is none, and bring its schema up to date.

        Arguments:
            older_too: for reading only: also one whose schema is older than ours, as a backup's may be.
            patience_seconds: how long to wait for another writer.

        Raises:
            FileNotFoundError: there is none, and it is wanted for reading only.
            DeskBusy, DeskUnwritable, DeskDamaged: as they say.
            migrate.SchemaNewer, migrate.SchemaOlder: its schema is not ours.
        """
        if read_only and not path.exists():
            raise FileNotFoundError(f"wanted a desk at {path}, found none; whatever writes to it makes it")
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        mode = "ro" if read_only else "rwc"
        with _spoken(str(path)):
            con = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=patience_seconds, isolation_level=None
            )
            try:
                con.execute("PRAGMA foreign_keys = ON")
                con.execute("PRAGMA trusted_schema = OFF")
                if not read_only:
                    # Readers do not stop a writer so; FULL because what a person wrote must survive a power cut.
                    con.execute("PRAGMA journal_mode = WAL")
                    con.execute("PRAGMA synchronous = FULL")
                    con.execute("PRAGMA secure_delete = ON")
                desk = cls(con, str(path))
                desk._migrate(known_migrations("desk_migrations"), is_read_only=read_only, older_too=older_too)
            except BaseException:
                con.close()
                raise
        return desk

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """The rows that a statement selects. Raises DeskBusy or DeskDamaged."""
        with _spoken(self._place):
            return self._con.execute(sql, values).fetchall()

    def write(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> int:
        """Run a statement that writes; the number of the row that it inserted, if it did.

        Raises DeskBusy, DeskUnwritable or DeskDamaged; sqlite3.IntegrityError for what the schema forbids.
        """
        with _spoken(self._place):
            return int(self._con.execute(sql, values).lastrowid or 0)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and nobody else writes meanwhile: what was read inside it still holds when it ends.

        Raises DeskBusy where another writer does not end.
        """
        with _spoken(self._place):
            self._con.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._con.execute("ROLLBACK")
            raise
        with _spoken(self._place):
            self._con.execute("COMMIT")

    def copy_to(self, path: Path) -> None:
        """Write all of it, as of one moment, into a new file, while others may go on writing."""
        with _spoken(str(path)):
            copy = sqlite3.connect(path)
            try:
                self._con.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            finally:
                copy.close()

    def scrub(self) -> None:
        """Leave nothing of deleted rows in the file or its log: for what was asked to be forgotten. Not inside a transaction.

        Rows are overwritten when they are deleted (``secure_delete``); what stands in the log is from before. Raises DeskBusy
        where somebody reads for so long that the log cannot be emptied.
        """
        busy = self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if busy:
            raise DeskBusy(f"wanted to empty the log of {self._place}, found somebody reading it all the time; try again")

    def faults(self) -> list[str]:
        """What SQLite finds wrong with the file; none: it is sound."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found

    def close(self) -> None:
        """Let go of the file."""
        self._con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _migrate(self, steps: Sequence[Migration], *, is_read_only: bool, older_too: bool) -> None:
        applied = self._applied()
        if applied > len(steps):
            raise SchemaNewer(
                f"wanted desk schema {len(steps)} or older, found {applied}: a newer clusterbridge wrote {self._place}; "
                "install that version again"
            )
        if applied == len(steps) or (is_read_only and older_too):
            return
        if is_read_only:
            raise SchemaOlder(f"wanted desk schema {len(steps)}, found {applied}: open {self._place} for writing once")
        with self.transaction():
            for step in steps[self._applied() :]:  # another process may have been here while we waited
                for statement in _statements(step.sql):
                    self._con.execute(statement)
                self._con.execute(f"PRAGMA user_version = {step.number}")

    def _applied(self) -> int:
        return int(self.rows("PRAGMA user_version")[0][0])


def _statements(sql: str) -> Iterator[str]:
    """The statements of a script one by one: sqlite3 runs a whole script only outside of a transaction."""
    so_far = ""
    for line in sql.splitlines(keepends=True):
        so_far += line
        if sqlite3.complete_statement(so_far):
            yield so_far
            so_far = ""
    if so_far.strip():
        raise ValueError(f"wanted a statement that ends with a semicolon, found {so_far.strip()!r}")


@contextmanager
def _spoken(place: str) -> Iterator[None]:
    """SQLite's errors about the file, as ours."""
    try:
        yield
    except sqlite3.IntegrityError:  # what the schema forbids is the caller's to explain
        raise
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(_FULL):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), place) from error
        if name.startswith(_BUSY):
            raise DeskBusy(
                f"wanted to write to {place}, found that somebody else has been writing all the time; try again"
            ) from error
        if name.startswith(_UNWRITABLE):
            raise DeskUnwritable(
                f"wanted to write to {place}, found: {error}; make it and its folder writable for this user"
            ) from error
        if name.startswith(_DAMAGED):
            raise DeskDamaged(
                f"wanted a SQLite database at {place}, found: {error}; bring back a backup: `clusterbridge restore DIR`"
            ) from error
        raise
