"""What a search asks of the index: from its tables, or from memory, where an edition of ordinary size is asked again and again.

Among 10,000 organisations the engine takes longer to plan such a question than to answer it, five times a search.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from warehouse.connection import Connection
from warehouse.search_macros import statement

Ints = NDArray[np.int64]
SPARSE = 8
"""Numbers for each organisation from which a table of all numbers would be too large."""
Term = tuple[int, str, str, int]
"""A word of the index: its number, itself folded, as it is first written, and how many organisations have it."""


@dataclass(frozen=True)
class Postings:
    """Who has each of some words.

    Arguments:
        starts, counts: by word, where its occurrences begin in ``rows`` and ``impacts``, and how many they are.
        rows: which of the organisations that are not gone; -1: one that is.
    """

    starts: Ints
    counts: Ints
    rows: Ints
    impacts: NDArray[np.float32]


class Rows:
    """Rows by the numbers of organisations.

    Arguments:
        ids: the numbers by row, ascending.
    """

    def __init__(self, ids: Ints) -> None:
        self.ids = ids
        self._by_number: Ints | None = None
        if len(ids) and ids[0] > 0 and ids[-1] <= SPARSE * len(ids):
            # Numbers lie close together: to look them up in a table takes a fifth of the time of bisecting.
            self._by_number = np.full(ids[-1] + 2, -1, dtype=np.int64)
            self._by_number[ids] = np.arange(len(ids))

    def of(self, numbers: Sequence[int] | Ints) -> Ints:
        """The row of each number; -1: none."""
        wanted = np.asarray(numbers, dtype=np.int64)
        if self._by_number is not None:
            return self._by_number.take(wanted, mode="clip")  # nobody has the first number of the table, nor the last
        if not len(self.ids):
            return np.full(len(wanted), -1, dtype=np.int64)
        found = np.searchsorted(self.ids, wanted).clip(max=len(self.ids) - 1)
        return np.where(self.ids[found] == wanted, found, -1)


class Holdings(Protocol):
    """What a search asks of the index."""

    def having(self, pieces: Iterable[str]) -> Mapping[str, NDArray[np.int32]]:
        """By piece of four letters, the numbers of the words that have it."""

    def terms(self, numbers: Sequence[int]) -> Mapping[int, Term]:
        """Words by their numbers; more than these may be there."""

    def postings(self, numbers: Sequence[int]) -> Postings:
        """Who has each of these words, in their order."""

    def bearers(self, folded: str) -> list[int]:
        """Who bears the very name."""

    def namesakes(self, start: str, shortest: int, longest: int) -> list[tuple[int, str]]:
        """Who bears a name that begins so and is as long: numbers, and the folded names."""

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """The texts of organisations, packed; more than these may be there."""


@dataclass(frozen=True)
class Tables:
    """The tables themselves: for the first searches of an edition, and among very many organisations.

    Arguments:
        by_number: the rows of those that are not gone.
    """

    con: Connection
    by_number: Rows

    def having(self, pieces: Iterable[str]) -> Mapping[str, NDArray[np.int32]]:
        held = self.con.execute(statement("grams"), {"grams": list(pieces)}).fetchnumpy()
        return dict(zip(held["gram"].tolist(), held["term_ids"], strict=True))

    def terms(self, numbers: Sequence[int]) -> Mapping[int, Term]:
        return {row[0]: row for row in self.con.execute(statement("terms"), {"term_ids": sorted(numbers)}).fetchall()}

    def postings(self, numbers: Sequence[int]) -> Postings:
        held = self.con.execute(statement("postings"), {"term_ids": sorted(set(numbers))}).fetchnumpy()
        order = np.argsort(held["term_id"], kind="stable")
        terms, wanted = held["term_id"][order], np.asarray(numbers)
        starts = np.searchsorted(terms, wanted)
        counts = np.searchsorted(terms, wanted, side="right") - starts
        return Postings(starts, counts, self.by_number.of(held["organisation_id"][order]), held["impact"][order])

    def bearers(self, folded: str) -> list[int]:
        return [number for (number,) in self.con.execute(statement("named"), {"folded": folded}).fetchall()]

    def namesakes(self, start: str, shortest: int, longest: int) -> list[tuple[int, str]]:
        bounds = {"first": start, "beyond": _beyond(start), "shortest": shortest, "longest": longest}
        return self.con.execute(statement("namesakes"), bounds).fetchall()

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        return dict(self.con.execute(statement("texts"), {"organisation_ids": list(numbers)}).fetchall())


@dataclass(frozen=True)
class Memory:
    """The whole index, 5 KB an organisation.

    Arguments:
        starts: by number of a word, where its occurrences begin; one more at the end.
        names: folded, in order; bearer: who bears each.
    """

    of_piece: Mapping[str, NDArray[np.int32]]
    of_number: Mapping[int, Term]
    starts: Ints
    rows: Ints
    impacts: NDArray[np.float32]
    names: Sequence[str]
    bearer: Sequence[int]
    of_organisation: Mapping[int, str]

    @classmethod
    def read(cls, con: Connection, by_number: Rows) -> Memory:
        """All of it.

        Arguments:
            by_number: the rows of the organisations that are not gone.
        """
        grams = con.execute(statement("all_grams")).fetchnumpy()
        # Into one array: an array of its own for each piece would take ten times the memory of what is in it.
        sizes = [len(numbers) for numbers in grams["term_ids"]]
        flat = np.concatenate([*grams["term_ids"], np.empty(0, dtype=np.int32)]).astype(np.int32)
        bounds = np.cumsum([0, *sizes]).tolist()
        of_piece = {piece: flat[start:end] for piece, (start, end) in zip(grams["gram"].tolist(), pairwise(bounds), strict=True)}
        terms: dict[int, Term] = {row[0]: row for row in con.execute(statement("all_terms")).fetchall()}
        held = con.execute(statement("all_postings")).fetchnumpy()
        order = np.argsort(held["term_id"], kind="stable")
        starts = np.searchsorted(held["term_id"][order], np.arange(max(terms, default=-1) + 2))
        names = con.execute(statement("all_names")).fetchall()
        return cls(
            of_piece,
            terms,
            starts,
            by_number.of(held["organisation_id"][order]),
            held["impact"][order],
            [folded for _, folded in names],
            [number for number, _ in names],
            dict(con.execute(statement("all_texts")).fetchall()),
        )

    def having(self, pieces: Iterable[str]) -> Mapping[str, NDArray[np.int32]]:
        return {piece: self.of_piece[piece] for piece in pieces if piece in self.of_piece}

    def terms(self, numbers: Sequence[int]) -> Mapping[int, Term]:  # noqa: ARG002 — all are at hand
        return self.of_number

    def postings(self, numbers: Sequence[int]) -> Postings:
        wanted = np.asarray(numbers)
        starts = self.starts[wanted]
        return Postings(starts, self.starts[wanted + 1] - starts, self.rows, self.impacts)

    def bearers(self, folded: str) -> list[int]:
        return list(self.bearer[bisect_left(self.names, folded) : bisect_right(self.names, folded)])

    def namesakes(self, start: str, shortest: int, longest: int) -> list[tuple[int, str]]:
        places = range(bisect_left(self.names, start), bisect_left(self.names, _beyond(start)))
        return [(self.bearer[place], self.names[place]) for place in places if shortest <= len(self.names[place]) <= longest]

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:  # noqa: ARG002 — all are at hand
        return self.of_organisation


def _beyond(start: str) -> str:
    """What comes behind everything that begins so: folded names have letters, digits and spaces only."""
    return f"{start}~"
