"""What sameness remembers from night to night in the state: a night on which little changed compares little.

The opinions that come out are those that comparing everything anew would give. A pair is looked at again where either record
changed, or anything else that its judgement rests on: how rare a word is, whether an address is shared, whether a key is a
crowd's, whether a person has a word on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.metadata import version

import numpy as np
import pyarrow as pa

from matching.sameness.candidates import KeyKind
from matching.sameness.hands import Numbers, Pair, Rows, Told
from matching.sameness.labour import Labour
from matching.sameness.population import Address, Place, Population, is_shared, rounded
from matching.sameness.reading import readings, with_grams
from matching.sameness.records import COLUMNS, from_rows
from matching.sameness.setwise.ragged import Bits
from matching.sameness.translation import Sort, concepts, positions_of_others, sort_of
from matching.sameness.weights import Weights
from warehouse.connection import Connection
from warehouse.named_sql import Script, staged

__all__ = ["Memory", "Pair"]

RULES = 5
"""Raised whenever a rule of sameness changes: what was remembered under the old ones is then forgotten."""
_CHUNK = 5_000
_PIECE = 25_000
"""Records that are in memory with all their names and keys at a time."""
_PIECES = 8
"""Of fewer records, too, so many pieces are made where there is much to do: a process that starts late does fewer of them."""
_TABLES = (
    "records", "keys", "crowded", "names", "words", "word_counts", "addresses", "shared", "decided", "opinions", "stamp",
)  # fmt: skip


class Memory:
    """The remembered side of sameness. Everything between ``begin`` and ``remember`` belongs in one transaction.

    Arguments:
        con: has the view ``known_records`` and the tables ``sameness_…`` of the state.
        labour: who takes records apart.
    """

    def __init__(self, con: Connection, weights: Weights, labour: Labour) -> None:
        self._con = con
        self._labour = labour
        self._is_first = False
        self._weights = weights
        limits = weights.candidates
        self._sql = Script(con, "sameness", **limits.model_dump())

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
        is_first = self._con.execute("SELECT count(*) FROM sameness_records").fetchall() == [(0,)]
        self._is_first = is_first
        for step in _ALL_ARE_READ if is_first else _CHANGED_ARE_READ:
            self._sql.run(step)
        if not is_first:
            taken = self._sql.taken("forget_words")
            self._taken_keys = self._sql.taken("forget_keys")
            for step in ("forget_names", "forget_addresses", "remember_records"):
                self._sql.run(step)
        self._read_fresh()
        self._sql.run("note_addresses")
        self._share()
        self._decided = pa.table(
            {
                "left_id": pa.array([left for left, _ in decided], pa.int64()),
                "right_id": pa.array([right for _, right in decided], pa.int64()),
            }
        )
        if is_first:
            self._sql.run("count_words")
        else:
            self._affect_words(taken)
        with staged(self._con, decided_arrow=self._decided):
            if not is_first:
                self._sql.run("affect_decided")
            self._sql.run("forget_decided")
            self._sql.run("remember_decided")

    def _mind_the_stamp(self) -> None:
        """Forgets everything where it was computed by other rules, weights or hashes."""
        facts = (RULES, self._weights.model_dump_json(), version("duckdb"), version("clusterbridge"))
        stamp = hashlib.sha256(repr(facts).encode()).hexdigest()
        if self._con.execute("SELECT stamp FROM sameness_stamp").fetchall() != [(stamp,)]:
            self.forget()
            self._con.execute("INSERT INTO sameness_stamp (stamp) VALUES (?)", [stamp])

    def _read_fresh(self) -> None:
        amount = self._con.execute("SELECT count(*) FROM sameness_fresh").fetchall()[0][0]
        for read in self._labour.map(readings, self._fresh_rows(), amount):
            for addition, kind in _KEYS:
                self._sql.run_over(addition, read, kind=int(kind))
            for addition in ("add_names", "add_words", "add_addresses"):
                self._sql.run_over(addition, read)
            self._sql.run_over("add_gram_keys", with_grams(read, self._hashes), kind=int(KeyKind.GRAM))
        self._sql.run("add_address_keys", kind=int(KeyKind.STRONG))

    def _fresh_rows(self) -> Iterator[pa.Table]:
        """What the fresh records say, in order, so many at a time."""
        numbers = self._con.execute("SELECT record_id FROM sameness_fresh ORDER BY record_id").fetchnumpy()["record_id"]
        size = min(_PIECE, max(_CHUNK, -(-len(numbers) // _PIECES)))
        for start in range(0, len(numbers), size):
            first, last = int(numbers[start]), int(numbers[start : start + size][-1])
            yield self._sql.table("say_fresh", first=first, last=last)

    def _hashes(self, pieces: pa.Array) -> Bits:
        """As the database hashes texts."""
        with staged(self._con, pieces_arrow=pa.table({"position": np.arange(len(pieces)), "piece": pieces})):
            found: Bits = self._sql.table("hash_pieces")["hashed"].to_numpy()
            return found

    def said(self, numbers: Iterable[int]) -> Rows:
        """What records say, rows of ``COLUMNS``."""
        with staged(self._con, wanted_arrow=pa.table({"record_id": pa.array(sorted(set(numbers)), pa.int64())})):
            return self._con.execute(
                f"SELECT {', '.join(COLUMNS)} FROM sameness_records SEMI JOIN wanted_arrow USING (record_id)"  # noqa: S608  our own names
            ).fetchall()

    def _share(self) -> None:
        """Finds out anew which of the addresses in question are shared, and touches the records of those that turned."""
        limits = self._weights.shared
        self._sql.run("find_users_now", least=min(limits.in_all, limits.in_one_network))
        found = self._con.execute("SELECT kind, address, users FROM sameness_users").fetchall()
        records = {one.record_id: one for one in from_rows(self.said(number for *_, users in found for number in users))}
        shared = [(kind, address) for kind, address, users in found if is_shared([records[number] for number in users], limits)]
        table = pa.table({"kind": [kind for kind, _ in shared], "address": [address for _, address in shared]}, _SHARED)
        with staged(self._con, shared_arrow=table):
            self._sql.run("affect_shared")
            self._sql.run("forget_shared")
            self._sql.run("remember_shared")

    def _affect_words(self, taken: pa.Table) -> None:
        """Touches the bearers of words that have become rarer or more common by more than nothing, and counts them anew.

        Arguments:
            taken: the words that touched records had.
        """
        with staged(self._con, taken_arrow=taken):
            self._sql.run("note_words_changed")
        changed = self._sql.rows("count_bearers")
        self._sql.run("count_words_anew")
        words = self._with_what_says_them({word for word, before, now in changed if rounded(before) != rounded(now)})
        if not words:
            return
        with staged(self._con, words_arrow=pa.table({"word": pa.array(words, pa.string())})):
            self._sql.run("affect_words")

    def _with_what_says_them(self, words: set[str]) -> list[str]:
        """Words, and those that say the same in other languages: a translation is as rare as what it says."""
        said = {word for word in words if sort_of(word) is not Sort.OWN}
        others = [word for (word,) in self._sql.rows("distinct_words")] if said else []
        translations = {others[at] for at in positions_of_others(others) if not said.isdisjoint(concepts(others[at]))}
        return sorted(words | {f"{word}s" for word in words} | translations)

    def population(self) -> Population:
        """What all records together tell."""
        counted = self._sql.rows("tell_word_counts")
        shared = self._con.execute("SELECT kind, address FROM sameness_shared").fetchall()
        return Population(dict(counted), (Place(Address(kind), address) for kind, address in shared), self._weights)

    def find_pairs(self) -> int:
        """Finds the pairs to weigh: those that share a key which few have; how many there are."""
        self._sql.run("limit_crowds")
        if self._is_first:
            for step in ("count_keys", "find_crowded", "find_near_everywhere"):
                self._sql.run(step)
        else:
            self._find_near()
        with staged(self._con, decided_arrow=self._decided):
            self._sql.run("find_candidates")
            if not self._is_first:
                self._sql.run("add_turned_candidates")
        self._drop("near")
        count: int = self._con.execute("SELECT count(*) FROM sameness_pairs").fetchall()[0][0]
        return count

    def _find_near(self) -> None:
        """Finds the bearers of the keys of touched records that few have, and the pairs that share a key which turned into a
        crowd's, or ceased to be one.
        """
        self._sql.run("find_mine")
        with staged(self._con, taken_arrow=self._taken_keys):
            self._sql.run("note_keys_changed")
        for step in ("find_turned", "count_crowded_anew", "find_near", "find_new_crowds", "remember_new_crowds"):
            self._sql.run(step)
        self._sql.run("find_turned_pairs")
        self._sql.run("mark_near")

    def pairs(self) -> tuple[Numbers, Numbers]:
        """The pairs to weigh, the smaller record first, country by country: so a piece of them has few records."""
        found = self._sql.table("order_pairs")
        return found["left_id"].to_numpy(), found["right_id"].to_numpy()

    def told(self, numbers: Numbers) -> Told:
        """What weighing all at once needs of records.

        Arguments:
            numbers: theirs, each once and in order.
        """
        with staged(self._con, wanted_arrow=pa.table({"record_id": numbers})):
            return Told(self._sql.table("gather_records"), self._sql.table("gather_names"))

    def remember(self, noted: Iterable[pa.Table]) -> None:
        """Notes the opinions on the pairs that were looked at, as they come, in place of what was noted on them before."""
        if not self._is_first:
            self._sql.run("forget_opinions")
            self._sql.run("forget_turned_opinions")
        for some in noted:
            self._sql.run_over("remember_opinions", some)

    def opinions(self) -> pa.Table:
        """All opinions that are noted."""
        return self._sql.table("tell_opinions")

    def end(self) -> None:
        """Takes away what only this run needed."""
        self._con.execute("DROP VIEW IF EXISTS temp.sameness_said")
        if self._is_first:
            self._con.execute("DROP VIEW IF EXISTS temp.sameness_now")
        self._drop(*_TEMPORARY)

    def _drop(self, *tables: str) -> None:
        for table in tables:
            self._con.execute(f"DROP TABLE IF EXISTS temp.sameness_{table}")


_SHARED = pa.schema([("kind", pa.string()), ("address", pa.string())])
_KEYS = (
    ("add_strong_keys", KeyKind.STRONG), ("add_acronyms", KeyKind.ACRONYM), ("add_initials", KeyKind.INITIALS),
    ("add_word_keys", KeyKind.WORD), ("add_place_keys", KeyKind.PLACE), ("add_country_keys", KeyKind.COUNTRY),
)  # fmt: skip
_ALL_ARE_READ = ("say", "read_everything", "see_everything", "touch_everything", "take_addresses")
_CHANGED_ARE_READ = ("say", "find_changed", "read_changed", "find_fresh", "find_touched", "take_addresses", "forget_records")
_TEMPORARY = (
    "changed", "now", "fresh", "touched", "gone_addresses", "words_changed", "addresses_touched", "users", "crowds", "counted",
    "keys_changed", "turned", "mine", "near", "new_crowds", "turned_pairs", "pairs",
)  # fmt: skip
