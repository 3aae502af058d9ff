"""Pairs of records that a person should look at: those that the machine is unsure of, and joins that a ``different`` forbids."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import pyarrow as pa

from warehouse.connection import Connection
from warehouse.decided import Decision, RecordKey
from warehouse.named_sql import Script, staged, statements
from warehouse.rows import Judgement, Verdict
from warehouse.state import State, aware, utc


class Reason(NamedTuple):
    """One piece of the machine's evidence.

    Arguments:
        kind: what it rests on: name, address, phone …
        weight: log-odds, positive for one organisation, negative against.
        left, right: what the two records say.
        because: a clause for people.
    """

    kind: str
    weight: float
    left: str
    right: str
    because: str


@dataclass(frozen=True)
class Side:
    """One of the two records, and the organisation that it belongs to.

    Arguments:
        record_name: what the record itself gives as its name; url: its page at its network; is_gone: whether that no longer
            lists it; the rest is the organisation's.
    """

    record: RecordKey
    record_name: str
    url: str | None
    organisation_id: int
    name: str
    country: str | None
    city: str | None
    website: str | None
    networks: tuple[str, ...]
    is_gone: bool


@dataclass(frozen=True)
class Obstacle:
    """The ``different`` that keeps two organisations apart.

    Arguments:
        is_by_person: else the machine judged so.
    """

    left: RecordKey
    right: RecordKey
    is_by_person: bool
    decided_on: date


@dataclass(frozen=True)
class Doubt:
    """Two records of two organisations.

    Arguments:
        verdict: ``unsure``, or ``same`` where a join was refused.
        probability: of one organisation in the machine's reckoning; None: a person says so.
        reasons: strongest first.
        pairs: how many pairs of records of the two organisations are in doubt; this is the most probable.
        obstacle: what keeps them apart; None: nothing does.
    """

    left: Side
    right: Side
    verdict: Verdict
    probability: float | None
    decided_at: datetime
    reasons: tuple[Reason, ...]
    pairs: int
    obstacle: Obstacle | None

    @property
    def is_refused(self) -> bool:
        """Whether somebody would join them, and may not."""
        return self.verdict is Verdict.SAME

    @property
    def prior(self) -> float | None:
        """The log-odds from which the reasons lead to the probability; None: there are no reasons, or nothing is in doubt."""
        if self.probability is None or not self.reasons or not 0 < self.probability < 1:
            return None
        return math.log(self.probability / (1 - self.probability)) - math.fsum(one.weight for one in self.reasons)


def pairs(con: Connection) -> list[tuple[int, int]]:
    """The numbers of the records of each pair that is in doubt, from the state."""
    return [(left, right) for left, right in con.execute(statements("doubts")["find_pairs"]).fetchall()]


def write_reasons(state: State, found: Iterable[tuple[tuple[int, int], Sequence[Reason]]]) -> int:
    """Keep the evidence on the pairs in doubt in place of what was kept before; how many reasons."""
    rows = [(*pair, place, *reason) for pair, reasons in found for place, reason in enumerate(reasons, start=1)]
    columns = list(map(list, zip(*rows, strict=True))) or [[] for _ in _REASONS]
    script = Script(state.con, "doubts")
    with staged(state.con, staged_reasons=pa.table(columns, _REASONS)), state.transaction():
        script.run("forget_reasons")
        return script.run("remember_reasons")


_REASONS = pa.schema(
    [
        ("left_record_id", pa.int64()), ("right_record_id", pa.int64()), ("position", pa.int32()), ("kind", pa.string()),
        ("weight", pa.float64()), ("left_said", pa.string()), ("right_said", pa.string()), ("because", pa.string()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Doubts:
    """What an edition leaves to people.

    Arguments:
        found: the most probable first.
        waiting: doubts about which a person has judged since; the next run knows.
        organisations: how many organisations there are.
    """

    found: tuple[Doubt, ...]
    waiting: int
    organisations: int


def read(con: Connection, decisions: Sequence[Decision] = ()) -> Doubts:
    """The doubts of an edition that nobody has settled.

    Arguments:
        decisions: the judgements that stand on the desk.
    """
    script = statements("doubts")
    rows = con.execute(script["find_doubts"]).fetchall()
    sides = _sides(con, [number for row in rows for number in row[:2]])
    reasons = _reasons(con, [row[0] for row in rows])
    settled = _settled(con, decisions)
    found = [
        Doubt(
            left=sides[left],
            right=sides[right],
            verdict=Verdict(verdict),
            probability=probability,
            decided_at=aware(decided_at),
            reasons=tuple(reasons[left, right]),
            pairs=pairs,
            obstacle=obstacle and _obstacle(**obstacle),
        )
        for left, right, verdict, probability, decided_at, pairs, obstacle in rows
    ]
    open_ones = tuple(one for one in found if frozenset((one.left.organisation_id, one.right.organisation_id)) not in settled)
    return Doubts(open_ones, len(found) - len(open_ones), con.execute(script["count_organisations"]).fetchall()[0][0])


def record(con: Connection, key: RecordKey) -> Side | None:
    """A record of an edition, with its organisation; None where the edition has none."""
    rows = con.execute(statements("doubts")["find_record"], key._asdict()).fetchall()
    return next(iter(_sides(con, [number for (number,) in rows]).values()), None)


def records_of(con: Connection, organisation_id: int) -> list[Side]:
    """The records of an organisation of an edition, the oldest first, whose number it bears."""
    rows = con.execute(statements("doubts")["find_seats"], {"organisation_id": organisation_id}).fetchall()
    found = _sides(con, [number for (number,) in rows])
    return [found[number] for (number,) in rows]


def numbered(con: Connection, record_id: int) -> Side | None:
    """The record of an edition that has a number: the one by which an organisation of that number was first known."""
    return _sides(con, [record_id]).get(record_id)


def is_told(con: Connection) -> bool:
    """Whether an edition tells of judgements: those that earlier versions made do not."""
    sql = "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND table_name = 'judgement_reasons'"
    return con.execute(sql).fetchall() == [(1,)]


def is_carried(con: Connection, decision: Decision) -> bool:
    """Whether an edition knows of a person's judgement."""
    return _mark(decision.left, decision.right, utc(decision.decided_at)) in _carried(con)


