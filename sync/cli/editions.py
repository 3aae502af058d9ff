"""Commands about the published editions: editions, editions restore."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from sync.cli.context import Asked
from sync.cli.output import Json, print_json, print_table, say
from sync.clock import SystemClock
from sync.lock import one_run_at_a_time
from warehouse import edition_health
from warehouse.edition_health import Examined
from warehouse.editions import POINTER

app = typer.Typer(name="editions", help="List the published editions; make another one the current one.")


@app.callback(invoke_without_command=True)
def editions(ctx: typer.Context, as_json: Json = False) -> None:
    """List the published editions and read each in full: which is current, and whether it is as it was published."""
    if ctx.invoked_subcommand is not None:
        return
    folder = home(ctx.obj) / "editions"
    found = edition_health.examine(folder)
    if as_json:
        print_json([_told(one) for one in found])
        return
    if not found:
        say(f"no edition in {folder}: `clusterbridge sync` or `clusterbridge demo` publishes one")
        return
    columns = ("edition", "published (UTC)", "run", "MB", "organisations", "current", "state")
    print_table(columns, [_row(one) for one in found])


@app.command()
def restore(ctx: typer.Context, number: Annotated[int, typer.Argument(min=1, metavar="N", help="Its number.")]) -> None:
    """Make edition N the current one, after reading all of it; a damaged one that was current is set aside, not deleted."""
    var = home(ctx.obj)
    with one_run_at_a_time(var, SystemClock().now()):
        restored = edition_health.restore(var / "editions", number)
    say(f"{restored.path} is the current edition")
    if restored.set_aside is not None:
        say(f"the damaged one is {restored.set_aside} now")
    say("the next run publishes what the state knows, with a higher number")


def home(asked: Asked) -> Path:
    """The folder whose editions are read: the live one where anything was ever published, else the demo's, which is said."""
    var = asked.settings.paths.var
    is_live = any((var / "editions").glob("clusters-*")) or os.path.lexists(var / "editions" / POINTER)
    return asked.reading(var if is_live else var / "demo")


def _row(one: Examined) -> tuple[object, ...]:
    return (
        one.number,
        "" if one.published_at is None else f"{one.published_at:%Y-%m-%d %H:%M}",
        one.run_id,
        f"{one.size_bytes / 1_000_000:.1f}",
        one.organisations,
        "current" if one.is_current else "",
        f"damaged: {one.damage}" if one.damage else "ok",
    )


def _told(one: Examined) -> dict[str, Any]:
    return {
        "number": one.number,
        "path": str(one.path),
        "published_at": one.published_at,
        "run": one.run_id,
        "size_bytes": one.size_bytes,
        "organisations": one.organisations,
        "is_current": one.is_current,
        "state": "damaged" if one.damage else "ok",
        "because": one.damage,
    }
