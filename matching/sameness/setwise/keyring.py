"""Who has which keys: what brings two records together is a key that few have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.candidates import KeyKind
from matching.sameness.setwise.hashed import is_initials, kinds, meeting
from matching.sameness.setwise.ragged import Bits, Flags, Ints, Small, distinct, ends

_FEWEST, _MOST = 12, 22
_SPARE = 6
"""Meetings are put into buckets by so many of their first bits, which are those of a good hash: so many more than would number
them, for then nearly all others fall into empty ones. To look into a bucket costs a tenth of searching among all meetings.
"""
SORTED_AT_ONCE = 2_000_000
"""Keys; of more an eighth at a time."""
_PARTS, _OF_PART = 8, np.uint64(61)
_BITS = 63
"""Of a meeting; a key has one more."""


class Had(NamedTuple):
    """Keys that some records have.

    Arguments:
        place: of the record among all.
        key: the key, as it is remembered.
        asked: which of the meetings that were asked for it is.
    """

    place: Ints
    key: Bits
    asked: Ints


class Holders(NamedTuple):
    """Where keys stand that some records have.

    Arguments:
        at: where in the keys of all records.
        asked: as in ``Had``.
    """

    at: Ints
    asked: Ints

    def where(self, kept: Flags) -> Holders:
        return Holders(self.at[kept], self.asked[kept])

    def counts(self, asked: Bits) -> Ints:
        """How many have each that was asked for."""
        return np.bincount(self.asked, minlength=len(asked))


class Keyring:
    """The keys of all records.

    Arguments:
        records: their numbers, in any order.
        lists: of each its keys.
    """

    def __init__(self, records: Ints, lists: Sequence[pa.Array]) -> None:
        self.records = records
        self._keys: Bits = _end_to_end([pc.list_flatten(some).to_numpy() for some in lists])
        self._starts = ends(np.concatenate([_lengths(some) for some in lists]) if lists else np.empty(0, np.int64))

    def of(self, places: Ints) -> Had:
        """The keys of some records; ``asked`` says nothing."""
        lengths = self._starts[places + 1] - self._starts[places]
        at = np.repeat(self._starts[places] - ends(lengths)[:-1], lengths) + np.arange(lengths.sum())
        return Had(np.repeat(places, lengths), self._keys[at], np.zeros(len(at), np.int64))

    def having(self, asked: Bits) -> Holders:
        """Where the keys stand of which the meeting is asked for.

        Arguments:
            asked: meetings, in order, each once.
        """
        bits = _bits(asked)
        may_be = np.zeros(1 << bits, np.bool_)
        may_be[asked >> np.uint64(_BITS - bits)] = True
        at = np.nonzero(may_be[self._keys >> np.uint64(_BITS + 1 - bits)])[0]
        found = meeting(self._keys[at])
        place = _places(asked, found)
        is_asked = place >= 0
        return Holders(at[is_asked], place[is_asked])

    def had(self, holders: Holders) -> Had:
        """Whose keys they are."""
        place = np.searchsorted(self._starts, holders.at, side="right") - 1
        return Had(place, self._keys[holders.at], holders.asked)

    def of_few(self, most: Ints) -> Had:
        """Every key that more than one record has and no crowd; ``asked`` numbers the keys that meet.

        Arguments:
            most: of each kind of keys how many records may have one.
        """
        kept, counts = [], []
        for some in self._parts():
            # In the order of the keys those that meet stand side by side, too.
            order = some[np.argsort(self._keys[some])]
            found = meeting(self._keys[order])
            first = np.nonzero(np.diff(found, prepend=~found[:1]))[0]
            bearers = np.diff(first, append=len(found))
            is_few = (bearers > 1) & (bearers <= most[kinds(found[first])])
            kept.append(order[np.repeat(is_few, bearers)])
            counts.append(bearers[is_few])
        at, bearers = np.concatenate(kept), np.concatenate(counts)
        lengths = np.diff(self._starts)
        place = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)[at].astype(np.int64)
        return Had(place, self._keys[at], np.repeat(np.arange(len(bearers)), bearers))

    def _parts(self) -> Iterator[Ints]:
        """Where keys stand, so many at a time that sorting them needs little memory; those that meet stand together."""
        if len(self._keys) <= SORTED_AT_ONCE:
            yield np.arange(len(self._keys))
            return
        for part in range(_PARTS):
            yield np.nonzero(self._keys >> _OF_PART == np.uint64(part))[0]


def near(had: Had, **more: Flags | Ints | Small) -> pa.Table:
    """Keys that some records have, as the statements that find candidates want them.

    Arguments:
        more: further columns.
    """
    is_short = kinds(meeting(had.key)) == KeyKind.SHORT
    columns = {"key": had.asked.astype(np.int32), "is_short": is_short, "is_initials": is_initials(had.key)}
    return pa.table(columns | more)


def _bits(asked: Bits) -> int:
    """How many first bits part meetings into buckets."""
    return min(_MOST, max(_FEWEST, len(asked).bit_length() + _SPARE))


def _places(asked: Bits, found: Bits) -> Ints:
    """Where each of the found stands among those that are asked for, which are in order; -1 of one that does not."""
    bits = _bits(asked)
    first = np.full(1 << bits, -1, np.int32)
    # Of several in one bucket the first one: what is written last stays.
    first[(asked >> np.uint64(_BITS - bits))[::-1]] = np.arange(len(asked), dtype=np.int32)[::-1]
    place: Ints = first[found >> np.uint64(_BITS - bits)].astype(np.int64)
    if not len(asked):
        return place
    behind = np.nonzero((place >= 0) & (asked[place] < found))[0]
    while len(behind):
        place[behind] += 1
        place[behind[place[behind] == len(asked)]] = -1
        at = place[behind]
        behind = behind[(at >= 0) & (asked[at] < found[behind])]
    place[asked[place] != found] = -1
    return place


class Change(NamedTuple):
    """What a night does to keys.

    Arguments:
        had: who has those keys of touched records, as they were and are, that few have now or had before.
        is_few: of each of them whether few have it now.
        has_turned: and whether that was otherwise before.
    """

    had: Had
    is_few: Flags
    has_turned: Flags


def change(ring: Keyring, touched: Ints, added: Bits, taken: Bits, most: Ints) -> Change:
    """What becomes of the keys of touched records.

    Arguments:
        touched: the places of the records that are looked at again.
        added, taken: keys of fresh records as they are now, and of these and of records that are no more as they were.
        most: of each kind of keys how many records may have one.
    """
    mine = meeting(ring.of(touched).key)
    added, taken = meeting(added), meeting(taken)
    asked = distinct(np.concatenate([mine, taken]))
    holders = ring.having(asked)
    now = holders.counts(asked)
    before = now - _counts(asked, added) + _counts(asked, taken)
    limit = most[kinds(asked)]
    is_few, was_few = now <= limit, before <= limit
    had = ring.had(holders.where((is_few | was_few)[holders.asked]))
    return Change(had, is_few[had.asked], (is_few != was_few)[had.asked])


def _counts(asked: Bits, found: Bits) -> Ints:
    return np.bincount(np.searchsorted(asked, found), minlength=len(asked))


def _lengths(lists: pa.Array) -> Ints:
    found: Ints = pc.list_value_length(lists).to_numpy(zero_copy_only=False)
    return found


def _end_to_end(parts: Sequence[Bits]) -> Bits:
    return np.concatenate(parts) if parts else np.empty(0, np.uint64)


def share_one_that_few_have(ring: Keyring, left: Ints, right: Ints, most: Ints) -> Flags:
    """Of pairs of records whether they share a key that few have. It is asked of few pairs.

    Arguments:
        left, right: the numbers of the records.
    """
    order = np.argsort(ring.records)
    one, other = (order[np.searchsorted(ring.records, side, sorter=order)] for side in (left, right))
    mine = ring.of(np.unique(np.concatenate([one, other])))
    found = meeting(mine.key)
    asked = distinct(found)
    is_few = (ring.having(asked).counts(asked) <= most[kinds(asked)])[np.searchsorted(asked, found)]
    of_record: defaultdict[int, set[int]] = defaultdict(set)
    for place, key in zip(mine.place[is_few].tolist(), mine.key[is_few].tolist(), strict=True):
        of_record[place].add(key)
    # A short name meets what a whole name can be shortened to, which differs in the last bit.
    sought = {place: {key ^ (key >> 1 & 7 == KeyKind.SHORT) for key in keys} for place, keys in of_record.items()}
    pairs = zip(one.tolist(), other.tolist(), strict=True)
    return np.array([not of_record[left].isdisjoint(sought.get(right, ())) for left, right in pairs], np.bool_)
