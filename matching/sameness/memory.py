"""What sameness remembers from night to night in the state: a night on which little changed compares little.

The opinions that come out are those that comparing everything anew would give. A pair is looked at again where either record
changed, or anything else that its judgement rests on: how rare a word is, whether an address is shared, whether a key is a
crowd's, whether a person has a word on it.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from importlib.metadata import version

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness import sharing
from matching.sameness.bearing import count_on
from matching.sameness.candidates import KeyKind
from matching.sameness.hands import Numbers, Pair, Rows
from matching.sameness.labour import Labour
from matching.sameness.population import Place, Population
from matching.sameness.reading import readings
from matching.sameness.records import COLUMNS
from matching.sameness.setwise.hashed import remembered
from matching.sameness.setwise.keyring import Keyring, change, near, share_one_that_few_have
from matching.sameness.setwise.misprints import may_be_spelt_alike
from matching.sameness.setwise.ragged import Bits, Flags, Ints, as_flags, coded, distinct, positions
from matching.sameness.weights import CandidateLimits, Weights
from warehouse.connection import Connection
from warehouse.named_sql import Script, staged

__all__ = ["Memory", "Pair"]

RULES = 6
"""Raised whenever a rule of sameness changes: what was remembered under the old ones is then forgotten."""
_CHUNK = 5_000
_PIECE = 25_000
"""Records that are in memory with all their names and keys at a time."""
_PIECES = 8
"""Of fewer records, too, so many pieces are made where there is much to do: a process that starts late does fewer of them."""
WORTH_ASKING = 10_000
"""Pairs from which it is quicker to ask how names are spelt than to weigh them all."""
_TABLES = ("records", "word_counts", "shared", "decided", "opinions", "stamp")
_OTHERS_HAVE = ("network", "bearer", "words", "site", "mail", "phone", "keys")
"""What of a record others may have in common with it."""


class Memory:
    """The remembered side of sameness. Everything between ``begin`` and ``remember`` belongs in one transaction.

    Arguments:
        con: has the view ``known_records`` and the tables ``sameness_…`` of the state.
        labour: who takes records apart.
    """

    def __init__(self, con: Connection, weights: Weights, labour: Labour) -> None:
        self._con = con
        self._labour = labour
        self._weights = weights
        self._sql = Script(con, "sameness")
        self._most = _most_bearers(weights.candidates)

    def forget(self) -> None:
        """Empties it: the next night computes everything anew."""
        for table in _TABLES:
            self._con.execute(f"DELETE FROM sameness_{table}")  # noqa: S608  our own names

    def begin(self, decided: set[Pair]) -> None:
        """Takes in what the records say now, and finds out whose pairs have to be looked at.

        Arguments:
            decided: pairs that people have judged, and the machine does not.
        """
        self._mind_the_stamp()
        known, before = self._sql.table("list_known").combine_chunks(), self._sql.table("list_remembered").combine_chunks()
        self._is_first = not len(before)
        self._touched: set[int] = set()
        self._worded: set[int] = set()
        if self._is_first:
            self._read_everything(np.sort(known["record_id"].to_numpy()))
        else:
            self._read_changed(known, before)
        self._mind_decided(decided)

    def _mind_the_stamp(self) -> None:
        """Forgets everything where it was computed by other rules, weights or hashes."""
        facts = (RULES, self._weights.model_dump_json(), version("duckdb"), version("clusterbridge"))
        stamp = hashlib.sha256(repr(facts).encode()).hexdigest()
        if self._con.execute("SELECT stamp FROM sameness_stamp").fetchall() != [(stamp,)]:
            self.forget()
            self._con.execute("INSERT INTO sameness_stamp (stamp) VALUES (?)", [stamp])

    def _read_everything(self, numbers: Numbers) -> None:
        """Where nothing is remembered."""
        size = min(_PIECE, max(_CHUNK, -(-len(numbers) // _PIECES)))
        bounds = [(int(some[0]), int(some[-1])) for some in (numbers[at : at + size] for at in range(0, len(numbers), size))]
        pieces = (_ordered(self._sql.table("say_all", first=first, last=last)) for first, last in bounds)
        self._numbers, self._keys, self._countries = numbers, [], []
        for read in self._remembered(pieces, len(numbers)):
            self._keys.append(read["keys"].combine_chunks())
            self._countries.append(read["country"].combine_chunks())
        self._sql.run("count_words")
        self._share(None)

    def _read_changed(self, known: pa.Table, before: pa.Table) -> None:
        """The records whose profile is another than when they were read."""
        numbers, remembered = known["record_id"].to_numpy(), before["record_id"].to_numpy()
        is_same = _are_alike(numbers, known["digest"], remembered, before["source"])
        gone = np.setdiff1d(remembered, numbers, assume_unique=True)
        said = _ordered(self._sql.table_over("say", _numbered(numbers[~is_same])))
        says_else = ~_are_alike(said["record_id"].to_numpy(), said["digest"], remembered, before["digest"])
        fresh, others = said.filter(pa.array(says_else)), said.filter(pa.array(~says_else))
        touched = np.concatenate([fresh["record_id"].to_numpy(), gone])
        self._touched.update(touched.tolist())
        self._taken = self._sql.table_over("take", _numbered(touched))
        self._sql.run_over("forget_records", _numbered(touched))
        if len(others):
            self._sql.run_over("note_sources", others.select(["record_id", "source"]))
        pieces = (fresh.slice(at, _PIECE) for at in range(0, len(fresh), _PIECE))
        read = [one.select(_OTHERS_HAVE) for one in self._remembered(pieces, len(fresh))]
        self._fresh = pa.concat_tables(read) if read else self._taken.slice(0, 0)
        self._share(sharing.addresses(self._fresh) | sharing.addresses(self._taken))
        if words := count_on(self._sql, self._fresh, self._taken):
            self._worded.update(number for (number,) in self._sql.rows_over("find_named", pa.table({"word": words})))

    def _remembered(self, pieces: Iterable[pa.Table], amount: int) -> Iterator[pa.Table]:
        """Takes records apart and notes what comes of it, which it also returns, so many at a time.

        Arguments:
            pieces: what ``say`` says.
            amount: of records in them.
        """
        underway: deque[pa.Table] = deque()

        def handed() -> Iterator[pa.Table]:
            for piece in pieces:
                underway.append(piece)
                yield piece.select(COLUMNS)

        for read in self._labour.map(readings, handed(), amount):
            found = remembered(underway.popleft(), read, self._hashes)
            self._sql.run_over("remember_records", found)
            yield found

    def _hashes(self, texts: pa.Array) -> Bits:
        """As the database hashes texts."""
        found: Bits = self._sql.table_over("hash_texts", pa.table({"said": texts}))["hashed"].to_numpy()
        return found

    def said(self, numbers: Iterable[int]) -> Rows:
        """What records say, rows of ``COLUMNS``."""
        with staged(self._con, wanted_arrow=_numbered(sorted(set(numbers)))):
            return self._con.execute(
                f"SELECT {', '.join(COLUMNS)} FROM sameness_records SEMI JOIN wanted_arrow USING (record_id)"  # noqa: S608  our own names
            ).fetchall()

    def _share(self, asked: set[Place] | None) -> None:
        """Finds out anew which addresses are shared, and touches the records of those that turned.

        Arguments:
            asked: the addresses in question; None: all.
        """
        before = sharing.shared(self._sql)
        now = sharing.shared_now(self._sql, self._weights.shared, asked, self.said)
        turned = (before if asked is None else before & asked) ^ now
        if asked is not None and turned:
            self._touched.update(sharing.known_by(self._sql, turned))
        if turned:
            sharing.remember(self._sql, before ^ turned)

    def _mind_decided(self, decided: set[Pair]) -> None:
        """Touches the records of pairs on which people have begun, or ceased, to have a word."""
        before = set(self._sql.rows("tell_decided"))
        self._touched.update(number for pair in before ^ decided for number in pair)
        left, right = ([pair[side] for pair in decided] for side in (0, 1))
        self._decided = pa.table({"left_id": pa.array(left, pa.int64()), "right_id": pa.array(right, pa.int64())})
        if before != decided:
            self._sql.run("forget_decided")
            self._sql.run_over("remember_decided", self._decided)

    def population(self) -> Population:
        """What all records together tell."""
        return Population(dict(self._sql.rows("tell_word_counts")), sharing.shared(self._sql), self._weights)

    def find_pairs(self) -> int:
        """Finds the pairs to weigh: those that share a key which few have; how many there are."""
        if self._is_first:
            self._find_pairs_everywhere()
        elif self._touched or self._worded:
            self._find_pairs_of_touched()
        else:
            self._left = self._right = np.empty(0, np.int64)
        return len(self._left)

    def _find_pairs_everywhere(self) -> None:
        found = self._sql.table_over("find_candidates_everywhere", self._near_everywhere())
        count = np.int64(len(self._numbers))
        country, _ = coded(pa.concat_arrays(self._countries)) if self._countries else (np.empty(0, np.int32), None)
        left, right = (found[side].to_numpy() for side in ("left_place", "right_place"))
        # Country by country: so a piece of them has few records.
        pairs = distinct((country[left] * count + left) * count + right)
        pairs = pairs[~np.isin(pairs % (count * count), self._decided_places())]
        self._left, self._right = self._numbers[pairs // count % count], self._numbers[pairs % count]

    def _near_everywhere(self) -> pa.Table:
        """Who has the keys that few have. What was kept for it is let go."""
        ring = Keyring(self._numbers, self._keys)
        self._keys = []
        had = ring.of_few(self._most)
        return near(had, place=had.place.astype(np.int32))

    def _decided_places(self) -> Ints:
        """Pairs that people have judged, as places among the records."""
        places = [positions(self._numbers, self._decided[side].to_numpy()) for side in ("left_id", "right_id")]
        return (places[0] * len(self._numbers) + places[1])[(places[0] >= 0) & (places[1] >= 0)]

    def _find_pairs_of_touched(self) -> None:
        """The pairs that share a key of touched records, and those that share one which became a crowd's, or ceased to be."""
        listed = self._sql.table("tell_keys")
        numbers = listed["record_id"].to_numpy()
        ring = Keyring(numbers, listed["keys"].chunks)
        is_touched, is_worded = (np.isin(numbers, _in_order(some)) for some in (self._touched, self._worded))
        added, taken = (_end_to_end(some["keys"]) for some in (self._fresh, self._taken))
        found = change(ring, np.nonzero(is_touched | is_worded)[0], added, taken, self._most)
        had = found.had
        more = {"is_touched": is_touched[had.place], "is_worded": is_worded[had.place]}
        more |= {"is_few": found.is_few, "has_turned": found.has_turned}
        pairs = self._sql.table_over("find_candidates", near(had, record_id=numbers[had.place], **more), self._decided)
        left, right, kept = (pairs[name].to_numpy().copy() for name in ("left_id", "right_id", "is_few"))
        lost = np.nonzero(~kept)[0]
        if len(lost):
            kept[lost] = share_one_that_few_have(ring, left[lost], right[lost], self._most)
        is_left_touched, is_right_touched = (np.isin(side, _in_order(self._touched)) for side in (left, right))
        is_turned = ~is_left_touched & ~is_right_touched
        stays = self._rests_on_other_words(left, right, is_turned & ~as_flags(pairs["has_turned"]))
        self._left, self._right = left[kept & ~stays], right[kept & ~stays]
        self._turned = pairs.filter(pa.array(is_turned & ~stays)).select(["left_id", "right_id"])

    def _rests_on_other_words(self, left: Numbers, right: Numbers, asked: Flags) -> Flags:
        """Pairs whose opinion stays as it is, although one record has a word that is rarer or more common than before.

        Where the other one has none, that counts only between names that are spelt nearly alike.

        Arguments:
            asked: pairs of which neither record is touched, and that were brought together before, too.
        """
        has_left, has_right = (np.isin(side, _in_order(self._worded)) for side in (left, right))
        some = np.nonzero(asked & (has_left != has_right))[0]
        stays = np.zeros(len(left), np.bool_)
        if len(some) >= WORTH_ASKING:
            told = _ordered(self._sql.table_over("tell_names", _numbered(np.unique(np.concatenate([left[some], right[some]])))))
            one, other = (np.searchsorted(told["record_id"].to_numpy(), side[some]) for side in (left, right))
            stays[some] = ~may_be_spelt_alike(told["names"].combine_chunks(), one, other)
        return stays

    def pairs(self) -> tuple[Numbers, Numbers]:
        """The pairs to weigh, the smaller record first."""
        return self._left, self._right

    def told(self, numbers: Numbers) -> pa.Table:
        """What weighing all at once needs of records.

        Arguments:
            numbers: theirs, each once and in order.
        """
        return _ordered(self._sql.table_over("gather", _numbered(numbers)))

    def remember(self, noted: Iterable[pa.Table]) -> None:
        """Notes the opinions on the pairs that were looked at, as they come, in place of what was noted on them before."""
        if not self._is_first and (self._touched or self._worded):
            self._sql.run_over("forget_opinions", _numbered(_in_order(self._touched)), self._turned)
        for some in noted:
            self._sql.run_over("remember_opinions", some)

    def opinions(self) -> pa.Table:
        """All opinions that are noted, by records."""
        found = self._sql.table("tell_opinions").combine_chunks()
        return found.take(np.lexsort((found["right_id"].to_numpy(), found["left_id"].to_numpy())))


