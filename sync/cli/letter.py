"""The command that writes to a network: letter."""

from __future__ import annotations

from typing import Annotated

import typer

from connectors import registry
from sync.cli.context import Asked
from sync.cli.output import say, warn
from sync.clock import SystemClock
from sync.letter import Language
from sync.letter import letter as letter_to


def letter(
    ctx: typer.Context,
    network: Annotated[str, typer.Argument(help="The network to write to.")],
    language: Annotated[Language, typer.Option("--lang", help="The letter's language.")] = Language.EN,
) -> None:
    """Write the letter that asks a network for permission to read it, or for an export."""
    asked: Asked = ctx.obj
    say(letter_to(registry.network(network).facts, asked.settings, language, SystemClock().now().date()).rstrip("\n"))
    if not asked.settings.operator.contact:
        warn("nobody is named as sender: write [operator] contact in config.toml, or fill it in where the letter says so")
