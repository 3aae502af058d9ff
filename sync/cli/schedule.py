"""The command that waits for the night: schedule."""

from __future__ import annotations

from threading import Event
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from connectors import registry
from sync import schedule as schedules
from sync.cli.context import Asked
from sync.cli.output import Json, Stop, print_json, print_table, say, warn
from sync.clock import SystemClock
from sync.exits import Exit
from sync.journal import journal
from sync.schedule_run import ProcessRun
from sync.settings import Settings, load_settings
from sync.stopping import told_by_signals

Show = Annotated[bool, typer.Option("--show", help="Say when each network is due next, and end.")]


def schedule(ctx: typer.Context, is_show: Show = False, as_json: Json = False) -> None:
    """Read each network when its cron line in config.toml says so, until told to stop; a missed night is made up for once."""
    asked: Asked = ctx.obj
    clock = SystemClock()
    if is_show:
        _show(schedules.plan(asked.settings), asked.settings, as_json=as_json)
        return
    if as_json:
        raise Stop(Exit.USAGE, "wanted --show beside --json, found --json alone: keeping the schedule is told in the journal")
    stopping = Event()
    options = ["--config", str(asked.config.absolute())] if asked.config else []
    options += ["--quiet"] if asked.quiet else []
    with (
        journal(asked.settings.paths.var, quiet=asked.quiet, verbose=not asked.quiet) as log,
        told_by_signals(stopping),
    ):
        schedules.Schedule(
            read_settings=lambda: load_settings(asked.config, networks=registry.names()),
            last_tries=lambda settings: schedules.last_tries(settings, clock.now()),
            run=ProcessRun(options, stopping, log),
            clock=clock,
            log=log,
            stopping=stopping,
        ).keep()


def _show(plan: schedules.Plan, settings: Settings, *, as_json: bool) -> None:
    now = SystemClock().now().astimezone(ZoneInfo(settings.operator.timezone))
    due = plan.next(now)
    if as_json:
        print_json(
            {
                "timezone": settings.operator.timezone,
                "networks": [{"network": name, "cron": plan.lines[name].line, "next_due_at": due[name]} for name in due],
                "not_scheduled": [{"network": name, "because": because} for name, because in plan.left_out.items()],
                "warnings": plan.warnings(now),
            }
        )
        return
    print_table(
        ("network", "cron", f"next due ({settings.operator.timezone})"),
        [(name, plan.lines[name].line, f"{moment:%a %Y-%m-%d %H:%M}") for name, moment in due.items()],
    )
    for name, because in plan.left_out.items():
        say(f"{name}: not scheduled: {because}")
    for warning in plan.warnings(now):
        warn(warning)
