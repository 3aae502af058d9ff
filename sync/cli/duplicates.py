"""The command duplicates: which records may be one organisation, with what speaks for and against, and how to decide."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from matching.sameness.verdicts import Act, Way, ways
from sync.cli.ask import edition_path
from sync.cli.look import home
from sync.cli.output import Json, print_json, say
from sync.cli.records import command, judged_edition, line, side_as_json
from sync.places import DESK
from warehouse import decided, doubts
from warehouse.desk import Desk
from warehouse.doubts import Doubt, Doubts, Reason
from warehouse.rows import Verdict


def duplicates(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Pairs to print.")] = 20,
    as_json: Json = False,
) -> None:
    """List the records of which only a person can say whether they are one organisation, the most probable first."""
    var = home(ctx.obj)
    with judged_edition(edition_path(var)) as con, Desk.open(var / DESK) as desk:
        found = doubts.read(con, decided.standing(desk))
    if as_json:
        pairs = [_as_json(one) for one in found.found[:limit]]
        print_json({"total": len(found.found), "waiting_for_the_next_run": found.waiting, "pairs": pairs})
        return
    for number, one in enumerate(found.found[:limit], start=1):
        _print(number, one)
    say(_summary(found, limit))


def _summary(found: Doubts, limit: int) -> str:
    waiting = (
        f"; {found.waiting} more {'was judged and waits' if found.waiting == 1 else 'were judged and wait'} for the next run"
        if found.waiting
        else ""
    )
    if not found.found:
        return (
            f"nothing is in doubt among {found.organisations} organisations{waiting}. What people judged: `clusterbridge judge "
            "list`. To join or part records that the machine is sure of: `clusterbridge judge --help`"
        )
    shown = f", the first {limit} shown" if len(found.found) > limit else ""
    return f"{len(found.found)} {'pair' if len(found.found) == 1 else 'pairs'} in doubt{shown}{waiting}"


def _print(number: int, one: Doubt) -> None:
    say(f"{number}. {_head(one)}")
    for side in (one.left, one.right):
        say(f"   {line(side)}", indent=5)
    for reason in one.reasons:
        say(f"   {reason.weight:+5.1f}  {_clause(reason)}", indent=10)
    if one.prior is not None:
        say(f"   {one.prior:+5.1f}  any two records, before they are compared", indent=10)
    if one.obstacle is not None:
        say(f"   kept apart by {_who(one)}, because {one.obstacle.left} and {one.obstacle.right} are judged different", indent=5)
    for what, typed in _ways(one).values():
        say(f"   {what}: {typed}", indent=5)
    say("")


def _head(one: Doubt) -> str:
    how = "joined by a person" if one.probability is None else f"probability {one.probability:.2f}"
    what = "would be one organisation and may not" if one.is_refused else "unsure"
    more = f" ({one.pairs} pairs of records of these two)" if one.pairs > 1 else ""
    return f"{how}, {what}{more}"


def _who(one: Doubt) -> str:
    return "a person" if one.obstacle is not None and one.obstacle.is_by_person else "the machine"


def _clause(reason: Reason) -> str:
    said = f"'{reason.left}'" if reason.left == reason.right else f"'{reason.left}' and '{reason.right}'"
    return f"{reason.because} ({said})"


def _ways(one: Doubt) -> dict[Verdict, tuple[str, str]]:
    """What a person can decide, by where it leads: in words, and what to type for it."""
    return {verdict: (_where(one, verdict, way), command(way.act, way.left, way.right)) for verdict, way in ways(one).items()}


def _where(one: Doubt, verdict: Verdict, way: Way) -> str:
    if verdict is Verdict.DIFFERENT:
        if way.act is Act.WITHDRAW:
            return f"to leave them two, withdraw that {way.left} and {way.right} are one"
        return "two organisations"
    if way.act is Act.WITHDRAW:
        what = "to make them one organisation" if one.probability is None else "to let the machine make them one organisation"
        return f"{what}, withdraw that {way.left} and {way.right} are two"
    return "one organisation"


def _as_json(one: Doubt) -> dict[str, Any]:
    obstacle = one.obstacle
    found = _ways(one)
    return {
        "verdict": one.verdict.value,
        "is_refused": one.is_refused,
        "probability": one.probability,
        "decided_at": one.decided_at,
        "pairs": one.pairs,
        "prior": None if one.prior is None else round(one.prior, 3),
        "left": side_as_json(one.left),
        "right": side_as_json(one.right),
        "for": [_reason(reason) for reason in one.reasons if reason.weight > 0],
        "against": [_reason(reason) for reason in one.reasons if reason.weight < 0],
        "kept_apart_by": obstacle
        and {
            "left": str(obstacle.left),
            "right": str(obstacle.right),
            "by": "person" if obstacle.is_by_person else "machine",
            "on": obstacle.decided_on.isoformat(),
        },
        "decide": {one.value: found[one][1] if one in found else None for one in (Verdict.SAME, Verdict.DIFFERENT)},
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "text": _clause(reason),
        "weight": round(reason.weight, 3),
        "kind": reason.kind,
        "left": reason.left,
        "right": reason.right,
    }
