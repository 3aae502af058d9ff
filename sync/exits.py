"""Exit codes, and which one a run that met several ends with."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """What the command line answers to the shell."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    CONFIGURATION = 3
    PARTIAL = 4
    """A network failed or refused; its old data are kept."""
    HELD = 5
    """A network or the edition is held back; see ``clusterbridge accept``."""
    LOCKED = 6
    """Another run holds the lock."""
    NOTHING_RAN = 7
    """Nothing could run: refused, no permission, or no edition to read."""
    TRY_AGAIN = 75
    """Temporary: try again later (``EX_TEMPFAIL`` of sysexits.h)."""


FIRST_THAT_APPLIES = (
    Exit.UNEXPECTED,
    Exit.LOCKED,
    Exit.CONFIGURATION,
    Exit.USAGE,
    Exit.NOTHING_RAN,
    Exit.HELD,
    Exit.PARTIAL,
    Exit.TRY_AGAIN,
)


def exit_of(codes: Iterable[Exit]) -> Exit:
    """The code that a run with all these ends with; none: OK."""
    met = set(codes)
    return next((code for code in FIRST_THAT_APPLIES if code in met), Exit.OK)
