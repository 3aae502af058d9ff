"""The command opinions: what staff think of partners, taken away as labels to learn ranking from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from matching.partners.labels import COLUMNS, Label, as_data, labels, row
from sync.cli.ask import edition_path, opened
from sync.cli.context import Asked
from sync.cli.output import Json, Stop, print_json, say
from sync.clock import SystemClock
from sync.exits import Exit
from sync.files import write_whole
from sync.places import DESK
from warehouse.desk import Desk
from warehouse.migrate import SchemaOlder
from warehouse.sheets import csv_text

app = typer.Typer(no_args_is_help=True, help="What staff think of partners that were ranked.")


@app.callback()
def group() -> None:
    """What staff think of partners that were ranked."""


@app.command()
def export(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE.csv]", help="Where to write them; none: to stdout.")] = None,
    as_json: Json = False,
) -> None:
    """Write the last word of everybody on every partner as CSV: useful (1 or 0), why, and how the partner was ranked then."""
    asked: Asked = ctx.obj
    if file is not None and as_json:
        raise Stop(Exit.USAGE, "wanted one of FILE.csv and --json, found both")
    found = _labels(asked)
    if as_json:
        print_json([_as_values(one) for one in found])
        return
    table = csv_text(COLUMNS, [row(one) for one in found], ",")
    if file is None:
        typer.echo(table.decode("utf-8-sig"), nl=False)
        return
    write_whole(file, table)
    say(f"{len(found)} opinions written to {file}")


def _labels(asked: Asked) -> list[Label]:
    path = asked.reading(edition_path(asked.settings.paths.var))
    desk_file = path.parents[1] / DESK
    today = SystemClock().now().date()
    with opened(path) as con:
        try:
            with Desk.open(desk_file, read_only=True) as desk:
                return labels(con, desk, today)
        except (FileNotFoundError, SchemaOlder):  # nobody has written on it, or an earlier version, which kept none
            return labels(con, None, today)


def _as_values(one: Label) -> dict[str, Any]:
    said = as_data(one)
    return {**said, "ranked": asdict(said["ranked"])}
