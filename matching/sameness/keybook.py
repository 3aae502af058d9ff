"""The keys of all records in the state: noted in order once, looked up from night to night."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from matching.sameness.candidates import KeyKind
from matching.sameness.fetching import Fetched
from matching.sameness.hands import Numbers
from matching.sameness.labour import Labour
from matching.sameness.setwise.hashed import meeting
from matching.sameness.setwise.keyring import (
    Held,
    Keyring,
    Together,
    brought_together,
    change,
    of_few,
    share_one_that_few_have,
    sorted_parts,
    together,
)
from matching.sameness.setwise.ragged import Bits, Flags, Ints, Ragged, Small
from matching.sameness.weights import CandidateLimits
from warehouse.connection import Connection
from warehouse.named_sql import Script

WORN = 0.25
"""The share of all keys that is no more, or came since, from which all are put in order anew: after some twelve nights on which
one record of a hundred changed.
"""


_TABLES = ("keys", "keys_since")


class Keybook:
    """The tables ``sameness_keys`` and ``sameness_keys_since``.

    Arguments:
        limits: how many may have a key so that it brings them together.
        labour: who reads them.
    """

    def __init__(self, con: Connection, limits: CandidateLimits, labour: Labour) -> None:
        self._sql, self._labour = Script(con, "sameness"), labour
        self._most = _most_bearers(limits)
        self._first: list[Held] = []
        self._parts: Iterator[tuple[Held, tuple[Small, Small]]] = iter(())
        self._since: list[Held] = []
        self._before = Fetched(con, labour, _stood)

    def note_first(self, keys: Held) -> None:
        """Those of a piece of the records, where nothing is remembered."""
        self._first.append(keys)

    def note(self, keys: Held) -> None:
        """Those of records that are read anew, after ``fetch``."""
        self._since.append(keys)
        self._sql.run_over("note_keys_since", keys.table())

    def put_in_order(self) -> None:
        """Begins to put in order, beside what else is done, what ``note_first`` was told."""
        self._parts = self._labour.ahead((part, brought_together(of_few(part, self._most))) for part in sorted_parts(self._first))

    def find_everywhere(self) -> tuple[Small, Small]:
        """Writes down what was put in order.

        The left and the right places of all pairs that share a key which few have, of some several times.
        """
        found = []
        for part, pairs in self._parts:
            found.append(pairs)
            self._sql.run_over("note_keys", part.table())
        left, right = (np.concatenate(side) for side in zip(*found, strict=True))
        return left, right

    def fetch(self) -> None:
        """Begins to read, beside what else is done, all keys as they stood before tonight."""
        self._before.begin()

    def open(self, is_there: Flags) -> None:
        """From now on it is asked who has which keys, tonight's among them.

        Arguments:
            is_there: by place, whether a record has it.
        """
        self._is_there = is_there

    @cached_property
    def _ring(self) -> Keyring:
        kept, since = self._before.result()
        del self._before
        return Keyring(kept, Held.of([since, *self._since]), self._is_there)

    def places_with(self, keys: Bits) -> Ragged:
        """Of each of some keys the places of the records that have it, or one that meets it."""
        had = self._ring.having(self._ring.where(meeting(keys)))
        return Ragged.of(had.place, np.bincount(had.asked, minlength=len(keys)))

    def find(self, touched: Ints, worded: Ints, fresh: Ints, taken: Ints, record: Ints) -> Together:
        """Pairs on which another judgement is possible than the last time.

        Arguments:
            touched, worded: places of records that are looked at again, or have words that are rarer or more common than before.
            fresh: those of the touched that are new tonight.
            taken: places that are no more since tonight.
            record: by place, which record it is of, in the order of their numbers.
        """
        is_touched, is_worded = (np.zeros(len(record), np.bool_) for _ in range(2))
        is_touched[touched] = is_worded[worded] = True
        asked = np.nonzero(is_touched | is_worded)[0]
        return together(change(self._ring, asked, fresh, taken, self._most), record, is_touched, is_worded)

    def share_one_that_few_have(self, left: Ints, right: Ints) -> Flags:
        """Of pairs of places whether they do."""
        return share_one_that_few_have(self._ring, left, right, self._most)

    def close(self) -> None:
        """Lets go of them, and puts them in order where many are no more."""
        if self._ring.is_worn(WORN):
            renewed = self._ring.renewed()
            self._sql.run("forget_keys")
            self._sql.run("forget_keys_since")
            self._sql.run_over("note_keys", renewed.table())
        del self._ring

    def forget(self) -> None:
        self._sql.run("forget_keys")
        self._sql.run("forget_keys_since")


def _stood(sql: Script) -> tuple[Held, Held]:
    """What was kept in order, and what came since."""
    # How many first: nothing is asked while batches come.
    counts = [sql.value(f"count_{name}") for name in _TABLES]
    kept, since = (Held.from_batches(sql.batches(name), count) for name, count in zip(_TABLES, counts, strict=True))
    return kept.in_order(), since


def _most_bearers(limits: CandidateLimits) -> Numbers:
    """How many records may have a key of each kind so that it brings them together."""
    most = {
        KeyKind.STRONG: limits.crowd,
        KeyKind.WORD: limits.word_crowd,
        KeyKind.GRAM: limits.gram_crowd,
        KeyKind.SHORT: limits.acronym_crowd,
        KeyKind.PLACE: limits.place_crowd,
        KeyKind.COUNTRY: limits.country_crowd,
        KeyKind.NAMED: 0,
    }
    return np.array([most[kind] for kind in KeyKind], np.int64)
