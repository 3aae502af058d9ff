"""Commands for analysts: export, path, dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync import exporting
from sync.cli.ask import current_edition, edition_path, opened
from sync.cli.context import Asked
from sync.cli.output import Json, Stop, print_json, say
from sync.clock import SystemClock
from sync.exits import Exit
from warehouse import description
from warehouse.editions import open_edition
from warehouse.export import Format


def export(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", file_okay=False, help="A new or empty folder, or that of an earlier export.")
    ],
    kind: Annotated[Format, typer.Option("--format", help="In which files.")] = Format.PARQUET,
    is_public: Annotated[
        bool, typer.Option("--public", help="Leave out networks whose permission does not say republish = true.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the tables of the current edition into a folder, described by a Frictionless data package."""
    asked: Asked = ctx.obj
    networks = asked.settings.networks
    public = frozenset(name.replace("-", "_") for name, one in networks.items() if one.permission.republish)
    edition = asked.reading(edition_path(asked.settings.paths.var))
    var = edition.resolve().parents[1]
    now = SystemClock().now()
    with exporting.alone(var, now), opened(edition) as con:
        try:
            done = exporting.export(con, var, folder, kind, now, public if is_public else None)
        except (exporting.FolderInUse, ValueError) as trouble:
            raise Stop(Exit.USAGE, str(trouble)) from trouble
    allowed = sorted(public)
    if as_json:
        told = {"folder": str(done.folder), "edition": done.edition, "files": sorted(done.files)}
        print_json({**told, "public": allowed if is_public else None})
        return
    say(f"edition {done.edition} exported into {done.folder}: {len(done.files)} files, described in datapackage.json")
    if is_public:
        names = ", ".join(allowed) or "none; write republish = true into its permission where one allows it"
        say(f"it holds only what these networks say: {names}")
    say("`clusterbridge privacy erase` deletes it there; copies that somebody makes of it cannot be reached")


def path(ctx: typer.Context, as_json: Json = False) -> None:
    """Print the file of the current edition, for whoever opens it by other means.

    It is that of one edition, never of the pointer: open it read-only, and ask again to see the next edition.
    """
    asked: Asked = ctx.obj
    edition = open_edition(asked.reading(edition_path(asked.settings.paths.var)))
    if as_json:
        print_json(
            {
                "path": str(edition.path),
                "number": edition.number,
                "published_at": edition.published_at,
                "run": edition.run_id,
            }
        )
        return
    typer.echo(str(edition.path))  # a path as it is: it may be longer than a terminal is wide


def dictionary(
    ctx: typer.Context,
    is_list: Annotated[bool, typer.Option("--schema", help="Only table, column and type: what is promised for ever.")] = False,
    as_json: Json = False,
) -> None:
    """Print what stands in each table and column of the current edition, as docs/dictionary.md has it."""
    with current_edition(ctx.obj) as con:
        described = description.read(con)
    if as_json:
        print_json([one._asdict() for one in described])
    elif is_list:
        typer.echo(description.as_list(described), nl=False)
    else:
        typer.echo(description.as_markdown(described), nl=False)
