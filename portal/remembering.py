"""What the page remembers of an edition: what is read once, and answers that were asked for lately. Nothing that people write."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

from matching.partners.ground import Ground
from matching.partners.ranking import KnownPartner
from matching.search.browse import Shelf
from warehouse.dossier import Dossiers
from warehouse.facets import Card, Imprint, Profile

T = TypeVar("T")
Pairs: TypeAlias = frozenset[tuple[int, int]]
MOST_REMEMBERED = 300
"""Answers of an edition that are kept; the one not asked for longest goes first."""


class Once(Generic[T]):
    """Something that is made by the first who asks for it; whoever asks meanwhile waits, and for nothing else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: T | None = None

    def get(self, make: Callable[[], T]) -> T:
        """It, made where nobody has made it."""
        with self._lock:
            if self._made is None:
                self._made = make()
            return self._made


class Latest:
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
class Memory:
    """What was read from one edition for one day."""

    latest: Latest = field(default_factory=Latest)
    cards: Once[Mapping[int, Card]] = field(default_factory=Once)
    dossiers: Once[Dossiers] = field(default_factory=Once)
    profiles: Once[Mapping[int, tuple[Profile, ...]]] = field(default_factory=Once)
    extracts: Once[Mapping[int, Mapping[str, str]]] = field(default_factory=Once)
    known: Once[Mapping[int, list[KnownPartner]]] = field(default_factory=Once)
    known_pairs: Once[Pairs] = field(default_factory=Once)
    partners_of: Once[Mapping[int, Set[int]]] = field(default_factory=Once)
    imprint: Once[Imprint] = field(default_factory=Once)
    shelf: Once[Shelf] = field(default_factory=Once)
    ground: Once[Ground] = field(default_factory=Once)
