"""Who can be a hit, by what hits are counted, and which words the thesaurus has: kept for the editions that were searched last.

Counting hundreds of thousands of hits by country, ecosystem and network from tables took longer than finding them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.search.facets import FACETS
from matching.search.holdings import Holdings, Memory, Rows, Tables, Term
from warehouse.connection import Connection
from warehouse.search_macros import statement

KEPT = 2
"""Editions: while a new one comes in, searches of the one before may still be under way."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_IN_MEMORY = 20_000
"""Organisations of an edition whose whole index is kept in memory, some 100 MB."""
ASKED_BEFORE = 2
"""Searches of an edition that are answered from its tables: reading all of it takes as long as ten of them."""


@dataclass(frozen=True)
class Value:
    """A value of a facet.

    Arguments:
        valid_until: of a label, the last day on which it is valid; None: not said.
        rows: which organisations have it.
    """

    name: str
    valid_until: date | None
    rows: NDArray[np.int32]


@dataclass(frozen=True)
class Everyone:
    """The organisations of an edition that are not gone, a row each.

    Arguments:
        by_number: the row of each.
        alphabetical: the place of each in the alphabet.
        facets: by facet, its values.
        terms: the words of the index that say what phrases of the thesaurus mean.
        organisations: how many there are, gone ones too.
        asked: how often somebody has searched them.
        memory: their index, where it is in memory.
    """

    by_number: Rows
    alphabetical: NDArray[np.int32]
    facets: Mapping[str, Sequence[Value]]
    terms: Mapping[str, Term]
    organisations: int
    asked: int = 0
    memory: Memory | None = None

    def holdings(self, con: Connection) -> Holdings:
        """Their index.

        Arguments:
            con: in the state or edition that they were read from.
        """
        return Tables(con, self.by_number) if self.memory is None else self.memory

    @property
    def ids(self) -> Ints:
        """Their numbers, ascending."""
        return self.by_number.ids

    def __len__(self) -> int:
        return len(self.by_number.ids)

    def rows(self, ids: Sequence[int] | Ints) -> Ints:
        """The row of each number; -1: none, because the organisation is gone."""
        return self.by_number.of(ids)

    def having(self, facet: str, wanted: Collection[str], today: date | None) -> Bools:
        """Which rows have any of these values, which are written in lower case; with ``today``, of labels that are valid then."""
        found = np.zeros(len(self), dtype=np.bool_)
        for value in self._valid(facet, today):
            if value.name.lower() in wanted:
                found[value.rows] = True
        return found

    def counts(self, facet: str, counted: Bools, today: date | None) -> dict[str, int]:
        """By value, how many of the counted rows have it: the most frequent first; those that none has are left out."""
        having: dict[str, list[NDArray[np.int32]]] = {}
        for value in self._valid(facet, today):
            having.setdefault(value.name, []).append(value.rows)
        # A label that one organisation has twice, until different days, counts once.
        whose = {name: rows[0] if len(rows) == 1 else np.unique(np.concatenate(rows)) for name, rows in having.items()}
        times = {name: n for name, rows in whose.items() if (n := int(np.count_nonzero(counted[rows])))}
        return dict(sorted(times.items(), key=lambda item: (-item[1], item[0])))

    def _valid(self, facet: str, today: date | None) -> list[Value]:
        return [
            value
            for value in self.facets.get(facet, ())
            if today is None or value.valid_until is None or value.valid_until >= today
        ]


_kept: OrderedDict[str, Everyone] = OrderedDict()
_lock = threading.Lock()
_reading = threading.Lock()
"""Held while an edition is read that nobody has searched: whoever searches another does not wait for it."""


def everyone(con: Connection) -> Everyone:
    """The organisations of the state or edition that the connection is in; read from it unless they were read lately."""
    [(organisations, digest)] = con.execute(statement("size")).fetchall()
    key = f"{organisations}-{digest}"
    found = _asked_again(key)
    if found is None or _is_wanted(found):
        with _reading:
            if (found := _asked_again(key, is_asked=False)) is None:
                found = _keep(key, _read(con, organisations))
            if _is_wanted(found):
                found = _keep(key, replace(found, memory=Memory.read(con, found.by_number)))
    return found


def hold(con: Connection) -> None:
    """Read the index into memory now, where it is of ordinary size, for whoever is going to search again and again."""
    for _ in range(ASKED_BEFORE + 1):
        everyone(con)


def _is_wanted(found: Everyone) -> bool:
    """Whether it is asked so often that the index in memory is worth it."""
    return found.memory is None and found.organisations <= MOST_IN_MEMORY and found.asked > ASKED_BEFORE


def _asked_again(key: str, *, is_asked: bool = True) -> Everyone | None:
    """What was read of an edition, asked once more; None: nothing."""
    with _lock:
        if key not in _kept:
            return None
        found = _kept[key] = replace(_kept[key], asked=_kept[key].asked + is_asked)
        _kept.move_to_end(key)
        return found


def _keep(key: str, found: Everyone) -> Everyone:
    with _lock:
        _kept[key] = replace(found, asked=max(found.asked, 1))
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return _kept[key]


def _read(con: Connection, organisations: int) -> Everyone:
    of_all = con.execute(statement("organisations")).fetchnumpy()
    ids = of_all["organisation_id"].astype(np.int64)
    values = con.execute(statement("facet_values")).fetchall()
    held = con.execute(statement("facets")).fetchnumpy()
    order = np.argsort(held["value_id"], kind="stable")
    rows = np.searchsorted(ids, held["organisation_id"][order]).astype(np.int32)
    bounds = np.searchsorted(held["value_id"][order], [number for number, *_ in values]).tolist()
    facets: dict[str, list[Value]] = {facet: [] for facet in FACETS}
    for (_, facet, name, valid_until), (start, end) in zip(values, pairwise([*bounds, len(rows)]), strict=True):
        facets[facet].append(Value(name, valid_until, rows[start:end]))
    terms: dict[str, Term] = {row[1]: row for row in con.execute(statement("known_terms")).fetchall()}
    return Everyone(Rows(ids), of_all["alphabetical"].astype(np.int32), facets, terms, organisations)
