"""What comes of a judgement, in words: that it is refused and by what, whom it parts, what it sets free, which numbers change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matching.sameness.foresight import InTheWay, Parting
from matching.sameness.verdicts import Done
from sync.cli.records import OTHER, decision_as_json, side_as_json, to_withdraw
from warehouse.decided import Decision
from warehouse.doubts import Side
from warehouse.seated import Moved


def said(done: Done) -> str:
    """What was done, as a sentence."""
    one = done.decision
    both = " and ".join(f"{side.record} ({side.name})" for side in done.sides) or f"{one.left} and {one.right}"
    if one.withdrawn:
        return f"withdrawn: that {both} are {OTHER[one.verdict]}, judged by {one.decided_by}"
    found = "judged" if done.is_new else f"{one.decided_by} judged so already, on {one.decided_at:%Y-%m-%d}"
    if done.forbidden_by:
        found += ", and refused" if done.is_new else ", which is refused"
    return f"{found}: {both} are {OTHER[one.verdict]}"


def warnings(done: Done) -> list[str]:
    """What comes of it that nobody might expect."""
    if done.forbidden_by:
        return [refusal(done.forbidden_by)]
    by_record = {side.record: side for side in done.sides}
    found = [parting(one, by_record[one.record]) for one in done.partings]
    found += [f"this lets be carried out that {told(one)}" for one in done.freed]
    return found + [f"with that is refused that {told(one)}" for one in done.refused]


def as_json(done: Done) -> dict[str, Any]:
    """All of it for programs."""
    by_record = {side.record: side for side in done.sides}
    return {
        "judgement": decision_as_json(done.decision),
        "is_new": done.is_new,
        "records": [side_as_json(side) for side in done.sides],
        "is_refused": bool(done.forbidden_by),
        "forbidden_by": [decision_as_json(one) for one in done.forbidden_by],
        "partings": [parting_as_json(one, by_record[one.record]) for one in done.partings],
        "freed": [decision_as_json(one) for one in done.freed],
        "refused": [decision_as_json(one) for one in done.refused],
    }


def told(one: Decision) -> str:
    """A judgement as a clause, with who made it and when."""
    return f"{one.left} and {one.right} are {OTHER[one.verdict]}, judged by {one.decided_by} on {one.decided_at:%Y-%m-%d}"


def listed(ones: Sequence[Decision]) -> str:
    """Judgements, each on a line with what to type to withdraw it."""
    return "\n".join(f"  {told(one)}; to withdraw that: {to_withdraw(one)}" for one in ones)


def refusal(forbidden_by: Sequence[Decision]) -> str:
    """That a ``same`` is refused, and by which judgements."""
    return (
        "refused: it joins nothing as long as these stand, and undoes nothing of what they say; where one is withdrawn, it is "
        f"looked at again:\n{listed(forbidden_by)}"
    )


def forbidden(one: Side, other: Side, joined_by: Sequence[Decision]) -> str:
    """That a ``different`` is not written, and which judgements make the two one organisation."""
    return (
        f"people made {one.record} and {other.record} one organisation, so nothing is written; to part them withdraw what joins "
        f"them first:\n{listed(joined_by)}"
    )


def parting(one: Parting, side: Side) -> str:
    """That a record leaves others behind.

    Arguments:
        side: the record with the organisation that it is of.
    """
    organisation = f"number {side.organisation_id}, {side.name}"
    others = ", ".join(map(str, one.others))
    if one.is_left:
        what = f"{side.record} leaves {organisation}, where {others} {'stays' if len(one.others) == 1 else 'stay'}"
    else:
        what = f"{side.record} takes {organisation}, with it, and {others} {'leaves' if len(one.others) == 1 else 'leave'} it"
    return f"{what}, because {_because(one.because)}"


def _because(one: InTheWay) -> str:
    if one.by is None:
        return f"the machine judges {one.left} and {one.right} two organisations"
    return f"{told(one.by)}; to withdraw that: {to_withdraw(one.by)}"


def parting_as_json(one: Parting, side: Side) -> dict[str, Any]:
    """The same for programs."""
    by = one.because.by
    return {
        "record": str(one.record),
        "id": side.organisation_id,
        "name": side.name,
        "others": [str(other) for other in one.others],
        "number_stays_with": "others" if one.is_left else "record",
        "because": {
            "left": str(one.because.left),
            "right": str(one.because.right),
            "by": "machine" if by is None else by.decided_by,
            "withdraw": None if by is None else to_withdraw(by),
        },
        "text": parting(one, side),
    }


def moved(one: Moved) -> str:
    """What became of a number."""
    organisation = f"number {one.number}, {one.name}"
    others, records, were = (", ".join(map(str, some)) for some in (one.others, one.are, one.were))
    if not one.are and len(one.others) > 1:
        return f"{organisation}: its records are now of {others}"
    if not one.are:
        return f"{organisation}, is merged into number {others}" if others else f"{organisation}, is not in the edition any more"
    if one.were:
        return f"{organisation}, is {records}; before it was {were}"
    parted = f", parted from number {others}" if others else ""
    return f"{organisation}, {'is back' if one.is_back else 'is new'}{parted}: {records}"


def moved_as_json(one: Moved) -> dict[str, Any]:
    """The same for programs."""
    return {
        "id": one.number,
        "name": one.name,
        "records": [str(record) for record in one.are],
        "records_before": [str(record) for record in one.were],
        "others": list(one.others),
        "is_back": one.is_back,
        "text": moved(one),
    }
