"""What sameness reads and writes: records, judgements, and the organisations that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.connection import Connection
from warehouse.judged import Judgements
from warehouse.named_sql import Script, staged
from warehouse.rows import Judgement, KnownRecord, Organisation, Verdict
from warehouse.seats import Seats, once
from warehouse.state import State, aware, utc
from warehouse.stored import stored_profile

MACHINE = "machine"
"""``decided_by`` of a judgement that no person made begins with this word."""


@dataclass(frozen=True)
class Judged:
    """What writing the machine's judgements changed."""

    opened: int
    withdrawn: int


def read_records(con: Connection) -> list[KnownRecord]:
    """All records of the state, by number, also those that are gone."""
    rows = con.execute("SELECT record_id, profile, first_seen_on, is_gone FROM ledger.records ORDER BY record_id").fetchall()
    return [KnownRecord(number, stored_profile(text), first_seen_on, is_gone) for number, text, first_seen_on, is_gone in rows]


def judgements(con: Connection) -> list[Judgement]:
    """All judgements that stand, people's and the machine's, by records."""
    return _judgements(con, "")


def judgements_by_people(con: Connection) -> list[Judgement]:
    """People's judgements that stand, by records."""
    return _judgements(con, MACHINE)


def _judgements(con: Connection, but_by: str) -> list[Judgement]:
    """Those that stand, but for authors whose names begin so."""
    rows = con.execute(
        """
        SELECT left_id, right_id, verdict, score, decided_by, because, decided_at
        FROM judgements
        WHERE withdrawn_at IS NULL AND ($but_by = '' OR NOT starts_with(decided_by, $but_by))
        ORDER BY left_id, right_id, decided_at
        """,
        {"but_by": but_by},
    ).fetchall()
    return [Judgement(a, b, Verdict(verdict), score, by, because, aware(at)) for a, b, verdict, score, by, because, at in rows]


def write_judgements(state: State, judgements: Sequence[Judgement], decided_at: datetime) -> Judged:
    """Make these the machine's judgements that stand.

    One that stands already, with the same verdict and reason, keeps its row and its date; one that is not made any more,
    or made differently, is withdrawn as of ``decided_at``. People's judgements are never touched.

    Raises ValueError for a judgement by a person, of a record on itself or in the wrong order, or made twice.
    """
    made = Judgements.of(judgements)
    _check_judgements(made)
    script = Script(state.con, "organisations", decided_at=utc(decided_at))
    with staged(state.con, staged_judgements=made.table), state.transaction():
        withdrawn = script.run("withdraw_judgements")
        opened = script.run("open_judgements")
    return Judged(opened, withdrawn)


def _check_judgements(judgements: Judgements) -> None:
    authors = pc.unique(judgements.table["decided_by"]).to_pylist()
    for by in authors:
        if not by.startswith(MACHINE):
            raise ValueError(f"wanted judgements of the machine only, found one by {by!r}")
    left, right = judgements.left, judgements.right
    for at in np.nonzero(left >= right)[0].tolist():
        raise ValueError(f"wanted left < right in a judgement, found {left[at]} and {right[at]}")
    pairs = np.sort(left * (right.max(initial=0) + 1) + right)
    if (np.diff(pairs) == 0).any():
        once("judgement on records", zip(left.tolist(), right.tolist(), strict=True))


def write(state: State, organisations: Sequence[Organisation], now: datetime) -> int:
    """Seat every record in its organisation; how many records took another seat. The same again writes nothing.

    Redirects are kept for ever, with the day since which they lead there, except that a number which names an organisation
    again leads nowhere else.

    Arguments:
        now: the moment of the decision, with a time zone.

    Raises ValueError unless every record of the state has exactly one seat.
    """
    day = utc(now).date()
    wanted = Seats.of(organisations)
    _check_seats(state.con, wanted)
    script = Script(state.con, "organisations")
    with state.transaction():
        moved = _write_seats(state.con, script, wanted)
        _write_redirects(state.con, script, wanted, day)
    return moved


