"""The inbox at the command line: its lists are taken in when they are asked for, and before every run."""

from __future__ import annotations

from typing import Any

import typer

from sync import inbox
from sync.aftermath import accounted
from sync.cli.brought import print_findings, reported
from sync.cli.context import Asked
from sync.cli.output import print_json, say, warn
from sync.clock import SystemClock
from sync.exits import Exit, exit_of
from sync.inbox import Laid, Taken
from sync.journal import journal
from sync.lock import Locked
from sync.pipeline import RunReport


def import_inbox(asked: Asked, *, as_json: bool) -> None:
    """Take in every list that waits, and end with the worst that came of it. Raises Locked."""
    var = asked.settings.paths.var
    if not inbox.waiting(var):
        if as_json:
            print_json([])
        else:
            say("no list waits in the inbox")
        return
    asked.begin()
    taken = _take_in(asked)
    if as_json:
        print_json([_as_values(one) for one in taken])
    else:
        for one in taken:
            _say(one)
    raise typer.Exit(exit_of([Exit.PARTIAL if one.report is None else one.report.exit for one in taken]))


def before_a_run(asked: Asked) -> None:
    """Take in the lists that wait, before a run reads the networks. Whatever becomes of them, the run goes on."""
    if not inbox.waiting(asked.settings.paths.var):
        return
    try:
        for one in _take_in(asked):
            if one.report is None or one.report.exit is not Exit.OK:
                warn(f"the list {one.laid.name} of {one.laid.network}: {_came_of(one)}")
    except Locked:
        raise  # the run itself would find the same
    except Exception as error:
        # A fault in one list must not cost the night: it is in the journal, the list waits on, and doctor reminds of it.
        with journal(asked.settings.paths.var, quiet=asked.quiet) as log:
            log.error("inbox not taken in", because=type(error).__name__, exc_info=True)
        warn("(the lists in the inbox could not be taken in; the journal says why)")


def _take_in(asked: Asked) -> list[Taken]:
    settings, clock = asked.settings, SystemClock()
    with journal(settings.paths.var, quiet=asked.quiet) as log:

        def account(run: Any) -> RunReport:
            return accounted(settings, clock, log, run)

        return inbox.take_in(settings, clock, log, account)


def _say(one: Taken) -> None:
    say(f"{one.laid.name}, {_how(one.laid)} of {one.laid.network}: {_came_of(one)}")
    if one.report is not None:
        print_findings(one.report.networks[0].run.findings)


def _how(laid: Laid) -> str:
    signed = f", laid by {laid.by}" if laid.by else ""
    return ("the whole list" if laid.is_whole else "a part of the list") + signed


def _came_of(one: Taken) -> str:
    if one.report is None:
        return f"not taken in, and set aside: {one.trouble}"
    (network,) = one.report.networks
    if network.loaded is None:
        return f"{network.run.outcome.value}: {network.run.because}"
    return f"{len(network.run.records)} organisations, {network.loaded.records_new} of them new"


def _as_values(one: Taken) -> dict[str, Any]:
    laid = {"file": one.laid.name, "is_whole": one.laid.is_whole, "by": one.laid.by, "at": one.laid.at}
    if one.report is None:
        return {**laid, "network": one.laid.network, "run": None, "because": one.trouble}
    return {**laid, **reported(one.report)}
