"""Reading editions from a process that lives longer than one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from warehouse.connection import Connection, is_damage
from warehouse.dictionary import quoted
from warehouse.edition_folder import ATTEMPTS, current, missing, unreadable
from warehouse.migrate import known_migrations


class EditionOlder(Exception):  # noqa: N818  says what is the matter
    """An earlier version of the program made the edition, which lacks what is asked; the next run publishes one that has it."""


@dataclass
class _Generation:
    """One file, opened once: in an engine of its own, since DuckDB gives a path that it has open its old content."""

    path: Path
    key: tuple[int, int, int]
    engine: Connection
    in_use: int = 0
    is_retired: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def cursor(self) -> Connection:
        """A cursor inside the edition."""
        with self.lock:
            con = self.engine.cursor()
        try:
            con.execute("USE edition")  # not inherited; macros find their tables only so
        except BaseException:
            con.close()
            raise
        return con

    def close_when_idle(self) -> None:
        if self.is_retired and not self.in_use:
            self.engine.close()


class EditionReader:
    """Cursors on the current edition, for any number of threads; a new edition is noticed at the next cursor.

    Arguments:
        place: the folder of the editions, whose pointer is followed, or one edition's file.
        threads: how many one query may use; None: one for each processor.
    """

    def __init__(self, place: Path, *, threads: int | None = None) -> None:
        self._place = place
        self._threads = threads
        self._lock = threading.Lock()
        self._generation: _Generation | None = None

    @contextmanager
    def cursor(self) -> Iterator[Connection]:
        """A cursor inside the edition, of this thread alone, that sees one edition until the block ends. Raises as ``opened``."""
        with self.opened() as (con, _):
            yield con

    @contextmanager
    def opened(self) -> Iterator[tuple[Connection, Path]]:
        """A cursor as ``cursor`` gives it, and the file that it reads.

        Raises EditionMissing where there is none, and EditionDamaged where its file cannot be read as one: also where only the
        statements in the block come upon the damage. Raises EditionOlder where they ask for a table or column that it lacks.
        """
        with self._lock:
            generation = self._current_generation()
            generation.in_use += 1
        try:
            with _spoken(generation.path) as cursors:
                cursors.append(generation.cursor())
                yield cursors[0], generation.path
        finally:
            with self._lock:
                generation.in_use -= 1
                generation.close_when_idle()

    def path(self) -> Path:
        """The file that the next cursor reads. Raises EditionMissing where there is none."""
        if self._place.is_file():
            return self._place.resolve()
        path = current(self._place)
        if path is None:
            raise missing(f"wanted an edition in {self._place}, found none")
        return path

    def close(self) -> None:
        """Let go of the file as soon as the last cursor is closed."""
        with self._lock:
            self._retire()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _current_generation(self) -> _Generation:
        for _ in range(ATTEMPTS):
            path = self.path()
            try:
                key = _key(path)
                if self._generation is None or self._generation.key != key:
                    opened = _Generation(path, key, open_file(path, self._threads))
                    self._retire()
                    self._generation = opened
                return self._generation
            except FileNotFoundError:
                continue
            except duckdb.Error as trouble:
                if path.exists():
                    raise unreadable(path, trouble) from trouble
        raise missing(f"wanted an edition in {self._place}, found its pointer naming files that are gone")

    def _retire(self) -> None:
        if self._generation is not None:
            self._generation.is_retired = True
            self._generation.close_when_idle()
            self._generation = None


class HeldEdition:
    """One edition's file, held open for any number of visits, whatever becomes of the file, until it is let go of.

    Arguments:
        path: the file, resolved.
        threads: as for ``EditionReader``.

    Raises EditionMissing where there is no such file, EditionDamaged where it cannot be opened.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        try:
            self._generation = _Generation(path, _key(path), open_file(path, threads))
        except FileNotFoundError as gone:
            raise missing(f"wanted an edition at {path}, found none") from gone
        except duckdb.Error as trouble:
            raise unreadable(path, trouble) from trouble
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """The file."""
        return self._generation.path

    def is_there(self) -> bool:
        """Whether the file stands where it stood, as it was: nobody has deleted it or put another in its place.

        Nor does it where that cannot be found out: its folder may not be entered, or its disk is gone.
        """
        try:
            return _key(self.path) == self._generation.key
        except OSError:
            return False

    @contextmanager
    def visit(self) -> Iterator[Callable[[], Connection]]:
        """What gives a cursor inside the edition, of this visit alone, made when it is first asked for.

        Raises EditionDamaged and EditionOlder as ``EditionReader.opened`` does.
        """
        with self._lock:
            self._generation.in_use += 1
        try:
            with _spoken(self.path) as cursors:

                def cursor() -> Connection:
                    if not cursors:
                        cursors.append(self._generation.cursor())
                    return cursors[0]

                yield cursor
        finally:
            with self._lock:
                self._generation.in_use -= 1
                self._generation.close_when_idle()

    def close(self) -> None:
        """Let go of the file as soon as the last visit ends."""
        with self._lock:
            self._generation.is_retired = True
            self._generation.close_when_idle()


@contextmanager
def _spoken(path: Path) -> Iterator[list[Connection]]:
    """The database's errors about an edition as ours; what is put into the list is its cursor, which is closed at the end."""
    cursors: list[Connection] = []
    try:
        yield cursors
    except (duckdb.CatalogException, duckdb.BinderException) as trouble:
        if not cursors or not is_older(cursors[0]):
            raise
        raise EditionOlder(
            f"the edition {path.name} was made by an older version and lacks what is asked of it; "
            "look again after the next run, which publishes one of this version"
        ) from trouble
    except duckdb.Error as trouble:
        if not is_damage(trouble):
            raise
        raise unreadable(path, trouble) from trouble
    finally:
        for con in cursors:
            con.close()


def is_older(con: Connection) -> bool:
    """Whether the edition that a connection is in was made with an earlier schema than ours."""
    return con.execute("SELECT schema_number FROM edition").fetchall() < [(len(known_migrations()),)]


def _key(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def open_file(path: Path, threads: int | None = None) -> Connection:
    """An engine of its own with the file attached as ``edition``, which nothing can write. Raises duckdb.Error."""
    engine = duckdb.connect(":memory:")
    try:
        if threads is not None:
            engine.execute("SET threads = $threads", {"threads": threads})
        engine.execute(f"ATTACH {quoted(str(path))} AS edition (READ_ONLY)")
        engine.execute("SET enable_external_access = false")
        engine.execute("SET lock_configuration = true")
    except BaseException:
        engine.close()
        raise
    return engine
