"""The command's entry: its options, its commands, and how errors become sentences and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sync.cli.commands import Loading, announce
from sync.cli.context import Asked
from sync.cli.listeners import may_leave
from sync.cli.output import Stop, warn
from sync.exits import Exit
from sync.stopping import Interrupted, interruptible

app = typer.Typer(
    cls=Loading,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="One trustworthy picture of the world's cluster organisations, and the partners that fit each Swedish one.",
)
announce(app)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

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


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process.

    Arguments:
        arguments: the words after the command's name; None: the process's own.
    """
    with may_leave():
        _main(arguments)


def _main(arguments: Sequence[str] | None) -> NoReturn:
    try:
        with interruptible():
            app(arguments)
    except Interrupted as interrupted:
        warn(f"interrupted: {interrupted}")
        sys.exit(interrupted.code)
    except Stop as stop:
        warn(stop.because)
        sys.exit(stop.code)
    except Exception as error:
        from sync.cli.endings import ending  # it loads half the program to know what may go wrong

        known = ending(error)
        if known is None:
            raise
        because, code = known
        warn(f"error: {because}")
        sys.exit(code)
    sys.exit(Exit.OK)
