"""Who has which keys: what brings two records together is a key that few have. Records are known by their places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.sameness.candidates import KeyKind
from matching.sameness.setwise.hashed import is_initials, kinds, meeting
from matching.sameness.setwise.ragged import Bits, Flags, Ints, Small, beginnings, distinct, ends, runs

SORTED_AT_ONCE = 2_000_000
"""Keys; of more an eighth at a time."""
_PARTS, _OF_PART = 8, np.uint64(61)
_LAST_BIT = np.uint64(1)
_WANTED, _GONE = 1, 2
Bounds = tuple[Ints, Ints]


class Held(NamedTuple):
    """Keys that some records have.

    Arguments:
        key: as it is remembered.
        place: of the record.
    """

    key: Bits
    place: Small

    @classmethod
    def of(cls, some: Sequence[Held]) -> Held:
        """All of these, one after the other."""
        if not some:
            return cls(np.empty(0, np.uint64), np.empty(0, np.int32))
        return cls(*(np.concatenate(columns) for columns in zip(*some, strict=True)))

    @classmethod
    def from_batches(cls, batches: Iterable[pa.RecordBatch], count: int) -> Held:
        """From columns ``key`` and ``place`` of so many rows together; more than one batch of them is never held."""
        found, at = cls(np.empty(count, np.uint64), np.empty(count, np.int32)), 0
        for batch in batches:
            found.key[at : at + len(batch)] = batch["key"].to_numpy()
            found.place[at : at + len(batch)] = batch["place"].to_numpy()
            at += len(batch)
        return found

    def table(self) -> pa.Table:
        return pa.table({"key": self.key, "place": self.place})

    def where(self, kept: Flags) -> Held:
        at = np.nonzero(kept)[0]
        return Held(self.key[at], self.place[at])

    def of_places(self, places: Ints) -> Held:
        """Those of some records."""
        return self.where(np.isin(self.place, places))

    def in_order(self) -> Self:
        """By key; as they are where they stand so."""
        if (self.key[1:] >= self.key[:-1]).all():
            return self
        # Most come as runs that are in order, which this sort puts together.
        order = np.argsort(self.key, kind="stable")
        return type(self)(self.key[order], self.place[order])


class Had(NamedTuple):
    """Keys that some records have, in the order of what was asked for.

    Arguments:
        place: of the record.
        key: as it is remembered.
        asked: which of the meetings that were asked for it is.
    """

    place: Small
    key: Bits
    asked: Ints


class Where(NamedTuple):
    """Where keys stand that meet, among those that are kept and those that came since: the first of them, and behind the last."""

    kept: Bounds
    since: Bounds

    def of(self, some: Flags) -> Where:
        """Of some of them only."""
        return Where(*((first[some], last[some]) for first, last in self))


class Keyring:
    """The keys of all records.

    Arguments:
        kept: in order; also of places that are no more.
        since: of those that were read later, in any order; likewise.
        is_there: by place, whether a record has it.
    """

    def __init__(self, kept: Held, since: Held, is_there: Flags) -> None:
        self._kept, self._is_there = kept, is_there
        is_living = is_there[since.place]
        self._since, self._gone_since = since.where(is_living).in_order(), since.where(~is_living)
        self._gone: Held | None = None

    def of(self, places: Ints) -> Held:
        """The keys of some records, in any order.

        Arguments:
            places: of records that there are.
        """
        marks = np.zeros(len(self._is_there), np.uint8)
        marks[places] = _WANTED
        # Going through all keys is what costs: who is no more is found by the way.
        marks[~self._is_there] = _GONE
        marked, found = _marked(self._kept, marks)
        self._gone = marked.where(found == _GONE)
        return Held.of([marked.where(found == _WANTED), _marked(self._since, marks)[0]])

    def gone(self) -> Held:
        """The keys of places that are no more, in any order."""
        return Held.of([self._gone_of_kept(), self._gone_since])

    def _gone_of_kept(self) -> Held:
        """In order."""
        if self._gone is None:
            self._gone, _ = _marked(self._kept, (~self._is_there).view(np.uint8))
        return self._gone

    def where(self, asked: Bits) -> Where:
        """Where the keys stand of which the meetings are asked for: soonest found where they are in order."""
        return Where(_bounds(self._kept, asked), _bounds(self._since, asked))

    def counts(self, asked: Bits, where: Where) -> Ints:
        """How many have each of the meetings that are asked for, in order, each once."""
        found: Ints = _lengths(where.kept) + _lengths(where.since) - _among(asked, meeting(self._gone_of_kept().key))
        return found

    def having(self, where: Where) -> Had:
        """Whose keys stand there."""
        found = []
        for held, (first, last) in ((self._kept, where.kept), (self._since, where.since)):
            at = runs(first, last - first)
            found.append((held.place[at], held.key[at], np.repeat(np.arange(len(first)), last - first)))
        place, key, place_of_asked = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.nonzero(self._is_there[place])[0]
        order = order[np.argsort(place_of_asked[order], kind="stable")]
        return Had(place[order], key[order], place_of_asked[order])

    def is_worn(self, share: float) -> bool:
        """Whether more than such a share of what is kept is of records that are no more, or stands apart."""
        return len(self._gone_of_kept().key) + len(self._since.key) > share * len(self._kept.key)

    def renewed(self) -> Held:
        """All keys of the records that there are, in order."""
        standing = _marked(self._kept, self._is_there.view(np.uint8))[0]
        at = np.searchsorted(standing.key, self._since.key)
        return Held(np.insert(standing.key, at, self._since.key), np.insert(standing.place, at, self._since.place))


def _marked(held: Held, marks: NDArray[np.uint8]) -> tuple[Held, NDArray[np.uint8]]:
    """The keys of those places that are marked, in the same order, and how.

    Arguments:
        marks: by place; 0 of most.
    """
    # Arrow looks up by numbers of four bytes as they are, at a quarter of the time.
    found = pc.take(pa.array(marks), pa.array(held.place)).to_numpy()
    at = np.nonzero(found != 0)[0]
    return Held(held.key[at], held.place[at]), found[at]


def _lengths(bounds: Bounds) -> Ints:
    return bounds[1] - bounds[0]


def _bounds(held: Held, asked: Bits) -> Bounds:
    """Where among keys that are in order the first and behind the last one stands of each meeting."""
    low = asked << _LAST_BIT
    return np.searchsorted(held.key, low), np.searchsorted(held.key, low | _LAST_BIT, side="right")


def sorted_parts(pieces: list[Held]) -> Iterator[Held]:
    """Keys in order, so many at a time that sorting them needs little memory; those that meet come together.

    Arguments:
        pieces: they are let go.
    """
    if sum(len(piece.key) for piece in pieces) <= SORTED_AT_ONCE:
        everything = Held.of(pieces)
        pieces.clear()
        yield everything.in_order()
        return
    parts: list[list[Held]] = [[] for _ in range(_PARTS)]
    while pieces:
        piece = pieces.pop()
        number = piece.key >> _OF_PART
        for at, part in enumerate(parts):
            part.append(piece.where(number == np.uint64(at)))
    while parts:
        yield Held.of(parts.pop(0)).in_order()


def of_few(held: Held, most: Ints) -> Had:
    """Every key that more than one record has and no crowd; ``asked`` numbers the keys that meet.

    Arguments:
        held: in order; all keys that meet stand among them.
        most: of each kind of keys how many records may have one.
    """
    found = meeting(held.key)
    first = beginnings(found)
    bearers = np.diff(first, append=len(found))
    some = np.nonzero(bearers > 1)[0]
    some = some[bearers[some] <= most[kinds(found[first[some]])]]
    count = bearers[some]
    at = runs(first[some], count)
    return Had(held.place[at], held.key[at], np.repeat(np.arange(len(some)), count))


def brought_together(had: Had) -> tuple[Small, Small]:
    """The places of every two records that share a key, the smaller one first; some pairs several times.

    Arguments:
        had: in the order of ``asked``.
    """
    behind = np.cumsum(np.bincount(had.asked))[had.asked]
    count = behind - np.arange(1, len(behind) + 1)
    one = np.repeat(np.arange(len(count)), count)
    other = runs(np.arange(1, len(count) + 1), count)
    kept = had.place[one] != had.place[other]
    kept &= ~_of_one_sort(had, one, other)
    left, right = had.place[one[kept]], had.place[other[kept]]
    return np.minimum(left, right), np.maximum(left, right)


def _of_one_sort(had: Had, one: Ints, other: Ints) -> Flags:
    """Whether two that have a key of short names have it as names of one sort: by it they do not meet."""
    is_short, is_initial = kinds(meeting(had.key)) == KeyKind.SHORT, is_initials(had.key)
    found: Flags = is_short[one] & (is_initial[one] == is_initial[other])
    return found


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


def change(ring: Keyring, touched: Ints, fresh: Ints, taken: Ints, most: Ints) -> Change:
    """What becomes of the keys of touched records.

    Arguments:
        touched: the places of the records that are looked at again.
        fresh: those of them that are new tonight.
        taken: places that are no more since tonight.
        most: of each kind of keys how many records may have one.
    """
    standing, lost = ring.of(touched), ring.gone()
    mine, added, gone = (meeting(held.key) for held in (standing, standing.of_places(fresh), lost.of_places(taken)))
    asked = distinct(np.concatenate([mine, gone]))
    limit = most[kinds(asked)]
    asked, limit = asked[limit > 0], limit[limit > 0]
    where = ring.where(asked)
    now = ring.counts(asked, where)
    before = now - _among(asked, added) + _among(asked, gone)
    is_few, was_few = now <= limit, before <= limit
    some = is_few | was_few
    had = ring.having(where.of(some))
    return Change(had, is_few[some][had.asked], (is_few != was_few)[some][had.asked])


def _among(asked: Bits, found: Bits) -> Ints:
    """How often each was found that is asked for: in order, each once."""
    in_order = np.sort(found)
    at = np.searchsorted(asked, in_order)
    at = at[: np.searchsorted(at, len(asked))]
    return np.bincount(at[asked[at] == in_order[: len(at)]], minlength=len(asked))


class Together(NamedTuple):
    """Pairs of records that share keys, by their places in the order of all; the smaller one first.

    Arguments:
        is_few: whether they share one that few have.
        has_turned: whether they share one that few have now and had not before, or the other way round.
    """

    left: Ints
    right: Ints
    is_few: Flags
    has_turned: Flags

    def where(self, kept: Flags) -> Together:
        return Together(self.left[kept], self.right[kept], self.is_few[kept], self.has_turned[kept])


def together(found: Change, record: Ints, is_touched: Flags, is_worded: Flags) -> Together:
    """Every pair that shares a key which few have and of which one record is touched or worded; and those that share a key which
    has turned into a crowd's, or has ceased to be one, and of which none is touched.

    Arguments:
        record: by place, which record it is of, in the order of their numbers.
        is_touched, is_worded: by place.
    """
    had, is_few, has_turned = found
    touched, number = is_touched[had.place], record[had.place]
    asks = np.where(is_few, touched | is_worded[had.place] | has_turned, ~touched)
    mine = np.nonzero(asks)[0]
    starts = ends(np.bincount(had.asked, minlength=1))
    first, count = starts[had.asked[mine]], np.diff(starts)[had.asked[mine]]
    one = np.repeat(mine, count)
    other = runs(first, count)
    kept = (number[one] != number[other]) & ~_of_one_sort(had, one, other)
    kept &= is_few[one] | ~touched[other]
    one, other = one[kept], other[kept]
    size = np.int64(len(record)) + 1
    pair = np.minimum(number[one], number[other]) * size + np.maximum(number[one], number[other])
    # Each once, with whatever holds of any of the keys that it shares.
    told = np.sort(pair << 2 | is_few[one].astype(np.int64) << 1 | has_turned[one])
    pair = told >> 2
    first = beginnings(pair)
    said = np.bitwise_or.reduceat(told & 3, first) if len(first) else told
    pair = pair[first]
    return Together(pair // size, pair % size, said >= 1 << 1, (said & 1) > 0)


def share_one_that_few_have(ring: Keyring, left: Ints, right: Ints, most: Ints) -> Flags:
    """Of pairs of records whether they share a key that few have. It is asked of few pairs.

    Arguments:
        left, right: the places of the records.
    """
    mine = ring.of(distinct(np.concatenate([left, right])))
    found = meeting(mine.key)
    asked = distinct(found)
    is_few = (ring.counts(asked, ring.where(asked)) <= most[kinds(asked)])[np.searchsorted(asked, found)]
    of_record: defaultdict[int, set[int]] = defaultdict(set)
    for place, key in zip(mine.place[is_few].tolist(), mine.key[is_few].tolist(), strict=True):
        of_record[place].add(key)
    # A short name meets what a whole name can be shortened to, which differs in the last bit.
    sought = {place: {key ^ (key >> 1 & 7 == KeyKind.SHORT) for key in keys} for place, keys in of_record.items()}
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.array([not of_record[one].isdisjoint(sought.get(other, ())) for one, other in pairs], np.bool_)
