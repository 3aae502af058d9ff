"""What sameness remembers from night to night in the state: a night on which little changed compares little.

The opinions that come out are those that comparing everything anew would give. A pair is looked at again where either record
changed, or anything else that its judgement rests on: how rare a word is, whether an address is shared, whether a key is a
crowd's, whether a person has a word on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from string import ascii_lowercase, digits
from typing import Any

import pyarrow as pa

from matching.sameness import candidates
from matching.sameness.candidates import KeyKind
from matching.sameness.labour import Labour
from matching.sameness.population import Address, Place, Population, bearer, is_shared, rounded
from matching.sameness.records import COLUMNS, Facts, from_rows
from matching.sameness.weights import Weights
from warehouse.connection import Connection
from warehouse.named_sql import Script, staged

RULES = 3
"""Raised whenever a rule of sameness changes: what was remembered under the old ones is then forgotten."""
_CHUNK = 20_000
_TABLES = ("records", "keys", "names", "words", "addresses", "shared", "decided", "opinions", "stamp")

Pair = tuple[int, int]
Rows = list[tuple[Any, ...]]
Noted = tuple[int, int, str, float, str]
"""Left and right record, verdict, probability, reasons."""


@dataclass(frozen=True)
class Candidate:
    """Two records that share a key.

    Arguments:
        kinds: all kinds of keys that they share.
    """

    left: int
    right: int
    kinds: KeyKind


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
        self._sql.run("read_now")
        self._sql.run("find_fresh")
        self._sql.run("find_touched")
        is_first = self._con.execute("SELECT count(*) FROM sameness_records").fetchall() == [(0,)]
        self._is_first = is_first
        self._read_fresh()
        if not is_first:
            self._sql.run("note_keys_before")
            self._sql.run("note_words_before")
        self._sql.run("note_addresses")
        for table in ("records", "keys", "names", "words", "addresses"):
            if not is_first:
                self._sql.run(f"forget_{table}")
            self._sql.run(f"remember_{table}")
        self._share()
        self._decided = pa.table(
            {
                "left_id": pa.array([left for left, _ in decided], pa.int64()),
                "right_id": pa.array([right for _, right in decided], pa.int64()),
            }
        )
        self._sql.run("limit_crowds")
        if not is_first:
            self._sql.run("affect_crowded")
            self._affect_words()
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
        for table in ("keys", "names", "words", "addresses"):
            self._sql.run(f"make_fresh_{table}")
        amount = self._con.execute("SELECT count(*) FROM sameness_fresh").fetchall()[0][0]
        for readings in self._labour.map(_readings, self._fresh_rows(), amount):
            with staged(self._con, read_arrow=readings):
                for addition, kind in _KEYS:
                    self._sql.run(addition, kind=int(kind))
                self._sql.run("add_names")
                self._sql.run("add_words")
                self._sql.run("add_addresses")
        self._sql.run("add_gram_keys", kind=int(KeyKind.GRAM), least_letters=candidates.GRAMS_FROM)

    def _fresh_rows(self) -> Iterator[Rows]:
        """What the fresh records say, in order, so many at a time."""
        after = -1
        while rows := self._con.execute(
            f"SELECT {', '.join(COLUMNS)} FROM sameness_now SEMI JOIN sameness_fresh USING (record_id) "  # noqa: S608  our own names
            f"WHERE record_id > ? ORDER BY record_id LIMIT {_CHUNK}",
            [after],
        ).fetchall():
            yield rows
            after = rows[-1][0]

    def said(self, numbers: Iterable[int]) -> Rows:
        """What records say, rows of ``COLUMNS``."""
        with staged(self._con, wanted_arrow=pa.table({"record_id": pa.array(sorted(set(numbers)), pa.int64())})):
            return self._con.execute(
                f"SELECT {', '.join(COLUMNS)} FROM sameness_now SEMI JOIN wanted_arrow USING (record_id)"  # noqa: S608  our own names
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

    def _affect_words(self) -> None:
        """Touches the bearers of words that have become rarer or more common by more than nothing."""
        self._sql.run("note_words_after")
        changed = self._con.execute("SELECT word, bearers, bearers_now FROM sameness_words_after").fetchall()
        words = [word for word, before, now in changed if rounded(before) != rounded(now)]
        with staged(self._con, words_arrow=pa.table({"word": pa.array(words, pa.string())})):
            self._sql.run("affect_words")

    def population(self) -> Population:
        """What all records together tell."""
        self._sql.run("count_words")
        counted = self._con.execute("SELECT word, bearers FROM sameness_word_counts").fetchall()
        shared = self._con.execute("SELECT kind, address FROM sameness_shared").fetchall()
        return Population(dict(counted), (Place(Address(kind), address) for kind, address in shared), self._weights)

    def find_pairs(self) -> int:
        """Finds the pairs to weigh; how many there are."""
        self._sql.run("find_near_everywhere" if self._is_first else "find_near")
        with staged(self._con, decided_arrow=self._decided):
            self._sql.run("find_candidates")
        self._sql.run("find_weak")
        with staged(self._con, letters_arrow=self._letters()):
            self._sql.run("find_sights")
        self._sql.run("find_worthwhile")
        self._sql.run("find_named_alike")
        self._sql.run("find_pairs")
        return self._count("pairs")

    def candidates(self) -> list[Pair]:
        """The pairs that share a key which few have. Most are seen at a glance to be nothing: those are not to weigh."""
        return self._con.execute("SELECT left_id, right_id FROM sameness_candidates ORDER BY left_id, right_id").fetchall()

    def _count(self, table: str) -> int:
        count: int = self._con.execute(f"SELECT count(*) FROM sameness_{table}").fetchall()[0][0]  # noqa: S608  our own names
        return count

    def _letters(self) -> pa.Table:
        """The keys of kind ``LETTER``, and what they say."""
        said = [
            (f"{kind} {letter}", letter, kind == "short") for kind in ("short", "head") for letter in ascii_lowercase + digits
        ]
        table = pa.table(list(map(list, zip(*said, strict=True))), ["said", "letter", "is_short"])
        with staged(self._con, said_arrow=table):
            found = self._con.execute("SELECT hash(said, 'letter') AS key, letter, is_short FROM said_arrow").fetchnumpy()
        return pa.table(found)

    def pairs(self) -> Iterator[list[Candidate]]:
        """The pairs that were found, by left and right record, so many at a time."""
        after = (-1, -1)
        while rows := self._con.execute(
            f"SELECT left_id, right_id, kinds FROM sameness_pairs WHERE (left_id, right_id) > (?, ?) "  # noqa: S608
            f"ORDER BY left_id, right_id LIMIT {_CHUNK}",
            list(after),
        ).fetchall():
            yield [Candidate(left, right, KeyKind(kinds)) for left, right, kinds in rows]
            after = rows[-1][:2]

    def remember(self, noted: Sequence[Noted]) -> None:
        """Notes the opinions on the pairs that were looked at, in place of what was noted on them before."""
        self._sql.run("forget_opinions")
        columns = list(map(list, zip(*noted, strict=True))) or [[] for _ in _OPINIONS]
        with staged(self._con, opinions_arrow=pa.table(columns, _OPINIONS)):
            self._sql.run("remember_opinions")

    def opinions(self) -> list[Noted]:
        """All opinions that are noted."""
        return self._con.execute(
            "SELECT left_id, right_id, verdict, score, because FROM sameness_opinions ORDER BY left_id, right_id"
        ).fetchall()

    def end(self) -> None:
        """Takes away what only this run needed."""
        for table in _TEMPORARY:
            self._con.execute(f"DROP TABLE IF EXISTS temp.{table}")


_SHARED = pa.schema([("kind", pa.string()), ("address", pa.string())])
_OPINIONS = pa.schema(
    [
        ("left_id", pa.int64()),
        ("right_id", pa.int64()),
        ("verdict", pa.string()),
        ("score", pa.float64()),
        ("because", pa.string()),
    ]
)
_KEYS = (
    ("add_strong_keys", KeyKind.STRONG), ("add_acronyms", KeyKind.ACRONYM), ("add_initials", KeyKind.INITIALS),
    ("add_word_keys", KeyKind.WORD), ("add_place_keys", KeyKind.PLACE), ("add_country_keys", KeyKind.COUNTRY),
    ("add_letter_keys", KeyKind.LETTER),
)  # fmt: skip
_READINGS = pa.schema(
    [
        ("record_id", pa.int64()), ("network", pa.string()), ("country", pa.string()), ("strong", pa.list_(pa.string())),
        ("acronyms", pa.list_(pa.string())), ("initials", pa.list_(pa.string())), ("key_words", pa.list_(pa.string())),
        ("places", pa.list_(pa.string())), ("letters", pa.list_(pa.string())), ("spelt", pa.list_(pa.string())),
        ("telling", pa.list_(pa.list_(pa.string()))), ("bearer", pa.string()),
        ("words", pa.list_(pa.string())), ("site", pa.string()), ("mail", pa.string()), ("phone", pa.string()),
    ]
)  # fmt: skip
_TEMPORARY = tuple(
    f"sameness_{table}"
    for table in (
        "now", "fresh", "touched", "fresh_keys", "fresh_names", "fresh_words", "fresh_addresses", "keys_before", "words_before",
        "words_after", "addresses_touched", "users", "word_counts", "crowds",
        "near", "candidates", "weak", "sights", "worthwhile", "pairs",
    )
)  # fmt: skip


def _readings(said: Rows) -> pa.Table:
    """What is remembered of records, a row each; there is at least one."""
    rows = [_reading(record) for record in from_rows(said)]
    return pa.table(list(map(list, zip(*rows, strict=True))), _READINGS)


def _reading(record: Facts) -> tuple[object, ...]:
    """In the order of ``_READINGS``."""
    borne, named = bearer(record), candidates.named(record)
    return (
        record.record_id,
        record.network,
        record.country or "",
        list(candidates.strong_keys(record)),
        list(candidates.acronyms(record)),
        list(candidates.all_initials(record)),
        list(candidates.words(record)),
        candidates.places(record),
        list(candidates.letters(record)),
        [spelt for spelt, _ in named],
        [telling for _, telling in named],
        borne.identity if borne else "",
        borne.words if borne else (),
        record.host,
        record.mail_domain,
        record.phone,
    )
