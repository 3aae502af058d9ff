"""The command show: one organisation with every value, who said it, why it is shown, and what others say instead."""

from __future__ import annotations

from typing import Any

import typer

from sync.cli.ask import Name, current_edition, meant
from sync.cli.output import Json, Stop, brief, print_json, print_table, say
from sync.exits import Exit
from warehouse.connection import Connection
from warehouse.dossier import dossier
from warehouse.organisations import redirected_since


def show(ctx: typer.Context, org: Name, as_json: Json = False) -> None:
    """Show one organisation: every value, who said it, where and when, why it is shown, and what others say instead."""
    with current_edition(ctx.obj) as con:
        one = meant(con, org)
        known = dossier(con, one.id)
        former = _former(con, org, one.id)
    if known is None:
        raise Stop(
            Exit.UNEXPECTED, f"the edition names organisation {one.id} and does not hold it; `clusterbridge doctor` checks it"
        )
    if as_json:
        print_json({**known, "redirected_from": former})
        return
    if former:
        since = f" since {former['since']}" if former["since"] else ""
        say(f"{former['id']} is now {one.id}{since}")
    what = [f"number {known['id']}", *(known[field] for field in ("country", "organisation_type") if known[field])]
    say(f"{known['name']}  ({', '.join(what)})")
    if known["is_gone"]:
        say(f"gone: no network lists it any more, the last one since {max(one['missing_since'] for one in known['records'])}")
    say(f"first seen {known['first_seen_on']}, changed {known['changed_on']}, checked {known['checked_on']}")
    _print_values(known["values"])
    for record in known["records"]:
        missing = f"  missing since {record['missing_since']}" if record["missing_since"] else ""
        say(f"{record['network']}  {record['source_key']}  {record['url']}  checked {record['checked_on']}{missing}")


def _former(con: Connection, words: str, number: int) -> dict[str, Any] | None:
    """The number that was asked for, where it is another one now, and since when; None: it is not, or a name was asked for."""
    if not words.strip().isdecimal() or int(words) == number:
        return None
    since = redirected_since(con, int(words))
    return {"id": int(words), "since": since and since.isoformat()}


def _print_values(values: dict[str, Any]) -> None:
    print_table(
        ("field", "value", "said by", "why", "printed"),
        [
            (
                field if number == 0 else "",
                brief(source["value"]),
                _said_by(source),
                _why(source, is_empty=not any(one["is_shown"] for one in entry["sources"])),
                brief(source["printed"]),
            )
            for field, entry in values.items()
            for number, source in enumerate(entry["sources"])
        ],
        stacks=True,
    )
    differing = [field for field, entry in values.items() if entry["conflict"]]
    if differing:
        say(f"sources differ on: {', '.join(differing)}")


def _why(source: dict[str, Any], *, is_empty: bool) -> str:
    because: str = source["because"]
    if source["is_shown"]:
        return because
    if not because.endswith(" is shown"):
        return f"not shown: {because}"
    if not is_empty:
        return "not shown"  # what is shown stands above it
    # The record from which the group is taken has no such value.
    return f"not shown: what belongs together comes from one source, {because.removesuffix(' is shown')}"


def _said_by(source: dict[str, Any]) -> str:
    return f"{source['network']} ({source['era']})" if source["era"] else str(source["network"])
