"""What a shortlist is: its entries, their statuses and notes, and why something cannot be done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from warehouse.decided import RecordKey


class Status(StrEnum):
    """How far one has come with an organisation."""

    NEW = "new"
    CONTACTED = "contacted"
    YES = "yes"
    NO = "no"


class NoShortlist(LookupError):  # noqa: N818  says what is the matter
    """There is no such shortlist, or no such entry on it.

    Attributes:
        deleted: who deleted the shortlist, and when; None: there never was one.
    """

    def __init__(self, what: str, deleted: tuple[str, datetime] | None = None) -> None:
        super().__init__(what)
        self.deleted = deleted


class Full(Exception):  # noqa: N818
    """The shortlist holds as many as it may."""


class Overtaken(Exception):  # noqa: N818
    """Somebody else changed it since it was read. Nothing was written.

    Attributes:
        by, at: who, and when; now: what stands.
    """

    def __init__(self, now: str, by: str, at: datetime) -> None:
        super().__init__(f"wanted to change what was read, found {now!r}, written by {by!r} at {at.isoformat()}")
        self.now = now
        self.by = by
        self.at = at


@dataclass(frozen=True)
class Shortlist:
    """A shortlist without what is on it.

    Arguments:
        programme: the id of the programme that the consortium is for; None: none chosen.
        revision: counts changes of name and programme.
        entries: how many are on it.
    """

    number: int
    name: str
    programme: str | None
    revision: int
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    entries: int


@dataclass(frozen=True)
class StatusSet:
    """A status, by whom and when. ``revision`` counts the changes, from 1."""

    revision: int
    status: Status
    by: str
    at: datetime


@dataclass(frozen=True)
class Note:
    """A note on an entry, or on the whole list (``entry`` is None)."""

    number: int
    entry: int | None
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Entry:
    """An organisation on a shortlist.

    Arguments:
        record: its oldest record when it was added.
        organisation_id, name, country: as they were then.
        statuses: all of them, the latest last.
    """

    number: int
    record: RecordKey
    organisation_id: int
    name: str
    country: str | None
    added_by: str
    added_at: datetime
    statuses: tuple[StatusSet, ...]
    notes: tuple[Note, ...]

    @property
    def status(self) -> StatusSet:
        """The one that stands."""
        return self.statuses[-1]


@dataclass(frozen=True)
class Joining:
    """An organisation that is put on a shortlist.

    Arguments:
        record: its oldest record.
    """

    record: RecordKey
    organisation_id: int
    name: str
    country: str | None


@dataclass(frozen=True)
class Contents:
    """A shortlist with its entries, the lead first, and the notes on the whole list."""

    shortlist: Shortlist
    entries: tuple[Entry, ...]
    notes: tuple[Note, ...]
