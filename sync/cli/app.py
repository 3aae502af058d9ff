"""The command's entry: its options, its commands, and how errors become sentences and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from connectors.registry import UnknownNetwork
from matching.partners.programmes import UnknownProgramme
from sync.backup import NothingToBackUp
from sync.capture import CaptureDamaged, CaptureMissing
from sync.cli import (
    ask,
    bring,
    changes,
    consortium,
    decide,
    editions,
    evaluate,
    keep,
    letter,
    look,
    play,
    privacy,
    probe,
    run,
    schedule,
)
from sync.cli.context import Asked
from sync.cli.output import Stop, warn
from sync.exits import Exit
from sync.lock import Locked, NoLocks
from sync.restore import BackupUnusable
from sync.settings import ConfigError
from sync.stopping import Interrupted, interruptible
from sync.storage import storage_trouble
from sync.suppression import KeyLost
from warehouse.desk import DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.edition_health import CannotRestore, mend
from warehouse.editions import EditionDamaged, EditionMissing
from warehouse.migrate import SchemaNewer, SchemaOlder
from warehouse.state import StateDamaged, StateLocked, StateMoved

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="One trustworthy picture of the world's cluster organisations, and the partners that fit each Swedish one.",
)
for command in (
    play.demo,
    run.sync,
    schedule.schedule,
    look.replay,
    look.parse,
    look.status,
    look.doctor,
    decide.accept,
    decide.expect,
    probe.probe,
    letter.letter,
    ask.search,
    ask.show,
    ask.partners,
    changes.changes,
    keep.backup,
    keep.restore,
):
    app.command()(command)
app.command("import")(bring.import_files)
app.add_typer(editions.app)
app.add_typer(consortium.app, name="consortium")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(privacy.app, name="privacy")


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"clusterbridge {version('clusterbridge')}")
        raise typer.Exit


@app.callback()
def common(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="PATH", help="Configuration file; else CLUSTERBRIDGE_CONFIG, else ./config.toml."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no log lines on stderr.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """What every command is asked with."""
    ctx.obj = Asked(config, quiet)


EXPECTED: dict[type[Exception], Exit] = {
    ConfigError: Exit.CONFIGURATION,
    UnknownNetwork: Exit.USAGE,
    UnknownProgramme: Exit.USAGE,
    Locked: Exit.LOCKED,
    NoLocks: Exit.CONFIGURATION,
    StateLocked: Exit.LOCKED,
    EditionMissing: Exit.NOTHING_RAN,
    CannotRestore: Exit.USAGE,
    StateDamaged: Exit.UNEXPECTED,
    StateMoved: Exit.UNEXPECTED,
    SchemaOlder: Exit.UNEXPECTED,
    SchemaNewer: Exit.UNEXPECTED,
    NothingToBackUp: Exit.NOTHING_RAN,
    BackupUnusable: Exit.USAGE,
    KeyLost: Exit.CONFIGURATION,
    DeskBusy: Exit.TRY_AGAIN,
    DeskUnwritable: Exit.CONFIGURATION,
    DeskDamaged: Exit.UNEXPECTED,
    CaptureMissing: Exit.UNEXPECTED,
    CaptureDamaged: Exit.UNEXPECTED,
}
"""Errors that are the user's to mend, and the exit code of each; anything else is ours, with its traceback."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process.

    Arguments:
        arguments: the words after the command's name; None: the process's own.
    """
    try:
        with interruptible():
            app(arguments)
    except Interrupted as interrupted:
        warn(f"interrupted: {interrupted}")
        sys.exit(interrupted.code)
    except BrokenPipeError:
        # Whoever read us (`head`) has had enough: no trouble. Python would complain once more when it flushes stdout at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.OK)
    except Stop as stop:
        warn(stop.because)
        sys.exit(stop.code)
    except EditionDamaged as error:
        warn(f"error: {error.trouble}; {mend(error.folder)}")
        sys.exit(Exit.NOTHING_RAN)
    except tuple(EXPECTED) as error:
        warn(f"error: {error}")
        sys.exit(next(code for kind, code in EXPECTED.items() if isinstance(error, kind)))
    except Exception as error:
        trouble = storage_trouble(error)
        if trouble is None:
            raise
        warn(f"error: {trouble.because}")
        sys.exit(trouble.code)
    sys.exit(Exit.OK)
