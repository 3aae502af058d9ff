"""The command that tells what became of organisations: a table for people, JSON for programs, Atom for feed readers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from hashlib import sha256
from typing import Annotated, Any, assert_never
from xml.etree.ElementTree import Element, SubElement

import typer

from sync.cli.ask import current_edition
from sync.cli.output import Json, Stop, brief, print_json, print_table, print_xml, say, warn
from sync.exits import Exit
from warehouse.changes import Change, Kind, count, day_of_last_run, read

ATOM = "http://www.w3.org/2005/Atom"
TAG = "tag:clustersofsweden.com,2026:clusterbridge/changes"
"""RFC 4151: the association for which this is made names the changes, whoever runs the program. Never to be altered."""

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
            print_json([_as_json(change) for change in found])
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


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "id": change.organisation_id,
        "name": change.name,
        "country": change.country,
        "kind": change.kind.value,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "run": change.run_id,
        "changed_on": change.changed_on.isoformat(),
    }


# ---- Atom, RFC 4287


def feed(found: Sequence[Change], published_at: datetime) -> Element:
    """The changes as a feed, in the order given; ``published_at`` is the edition's, in UTC."""
    root = Element("feed", xmlns=ATOM)
    SubElement(root, "id").text = TAG
    SubElement(root, "title").text = "Changes of cluster organisations"
    SubElement(root, "updated").text = _moment(published_at)
    SubElement(SubElement(root, "author"), "name").text = "clusterbridge"
    for change in found:
        _entry(root, change)
    return root


def _entry(root: Element, change: Change) -> None:
    what, old, new = _cells(change)
    entry = SubElement(root, "entry")
    SubElement(entry, "id").text = _tag(change)
    SubElement(entry, "title").text = f"{change.name or change.organisation_id}: {what}"
    SubElement(entry, "updated").text = _moment(datetime.combine(change.changed_on, time()))
    SubElement(entry, "category", term=change.kind.value)
    told = " → ".join(part for part in (old, new) if part)
    SubElement(entry, "content", type="text").text = f"{what}: {told}" if told else what


def _moment(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).isoformat(timespec="seconds")


def _tag(change: Change) -> str:
    """The entry's name for ever; two changes of one field in one run, such as two labels gained, differ by their values."""
    values = sha256(json.dumps([change.old, change.new], sort_keys=True).encode()).hexdigest()[:12]
    return "/".join((TAG, str(change.run_id), str(change.organisation_id), change.kind.value, change.field or "whole", values))
