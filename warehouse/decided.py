"""People's judgements on whether two records are one organisation, as they stand on the desk.

Whoever judges, on the command line or on the staff page, writes here and nowhere else; the next run carries it into the state.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow as pa

from warehouse.desk import Desk
from warehouse.named_sql import Script, staged
from warehouse.organisations import MACHINE
from warehouse.rows import Verdict
from warehouse.state import State, utc
from warehouse.users import LONGEST_NAME

ON_THE_DESK = "see the desk"
"""In place of a person's reason: words of the staff's own stay there."""
LONGEST_REASON = 500
"""Characters of a reason that somebody gives, so that lists of judgements can be read."""
BLANKED = "what it said named somebody who is kept out on request"


class RecordKey(NamedTuple):
    """A record by its network and the network's own key."""

    network: str
    source_key: str

    def __str__(self) -> str:
        return f"{self.network}/{self.source_key}"


@dataclass(frozen=True)
class Withdrawal:
    """Who took a judgement back, why and when."""

    by: str
    because: str
    at: datetime


@dataclass(frozen=True)
class Decision:
    """One judgement by a person (``left`` < ``right``).

    Arguments:
        decided_at: with a time zone.
        withdrawn: None: it stands.
    """

    number: int
    left: RecordKey
    right: RecordKey
    verdict: Verdict
    decided_by: str
    because: str
    decided_at: datetime
    withdrawn: Withdrawal | None = None


class Contradicted(Exception):  # noqa: N818  a circumstance, not a fault
    """A judgement stands that says the opposite; it has to be withdrawn first."""

    def __init__(self, standing: Decision) -> None:
        super().__init__(
            f"wanted no other judgement on {standing.left} and {standing.right}, found that {standing.decided_by} judged them "
            f"{standing.verdict.value} on {standing.decided_at:%Y-%m-%d}"
        )
        self.standing = standing


def in_order(one: RecordKey, other: RecordKey) -> tuple[RecordKey, RecordKey]:
    """The two as they are stored. Raises ValueError where they are one."""
    if one == other:
        raise ValueError(f"wanted two records, found {one} twice")
    return (one, other) if one < other else (other, one)


