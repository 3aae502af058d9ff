"""The command serve: the staff's web page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from portal.app import make
from portal.options import Options
from portal.safety import LOOPBACK_NAMES, is_loopback
from portal.serving import CannotServe, serving
from sync.cli.context import Asked
from sync.cli.output import say
from sync.clock import SystemClock
from sync.places import EDITIONS
from sync.stopping import told_by_signals

LOOK_SECONDS = 1.0


def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen at; else [portal] host.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port; else [portal] port.")] = None,
) -> None:
    """Open the staff's web page on the current edition, until told to stop; new editions are followed."""
    asked: Asked = ctx.obj
    var = asked.settings.paths.var
    open_page(asked, (var / EDITIONS, var / "demo" / EDITIONS), host=host, port=port)


def open_page(asked: Asked, folders: Sequence[Path], *, host: str | None = None, port: int | None = None) -> None:
    """Serve the page until told to stop.

    Arguments:
        folders: of editions; the first that has one is read.
        host, port: in place of the configured ones.

    Raises CannotServe.
    """
    portal = asked.settings.portal
    host, port = host or portal.host, port or portal.port
    if not is_loopback(host):
        raise CannotServe(
            f"wanted an address of this machine alone (127.0.0.1), found {host!r}: the page has no sign-in yet; "
            "put a proxy that asks for one in front of it"
        )
    options = Options(
        editions=tuple(folders),
        now=SystemClock().now,
        timezone=ZoneInfo(asked.settings.operator.timezone),
        languages=portal.languages,
        names=LOOPBACK_NAMES | {host},
        with_model=asked.settings.embeddings.enabled,
        is_demo=asked.is_demo,
    )
    stopping = Event()
    with told_by_signals(stopping), serving(make(options), host, port) as server:
        say(f"{server.address}/  (Ctrl-C closes it)")
        while not stopping.wait(LOOK_SECONDS):
            if not server.is_alive:
                raise RuntimeError("wanted the server to answer until it is told to stop, it ended by itself")
