"""What the operator was told: kept in ``var/told.json``, so that "well again" comes once, also after a crash.

What is to be said is written down before it is said, and crossed out for each address once it was delivered there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from sync.files import write_whole

TOLD = "told.json"
RUN, EDITION = "run", "edition"
"""Subjects that are no network."""


@dataclass(frozen=True)
class Wrong:
    """What is not right with a subject (a network, the edition, the run).

    Arguments:
        what: ``held``, ``refused``, ``failed``, ``barred`` or ``broken off``.
    """

    what: str
    because: str


class Entry(BaseModel):
    """Something that is, or was, not right."""

    model_config = ConfigDict(frozen=True)

    what: str
    because: str
    since: datetime
    """The end of the first run in which it was not right."""
    is_told: bool = False
    """Whether an earlier run found it not right in the same way, so that little has to be said."""
    well_at: datetime | None = None
    """Since when it is well again; None: it is not."""
    owed_to: tuple[str, ...] = ()
    """Short names of the addresses that have not yet been told that it is well again."""


class Told(BaseModel):
    """All of ``told.json``: subject -> entry."""

    model_config = ConfigDict(frozen=True)

    entries: dict[str, Entry] = {}

    def after(self, judged: Mapping[str, Wrong | None], now: datetime, addresses: Collection[str]) -> Told:
        """The memory after a run.

        Arguments:
            judged: what the run found of each subject that it looked at; None: it is well.
            addresses: short names of those that are told.
        """
        entries = {}
        for subject, entry in self.entries.items():
            owed = tuple(name for name in entry.owed_to if name in addresses)
            if entry.well_at is None or owed:
                entries[subject] = entry.model_copy(update={"owed_to": owed})
        for subject, wrong in judged.items():
            before = entries.get(subject)
            if wrong is not None:
                goes_on = before is not None and before.well_at is None
                since = before.since if before is not None and goes_on else now
                is_told = before is not None and goes_on and before.what == wrong.what
                entries[subject] = Entry(what=wrong.what, because=wrong.because, since=since, is_told=is_told)
            elif before is not None and before.well_at is None:
                if addresses:
                    entries[subject] = before.model_copy(update={"well_at": now, "owed_to": tuple(sorted(addresses))})
                else:
                    del entries[subject]
        return Told(entries=entries)

    def wrong(self) -> dict[str, Entry]:
        """What is not right, by subject."""
        return {subject: entry for subject, entry in self.entries.items() if entry.well_at is None}

    def well(self, address: str) -> dict[str, Entry]:
        """What is well again and was not yet said so to an address (by its short name)."""
        return {subject: entry for subject, entry in self.entries.items() if address in entry.owed_to}

    def delivered(self, address: str) -> Told:
        """The memory once an address was told all that is owed to it."""
        entries = {}
        for subject, entry in self.entries.items():
            owed = tuple(name for name in entry.owed_to if name != address)
            if entry.well_at is None or owed:
                entries[subject] = entry.model_copy(update={"owed_to": owed})
        return Told(entries=entries)


def read_told(var: Path) -> Told:
    """What was told; nothing where nothing was, or where the file cannot be read (then what is wrong is told anew)."""
    try:
        return Told.model_validate_json((var / TOLD).read_bytes())
    except (OSError, ValidationError):
        return Told()


def write_told(var: Path, told: Told) -> None:
    """Keep what was told. Raises OSError."""
    write_whole(var / TOLD, told.model_dump_json(indent=2).encode())