def decide(
    desk: Desk,
    one: RecordKey,
    other: RecordKey,
    verdict: Verdict,
    *,
    by: str,
    because: str,
    at: datetime,
    check: Callable[[list[Decision]], None] | None = None,
) -> tuple[Decision, bool]:
    """Write down that two records are one organisation, or two; the judgement, and whether it is new.

    The same said again is not written again.

    Arguments:
        verdict: ``same`` or ``different``.
        by, because: who decides and why; neither empty. ``by`` does not begin as the machine's own judgements are signed.
        at: with a time zone.
        check: is given those that stand before a new one is written, while nobody else writes; what it raises forbids it.

    Raises:
        Contradicted: the opposite stands.
        ValueError: for anything else in the arguments.
    """
    left, right = in_order(one, other)
    check_signature(by, because)
    if verdict is Verdict.UNSURE:
        raise ValueError("wanted same or different of a person, found unsure")
    if at.tzinfo is None:
        raise ValueError(f"wanted a moment with a time zone, found {at.isoformat()}")
    with desk.transaction():
        for standing in _read(desk, _OF_PAIR + " AND withdrawn_at IS NULL", [*left, *right]):
            if standing.verdict is not verdict:
                raise Contradicted(standing)
            return standing, False
        if check is not None:
            check(_read(desk, "withdrawn_at IS NULL", []))
        number = desk.write(
            """
            INSERT INTO judgements
                (left_network, left_key, right_network, right_key, verdict, decided_by, because, decided_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [*left, *right, verdict.value, by, because, at.isoformat()],
        )
    return Decision(number, left, right, verdict, by, because, at), True


def check_signature(by: str, because: str) -> None:
    """Raises ValueError unless somebody signs, gives a reason, is brief, and cannot be taken for the machine."""
    if not by.strip() or not because.strip():
        raise ValueError("wanted who decides (--by NAME) and why (--because TEXT), found nothing; a judgement is signed")
    if len(because) > LONGEST_REASON:
        raise ValueError(f"wanted a reason of at most {LONGEST_REASON} characters, found {len(because)}; say it in fewer words")
    if len(by) > LONGEST_NAME:
        raise ValueError(f"wanted a name of at most {LONGEST_NAME} characters, as those who sign in have, found {len(by)}")
    if by.strip().lower().startswith(MACHINE):
        raise ValueError(f"wanted the name of a person, found {by!r}: so the machine's own judgements are signed")


def withdraw(desk: Desk, number: int, *, by: str, because: str, at: datetime) -> bool:
    """Take a judgement back; its row stays. Whether there was one of that number that stood. Raises ValueError as ``decide``."""
    check_signature(by, because)
    rows = desk.rows(
        """
        UPDATE judgements
        SET withdrawn_by = ?, withdrawn_because = ?, withdrawn_at = ?
        WHERE judgement_id = ? AND withdrawn_at IS NULL
        RETURNING judgement_id
        """,
        [by, because, at.isoformat(), number],
    )
    return bool(rows)


def decisions(desk: Desk) -> list[Decision]:
    """All of them, the latest first, those that were withdrawn included."""
    return _read(desk, "TRUE", [])


def standing(desk: Desk) -> list[Decision]:
    """Those that stand, the latest first."""
    return _read(desk, "withdrawn_at IS NULL", [])


def carry(state: State, found: Collection[Decision], now: datetime) -> tuple[int, int]:
    """Bring the desk's judgements into the state, so that sameness obeys them; how many were opened and how many withdrawn there.

    What people say is what the desk says: one that was withdrawn there, or is not there any more, is withdrawn, and stands
    again where it stands there again. Names and words of people stay on the desk, but for who signed.

    Arguments:
        found: all judgements of the desk, withdrawn ones included.
        now: with a time zone.
    """
    script = Script(state.con, "organisations", now=utc(now))
    moment = pa.timestamp("us")
    table = pa.table(
        {
            "left_network": pa.array([one.left.network for one in found], pa.string()),
            "left_key": pa.array([one.left.source_key for one in found], pa.string()),
            "right_network": pa.array([one.right.network for one in found], pa.string()),
            "right_key": pa.array([one.right.source_key for one in found], pa.string()),
            "verdict": pa.array([one.verdict.value for one in found], pa.string()),
            "decided_by": pa.array([one.decided_by for one in found], pa.string()),
            "because": pa.array([ON_THE_DESK for _ in found], pa.string()),
            "decided_at": pa.array([utc(one.decided_at) for one in found], moment),
            "withdrawn_at": pa.array([one.withdrawn and utc(one.withdrawn.at) for one in found], moment),
        }
    )
    with staged(state.con, staged_decisions=table), state.transaction():
        opened = script.run("carry_decisions") + script.run("reopen_decisions")
        withdrawn = script.run("withdraw_decisions")
    return opened, withdrawn


def forget(desk: Desk, is_gone: Callable[[RecordKey], bool], clean: Callable[[str], str]) -> int:
    """Delete every judgement on a record that is kept out, and what the others' reasons say of it; how many rows that changed.

    Nothing of it stays in the file: SQLite overwrites what it deletes (``Desk.scrub``).

    Arguments:
        is_gone: whether a record is kept out.
        clean: a text without what is kept out; a text that has none of it comes back as it is.
    """
    changed = 0
    with desk.transaction():
        for one in decisions(desk):
            if is_gone(one.left) or is_gone(one.right):
                desk.write("DELETE FROM judgements WHERE judgement_id = ?", [one.number])
                changed += 1
                continue
            said = (one.because, one.withdrawn.because if one.withdrawn else None)
            left = tuple(None if text is None else clean(text) for text in said)
            if left != said:
                desk.write("UPDATE judgements SET because = ?, withdrawn_because = ? WHERE judgement_id = ?", [*left, one.number])
                changed += 1
    if changed:
        desk.scrub()
    return changed


def bring_over(present: Desk, restored: Desk) -> int:
    """Write what the one desk knows and the other does not, withdrawals included, onto the other; how many judgements it lacked.

    For a desk that is brought back from a backup: what people judged since is not lost with it. Where the two contradict each
    other, which only another restoration can bring about, what stands on the restored one stays.
    """
    brought = 0
    with restored.transaction():
        for one in reversed(decisions(present)):
            pair = [*one.left, *one.right]
            same = [there for there in _read(restored, _OF_PAIR, pair) if _identity(there) == _identity(one)]
            back = one.withdrawn
            withdrawn = [back.by, back.because, back.at.isoformat()] if back else [None, None, None]
            if same and same[0].withdrawn is None and back:
                restored.write(
                    "UPDATE judgements SET withdrawn_by = ?, withdrawn_because = ?, withdrawn_at = ? WHERE judgement_id = ?",
                    [*withdrawn, same[0].number],
                )
            if same or (back is None and _read(restored, _OF_PAIR + " AND withdrawn_at IS NULL", pair)):
                continue
            restored.write(
                """
                INSERT INTO judgements
                    (left_network, left_key, right_network, right_key, verdict, decided_by, because, decided_at,
                     withdrawn_by, withdrawn_because, withdrawn_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [*pair, one.verdict.value, one.decided_by, one.because, one.decided_at.isoformat(), *withdrawn],
            )
            brought += 1
    return brought


def _identity(one: Decision) -> tuple[Verdict, str, datetime]:
    return one.verdict, one.decided_by, one.decided_at


def between(found: Collection[Decision], ones: Collection[RecordKey], others: Collection[RecordKey]) -> list[Decision]:
    """Of some judgements those on one record of each side."""
    return [one for one in found if (one.left in ones and one.right in others) or (one.left in others and one.right in ones)]


_OF_PAIR = "left_network = ? AND left_key = ? AND right_network = ? AND right_key = ?"


def _read(desk: Desk, condition: str, values: Sequence[object]) -> list[Decision]:
    # The conditions are this module's own.
    rows = desk.rows(
        "SELECT judgement_id, left_network, left_key, right_network, right_key, verdict, decided_by, because, decided_at,"  # noqa: S608
        f" withdrawn_by, withdrawn_because, withdrawn_at FROM judgements WHERE {condition} ORDER BY judgement_id DESC",
        values,
    )
    return [_decision(*row) for row in rows]


def _decision(number: int, *said: Any) -> Decision:
    left, right, (verdict, by, because, at), withdrawn = said[:2], said[2:4], said[4:8], said[8:]
    return Decision(
        number,
        RecordKey(*left),
        RecordKey(*right),
        Verdict(verdict),
        by,
        because,
        datetime.fromisoformat(at),
        None if withdrawn[2] is None else Withdrawal(withdrawn[0], withdrawn[1], datetime.fromisoformat(withdrawn[2])),
    )
