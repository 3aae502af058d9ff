"""The edition that a visit reads: the current one of the first folder that has one, with what is read from it once only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from matching.partners.ground import Ground
from matching.partners.ranking import KnownPartner, known, known_pairs, read_ground
from matching.search.browse import Shelf
from portal.options import Place
from warehouse.connection import Connection
from warehouse.editions import EditionMissing, EditionReader, current
from warehouse.facets import Card, Imprint, all_cards, cards, imprint
from warehouse.ordering import alphabet

T = TypeVar("T")
Pairs: TypeAlias = frozenset[tuple[int, int]]
MOST_CARDS = 20_000
"""Of an edition with more organisations, cards are read as they are asked for."""
MOST_REMEMBERED = 300
"""Answers of an edition that are kept; the one not asked for longest goes first."""
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


class _Latest:
    """Answers that were asked for lately, by what was asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, asked: Hashable, make: Callable[[], T]) -> T:
        """The answer; who asks the same at the same moment may make it twice, and waits for nobody."""
        with self._lock:
            if asked in self._answers:
                self._answers.move_to_end(asked)
                found: T = self._answers[asked]
                return found
        made = make()
        with self._lock:
            self._answers[asked] = made
            while len(self._answers) > MOST_REMEMBERED:
                self._answers.popitem(last=False)
        return made


@dataclass(frozen=True)
class _Memory:
    """What was read from one edition for one day."""

    latest: _Latest = field(default_factory=_Latest)
    cards: _Once[Mapping[int, Card]] = field(default_factory=_Once)
    known_pairs: _Once[Pairs] = field(default_factory=_Once)
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

    @cached_property
    def known_pairs(self) -> Pairs:
        """Numbers of organisations that have been partners, both ways."""
        return self._memory.known_pairs.get(lambda: known_pairs(self.con))

    def known_partners(self, number: int) -> list[KnownPartner]:
        """Whom an organisation has been a partner of: hardly one in ten has, and only of those it is read."""
        return known(self.con, number) if any(one == number for one, _ in self.known_pairs) else []

    def cards(self, numbers: Sequence[int]) -> dict[int, Card]:
        """What a list shows of these organisations, by number; those that are not there are left out."""
        if len(self.shelf.ids) > MOST_CARDS:
            return cards(self.con, numbers, self.today)
        everyone = self._memory.cards.get(lambda: all_cards(self.con, self.today))
        return {number: everyone[number] for number in numbers if number in everyone}

    def alphabet(self, language: str) -> Mapping[int, int]:
        """The number of every organisation -> its place in the alphabet of a language."""
        return self.remembered(("alphabet", language), lambda: alphabet(self.con, language))

    def remembered(self, asked: Hashable, make: Callable[[], T]) -> T:
        """What this edition answers on this day to a question; made where it was not asked lately.

        Arguments:
            asked: all that the answer depends on beside the edition and the day. Nothing that people write may be among it.
        """
        return self._memory.latest.get(asked, make)


class Editions:
    """Opens the current edition for a visit; a new one is seen by the next visit, and the old one is let go when its last ends.

    Arguments:
        places: the most wanted first.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        # Each of several visits at once has a thread of its own; to share out its small queries among more costs a tenth.
        self._readers = {place: EditionReader(place.editions, threads=1) for place in places}
        self._memories: OrderedDict[tuple[object, ...], _Memory] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def open(self, today: date) -> Iterator[Opened]:
        """A visit to the current edition. Raises EditionMissing, EditionDamaged or EditionOlder."""
        place, reader = self._reader()
        with reader.opened() as (con, path):
            [key] = con.execute("SELECT number, published_at FROM edition").fetchall()
            yield Opened(con, today, path, place.desk, self._memory((place.editions, *key, today)))

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
