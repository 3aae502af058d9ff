"""Decisions that outlive a restoration: what was kept out or judged since a backup was made holds on when it comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from warehouse import staff_carried
from warehouse.decided import bring_over
from warehouse.desk import Desk, DeskDamaged

_SAME = "kind = ? AND decided_by = ? AND because = ? AND decided_at = ?"


@dataclass(frozen=True)
class Carried:
    """What became of the decisions that are on the desk now and not in the backup.

    Arguments:
        carried: decisions that were written onto the backup's desk.
        judgements: judgements on records that were written onto the backup's desk.
        by_staff: rows of shortlists, opinions and users that were written onto it.
        lost: decisions that hold and that nobody can match any more: another key made them, which is set aside with them.
    """

    carried: int = 0
    lost: int = 0
    judgements: int = 0
    by_staff: int = 0


def carry_over(present: Path, restored: Path) -> Carried:
    """Write what the present desk decided, and the restored one does not know, onto the restored one.

    A desk that cannot be read has nothing to carry: it may be the reason for the restoration.
    """
    try:
        with Desk.open(present) as now, Desk.open(restored) as then:
            return replace(_carry(now, then), judgements=bring_over(now, then), by_staff=staff_carried.bring_over(now, then))
    except DeskDamaged:
        return Carried()


def _carry(now: Desk, then: Desk) -> Carried:
    keys = [desk.rows("SELECT mark FROM key_check") for desk in (now, then)]
    decided = now.rows(
        """
        SELECT suppression_id, kind, decided_by, because, decided_at, withdrawn_by, withdrawn_because, withdrawn_at
        FROM suppressions
        ORDER BY suppression_id
        """
    )
    if keys[0] != keys[1]:
        return Carried(lost=sum(row[7] is None for row in decided))
    carried = 0
    with then.transaction():
        for number, *said in decided:
            known = then.rows(f"SELECT suppression_id, withdrawn_at FROM suppressions WHERE {_SAME}", said[:4])  # noqa: S608
            if known and known[0][1] is None and said[6] is not None:
                then.write(
                    """
                    UPDATE suppressions
                    SET withdrawn_by = ?, withdrawn_because = ?, withdrawn_at = ?
                    WHERE suppression_id = ?
                    """,
                    [*said[4:], known[0][0]],
                )
            carried += not known
            there = known[0][0] if known else _insert(then, said)
            for kind, mark in now.rows("SELECT kind, mark FROM suppression_marks WHERE suppression_id = ?", [number]):
                then.write(
                    "INSERT OR IGNORE INTO suppression_marks (suppression_id, kind, mark) VALUES (?, ?, ?)", [there, kind, mark]
                )
    return Carried(carried)


def _insert(desk: Desk, said: list[object]) -> int:
    return desk.write(
        """
        INSERT INTO suppressions
            (kind, decided_by, because, decided_at, withdrawn_by, withdrawn_because, withdrawn_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        said,
    )
