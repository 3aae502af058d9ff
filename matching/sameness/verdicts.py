"""What people decide on two records: what they can decide, deciding it, taking it back, and what came of it.

The command line and the staff page do it by these functions; what is decided stands on the desk, and the next run carries it out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from matching.sameness.foresight import Foreseen, Foresight, Parting
from warehouse import decided, doubts
from warehouse.connection import Connection
from warehouse.decided import Decision, RecordKey
from warehouse.desk import Desk
from warehouse.doubts import Doubt, Side
from warehouse.rows import Verdict


@dataclass(frozen=True)
class Done:
    """What was written on the desk.

    Arguments:
        is_new: else it stood there already.
        sides: the two records, in the order in which they were named; none: no edition has them.
        forbidden_by: of a ``same`` people's judgements that stand in its way.
        partings: of a ``same`` what it parts.
        freed, refused: of a withdrawal the judgements that are carried out for want of it, and those that these forbid then.
    """

    decision: Decision
    is_new: bool
    sides: tuple[Side, ...] = ()
    forbidden_by: tuple[Decision, ...] = ()
    partings: tuple[Parting, ...] = ()
    freed: tuple[Decision, ...] = ()
    refused: tuple[Decision, ...] = ()


class Joined(Exception):  # noqa: N818  a circumstance, not a fault
    """People made the two one organisation, so they cannot be two before that is withdrawn. Nothing was written.

    Attributes:
        by: the judgements that join them.
    """

    def __init__(self, by: tuple[Decision, ...]) -> None:
        super().__init__(f"wanted no judgement of people that joins the two, found {len(by)}")
        self.by = by


def judge(
    desk: Desk, foresight: Foresight, one: Side, other: Side, verdict: Verdict, *, by: str, because: str, at: datetime
) -> Done:
    """Write down that two records are one organisation, or two, and foresee what comes of it.

    Raises decided.Contradicted, Joined, and ValueError as ``decided.decide``.
    """

    def check(standing: list[Decision]) -> None:
        joined_by = foresight.joined_by(standing, one.record, other.record) if verdict is Verdict.DIFFERENT else ()
        if joined_by:
            raise Joined(joined_by)

    made, is_new = decided.decide(desk, one.record, other.record, verdict, by=by, because=because, at=at, check=check)
    foreseen = foresight.of_same(decided.standing(desk), made) if verdict is Verdict.SAME else Foreseen()
    return Done(made, is_new, (one, other), foreseen.forbidden_by, foreseen.partings if is_new else ())


def withdraw(
    desk: Desk, foresight: Foresight | None, number: int, sides: tuple[Side, ...], *, by: str, because: str, at: datetime
) -> Done | None:
    """Take a judgement back; None: none of that number stands, as where somebody else has just withdrawn it.

    Arguments:
        foresight: None: there is no edition, and nothing is foreseen.
    """
    if not decided.withdraw(desk, number, by=by, because=because, at=at):
        return None
    one = next(each for each in decided.decisions(desk) if each.number == number)
    freed, refused = foresight.of_withdrawal(decided.standing(desk), one) if foresight is not None else ((), ())
    return Done(one, True, sides, freed=freed, refused=refused)


class Act(StrEnum):
    """What a person does about two records."""

    SAME = "same"
    DIFFERENT = "different"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Way:
    """A way to decide a doubt: what to do, and with which two records."""

    act: Act
    left: RecordKey
    right: RecordKey


def ways(one: Doubt) -> dict[Verdict, Way]:
    """What a person can decide of a doubt, by where it leads."""
    left, right, obstacle = one.left.record, one.right.record, one.obstacle
    found = {Verdict.SAME: Way(Act.SAME, left, right), Verdict.DIFFERENT: Way(Act.DIFFERENT, left, right)}
    if one.probability is None:  # a person joined them, and a different forbids it
        found[Verdict.DIFFERENT] = Way(Act.WITHDRAW, left, right)
    if obstacle is not None and obstacle.is_by_person:
        # As long as it stands it forbids every join of the two organisations, also a person's.
        found[Verdict.SAME] = Way(Act.WITHDRAW, obstacle.left, obstacle.right)
    elif obstacle is not None and one.probability is None:
        found[Verdict.SAME] = Way(Act.SAME, obstacle.left, obstacle.right)
    elif one.probability is None:
        del found[Verdict.SAME]
    return found


class Outcome(StrEnum):
    """What an edition makes of a judgement."""

    WITHDRAWN = "withdrawn"
    UNKNOWN = "waits: a record is not known"
    WAITS = "waits for the next run"
    REFUSED = "refused: another judgement forbids it; `clusterbridge duplicates` shows it after a run"
    CARRIED_OUT = "carried out"


def refused(con: Connection | None, standing: Sequence[Decision]) -> list[Decision]:
    """Of the judgements that stand on the desk those that the others forbid, whether a run has looked at them or not.

    Arguments:
        con: None: there is no edition, and nothing is foreseen.
    """
    if con is None or all(one.verdict is not Verdict.SAME for one in standing):
        return []
    return Foresight(con, people_only=True).refused(standing)


def outcome(con: Connection | None, one: Decision, forbidden: Collection[Decision]) -> Outcome:
    """What came of a judgement in an edition, or will.

    Arguments:
        con: None: there is no edition.
        forbidden: those that the next run cannot carry out, as ``refused`` finds them. What the last run refused is none of them
            once nothing stands in its way any more: then it waits.
    """
    sides = [None if con is None else doubts.record(con, key) for key in (one.left, one.right)]
    if one.withdrawn is not None:
        return Outcome.WITHDRAWN
    if con is None or sides[0] is None or sides[1] is None:
        return Outcome.UNKNOWN
    is_one = sides[0].organisation_id == sides[1].organisation_id
    if doubts.is_carried(con, one) and is_one is (one.verdict is Verdict.SAME):
        return Outcome.CARRIED_OUT
    return Outcome.REFUSED if one in forbidden else Outcome.WAITS


def side_as_json(side: Side) -> dict[str, Any]:
    """A record and its organisation for programs."""
    return {
        "record": str(side.record),
        "network": side.record.network,
        "source_key": side.record.source_key,
        "record_name": side.record_name,
        "url": side.url,
        "id": side.organisation_id,
        "name": side.name,
        "country": side.country,
        "city": side.city,
        "website": side.website,
        "networks": list(side.networks),
        "is_gone": side.is_gone,
    }


def decision_as_json(one: Decision) -> dict[str, Any]:
    """A judgement for programs."""
    return {
        "number": one.number,
        "left": str(one.left),
        "right": str(one.right),
        "verdict": one.verdict.value,
        "by": one.decided_by,
        "because": one.because,
        "decided_at": one.decided_at,
        "withdrawn": one.withdrawn and {"by": one.withdrawn.by, "because": one.withdrawn.because, "at": one.withdrawn.at},
    }
