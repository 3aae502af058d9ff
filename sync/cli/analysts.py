"""Commands for analysts: path, dictionary."""

from __future__ import annotations

from typing import Annotated

import typer

from sync.cli.ask import current_edition, edition_path
from sync.cli.context import Asked
from sync.cli.output import Json, print_json
from warehouse import description
from warehouse.editions import open_edition


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
