"""The commands, each loaded when it is asked for: whoever wants one does not wait for what the others need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Never

import typer
from typer._click.exceptions import NoSuchOption  # typer names it nowhere else
from typer.core import TyperGroup
from typer.main import get_group

from sync.cli.output import Stop
from sync.exits import Exit


@dataclass(frozen=True)
class Command:
    """A command that is not loaded yet.

    Arguments:
        where: its module within ``sync.cli`` and what it is there, a function or a Typer application: ``look:status``.
        help: what it says of itself in its first paragraph; a test compares.
    """

    name: str
    where: str
    help: str

    def loaded(self) -> Any:
        """What it is in its module."""
        module, _, what = self.where.partition(":")
        return getattr(import_module(f"sync.cli.{module}"), what)


COMMANDS = (
    Command(
        "demo", "play:demo", "Play the networks on this machine, run the whole program against them, and show what came of it."
    ),
    Command("sync", "run:sync", "Fetch what changed, load, match, publish."),
    Command(
        "schedule",
        "schedule:schedule",
        "Read each network when its cron line in config.toml says so, until told to stop; a missed night is made up for once.",
    ),
    Command(
        "import",
        "bring:import_files",
        "Take a network's saved pages, or its member list, then load, match and publish as after a nightly run.",
    ),
    Command(
        "replay",
        "look:replay",
        "Read the stored pages with today's parser and show what would differ; asks no network and changes nothing.",
    ),
    Command(
        "parse", "look:parse", "Read one saved profile page: what it prints, what we make of it, what we did not understand."
    ),
    Command(
        "status",
        "look:status",
        "How each network stands: last try, last good, what was found, and what a person should look at.",
    ),
    Command("doctor", "look:doctor", "Check that everything is in order; what is not comes with its mend."),
    Command("accept", "decide:accept", "Believe what a held run read: load it from its captures and publish; asks no network."),
    Command(
        "expect",
        "decide:expect",
        "Print floors for a network from its last good run, ready to paste into config.toml; changes nothing.",
    ),
    Command(
        "probe",
        "probe:probe",
        "Ask a network for one list and one profile, and show what was read and what was not; nothing is stored.",
    ),
    Command("letter", "letter:letter", "Write the letter that asks a network for permission to read it, or for an export."),
    Command("search", "ask:search", "Search the organisations of the current edition."),
    Command(
        "show",
        "show:show",
        "Show one organisation: every value, who said it, where and when, why it is shown, and what others say instead.",
    ),
    Command("partners", "ask:partners", "Rank the partners that fit an organisation, with reasons."),
    Command(
        "serve",
        "serve:serve",
        "Open the staff's web page on the current edition, until told to stop; new editions are followed.",
    ),
    Command("user", "user:app", "Who may sign in to the staff's web page."),
    Command("consortium", "consortium:app", "Check and complete a consortium under a programme's rules."),
    Command(
        "duplicates",
        "duplicates:duplicates",
        "List the records of which only a person can say whether they are one organisation, the most probable first.",
    ),
    Command(
        "changes",
        "changes:changes",
        "Tell what became of organisations: who is new, gone, renamed, what changed; the newest first.",
    ),
    Command("editions", "editions:app", "List the published editions; make another one the current one."),
    Command(
        "export",
        "analysts:export",
        "Write the tables of the current edition into a folder, described by a Frictionless data package.",
    ),
    Command("path", "analysts:path", "Print the file of the current edition, for whoever opens it by other means."),
    Command(
        "dictionary",
        "analysts:dictionary",
        "Print what stands in each table and column of the current edition, as docs/dictionary.md has it.",
    ),
    Command("lake", "lake:app", "One lake for several machines: push this one's edition into it, list, tidy up."),
    Command("evaluate", "evaluate:app", "Measure the program on labelled data."),
    Command("judge", "judge:app", "Say which records are one organisation, and which are not."),
    Command("privacy", "privacy:app", "What is held about somebody, and what is kept out for ever."),
    Command(
        "backup",
        "keep:backup",
        "Write the state, the desk, its key, the configuration without secrets and the current edition into a new folder.",
    ),
    Command(
        "restore",
        "keep:restore",
        "Bring a backup back; what is there now is set aside, never deleted. Stop `serve` and `schedule` first.",
    ),
)
"""In the order in which the help names them."""


class Loading(TyperGroup):
    """The group of all commands: it loads one when somebody calls it, and none to list what there is."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the words name, loaded, and the words after it."""
        name, known, rest = super().resolve_command(ctx, args)
        command = next((one for one in COMMANDS if one.name == name), None)
        return name, known if command is None else _loaded(command), rest

    def invoke(self, ctx: Any) -> Any:
        """Call the command that the words name. Raises Stop for words that it does not understand."""
        try:
            return super().invoke(ctx)
        except (NoSuchOption, typer.BadParameter) as error:
            from sync.cli.usage import misplaced, unfit

            because = misplaced(error, self.params) if isinstance(error, NoSuchOption) else unfit(error)
            if because is None:
                raise
        raise Stop(Exit.USAGE, because)


def announce(app: typer.Typer) -> None:
    """Let an application, whose class is ``Loading``, know the commands."""
    for one in COMMANDS:
        app.command(one.name, help=one.help)(_placeholder(one))


def _placeholder(one: Command) -> Callable[[], Never]:
    def called() -> Never:
        raise TypeError(f"wanted the command {one.name} loaded before it is called, found that it was not")

    return called


def _loaded(one: Command) -> Any:
    """The command as the command line calls it."""
    alone, found = typer.Typer(), one.loaded()
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=one.name)
    else:
        alone.command(one.name)(found)
    return get_group(alone).commands[one.name]
