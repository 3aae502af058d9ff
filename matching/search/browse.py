"""Search as a page shows it, with a count beside every value that could be chosen next.

Within a facet any chosen value will do ("or"), all facets have to be met together ("and"). So the counts beside the values of a
facet are of those that pass all *other* facets: what one gets with that value alone in its facet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matching.search.search import Asked, Best, Filters, Hit, answer, ask, hits
from warehouse.connection import Connection
from warehouse.facets import FACETS, read_facets

__all__ = ["FACETS", "Browsed", "Shelf", "browse", "everyone"]

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class _Facet:
    """Which organisation has which values: entry ``n`` says that the one in row ``owners[n]`` has ``names[values[n]]``."""

    names: tuple[str, ...]
    owners: Ints
    values: Ints

    def holding(self, chosen: Sequence[str], size: int) -> Bools:
        """Which rows have any of these values."""
        wanted = {value.casefold() for value in chosen}
        numbers = [number for number, name in enumerate(self.names) if name.casefold() in wanted]
        found = np.zeros(size, dtype=np.bool_)
        found[self.owners[np.isin(self.values, numbers)]] = True
        return found

    def counts(self, counted: Bools) -> dict[str, int]:
        """Value -> how many of the counted rows have it: those that any has, the most frequent first."""
        times = np.bincount(self.values[counted[self.owners]], minlength=len(self.names)).tolist()
        order = sorted((number for number, n in enumerate(times) if n), key=lambda number: (-times[number], self.names[number]))
        return {self.names[number]: times[number] for number in order}


@dataclass(frozen=True)
class Shelf:
    """The values of all organisations of an edition that are not gone, in memory: read once an edition and day.

    Arguments:
        ids: their numbers, ascending; a row each.
    """

    ids: Ints
    facets: Mapping[str, _Facet]

    @classmethod
    def read(cls, con: Connection, today: date) -> Shelf:
        """Arguments: today: labels that ended before it do not count."""
        ids, entries = read_facets(con, today)
        row = {number: place for place, number in enumerate(ids)}
        return cls(
            np.array(ids, dtype=np.int64),
            MappingProxyType({facet: _facet([(row[number], value) for number, value in entries[facet]]) for facet in FACETS}),
        )

    def rows(self, ids: Sequence[int]) -> Ints:
        """Rows of numbers that are there."""
        return np.searchsorted(self.ids, np.array(ids, dtype=np.int64))


def _facet(entries: Sequence[tuple[int, str]]) -> _Facet:
    """Values that differ in capitals only are one, as most write it."""
    written: dict[str, Counter[str]] = {}
    for _, value in entries:
        written.setdefault(value.casefold(), Counter())[value] += 1
    shown = {key: min(ways, key=lambda way: (-ways[way], way)) for key, ways in written.items()}
    names = sorted(shown.values())
    number = {name.casefold(): place for place, name in enumerate(names)}
    pairs = sorted({(owner, number[value.casefold()]) for owner, value in entries})
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return _Facet(tuple(names), table[:, 0], table[:, 1])


@dataclass(frozen=True)
class Browsed:
    """A part of the organisations that answer, the best first.

    Arguments:
        total: how many answer and pass all facets; found: how many answer, whatever facets are chosen.
        facets: facet -> value -> how many one gets with that value alone in its facet.
        without: facet of which a value is chosen -> how many there would be without that choice.
    """

    total: int
    found: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    without: Mapping[str, int]
    did_you_mean: str | None


def browse(
    con: Connection,
    shelf: Shelf,
    text: str,
    chosen: Mapping[str, Sequence[str]],
    *,
    first: int = 0,
    limit: int = 20,
    with_model: bool = True,
    alphabet: Mapping[int, int] | None = None,
) -> Browsed:
    """Search with facets.

    Arguments:
        con: a cursor on the edition that the shelf was read from.
        text: as for ``search``; empty lists everyone by name.
        chosen: facet -> values; capitals do not matter, and a value that nobody has is met by nobody.
        first: how many of the best to pass over; limit: how many to return at most.
        alphabet: the number of every organisation -> its place; in this order everyone is listed. None: in that of the index.
    Errors:
        ValueError: a facet that is none, ``first`` or ``limit`` below 0.
    """
    if first < 0 or limit < 0:
        raise ValueError(f"wanted first and limit of 0 or more, found {first} and {limit}")
    if unknown := sorted(chosen.keys() - set(FACETS)):
        raise ValueError(f"wanted facets among {', '.join(FACETS)}, found {', '.join(unknown)}")
    asked, best, rows, base = _answering(con, shelf, text, with_model=with_model)
    masks = _masks(shelf, chosen)
    others = {facet: _all(base, [mask for name, mask in masks.items() if name != facet]) for facet in FACETS}
    passing = _all(base, list(masks.values()))
    kept = [one for one, row in zip(best, rows.tolist(), strict=True) if passing[row]]
    if alphabet is not None and asked is not None and not asked.folded:
        kept.sort(key=lambda one: alphabet[one[0]])
    return Browsed(
        total=len(kept),
        found=len(best),
        hits=hits(con, kept[first : first + limit], asked) if asked else (),
        facets=MappingProxyType({facet: shelf.facets[facet].counts(others[facet]) for facet in FACETS}),
        without=MappingProxyType({facet: int(others[facet].sum()) for facet in masks}),
        did_you_mean=asked.did_you_mean if asked else None,
    )


def everyone(
    con: Connection, shelf: Shelf, text: str, chosen: Mapping[str, Sequence[str]], *, with_model: bool = True
) -> list[int]:
    """The numbers of all that ``browse`` finds, the best first."""
    _, best, rows, base = _answering(con, shelf, text, with_model=with_model)
    passing = _all(base, list(_masks(shelf, chosen).values()))
    return [one[0] for one, row in zip(best, rows.tolist(), strict=True) if passing[row]]


def _answering(con: Connection, shelf: Shelf, text: str, *, with_model: bool) -> tuple[Asked | None, Sequence[Best], Ints, Bools]:
    """What was asked, who answers, the best first, in which rows, and a mask of these."""
    asked = ask(con, text, with_model=with_model)
    best = answer(con, asked, Filters(), len(shelf.ids), None)[1] if asked else []
    rows = shelf.rows([one[0] for one in best])
    base = np.zeros(len(shelf.ids), dtype=np.bool_)
    base[rows] = True
    return asked, best, rows, base


def _masks(shelf: Shelf, chosen: Mapping[str, Sequence[str]]) -> dict[str, Bools]:
    return {facet: shelf.facets[facet].holding(values, len(shelf.ids)) for facet, values in chosen.items() if values}


def _all(base: Bools, masks: Sequence[Bools]) -> Bools:
    found = base.copy()
    for mask in masks:
        found &= mask
    return found
