"""Commands that keep what cannot be had again: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync.cli.context import Asked
from sync.cli.output import Json, print_json, say, warn
from sync.clock import SystemClock
from sync.keeping.backup import back_up
from sync.keeping.restore import restore as bring_back
from sync.places import KEY

Into = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder below which the backup gets a folder of its own.", file_okay=False)
]
From = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder of one backup: clusterbridge-<date>.", exists=True, file_okay=False)
]
WithCaptures = Annotated[
    bool, typer.Option("--captures", help="Also the stored pages; without them a page is asked for again when it is needed.")
]


def backup(ctx: typer.Context, folder: Into, with_captures: WithCaptures = False, as_json: Json = False) -> None:
    """Write the state, the desk, its key, the configuration without secrets and the current edition into a new folder."""
    asked: Asked = ctx.obj
    made = back_up(asked.settings.paths.var, asked.config_file, folder, SystemClock().now(), with_captures=with_captures)
    if as_json:
        print_json(
            {
                "folder": str(made.folder),
                "files": len(made.entries),
                "bytes": made.bytes,
                "run": made.state.run_id,
                "ended_at": made.state.ended_at,
                "left_out": list(made.left_out),
            }
        )
        return
    say(f"backed up into {made.folder}: {len(made.entries)} files, {made.bytes:,} bytes")
    if made.state.ended_at is None:
        say("the state is that before the first run")
    else:
        say(f"the state is that after run {made.state.run_id}, which ended on {made.state.ended_at:%Y-%m-%d %H:%M} UTC")
    for key in made.left_out:
        say(f"left out, because it may hold a password: {key}")
    if any(entry.path == KEY for entry in made.entries):
        say("it holds the key of the suppressions: keep it where only the operator can read it")


def restore(ctx: typer.Context, folder: From, as_json: Json = False) -> None:
    """Bring a backup back; what is there now is set aside, never deleted. Stop `serve` and `schedule` first."""
    asked: Asked = ctx.obj
    var = asked.settings.paths.var
    done = bring_back(folder, var, SystemClock().now())
    if as_json:
        print_json(
            {
                "made_at": done.made_at,
                "run": done.state.run_id,
                "set_aside": done.set_aside and str(done.set_aside),
                "config": done.config and str(done.config),
                "suppressions_carried": done.suppressions.carried,
                "suppressions_lost": done.suppressions.lost,
                "judgements_carried": done.suppressions.judgements,
                "by_staff_carried": done.suppressions.by_staff,
            }
        )
        return
    say(f"brought back into {var}: the backup of {done.made_at:%Y-%m-%d %H:%M} UTC, as of run {done.state.run_id}")
    if done.suppressions.carried:
        say(f"suppressions that were decided since and hold on: {done.suppressions.carried}")
    if done.suppressions.judgements:
        say(f"judgements on records that were made since and hold on: {done.suppressions.judgements}")
    if done.suppressions.by_staff:
        say(f"what staff wrote on their page since and is kept: {done.suppressions.by_staff} rows")
    if done.suppressions.lost:
        warn(f"suppressions that another key made and that do NOT hold any more: {done.suppressions.lost}; decide them again")
    if done.set_aside:
        say(f"what was there is in {done.set_aside}; delete it when all is well")
    if done.config:
        say(f"the configuration was not touched; the backup's is {done.config}")
    if any(network.enabled for network in asked.settings.networks.values()):
        say("next: `clusterbridge status`, then `clusterbridge sync`, which publishes a new edition")
    else:
        say(
            "next: `clusterbridge status`; `clusterbridge sync` reads nothing before a network is switched on, and "
            "`clusterbridge demo` plays them on this machine"
        )
