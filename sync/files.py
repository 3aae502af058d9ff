"""Files that are either there whole or as before, also after a power cut: never half."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PART = ".part"
"""The ending of what a writer that was killed leaves behind."""


@contextmanager
def written_wholly(path: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A file to write to, that takes the name ``path`` once the block ends well; otherwise nothing is left of it.

    Arguments:
        mode: its permission bits.
    """
    handle, name = tempfile.mkstemp(prefix=".", suffix=PART, dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:  # a full disk, a Ctrl-C: leave no half file behind
        part.unlink(missing_ok=True)
        raise


def sweep(*folders: Path) -> None:
    """Remove what writers that were killed left behind in these folders. Only where nobody else is writing."""
    for folder in folders:
        for part in folder.glob(f".*{PART}"):
            if part.is_file():
                part.unlink(missing_ok=True)


def copy_wholly(source: Path, path: Path) -> None:
    """Copy a file's bytes and permission bits."""
    with source.open("rb") as original, written_wholly(path, mode=source.stat().st_mode & 0o777) as copy:
        shutil.copyfileobj(original, copy, 1 << 20)


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in the place of another; its folder is made where it is missing. Everybody may read it: monitors are others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_wholly(path) as file:
        file.write(content)