def record_numbers(con: Connection) -> dict[RecordKey, int]:
    """The records of an edition, with their numbers."""
    rows = con.execute(statements("doubts")["find_records"]).fetchall()
    return {RecordKey(network, key): number for network, key, number in rows}


def machine_judgements(con: Connection) -> list[Judgement]:
    """What the machine judges ``same`` or ``different`` in an edition."""
    rows = con.execute(statements("doubts")["find_machine_judgements"]).fetchall()
    return [
        Judgement(left, right, Verdict(verdict), probability, by, because, aware(at))
        for left, right, verdict, probability, by, because, at in rows
    ]


def keys(con: Connection, network: str) -> list[str]:
    """The keys of a network's records in an edition."""
    return [key for (key,) in con.execute(statements("doubts")["find_keys"], {"network": network}).fetchall()]


def _sides(con: Connection, records: list[int]) -> dict[int, Side]:
    rows = con.execute(statements("doubts")["find_sides"], {"records": records}).fetchall()
    return {
        number: Side(RecordKey(network, key), name, url, organisation, called, country, city, website, tuple(networks), is_gone)
        for number, network, key, name, url, organisation, called, country, city, website, networks, is_gone in rows
    }


def _reasons(con: Connection, records: list[int]) -> dict[tuple[int, int], list[Reason]]:
    found: defaultdict[tuple[int, int], list[Reason]] = defaultdict(list)
    for left, right, *said in con.execute(statements("doubts")["find_reasons"], {"records": records}).fetchall():
        found[left, right].append(Reason(*said))
    return found


def _obstacle(
    *, left_network: str, left_key: str, right_network: str, right_key: str, decided_by: str, decided_on: date
) -> Obstacle:
    return Obstacle(RecordKey(left_network, left_key), RecordKey(right_network, right_key), decided_by == "person", decided_on)


def _settled(con: Connection, decisions: Sequence[Decision]) -> set[frozenset[int]]:
    """Pairs of organisations on records of which a person has judged what the edition does not know yet."""
    known = _carried(con)
    seats = (
        {
            (network, key): number
            for network, key, number in con.execute("SELECT network, source_key, organisation_id FROM cluster_sources").fetchall()
        }
        if decisions
        else {}
    )
    fresh = [one for one in decisions if _mark(one.left, one.right, utc(one.decided_at)) not in known]
    return {frozenset((seats[one.left], seats[one.right])) for one in fresh if one.left in seats and one.right in seats}


_Mark = tuple[frozenset[tuple[str, str]], datetime]


def _carried(con: Connection) -> set[_Mark]:
    """The judgements by people that an edition knows: the two records, and when it was said."""
    rows = con.execute(
        """
        SELECT left_network, left_key, right_network, right_key, decided_at
        FROM judgements
        WHERE decided_by = 'person'
        """
    ).fetchall()
    return {_mark((row[0], row[1]), (row[2], row[3]), row[4]) for row in rows}


def _mark(one: tuple[str, str], other: tuple[str, str], at: datetime) -> _Mark:
    return frozenset(((one[0], one[1]), (other[0], other[1]))), at