def _most_bearers(limits: CandidateLimits) -> Ints:
    """How many records may have a key of each kind so that it brings them together."""
    most = {
        KeyKind.STRONG: limits.crowd,
        KeyKind.WORD: limits.word_crowd,
        KeyKind.GRAM: limits.gram_crowd,
        KeyKind.SHORT: limits.acronym_crowd,
        KeyKind.PLACE: limits.place_crowd,
        KeyKind.COUNTRY: limits.country_crowd,
    }
    return np.array([most[kind] for kind in KeyKind], np.int64)


def _ordered(records: pa.Table) -> pa.Table:
    """Rows in the order of ``record_id``."""
    records = records.combine_chunks()
    numbers = records["record_id"].to_numpy()
    return records if (np.diff(numbers) > 0).all() else records.take(np.argsort(numbers))


def _are_alike(numbers: Numbers, digests: pa.ChunkedArray, others: Numbers, others_digests: pa.ChunkedArray) -> Flags:
    """Which records are among others, with the same digest; one that is not known is like none."""
    order = np.argsort(others)
    at = positions(others[order], numbers)
    there = others_digests.take(order[at])
    return (at >= 0) & as_flags(pc.fill_null(pc.equal(digests, there), fill_value=False))


def _in_order(numbers: set[int]) -> Numbers:
    return np.array(sorted(numbers), np.int64)


def _numbered(numbers: Iterable[int]) -> pa.Table:
    return pa.table({"record_id": pa.array(numbers, pa.int64())})


def _end_to_end(lists: pa.ChunkedArray) -> Bits:
    found: Bits = pc.list_flatten(lists.combine_chunks()).to_numpy()
    return found
