"""What sameness remembers from night to night in the state: a night on which little changed compares little.

The opinions that come out are those that comparing everything anew would give. A pair is looked at again where either record
changed, or anything else that its judgement rests on: how rare a word is, whether an address is shared, whether a key is a
crowd's, whether a person has a word on it.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.metadata import version

import numpy as np
import pyarrow as pa

from matching.garbage import give_back
from matching.sameness import sharing
from matching.sameness.bearing import Bearers, count_on
from matching.sameness.fetching import Fetched
from matching.sameness.hands import Numbers, Pair, Rows
from matching.sameness.keybook import Keybook
from matching.sameness.labour import Labour, cut, portions
from matching.sameness.opinions_kept import Opinions
from matching.sameness.places_kept import Places, are_alike
from matching.sameness.population import Place, Population
from matching.sameness.reading import mail_domains, taken_apart
from matching.sameness.records import COLUMNS
from matching.sameness.reopened import Night, opened, reopened
from matching.sameness.setwise.digests import digests
from matching.sameness.setwise.hashed import strong_key
from matching.sameness.setwise.keyring import Held
from matching.sameness.setwise.packed import COLUMNS as PACKED
from matching.sameness.setwise.packed import unpacked
from matching.sameness.setwise.ragged import positions
from matching.sameness.stages import Stages
from matching.sameness.weights import Weights
from warehouse.connection import Connection
from warehouse.named_sql import Script, staged

__all__ = ["Memory", "Pair"]

RULES = 9
"""Raised whenever a rule of sameness changes: what was remembered under the old ones is then forgotten."""
_CHUNK = 5_000
_PIECE = 25_000
"""Records that are in memory with all their names and keys at a time."""
_PIECES = 8
"""Of fewer records, too, so many pieces are made where there is much to do: a process that starts late does fewer of them."""
_TABLES = ("records", "keys", "keys_since", "word_counts", "shared", "decided", "opinions", "stamp")
_OTHERS_HAVE = ("network", "bearer", "words", "site", "mail", "phone")
"""What of a record others may have in common with it."""


class Memory:
    """The remembered side of sameness. Everything from ``begin`` to ``remember`` belongs in a block of ``written``.

    Arguments:
        con: has the view ``known_records`` and the tables ``sameness_…`` of the state.
        labour: who takes records apart.
    """

    def __init__(self, con: Connection, weights: Weights, labour: Labour) -> None:
        self._con = con
        self._labour = labour
        self._weights = weights
        self._sql = Script(con, "sameness")
        self._keys = Keybook(con, weights.candidates, labour)
        self._stages = Stages(con, labour)
        self._bearers = Fetched(con, labour, lambda sql: Bearers(sql.table("tell_counts")))
        self._opinions: list[pa.Table] | None = None

    def written(self) -> Stages:
        """A block that writes all of a night or nothing.

        A first night is written while its pairs are weighed, and is no night before the last of them is: only then there is a
        stamp, without which the next one forgets it all.
        """
        return self._stages

    def forget(self) -> None:
        """Empties it: the next night computes everything anew."""
        for table in _TABLES:
            self._con.execute(f"DELETE FROM sameness_{table}")  # noqa: S608  our own names

    def begin(self, decided: set[Pair]) -> None:
        """Takes in what the records say now, and finds out whose pairs have to be looked at.

        Arguments:
            decided: pairs that people have judged, and the machine does not.
        """
        self._stamp = self._mind_the_stamp()
        known, before = self._sql.table("list_known").combine_chunks(), _ordered(self._sql.table("list_remembered"))
        self.is_first = not len(before)
        self._touched: set[int] = set()
        self._turned_words: list[str] = []
        self.records = records = np.sort(known["record_id"].to_numpy())
        self._before = Fetched(self._con, self._labour, lambda sql: Opinions(sql.table("tell_opinions"), records))
        if self.is_first:
            self._read_everything()
        else:
            self._read_changed(known, before)
        self._mind_decided(decided)

    def _mind_the_stamp(self) -> str:
        """Forgets everything where it was computed by other rules, weights or hashes, or not to the end; what says by which."""
        facts = (RULES, self._weights, *_versions())
        stamp = hashlib.sha256(repr(facts).encode()).hexdigest()
        if self._sql.rows("tell_stamp") != [(stamp,)]:
            self.forget()
        return stamp

    def _read_everything(self) -> None:
        """Where nothing is remembered."""
        self._con.execute("DELETE FROM sameness_stamp")
        numbers = self.records
        self._labour.call(len(numbers))
        size = min(_PIECE, max(_CHUNK, -(-len(numbers) // _PIECES)))
        portion = (numbers[piece] for piece in portions(len(numbers), size))
        pieces = (_ordered(self._sql.table("say_all", first=int(some[0]), last=int(some[-1]))) for some in portion)
        self._countries = []
        for read in self._remembered(pieces, len(numbers), 0, self._keys.note_first):
            self._countries.append(read["country"].combine_chunks())
        self._keys.put_in_order()
        self._sql.run("count_words")
        self._share(None)

    def _read_changed(self, known: pa.Table, before: pa.Table) -> None:
        """The records whose profile is another than when they were read."""
        numbers, remembered = known["record_id"].to_numpy(), before["record_id"].to_numpy()
        is_same = are_alike(numbers, known["digest"], before, "source")
        gone = remembered[positions(self.records, remembered) < 0]
        said = _ordered(self._sql.table_over("say", _numbered(numbers[~is_same])))
        says_else = ~are_alike(said["record_id"].to_numpy(), said["digest"], before, "digest")
        fresh, others = said.filter(pa.array(says_else)), said.filter(pa.array(~says_else))
        touched = np.concatenate([fresh["record_id"].to_numpy(), gone])
        if len(touched):
            self._fetch()
        self._touched.update(touched.tolist())
        behind = int(self._sql.value("find_free_place"))
        self._places = Places.of(self.records, before, fresh["record_id"].to_numpy(), touched, behind)
        self._keys.open(self._places.record >= 0)
        if len(others):
            self._sql.run_over("note_sources", others.select(["record_id", "source"]))
        if len(touched):
            self._read_anew(fresh, touched)

    def _read_anew(self, fresh: pa.Table, touched: Numbers) -> None:
        """Records that say else than when they were read, and those that are gone, who are touched, too."""
        taken = self._sql.table_over("tell_in_common", _numbered(touched))
        self._sql.run_over("forget_records", _numbered(touched))
        pieces, place = cut(fresh, _PIECE), self._places.next
        read = [one.select(_OTHERS_HAVE) for one in self._remembered(pieces, len(fresh), place, self._keys.note)]
        found = pa.concat_tables(read) if read else taken.slice(0, 0)
        self._turned_words = count_on(self._sql, self._bearers.result(), found, taken)
        self._share(sharing.addresses(found) | sharing.addresses(taken))

    def _fetch(self) -> None:
        """Begins to read what stood before tonight, in the order in which it is asked for."""
        self._bearers.begin()
        self._keys.fetch()
        self._before.begin()

    def _remembered(
        self, pieces: Iterable[pa.Table], amount: int, place: int, note: Callable[[Held], None]
    ) -> Iterator[pa.Table]:
        """Takes records apart and notes what comes of it, which it also returns, so many at a time.

        Arguments:
            pieces: what ``say`` says.
            amount: of records in them.
            place: of the first record; the others' follow.
            note: is told the keys.
        """
        underway: deque[pa.Table] = deque()

        def handed() -> Iterator[tuple[pa.Table, pa.Array]]:
            for piece in pieces:
                underway.append(piece)
                yield piece.select(COLUMNS), mail_domains(piece)

        for made in self._labour.map(taken_apart, handed(), amount):
            said = underway.popleft()
            places = np.arange(place, place + len(said), dtype=np.int32)
            found = made.beside(said).append_column("place", pa.array(places))
            self._sql.run_over("remember_records", found)
            note(Held(made.key, places[made.owner]))
            place += len(found)
            yield found

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
        turned = sharing.share(self._sql, asked, self._weights.shared, self._who_has)
        if asked is not None and turned:
            self._touched.update(sharing.known_by(self._sql, turned))

    def _who_has(self, keys: list[str]) -> tuple[Numbers, Numbers]:
        """The numbers of the records that have each of some strong keys, one key after the other; and how many have it."""
        had = self._keys.places_with(strong_key(digests(pa.array(keys, pa.string()))))
        return self.records[self._places.record[had.values]], had.lengths

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
        return Population(self._bearers.result().most(), sharing.shared(self._sql), self._weights)

    def find_pairs(self) -> int:
        """Finds the pairs to weigh: those that share a key which few have; how many there are."""
        if self.is_first:
            self._left, self._right = opened(self._keys.find_everywhere(), self.records, self._countries, self._decided)
            # What keys and pairs were sorted in, before as much is needed for what records say.
            give_back()
        elif self._touched or self._turned_words:
            self._find_pairs_of_touched()
        else:
            self._left = self._right = np.empty(0, np.int64)
        return len(self._left)

    def _find_pairs_of_touched(self) -> None:
        words = digests(pa.array(self._turned_words, pa.string()))
        touched = _in_order(self._touched)
        night = Night(self.records, self._places, touched, self._decided, words)
        before = self._before.result()
        found = reopened(night, self._keys, before, self._sql)
        self._left, self._right = found.left, found.right
        standing, forgotten = before.split(found.stands)
        self._sql.run_over("forget_opinions", forgotten)
        self._opinions = [standing]
        del self._before

    def pairs(self) -> tuple[Numbers, Numbers]:
        """The pairs to weigh, the smaller record first."""
        return self._left, self._right

    def told(self, numbers: Numbers) -> pa.Table:
        """What weighing all at once needs of records.

        Arguments:
            numbers: theirs, each once and in order.
        """
        self._stages.settle()
        found = _ordered(self._sql.table_over("gather", _numbered(numbers)))
        if self.is_first:
            self._stages.carry_out()
        return found.drop_columns(PACKED).append_column("names", unpacked(found))

    def remember(self, noted: Iterable[pa.Table]) -> None:
        """Notes the opinions on the pairs that were looked at, as they come, in place of what was noted on them before."""
        for some in noted:
            self._stages.settle()
            self._sql.run_over("remember_opinions", some)
            if self._opinions is not None:
                self._opinions.append(some)
        self._labour.dismiss()
        if self.is_first:
            self._stages.settle()
            self._con.execute("INSERT INTO sameness_stamp (stamp) VALUES (?)", [self._stamp])

    def opinions(self) -> pa.Table:
        """All opinions that are noted, in no order."""
        return self._sql.table("tell_opinions") if self._opinions is None else pa.concat_tables(self._opinions)


def _ordered(records: pa.Table) -> pa.Table:
    """Rows in the order of ``record_id``."""
    records = records.combine_chunks()
    numbers = records["record_id"].to_numpy()
    return records if (np.diff(numbers) > 0).all() else records.take(np.argsort(numbers))


def _in_order(numbers: set[int]) -> Numbers:
    return np.array(sorted(numbers), np.int64)


def _numbered(numbers: Iterable[int]) -> pa.Table:
    return pa.table({"record_id": pa.array(numbers, pa.int64())})


@cache
def _versions() -> tuple[str, str]:
    """Of what hashes what records say, and of this program."""
    return version("duckdb"), version("clusterbridge")
