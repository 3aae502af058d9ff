"""What a question of the doctor is answered with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.exits import Exit


class Level(StrEnum):
    """How bad it is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Check:
    """One question's answer.

    Arguments:
        what: what was looked at.
        found: what was found.
        mend: what to do; empty where all is well.
    """

    what: str
    level: Level
    found: str
    mend: str = ""
    code: Exit = Exit.CONFIGURATION
    """What the shell hears of a failure."""
