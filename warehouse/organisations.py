"""What sameness reads and writes: records, judgements, and the organisations that follow from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from warehouse.connection import Connection
from warehouse.named_sql import Script, staged
from warehouse.rows import Judgement, KnownRecord, Organisation, Verdict
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
    _check_judgements(judgements)
    script = Script(state.con, "organisations", decided_at=utc(decided_at))
    table = pa.table(
        {
            "left_id": pa.array([judgement.left for judgement in judgements], pa.int64()),
            "right_id": pa.array([judgement.right for judgement in judgements], pa.int64()),
            "verdict": pa.array([judgement.verdict.value for judgement in judgements], pa.string()),
            "score": pa.array([judgement.score for judgement in judgements], pa.float64()),
            "decided_by": pa.array([judgement.decided_by for judgement in judgements], pa.string()),
            "because": pa.array([judgement.because for judgement in judgements], pa.string()),
            "decided_at": pa.array([utc(judgement.decided_at) for judgement in judgements], pa.timestamp("us")),
        }
    )
    with staged(state.con, staged_judgements=table), state.transaction():
        withdrawn = script.run("withdraw_judgements")
        opened = script.run("open_judgements")
    return Judged(opened, withdrawn)


def _check_judgements(judgements: Sequence[Judgement]) -> None:
    for judgement in judgements:
        if not judgement.decided_by.startswith(MACHINE):
            raise ValueError(f"wanted judgements of the machine only, found one by {judgement.decided_by!r}")
        if judgement.left >= judgement.right:
            raise ValueError(f"wanted left < right in a judgement, found {judgement.left} and {judgement.right}")
    _once("judgement on records", ((judgement.left, judgement.right) for judgement in judgements))


def write(state: State, organisations: Sequence[Organisation], now: datetime) -> int:
    """Seat every record in its organisation; how many records took another seat. The same again writes nothing.

    Redirects are kept for ever, with the day since which they lead there, except that a number which names an organisation
    again leads nowhere else.

    Arguments:
        now: the moment of the decision, with a time zone.

    Raises ValueError unless every record of the state has exactly one seat.
    """
    day = utc(now).date()
    wanted = {record: organisation.organisation_id for organisation in organisations for record in organisation.record_ids}
    _check_seats(state.con, organisations, wanted)
    script = Script(state.con, "organisations")
    seats = pa.table(
        {
            "organisation_id": pa.array(wanted.values(), pa.int64()),
            "record_id": pa.array(wanted.keys(), pa.int64()),
        }
    )
    with staged(state.con, staged_seats=seats), state.transaction():
        script.run("leave_seats")
        moved = script.run("take_seats")
        _write_redirects(state.con, script, organisations, day)
    return moved


def _check_seats(con: Connection, organisations: Sequence[Organisation], wanted: dict[int, int]) -> None:
    _once("organisation", (organisation.organisation_id for organisation in organisations))
    _once("seat of a record", (record for organisation in organisations for record in organisation.record_ids))
    known = {row[0] for row in con.execute("SELECT record_id FROM ledger.records").fetchall()}
    if wanted.keys() != known:
        standing, strange = sorted(known - wanted.keys())[:5], sorted(wanted.keys() - known)[:5]
        raise ValueError(
            f"wanted all {len(known)} records in an organisation, found {len(wanted)} "
            f"(without a seat: {standing}, unknown: {strange})"
        )


def _write_redirects(con: Connection, script: Script, organisations: Sequence[Organisation], day: date) -> None:
    living = {organisation.organisation_id for organisation in organisations}
    rows = con.execute("SELECT old_id, organisation_id, since FROM redirects").fetchall()
    standing = {old: new for old, new, _ in rows}
    known_since = {(old, new): since for old, new, since in rows}
    leads = standing | {old: organisation.organisation_id for organisation in organisations for old in organisation.redirects}
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


def previous(con: Connection) -> list[Organisation]:
    """The organisations as they were last written, by number."""
    redirects: dict[int, list[int]] = {}
    for old, organisation_id in con.execute("SELECT old_id, organisation_id FROM redirects ORDER BY old_id").fetchall():
        redirects.setdefault(organisation_id, []).append(old)
    rows = con.execute(
        """
        SELECT organisation_id, list(record_id ORDER BY record_id)
        FROM organisation_records
        GROUP BY organisation_id
        ORDER BY organisation_id
        """
    ).fetchall()
    return [Organisation(number, tuple(records), tuple(redirects.get(number, ()))) for number, records in rows]


def redirect(con: Connection, organisation_id: int) -> int | None:
    """The number that an old number leads to; None where it leads nowhere."""
    rows = con.execute("SELECT organisation_id FROM redirects WHERE old_id = ?", [organisation_id]).fetchall()
    return int(rows[0][0]) if rows else None


def redirected_since(con: Connection, organisation_id: int) -> date | None:
    """The day since which an old number leads where it leads; None: it leads nowhere, or that is not known."""
    rows = con.execute("SELECT since FROM redirects WHERE old_id = ?", [organisation_id]).fetchall()
    since: date | None = rows[0][0] if rows else None
    return since


def _once(what: str, keys: Iterable[object]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise ValueError(f"wanted each {what} once, found {key!r} {times} times")
