"""The command sync, and how a run is made and reported, which demo does too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from connectors.network import Expectations
from sync import pipeline
from sync.accepting import command
from sync.aftermath import accounted
from sync.cli import taken_in
from sync.cli.context import Asked
from sync.cli.output import Json, notes, print_json, print_table, say, warn
from sync.clock import SystemClock
from sync.fetching.guards import is_loopback
from sync.journal import journal
from sync.settings import NetworkSettings, Operator, Permission, Settings
from sync.settings_shape import SLOWEST_LIVE_PACE
from sync.stopping import StoppableClock

DEMO_CONTACT = "nobody@demo.invalid"
"""In the User-Agent that only the replicas hear; nobody can have an address under ``.invalid`` (RFC 2606)."""
Networks = Annotated[list[str] | None, typer.Argument(metavar="[NETWORK ...]", help="Networks; none: all that are switched on.")]
Full = Annotated[bool, typer.Option("--full", help="Ask for every page anew, whatever is known to be unchanged.")]


def sync(ctx: typer.Context, networks: Networks = None, is_full: Full = False, as_json: Json = False) -> None:
    """Fetch what changed, load, match, publish."""
    asked: Asked = ctx.obj
    taken_in.before_a_run(asked)
    report = make(asked, asked.settings, tuple(networks or ()), is_full=is_full, is_accounted=True)
    if as_json:
        print_json(as_values(report))
    else:
        print_report(report)
    raise typer.Exit(report.exit)


def demo_settings(settings: Settings, bases: Mapping[str, str], floors: Mapping[str, int]) -> Settings:
    """The operator's settings, with the replicas in place of the live networks and a folder of their own.

    Arguments:
        bases: network -> the address of its replica on loopback.
        floors: network -> how many profiles a run must find there.
    """
    today = SystemClock().now().date()
    permission = Permission(basis="a replica on this machine, made by this program", read_on=today, by="clusterbridge demo")
    networks = {
        name: NetworkSettings(
            enabled=True,
            base=base,
            pace_seconds=0 if is_loopback(base) else SLOWEST_LIVE_PACE,
            allow_private=is_loopback(base),
            permission=permission,
            expect=Expectations(profiles_at_least=floors[name]),
        )
        for name, base in bases.items()
    }
    return settings.model_copy(
        update={
            "operator": Operator(contact=DEMO_CONTACT, timezone=settings.operator.timezone),
            "paths": settings.paths.model_copy(update={"var": settings.paths.var / "demo"}),
            "networks": networks,
        }
    )


def make(
    asked: Asked, settings: Settings, names: tuple[str, ...], *, is_full: bool, is_accounted: bool = False
) -> pipeline.RunReport:
    """One run, with its progress on stderr; told to stop while it reads, it ends in order.

    Arguments:
        is_accounted: whether the operator hears of it; of the demo nobody does.
    """
    stopping = Event()
    clock = StoppableClock(stopping)
    with journal(settings.paths.var, quiet=asked.quiet) as log, _progress(asked) as progress:

        def run() -> pipeline.RunReport:
            return pipeline.run(settings, names, clock, log, is_full=is_full, stopping=stopping, progress=progress)

        return accounted(settings, clock, log, run) if is_accounted else run()


@contextmanager
def _progress(asked: Asked) -> Iterator[pipeline.Progress]:
    """A bar a network on stderr; nothing where that is no terminal, or under ``--quiet``."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=notes, transient=True, disable=asked.quiet or not notes.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def show(network: str, done: int, total: int) -> None:
            if network not in tasks:
                tasks[network] = bars.add_task(network)
            bars.update(tasks[network], completed=done, total=total)

        yield show


def as_values(report: pipeline.RunReport) -> dict[str, Any]:
    """What a run did, as JSON values."""
    return {
        "run": report.run_id,
        "exit": int(report.exit),
        "networks": [
            {
                "network": one.run.network,
                "outcome": one.run.outcome.value,
                "because": one.run.because,
                "pages_fetched": one.run.pages_fetched,
                "pages_unchanged": one.run.pages_unchanged,
                "profiles": one.profiles,
                "captures_new": one.captures_new,
                "claims_opened": one.loaded.claims_opened if one.loaded else 0,
                "findings": one.loaded.findings if one.loaded else len(one.run.findings),
                "accept": command(report.run_id, one.run.network) if one.run.doubted else None,
            }
            for one in report.networks
        ],
        "not_permitted": dict(report.not_permitted),
        "stopped": list(report.stopped),
        "organisations": report.organisations,
        "swedish": report.swedish,
        "edition": None if report.edition is None else str(report.edition),
        "edition_held": report.edition_held,
        "is_unchanged": report.is_unchanged,
    }


def print_report(report: pipeline.RunReport) -> None:
    """What a run did: a line a network, the totals, and what is in the way."""
    rows = [
        (
            one.run.network,
            one.run.pages_fetched,
            one.run.pages_unchanged,
            one.profiles,
            one.captures_new,
            one.loaded.claims_opened if one.loaded else 0,
            one.loaded.findings if one.loaded else len(one.run.findings),
            one.run.outcome.value,
        )
        for one in report.networks
    ]
    if rows:
        columns = ("network", "fetched", "same", "profiles", "stored", "claims", "findings", "outcome")
        print_table(columns, rows)
    for one in report.networks:
        if one.run.because:
            warn(f"{one.run.network} {one.run.outcome.value}: {one.run.because}")
        if one.run.doubted:
            warn(f"  nothing of it is loaded; if the network is so now: {command(report.run_id, one.run.network)}")
    for reason in report.not_permitted.values():
        warn(reason)
    if report.stopped:
        warn(f"told to stop before {', '.join(report.stopped)} was read to the end; the next run reads it and publishes")
        return
    if not report.networks:
        warn(
            "no network was read"
            if report.not_permitted
            else "no network is switched on; see the README, or try `clusterbridge demo`"
        )
        return
    say(f"{report.organisations} organisations, {report.swedish} of them Swedish")
    if report.edition:
        say(f"published {report.edition}")
    if report.edition_held:
        warn(f"the edition is held back, the last good one stays: {report.edition_held}")
    if report.is_unchanged:
        say("nothing changed since the last run: no new claim, no new capture")
