"""What was put away and can come back: shortlists that were deleted, and organisations that were taken off one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from warehouse.desk import Desk
from warehouse.shortlist_shapes import Full, NoShortlist
from warehouse.shortlists import MOST_ENTRIES, contents


@dataclass(frozen=True)
class Deleted:
    """A shortlist that somebody deleted, and how many organisations come back with it."""

    number: int
    name: str
    programme: str | None
    by: str
    at: datetime
    entries: int


def deleted(desk: Desk, most: int) -> list[Deleted]:
    """Those that were deleted, the latest first, so many at the most."""
    rows = desk.rows(
        """
        SELECT
            l.shortlist_id, l.name, l.programme, l.deleted_by, l.deleted_at,
            (SELECT count(*) FROM shortlist_entries AS e WHERE e.shortlist_id = l.shortlist_id AND e.removed_at IS NULL)
        FROM shortlists AS l
        WHERE l.deleted_at IS NOT NULL
        ORDER BY l.deleted_at DESC, l.shortlist_id DESC
        LIMIT ?
        """,
        [most],
    )
    return [
        Deleted(number, name, programme, by, datetime.fromisoformat(at), entries)
        for number, name, programme, by, at, entries in rows
    ]


def bring_back(desk: Desk, number: int, entry: int) -> str:
    """Put an organisation back where it stood before it was taken off: whoever led leads again. What it is called.

    One that stands on the list stays as it is.

    Raises NoShortlist, also for an entry that the list never had, and Full.
    """
    with desk.transaction():
        shortlist = contents(desk, number).shortlist
        rows = desk.rows(
            "SELECT name, removed_at IS NULL FROM shortlist_entries WHERE shortlist_id = ? AND entry_id = ?", [number, entry]
        )
        if not rows:
            raise NoShortlist(f"wanted entry {entry} on shortlist {number}, found none")
        [(name, is_there)] = rows
        if not is_there and shortlist.entries >= MOST_ENTRIES:
            raise Full(f"wanted at most {MOST_ENTRIES} organisations on a shortlist")
        desk.write("UPDATE shortlist_entries SET removed_by = NULL, removed_at = NULL WHERE entry_id = ?", [entry])
    return str(name)


def names(desk: Desk, number: int) -> dict[int, str]:
    """Entry -> what it was called when it was added, also of those that were taken off."""
    return dict(desk.rows("SELECT entry_id, name FROM shortlist_entries WHERE shortlist_id = ?", [number]))
