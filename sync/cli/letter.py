"""The command that writes to a network: letter."""

from __future__ import annotations

from typing import Annotated

import typer

from connectors import registry
from sync.cli.context import Asked
from sync.cli.output import Json, print_json, say, warn
from sync.clock import SystemClock
from sync.letter import Language
from sync.letter import letter as letter_to


def letter(
    ctx: typer.Context,
    network: Annotated[str, typer.Argument(help="The network to write to.")],
    language: Annotated[Language, typer.Option("--lang", help="The letter's language.")] = Language.EN,
    as_json: Json = False,
) -> None:
    """Write the letter that asks a network for permission to read it, or for an export."""
    asked: Asked = ctx.obj
    facts, contact = registry.network(network).facts, asked.settings.operator.contact
    text = letter_to(facts, asked.settings, language, SystemClock().now().date()).rstrip("\n")
    if as_json:
        print_json({"network": facts.name, "language": language.value, "sender": contact or None, "letter": text})
    else:
        say(text)
    if not contact:
        warn("nobody is named as sender: write [operator] contact in config.toml, or fill it in where the letter says so")
