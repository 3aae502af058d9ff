"""What the machine's storage does to us (a full disk, a folder that may not be written), as a sentence and an exit code."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass

from sync.capture import CannotStore
from sync.exits import Exit
from warehouse.connection import DatabaseError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
BROKEN = (errno.EIO,)
NO_FOLDER = (errno.ENOTDIR, errno.EEXIST)
GONE = (errno.ENOENT, errno.ESTALE)
"""Only where something was to be written: that a file to be read is not there may be any fault."""

KEPT = "the last good edition stays as it is"
ADVICE = {
    **dict.fromkeys(FULL, (Exit.TRY_AGAIN, "make room (`clusterbridge doctor` says where), then run it again")),
    **dict.fromkeys(FORBIDDEN, (Exit.CONFIGURATION, "make it writable for this user, or change [paths] var in config.toml")),
    **dict.fromkeys(NO_FOLDER, (Exit.CONFIGURATION, "a file stands where a folder is wanted: change [paths] var in config.toml")),
    **dict.fromkeys(BROKEN, (Exit.UNEXPECTED, "look at the disk before anything else is written to it")),
    **dict.fromkeys(GONE, (Exit.UNEXPECTED, "put the folder back that was there when the run began, then run it again")),
}


@dataclass(frozen=True)
class StorageTrouble:
    """Why something could not be written or read, what that means and what to do; and the exit code."""

    because: str
    code: Exit


def storage_trouble(error: BaseException) -> StorageTrouble | None:
    """What an error says about the storage, itself or by what caused it; None: nothing, so it is another fault.

    DuckDB reports what the operating system told it only in words, so it is recognised by these words.
    """
    for one in _causes(error):
        for number, (code, advice) in ADVICE.items():
            words = os.strerror(number)
            if isinstance(one, OSError) and one.errno == number and (number not in GONE or isinstance(error, CannotStore)):
                where = f" at {one.filename}" if one.filename else ""
                return StorageTrouble(f"the storage said {words!r}{where}; {KEPT}; {advice}", code)
            if isinstance(one, DatabaseError) and words in str(one):
                return StorageTrouble(f"the storage failed the database ({one}); {KEPT}; {advice}", code)
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it says that it came from; not what merely was being handled when it came."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
