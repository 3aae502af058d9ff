"""The edition that a visit reads: the current one of the first folder that has one, with what is read from it once only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from matching.search.browse import Shelf
from warehouse.connection import Connection
from warehouse.editions import EditionMissing, EditionReader, current
from warehouse.facets import Imprint, imprint

KEPT = 2
"""Editions of which what was read is kept: while a new one comes in, visits to the one before may still be under way."""


@dataclass
class _Memory:
    """What was read from one edition for one day."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    imprint: Imprint | None = None
    shelf: Shelf | None = None


@dataclass(frozen=True)
class Opened:
    """An edition, open for one visit.

    Arguments:
        con: a cursor on it, of this visit alone.
        today: the day for which labels are looked at.
        path: its file.
    """

    con: Connection
    today: date
    path: Path
    _memory: _Memory

    @cached_property
    def imprint(self) -> Imprint:
        """What it says of itself."""
        with self._memory.lock:
            if self._memory.imprint is None:
                self._memory.imprint = imprint(self.con)
            return self._memory.imprint

    @cached_property
    def shelf(self) -> Shelf:
        """All values that search can be narrowed by."""
        with self._memory.lock:
            if self._memory.shelf is None:
                self._memory.shelf = Shelf.read(self.con, self.today)
            return self._memory.shelf


class Editions:
    """Opens the current edition for a visit; a new one is seen by the next visit, and the old one is let go when its last ends.

    Arguments:
        folders: those of editions, the most wanted first.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._readers = {folder: EditionReader(folder) for folder in folders}
        self._memories: OrderedDict[tuple[int, object, date], _Memory] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def open(self, today: date) -> Iterator[Opened]:
        """A visit to the current edition. Raises EditionMissing, EditionDamaged or EditionOlder."""
        reader = self._reader()
        with reader.cursor() as con:
            [key] = con.execute("SELECT number, published_at FROM edition").fetchall()
            yield Opened(con, today, reader.path(), self._memory(key, today))

    def close(self) -> None:
        """Let go of all files."""
        for reader in self._readers.values():
            reader.close()

    def _reader(self) -> EditionReader:
        for folder, reader in self._readers.items():
            if current(folder) is not None:
                return reader
        places = " or ".join(map(str, self._readers))
        raise EditionMissing(
            f"wanted an edition in {places}, found none; make one: `clusterbridge sync` (live networks) or "
            "`make demo` (replicas on this machine)"
        )

    def _memory(self, key: tuple[int, object], today: date) -> _Memory:
        with self._lock:
            memory = self._memories.setdefault((*key, today), _Memory())
            self._memories.move_to_end((*key, today))
            while len(self._memories) > KEPT:
                self._memories.popitem(last=False)
            return memory
