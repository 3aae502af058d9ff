"""The command line itself: what it lists, what it loads, and how it answers to words that it does not know."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest
import typer

from sync.cli.commands import COMMANDS, Command

HEAVY = ("connectors", "demo", "duckdb", "matching", "pydantic", "starlette", "warehouse")
LOADED = """
import sys
from importlib import import_module
for name in sys.argv[1:]:
    import_module(name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_by(*modules: str) -> set[str]:
    """The packages that a fresh Python holds that has imported these modules."""
    ended = subprocess.run([sys.executable, "-c", LOADED, *modules], capture_output=True, text=True, check=True, timeout=60)
    return set(ended.stdout.split())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_help_says_of_a_command_what_the_command_says_of_itself(command: Command) -> None:
    found = command.loaded()
    said = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found)
    assert said is not None
    assert command.help == " ".join(said.partition("\n\n")[0].split())


def test_no_command_is_named_twice() -> None:
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


def test_the_list_of_commands_loads_none_of_them() -> None:
    assert loaded_by("sync.cli.app").isdisjoint(HEAVY)


def test_a_run_does_not_hold_what_only_the_demo_needs() -> None:
    assert loaded_by("sync.cli.app", "sync.cli.run").isdisjoint({"demo", "jinja2", "starlette", "uvicorn"})
