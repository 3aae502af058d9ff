"""What the commands share that run as modules (``python -m matching.pairs``): trouble is one line on stderr and the code 2."""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

USAGE = 2
"""The exit code where a command was asked for what it cannot do."""


class NotATable(ValueError):  # noqa: N818  says what is the matter
    """There is no CSV file that can be read."""


class Parser(argparse.ArgumentParser):
    """Words of a command. ``--help`` prints the docstring of the module as it stands."""

    def __init__(self, module: str, doc: str | None) -> None:
        super().__init__(f"python -m {module}", description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message: str) -> NoReturn:
        """Ends the program as any other trouble does."""
        usage = " ".join(self.format_usage().removeprefix("usage: ").split())
        self.trouble(f"wanted `{usage}`, found other words ({message}); see --help")

    def trouble(self, message: object) -> NoReturn:
        """Ends the program with a message of one line."""
        self.exit(USAGE, f"error: {' '.join(str(message).split())}\n")


def at_least(least: int) -> Callable[[str], int]:
    """What an argument says that is a number, no smaller one than that."""

    def read(word: str) -> int:
        if not word.isdecimal() or int(word) < least:
            raise argparse.ArgumentTypeError(f"wanted a number from {least} on, found {word!r}")
        return int(word)

    return read


@contextmanager
def printing() -> Iterator[TextIO]:
    """Where to print a file: stdout, in UTF-8 wherever that leads. A reader who has had enough is no trouble."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would try to write what is left at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def table(path: Path) -> Iterator[csv.DictReader[str]]:
    """The rows of a CSV file in UTF-8, by the names of its columns. The block shall read from it and do nothing else with files.

    Raises:
        NotATable: there is no such file, or it cannot be read, or is not UTF-8 or not CSV.
    """
    wanted = f"wanted a CSV file in UTF-8 at {path}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            try:
                yield reader
            except csv.Error as error:
                line = reader.reader.line_num  # of the reader below: this one counts no line that it could not take apart
                raise NotATable(f"{path} line {line}: wanted CSV, found what is none ({error}); mend the line") from error
    except FileNotFoundError as error:
        raise NotATable(f"{wanted}, found no such file; check the path") from error
    except IsADirectoryError as error:
        raise NotATable(f"{wanted}, found a folder; name a file in it") from error
    except UnicodeDecodeError as error:
        byte = f"the byte 0x{error.object[error.start]:02x}"
        raise NotATable(f"{wanted}, found {byte} in it, which is no UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise NotATable(f"{wanted}, found one that cannot be read ({error.strerror}); name another") from error
