"""The command that tells what became of organisations: a table for people, JSON for programs, Atom for feed readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, assert_never
from xml.etree.ElementTree import Element

import typer

from sync.cli.ask import current_edition
from sync.cli.output import Json, Stop, brief, print_json, print_table, print_xml, say, warn
from sync.exits import Exit
from warehouse import atom
from warehouse.changes import TAG, Change, Kind, as_data, count, day_of_last_run, read, tag

_MOST = 10_000


def changes(
    ctx: typer.Context,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The first day to tell of; else that of the last run."),
    ] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="The most changes to tell of.")] = 100,
    as_json: Json = False,
    as_atom: Annotated[bool, typer.Option("--atom", help="A feed (Atom 1.0) instead of tables.")] = False,
) -> None:
    """Tell what became of organisations: who is new, gone, renamed, what changed; the newest first."""
    if as_json and as_atom:
        raise Stop(Exit.USAGE, "wanted one of --json and --atom, found both")
    kinds = kind or ()
    with current_edition(ctx.obj) as con:
        first_day = since.date() if since else day_of_last_run(con)
        found = read(con, limit=limit, since=first_day, kinds=kinds)
        total = sum(count(con, since=first_day, kinds=kinds).values())
        (published_at,) = con.execute("SELECT published_at FROM edition").fetchall()[0]
    more = f", the newest {len(found)} shown" if total > len(found) else ""
    summary = f"{total} changes" + (f" since {first_day}" if first_day else "") + more
    if as_json or as_atom:
        if more:
            warn(f"{summary}; --limit shows more")
        if as_json:
            print_json([as_data(change) for change in found])
        else:
            print_xml(feed(found, published_at))
        return
    print_changes(found)
    say(summary)


def print_changes(found: Sequence[Change]) -> None:
    """A table of changes, in the order given."""
    if found:
        columns = ("on", "id", "name", "country", "what", "from", "to")
        print_table(columns, [(one.changed_on, one.organisation_id, one.name, one.country, *_cells(one)) for one in found])


def _cells(change: Change) -> tuple[str, str, str]:
    """What happened, from what, to what."""
    old, new = brief(change.old), brief(change.new)
    match change.kind:
        case Kind.NEW:
            return "new", "", brief(_labels(change))
        case Kind.SPLIT:
            return "split", f"part of {old}", brief(_labels(change))
        case Kind.MERGED:
            return "merged", f"{old} {new}".rstrip(), ""
        case Kind.GONE | Kind.RETURNED | Kind.RENAMED:
            return change.kind.value, old, new
        case Kind.LABEL_GAINED | Kind.LABEL_LOST:
            return change.kind.value.replace("_", " "), old, new
        case Kind.CHANGED:
            return f"changed {change.field}", old, new
        case _:
            assert_never(change.kind)


def _labels(change: Change) -> object:
    return change.new.get("labels") if isinstance(change.new, dict) else None


def feed(found: Sequence[Change], published_at: datetime) -> Element:
    """The changes as a feed, in the order given; ``published_at`` is the edition's, in UTC."""
    return atom.feed(TAG, "Changes of cluster organisations", published_at.replace(tzinfo=UTC), map(_entry, found))


def _entry(change: Change) -> atom.Entry:
    what, old, new = _cells(change)
    told = " → ".join(part for part in (old, new) if part)
    return atom.Entry(
        id=tag(change),
        title=f"{change.name or change.organisation_id}: {what}",
        updated=atom.on_day(change.changed_on),
        content=f"{what}: {told}" if told else what,
        category=change.kind.value,
    )
