"""Files that others read: there whole or as before, never half."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

READABLE = 0o644


def write_whole(path: Path, content: bytes, mode: int = READABLE) -> None:
    """Put a file in the place of another in one step, also across a power cut; its folder is made where it is missing.

    Arguments:
        mode: who may read it; by default everybody, for a monitor runs as somebody else.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(mode)
        part.replace(path)
    except BaseException:  # a full disk, a Ctrl-C: leave no half file behind
        part.unlink(missing_ok=True)
        raise
