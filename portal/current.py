"""The edition that a visit reads: the current one of the first folder that has one, with what is read from it once only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from matching.partners.ground import Ground
from matching.partners.ranking import read_ground
from matching.search.browse import Shelf
from portal.options import Place
from warehouse.connection import Connection
from warehouse.editions import EditionMissing, EditionReader, current
from warehouse.facets import Imprint, imprint

T = TypeVar("T")
KEPT = 2
"""Editions of which what was read is kept: while a new one comes in, visits to the one before may still be under way."""


class _Once(Generic[T]):
    """Something that is made by the first who asks for it; whoever asks meanwhile waits, and for nothing else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: T | None = None

    def get(self, make: Callable[[], T]) -> T:
        with self._lock:
            if self._made is None:
                self._made = make()
            return self._made


@dataclass(frozen=True)
class _Memory:
    """What was read from one edition for one day."""

    imprint: _Once[Imprint] = field(default_factory=_Once)
    shelf: _Once[Shelf] = field(default_factory=_Once)
    ground: _Once[Ground] = field(default_factory=_Once)


@dataclass(frozen=True)
class Opened:
    """An edition, open for one visit.

    Arguments:
        con: a cursor on it, of this visit alone.
        today: the day for which labels are looked at.
        path: its file; desk: the one that belongs to it.
    """

    con: Connection
    today: date
    path: Path
    desk: Path
    _memory: _Memory

    @cached_property
    def imprint(self) -> Imprint:
        """What it says of itself."""
        return self._memory.imprint.get(lambda: imprint(self.con))

    @cached_property
    def shelf(self) -> Shelf:
        """All values that search can be narrowed by."""
        return self._memory.shelf.get(lambda: Shelf.read(self.con, self.today))

    @cached_property
    def ground(self) -> Ground:
        """What partners are ranked on."""
        return self._memory.ground.get(lambda: read_ground(self.con, self.today))


class Editions:
    """Opens the current edition for a visit; a new one is seen by the next visit, and the old one is let go when its last ends.

    Arguments:
        places: the most wanted first.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self._readers = {place: EditionReader(place.editions) for place in places}
        self._memories: OrderedDict[tuple[object, ...], _Memory] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def open(self, today: date) -> Iterator[Opened]:
        """A visit to the current edition. Raises EditionMissing, EditionDamaged or EditionOlder."""
        place, reader = self._reader()
        with reader.cursor() as con:
            [key] = con.execute("SELECT number, published_at FROM edition").fetchall()
            yield Opened(con, today, reader.path(), place.desk, self._memory((place.editions, *key, today)))

    def close(self) -> None:
        """Let go of all files."""
        for reader in self._readers.values():
            reader.close()

    def _reader(self) -> tuple[Place, EditionReader]:
        for place, reader in self._readers.items():
            if current(place.editions) is not None:
                return place, reader
        places = " or ".join(str(place.editions) for place in self._readers)
        raise EditionMissing(
            f"wanted an edition in {places}, found none; make one: `clusterbridge sync` (live networks) or "
            "`make demo` (replicas on this machine)"
        )

    def _memory(self, key: tuple[object, ...]) -> _Memory:
        with self._lock:
            memory = self._memories.setdefault(key, _Memory())
            self._memories.move_to_end(key)
            while len(self._memories) > KEPT:
                self._memories.popitem(last=False)
            return memory
