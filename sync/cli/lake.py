"""Commands on the lake that several machines share: lake push, list, tidy."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from sync.cli.context import Asked
from sync.cli.output import Json, print_json, print_table, say
from sync.clock import SystemClock
from sync.lake import LakeStanding, lake_of
from sync.lake import push as push_edition

app = typer.Typer(
    name="lake", no_args_is_help=True, help="One lake for several machines: push this one's edition into it, list, tidy up."
)


@app.command()
def push(
    ctx: typer.Context,
    is_taking_over: Annotated[
        bool, typer.Option("--take-over", help="Take the place of another installation that had this machine's name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the current edition into the lake as one snapshot; nothing where the lake has it already."""
    asked: Asked = ctx.obj
    done = push_edition(asked.settings, SystemClock().now(), is_taking_over=is_taking_over)
    if as_json:
        print_json(asdict(done))
    elif done.snapshot is None:
        say(f"the lake shows edition {done.edition} of this machine already")
    else:
        tries = f", at the {done.tries}th try: others pushed meanwhile" if done.tries > 1 else ""
        said = f"{done.rows:,} rows in {done.tables} tables, {done.seconds:.1f} seconds{tries}"
        say(f"pushed edition {done.edition} as snapshot {done.snapshot}: {said}")


@app.command("list")
def list_all(ctx: typer.Context, as_json: Json = False) -> None:
    """List every machine's pushes, and by which snapshot an edition can still be read."""
    asked: Asked = ctx.obj
    found = lake_of(asked.settings).pushes()
    if as_json:
        print_json([asdict(one) for one in found])
        return
    rows = [
        (
            one.machine,
            one.edition,
            f"{one.published_at:%Y-%m-%d %H:%M}",
            f"{one.pushed_at:%Y-%m-%d %H:%M}",
            "gone" if one.snapshot is None else f"AT (VERSION => {one.snapshot})",
            "current" if one.is_current else "",
            _erasure(is_forgetting=one.is_forgetting, is_done=one.forgotten_at is not None),
        )
        for one in found
    ]
    print_table(("machine", "edition", "published (UTC)", "pushed (UTC)", "time travel", "", "erasure"), rows)


def _erasure(*, is_forgetting: bool, is_done: bool) -> str:
    if not is_forgetting:
        return ""
    return "complete" if is_done else "waits for `lake tidy`"


@app.command()
def tidy(
    ctx: typer.Context,
    hours: Annotated[
        int,
        typer.Option(min=0, help="For so long a push or a reader may be in the middle of something: younger files stay."),
    ] = 24,
    as_json: Json = False,
) -> None:
    """Let go of editions older than keep_days, join small files, delete what nobody needs, and complete erasures."""
    asked: Asked = ctx.obj
    settings = asked.settings
    done = lake_of(settings).tidy(settings.lake.keep_days, hours * 60)
    if as_json:
        print_json(asdict(done))
        return
    say(f"snapshots that went: {done.expired}; files joined: {done.merged}; written anew: {done.rewritten}")
    say(f"files deleted: {done.deleted} that no snapshot needs, {done.orphans} that no push had completed")
    if done.forgotten:
        say(f"erasures are complete in the lake, of: {', '.join(done.forgotten)}")
    if done.waiting:
        say(
            f"erased, of: {', '.join(done.waiting)}; a push that was killed may have left a file: `lake tidy` once more after "
            f"{hours} hours completes it"
        )


def told(lake: LakeStanding) -> str:
    """How the lake stands, as a sentence."""
    if lake.pushed is None or lake.pushed_at is None:
        return "lake: nothing was pushed yet: `clusterbridge lake push`"
    said = f"lake: edition {lake.pushed} was pushed on {lake.pushed_at:%Y-%m-%d %H:%M} UTC"
    if lake.erasures_waiting:
        return f"{said}; an erasure has not reached it: `clusterbridge lake push`, then `clusterbridge lake tidy`"
    if lake.is_behind:
        return f"{said}, readers here have {lake.current}: `clusterbridge lake push`"
    return f"{said}, which is the current one"
