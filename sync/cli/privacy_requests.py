"""What organisations ask by the staff page's form "Remove us", for the operator: listed, and closed with what was decided."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sync.cli.output import Stop, print_json, print_table, say
from sync.clock import SystemClock
from sync.exits import Exit
from sync.places import DESK
from warehouse import removals
from warehouse.desk import Desk
from warehouse.removals import Outcome, Removal, Wish

All = Annotated[bool, typer.Option("--all", help="Also those that were decided; their words are deleted.")]
ASKS = {
    Wish.REMOVE: "not to be listed",
    Wish.CONTACT: "to be listed without mailbox and telephone",
    Wish.CORRECT: "to have something corrected",
}


def list_open(var: Path, *, with_decided: bool, as_json: bool) -> None:
    """Print the requests that wait, or all, and how to decide."""
    with Desk.open(var / DESK) as desk:
        found = removals.removals(desk, open_only=not with_decided)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    if not found:
        say("no request waits" if not with_decided else "nobody has asked for anything")
        return
    columns = ("number", "asked on", "organisation", "website", "asks", "answer to", "outcome")
    print_table(columns, [_row(one) for one in found])
    say("look whether it is theirs to ask (answer to their website's own mailbox), then decide:")
    say("  clusterbridge privacy suppress VALUE --request NUMBER --by NAME --because TEXT   (or erase, or decline NUMBER)")


def _row(one: Removal) -> tuple[object, ...]:
    outcome = "" if one.outcome is None or one.decided_at is None else f"{one.outcome.value}, {one.decided_at:%Y-%m-%d}"
    return one.number, f"{one.asked_at:%Y-%m-%d}", one.organisation, one.website, ASKS[one.wish], one.reply_to, outcome


def check_open(var: Path, number: int | None) -> None:
    """Stops unless the request waits; None: there is none."""
    if number is None:
        return
    with Desk.open(var / DESK) as desk:
        if all(one.number != number for one in removals.removals(desk, open_only=True)):
            raise Stop(Exit.USAGE, f"wanted a request that waits, found none of number {number}; see `privacy requests`")


def close(var: Path, number: int | None, outcome: Outcome, by: str, because: str) -> None:
    """Say what was decided of a request; None: there is none. One that was closed by what was decided stays closed."""
    if number is not None:
        with Desk.open(var / DESK) as desk:
            removals.close(desk, number, outcome, by=by, because=because, at=SystemClock().now())
