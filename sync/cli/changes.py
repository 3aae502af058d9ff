"""The command that tells what became of organisations: a table for people, JSON for programs, Atom for feed readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, assert_never
from xml.etree.ElementTree import Element

import typer

from sync.cli.ask import current_edition, network_titles
from sync.cli.output import Json, Stop, brief, print_json, print_table, print_xml, say, warn
from sync.exits import Exit
from warehouse import atom
from warehouse.changes import (
    TAG,
    Beginning,
    Change,
    Kind,
    as_data,
    beginnings,
    count,
    day_of_last_run,
    read,
    tag,
    tag_of_beginning,
)

_MOST = 10_000
NO_TITLES: Mapping[str, str] = MappingProxyType({})


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
        # Of a network that is read for the first time a feed says how many are new for that, instead of hundreds of entries.
        begun = beginnings(con, since=first_day, kinds=kinds) if as_atom else []
        found = read(con, limit=limit, since=first_day, kinds=kinds, without=begun)
        total = sum(count(con, since=first_day, kinds=kinds, without=begun).values())
        titles = network_titles(con) if begun else {}
        (published_at,) = con.execute("SELECT published_at FROM edition").fetchall()[0]
    more = f", the newest {len(found)} shown" if total > len(found) else ""
    summary = f"{total} changes" + (f" since {first_day}" if first_day else "") + more
    if as_json or as_atom:
        if more:
            warn(f"{summary}; --limit shows more")
        if as_json:
            print_json([as_data(change) for change in found])
        else:
            print_xml(feed(found, published_at, begun, titles))
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


def feed(
    found: Sequence[Change], published_at: datetime, begun: Sequence[Beginning] = (), titles: Mapping[str, str] = NO_TITLES
) -> Element:
    """The changes as a feed, in the order given, after the networks that were read for the first time.

    Arguments:
        published_at: the edition's, in UTC.
        titles: short name -> what a network calls itself.
    """
    entries = [*(_beginning(one, titles) for one in begun), *map(_entry, found)]
    return atom.feed(TAG, "Changes of cluster organisations", published_at.replace(tzinfo=UTC), entries)


def _beginning(one: Beginning, titles: Mapping[str, str]) -> atom.Entry:
    names = ", ".join(titles.get(name, name) for name in one.networks)
    told = f"first edition: {names}" if one.is_first else f"read for the first time: {names}"
    return atom.Entry(
        id=tag_of_beginning(one),
        title=f"{len(one.organisations)} cluster organisation{' is' if len(one.organisations) == 1 else 's are'} new",
        updated=atom.on_day(one.changed_on),
        content=told,
        category=Kind.NEW.value,
    )


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
