"""Reads the files that ``evaluate`` measures on; where one cannot be read, says what was wanted, what was found, what to do."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

from sync.cli.output import Stop
from sync.exits import Exit


def text_of(file: Path, kind: str, holding: str) -> str:
    """The text of a file.

    Arguments:
        kind: ``JSON``, ``CSV``; holding: what the file has to hold, as a message says it.

    Stops where there is no such file, or none that is text.
    """
    wanted = f"wanted a {kind} file in UTF-8 with {holding} at {file}"
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise Stop(Exit.USAGE, f"{wanted}, found no such file; {_instead(file)}") from error
    except IsADirectoryError as error:
        raise Stop(Exit.USAGE, f"{wanted}, found a folder; name a file in it") from error
    except PermissionError as error:
        raise Stop(Exit.USAGE, f"{wanted}, found one that you may not read; change its permissions, or copy it") from error
    except UnicodeDecodeError as error:
        at = f"the byte 0x{error.object[error.start]:02x} at {error.start:,}"
        raise Stop(Exit.USAGE, f"{wanted}, found {at}, which is no UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise Stop(Exit.USAGE, f"{wanted}, found one that cannot be read ({error.strerror}); name another") from error


def json_of(file: Path, holding: str) -> Any:
    """What a JSON file holds. Stops as ``text_of``, and where it is not JSON."""
    text = text_of(file, "JSON", holding)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{file} line {error.lineno} column {error.colno}"
        found = "nothing" if not text.strip() else f"what is none ({error.msg[0].lower()}{error.msg[1:]})"
        raise Stop(Exit.USAGE, f"{where}: wanted JSON with {holding}, found {found}; mend the file there") from error


def _instead(file: Path) -> str:
    """What to write in place of a file that is not there."""
    folder = file.parent
    if not folder.is_dir():
        return f"there is no folder {folder} either: check the path"
    names = sorted(one.name for one in folder.iterdir() if one.is_file())
    close = difflib.get_close_matches(file.name, names, n=1, cutoff=0.6)
    return f"did you mean {str(folder / close[0])!r}?" if close else "check the path; --help says what it holds"