def _write_seats(con: Connection, script: Script, wanted: Seats) -> int:
    """Writes the seats of records that take another, and takes away those of records that are no more; how many take another."""
    standing = _seats(con)
    before = standing.seat_of(wanted.records)
    is_new = before != wanted.organisations
    left = np.concatenate([wanted.records[is_new & (before > 0)], standing.records[wanted.seat_of(standing.records) == 0]])
    if len(left):
        script.run_over("leave_seats", pa.table({"record_id": left}))
    if is_new.any():
        new = {"organisation_id": wanted.organisations[is_new], "record_id": wanted.records[is_new]}
        script.run_over("take_seats", pa.table(new))
    return int(is_new.sum())


def _seats(con: Connection) -> Seats:
    """Those that stand, without redirects."""
    seats = con.sql("SELECT record_id, organisation_id FROM organisation_records").to_arrow_table()
    records, numbers = seats["record_id"].to_numpy(), seats["organisation_id"].to_numpy()
    # Sorted here, since they stand nearly in order: for DuckDB that is no less work.
    order = np.argsort(records, kind="stable")
    return Seats(records[order], numbers[order], {})


def _check_seats(con: Connection, seats: Seats) -> None:
    known = con.execute("SELECT record_id FROM ledger.records ORDER BY record_id").fetchnumpy()["record_id"]
    if not np.array_equal(seats.records, known):
        standing, strange = (np.setdiff1d(*both)[:5].tolist() for both in ((known, seats.records), (seats.records, known)))
        raise ValueError(
            f"wanted all {len(known)} records in an organisation, found {len(seats.records)} "
            f"(without a seat: {standing}, unknown: {strange})"
        )


def _write_redirects(con: Connection, script: Script, organisations: Seats, day: date) -> None:
    rows = con.execute("SELECT old_id, organisation_id, since FROM redirects").fetchall()
    standing = {old: new for old, new, _ in rows}
    known_since = {(old, new): since for old, new, since in rows}
    leads = standing | {old: number for number, leading in organisations.redirects.items() for old in leading}
    living = set(organisations.numbers[np.isin(organisations.numbers, list(leads))].tolist())
    leads = {old: new for old, new in leads.items() if old not in living}
    ends = {old: _end(old, leads) for old in sorted(leads)}
    if ends == standing:
        return
    table = pa.table(
        {
            "old_id": pa.array(ends.keys(), pa.int64()),
            "organisation_id": pa.array(ends.values(), pa.int64()),
            "since": pa.array([known_since.get(lead, day) for lead in ends.items()], pa.date32()),
        }
    )
    with staged(con, staged_redirects=table):
        script.run("forget_redirects")
        script.run("remember_redirects")


def _end(number: int, leads: dict[int, int]) -> int:
    """Where a chain of redirects ends. Raises ValueError for a ring."""
    passed = [number]
    while (following := leads.get(passed[-1])) is not None:
        if following in passed:
            raise ValueError(f"wanted redirects that end, found a ring: {[*passed, following]}")
        passed.append(following)
    return passed[-1]


def previous(con: Connection) -> Seats:
    """The organisations as they were last written, by number."""
    redirects: dict[int, tuple[int, ...]] = {}
    for old, organisation_id in con.execute("SELECT old_id, organisation_id FROM redirects ORDER BY old_id").fetchall():
        redirects[organisation_id] = (*redirects.get(organisation_id, ()), old)
    seats = _seats(con)
    return Seats(seats.records, seats.organisations, redirects)


def redirect(con: Connection, organisation_id: int) -> int | None:
    """The number that an old number leads to; None where it leads nowhere."""
    rows = con.execute("SELECT organisation_id FROM redirects WHERE old_id = ?", [organisation_id]).fetchall()
    return int(rows[0][0]) if rows else None


def redirected_since(con: Connection, organisation_id: int) -> date | None:
    """The day since which an old number leads where it leads; None: it leads nowhere, or that is not known."""
    rows = con.execute("SELECT since FROM redirects WHERE old_id = ?", [organisation_id]).fetchall()
    since: date | None = rows[0][0] if rows else None
    return since
