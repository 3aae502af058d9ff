"""The command serve: the staff's web page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from portal.app import make
from portal.hostile import is_loopback
from portal.options import Options, Permitted, Place
from portal.safety import LOOPBACK_NAMES
from portal.serving import CannotServe, serving
from portal.session import known_users
from sync.cli.context import Asked
from sync.cli.output import say, warn
from sync.cli.page_lists import PageLists
from sync.clock import SystemClock
from sync.files import written_wholly
from sync.places import DESK, EDITIONS, PORTAL_KEY
from sync.privacy.addresses import is_role_mailbox, redact
from sync.settings_shape import Portal
from sync.stopping import told_by_signals
from sync.withholding.key import KeyLost
from sync.withholding.suppression import suppressions
from warehouse.desk import DeskUnwritable
from warehouse.doubts import Side

LOOK_SECONDS = 1.0
KEY_BYTES = 32


def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help=r"Address to listen at; else \[portal] host.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help=r"Port, 0: any that is free; else \[portal] port.")
    ] = None,
) -> None:
    """Open the staff's web page on the current edition, until told to stop; new editions are followed."""
    asked: Asked = ctx.obj
    var = asked.settings.paths.var
    open_page(asked, (var, var / "demo"), host=host, port=port)


def open_page(asked: Asked, folders: Sequence[Path], *, host: str | None = None, port: int | None = None) -> None:
    """Serve the page until told to stop.

    Arguments:
        folders: with editions and a desk; the first that has an edition is shown.
        host, port: in place of the configured ones.

    Raises CannotServe.
    """
    portal = asked.settings.portal
    host = host or portal.host
    options = _options(asked, portal, folders, host)
    stopping = Event()
    with told_by_signals(stopping), serving(make(options), host, portal.port if port is None else port) as server:
        say(f"{server.address}/  (Ctrl-C closes it)")
        while not stopping.wait(LOOK_SECONDS):
            if not server.is_alive:
                raise RuntimeError("wanted the server to answer until it is told to stop, it ended by itself")


def _options(asked: Asked, portal: Portal, folders: Sequence[Path], host: str) -> Options:
    var = asked.settings.paths.var
    is_here, names = is_loopback(host), frozenset(portal.names)
    must_sign_in = not is_here or bool(names)
    has_users = bool(known_users(var / DESK))
    if must_sign_in and not has_users and not portal.user_header:
        raise CannotServe(
            f"wanted somebody who can sign in before others than this machine reach the page (host {host!r}), found nobody; "
            "say `clusterbridge user add NAME` first, or let a proxy sign people in ([portal] proxies, user_header)"
        )
    if not is_here and not portal.https and not asked.quiet:
        warn("(passwords and cookies cross the network unencrypted unless a proxy with HTTPS stands before this: [portal] https)")
    return Options(
        places=tuple(Place(folder / EDITIONS, folder / DESK) for folder in folders),
        users=var / DESK,
        key=_key(var),
        now=SystemClock().now,
        timezone=ZoneInfo(asked.settings.operator.timezone),
        languages=portal.languages,
        names=LOOPBACK_NAMES | {host} | names if is_here else names and names | {host} | LOOPBACK_NAMES,
        must_sign_in=must_sign_in,
        is_secure=portal.https,
        proxies=portal.proxies,
        user_header=portal.user_header,
        with_model=asked.settings.embeddings.enabled,
        is_kept_out=_is_kept_out,
        is_role_mailbox=is_role_mailbox,
        without_persons=redact,
        members=PageLists(var),
        permissions={
            name: Permitted(one.permission.basis, one.permission.read_on, one.permission.until)
            for name, one in asked.settings.networks.items()
            if not one.permission.missing()
        },
        is_demo=asked.is_demo,
    )


def _is_kept_out(desk: Path, side: Side) -> bool:
    """Raises DeskUnwritable where nobody can tell, because the key that would is lost."""
    try:
        return suppressions(desk.parent).keeps_out_side(side)
    except KeyLost as lost:
        raise DeskUnwritable(str(lost)) from lost


def _key(var: Path) -> bytes:
    """The key of the cookies, made where there is none; only its owner can read it."""
    path = var / PORTAL_KEY
    if path.exists():
        key = path.read_bytes()
        if len(key) >= KEY_BYTES:
            return key
    var.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    with written_wholly(path, mode=0o600) as file:
        file.write(key)
    return key
