"""The command user: who may sign in to the staff page."""

from __future__ import annotations

import sys
from dataclasses import asdict
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from sync.cli.context import Asked
from sync.cli.output import Json, Stop, print_json, print_table, say
from sync.clock import SystemClock
from sync.exits import Exit
from sync.places import DESK
from warehouse import users
from warehouse.desk import Desk

app = typer.Typer(no_args_is_help=True, help="Who may sign in to the staff's web page.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="As they write it when they sign in.")]


@app.command()
def add(ctx: typer.Context, name: Name) -> None:
    """Let somebody sign in, or give them a new password: it is asked for, or read from the first line of stdin."""
    path = _desk(ctx)
    password = _password()
    with Desk.open(path) as desk:
        try:
            is_new = users.put(desk, name, password, SystemClock().now())
        except ValueError as error:
            raise Stop(Exit.USAGE, str(error)) from error
    say(f"{name.strip()} may sign in" + ("" if is_new else " with the new password; whoever was signed in as them no longer is"))


@app.command("list")
def list_users(ctx: typer.Context, as_json: Json = False) -> None:
    """Who may sign in, and since when."""
    path = _desk(ctx)
    found = []
    if path.exists():
        with Desk.open(path) as desk:
            found = users.users(desk)
    if as_json:
        print_json([{key: value for key, value in asdict(user).items() if key != "generation"} for user in found])
        return
    print_table(("name", "since", "password of"), [(one.name, one.created_at.date(), one.changed_at.date()) for one in found])


@app.command()
def remove(ctx: typer.Context, name: Name) -> None:
    """Let somebody sign in no longer; where they are signed in, that ends."""
    path = _desk(ctx)
    is_known = False
    if path.exists():
        with Desk.open(path) as desk:
            is_known = users.remove(desk, name)
    if not is_known:
        raise Stop(Exit.USAGE, f"wanted somebody who may sign in, found nobody called {name!r}; see `clusterbridge user list`")
    say(f"{name.strip()} may sign in no longer")


def _desk(ctx: typer.Context) -> Path:
    asked: Asked = ctx.obj
    return asked.settings.paths.var / DESK


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise Stop(Exit.USAGE, "wanted the same password twice, found two different ones")
    return password
