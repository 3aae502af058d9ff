"""What staff confirm of a shortlist's consortium that no record says: by whom, when, and of exactly which members."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.shortlist_shapes import NoShortlist
from warehouse.shortlists import contents


@dataclass(frozen=True)
class Confirmation:
    """A statement that nobody has withdrawn.

    Arguments:
        rule: its id; statement: its words when it was confirmed; members: entries that were counted then, the lead first.
    """

    number: int
    rule: str
    statement: str
    by: str
    at: datetime
    members: tuple[int, ...]


def kept(desk: Desk, shortlist: int, programme: str) -> list[Confirmation]:
    """All that nobody has withdrawn, the earliest first, of whatever members it was said.

    What was said of others than now waits: it stands again once it can be told of the members again.
    """
    rows = desk.rows(
        """
        SELECT confirmation_id, rule, statement, confirmed_by, confirmed_at, members
        FROM shortlist_confirmations
        WHERE shortlist_id = ? AND programme = ? AND withdrawn_at IS NULL
        ORDER BY confirmation_id
        """,
        [shortlist, programme],
    )
    return [
        Confirmation(number, rule, statement, by, datetime.fromisoformat(at), tuple(map(int, members.split())))
        for number, rule, statement, by, at, members in rows
    ]


def confirm(
    desk: Desk, shortlist: int, programme: str, rule: str, statement: str, members: Sequence[int], *, by: str, at: datetime
) -> None:
    """Confirm a rule; what somebody has confirmed already stays theirs.

    Raises NoShortlist; ValueError for nobody who confirms, no statement, or no members.
    """
    if not by or not statement or not members:
        raise ValueError("wanted a name, a statement and members, found one of them empty")
    with desk.transaction():
        contents(desk, shortlist)
        desk.rows(
            """
            INSERT OR IGNORE INTO shortlist_confirmations
                (shortlist_id, programme, rule, statement, members, confirmed_by, confirmed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [shortlist, programme, rule, statement, written(members), by, at.isoformat()],
        )


def withdraw(desk: Desk, shortlist: int, number: int, *, by: str, at: datetime) -> None:
    """Withdraw a confirmation; one that somebody has withdrawn already stays so. Raises NoShortlist where there never was one."""
    with desk.transaction():
        contents(desk, shortlist)
        rows = desk.rows(
            """
            UPDATE shortlist_confirmations
            SET withdrawn_by = coalesce(withdrawn_by, ?), withdrawn_at = coalesce(withdrawn_at, ?)
            WHERE shortlist_id = ? AND confirmation_id = ?
            RETURNING confirmation_id
            """,
            [by, at.isoformat(), shortlist, number],
        )
        if not rows:
            raise NoShortlist(f"wanted confirmation {number} on shortlist {shortlist}, found none")


def written(members: Sequence[int]) -> str:
    """Members as the desk and forms have them: the lead first, the order of the others is none."""
    return " ".join(str(one) for one in [*members[:1], *sorted(members[1:])])


def forget(desk: Desk, is_gone: Callable[[RecordKey], bool]) -> int:
    """Delete what was confirmed of members whose records are kept out; how many. Before their entries are deleted."""
    gone = {
        str(entry)
        for entry, network, key in desk.rows("SELECT entry_id, network, source_key FROM shortlist_entries")
        if is_gone(RecordKey(network, key))
    }
    found = desk.rows("SELECT confirmation_id, members FROM shortlist_confirmations")
    numbers = [number for number, members in found if gone.intersection(members.split())]
    for number in numbers:
        desk.write("DELETE FROM shortlist_confirmations WHERE confirmation_id = ?", [number])
    return len(numbers)


def bring_over(present: Desk, restored: Desk, number: int, there: int, same: Mapping[int, int]) -> int:
    """Write what was confirmed or withdrawn on a shortlist since a backup was made; how many rows.

    Arguments:
        number, there: the shortlist's number on either desk; same: entry -> the same one on the restored desk.
    """
    brought = 0
    for programme, rule, statement, members, by, at, *withdrawn in present.rows(
        """
        SELECT programme, rule, statement, members, confirmed_by, confirmed_at, withdrawn_by, withdrawn_at
        FROM shortlist_confirmations WHERE shortlist_id = ? ORDER BY confirmation_id
        """,
        [number],
    ):
        entries = written([same[int(one)] for one in members.split()])
        key = [there, programme, rule, statement, entries, by, at]
        known = restored.rows(
            "SELECT confirmation_id, withdrawn_at FROM shortlist_confirmations WHERE shortlist_id = ? AND programme = ?"
            " AND rule = ? AND statement = ? AND members = ? AND confirmed_by = ? AND confirmed_at = ?",
            key,
        )
        if known and (known[0][1] or not withdrawn[1]):
            continue
        brought += 1
        if known:
            sql = "UPDATE shortlist_confirmations SET withdrawn_by = ?, withdrawn_at = ? WHERE confirmation_id = ?"
            restored.write(sql, [*withdrawn, known[0][0]])
            continue
        restored.write(
            "INSERT INTO shortlist_confirmations (shortlist_id, programme, rule, statement, members, confirmed_by, confirmed_at,"
            " withdrawn_by, withdrawn_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*key, *withdrawn],
        )
    return brought
