"""Shortlists of staff on the desk: who might join a consortium, how far one has come with each, and notes.

Two people may work on one at the same time. Notes are only ever added; whoever changes what somebody else has changed meanwhile
is told what stands, and nothing is overwritten unseen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.shortlist_shapes import Contents, Entry, Full, Joining, NoShortlist, Note, Overtaken, Shortlist, Status, StatusSet

LONGEST_NAME = 200
LONGEST_NOTE = 4_000
MOST_ENTRIES = 200
"""Organisations on one shortlist; a consortium has a dozen."""


_LISTS = """
    SELECT
        l.shortlist_id, l.name, l.programme, l.revision, l.created_by, l.created_at, l.changed_by, l.changed_at,
        (SELECT count(*) FROM shortlist_entries AS e WHERE e.shortlist_id = l.shortlist_id AND e.removed_at IS NULL) AS entries
    FROM shortlists AS l
    WHERE l.deleted_at IS NULL
"""


def lists(desk: Desk) -> list[Shortlist]:
    """All that are not deleted, the one that was made last first."""
    return [_shortlist(*row) for row in desk.rows(f"{_LISTS} ORDER BY l.shortlist_id DESC")]


def contents(desk: Desk, number: int) -> Contents:
    """What is on a shortlist. Raises NoShortlist."""
    shortlist = _found(desk, number)
    sql = "SELECT note_id, entry_id, text, written_by, written_at FROM shortlist_notes WHERE shortlist_id = ? ORDER BY note_id"
    notes = [_note(*row) for row in desk.rows(sql, [number])]
    statuses: dict[int, list[StatusSet]] = defaultdict(list)
    for entry, revision, status, by, at in desk.rows(
        """
        SELECT s.entry_id, s.revision, s.status, s.changed_by, s.changed_at
        FROM shortlist_statuses AS s
        JOIN shortlist_entries AS e ON e.entry_id = s.entry_id
        WHERE e.shortlist_id = ?
        ORDER BY s.entry_id, s.revision
        """,
        [number],
    ):
        statuses[entry].append(StatusSet(revision, Status(status), by, datetime.fromisoformat(at)))
    rows = desk.rows(
        """
        SELECT entry_id, network, source_key, organisation_id, name, country, added_by, added_at
        FROM shortlist_entries
        WHERE shortlist_id = ? AND removed_at IS NULL
        ORDER BY position, entry_id
        """,
        [number],
    )
    entries = tuple(
        Entry(
            entry,
            RecordKey(network, key),
            organisation_id,
            name,
            country,
            by,
            datetime.fromisoformat(at),
            tuple(statuses[entry]),
            tuple(note for note in notes if note.entry == entry),
        )
        for entry, network, key, organisation_id, name, country, by, at in rows
    )
    return Contents(shortlist, entries, tuple(note for note in notes if note.entry is None))


def create(desk: Desk, name: str, *, programme: str | None = None, by: str, at: datetime) -> int:
    """Begin a shortlist; its number. Raises ValueError for a name that is empty or too long."""
    name = _checked(name, LONGEST_NAME, "name")
    moment = at.isoformat()
    sql = "INSERT INTO shortlists (name, programme, created_by, created_at, changed_by, changed_at) VALUES (?, ?, ?, ?, ?, ?)"
    return desk.write(sql, [name, programme, by, moment, by, moment])


def begin(
    desk: Desk,
    name: str,
    *,
    programme: str | None = None,
    joining: Sequence[Joining] = (),
    by: str,
    at: datetime,
) -> tuple[int, str]:
    """Begin a shortlist under a name that nobody chose, with organisations on it, or not at all; its number and name.

    Arguments:
        name: where another list is called so, also one that was deleted and may come back, a number is put behind it.
        joining: the first leads.

    Raises ValueError for a name that is empty or too long.
    """
    wanted = _checked(name, LONGEST_NAME, "name")
    with desk.transaction():
        taken = {str(one).casefold() for (one,) in desk.rows("SELECT name FROM shortlists")}
        times = 1
        while _numbered(wanted, times).casefold() in taken:
            times += 1
        name = _numbered(wanted, times)
        number = create(desk, name, programme=programme, by=by, at=at)
        for one in joining:
            _put(desk, number, one, by, at)
    return number, name


def _numbered(name: str, times: int) -> str:
    """A name as the second or a later list bears it, which none before does."""
    behind = f" – {times}" if times > 1 else ""
    return f"{name[: LONGEST_NAME - len(behind)]}{behind}"


def change(desk: Desk, number: int, *, name: str, programme: str | None, revision: int, by: str, at: datetime) -> None:
    """Give a shortlist another name or programme.

    Arguments:
        revision: the one that was read.

    Raises NoShortlist, Overtaken, ValueError.
    """
    name = _checked(name, LONGEST_NAME, "name")
    with desk.transaction():
        standing = _found(desk, number)
        if standing.revision != revision:
            raise Overtaken(standing.name, standing.changed_by, standing.changed_at)
        desk.write(
            "UPDATE shortlists SET name = ?, programme = ?, revision = revision + 1, changed_by = ?, changed_at = ?"
            " WHERE shortlist_id = ?",
            [name, programme, by, at.isoformat(), number],
        )


def delete(desk: Desk, number: int, *, by: str, at: datetime) -> None:
    """Put a shortlist away; ``restore`` brings it back with all that is on it. Raises NoShortlist."""
    with desk.transaction():
        _found(desk, number)
        desk.write("UPDATE shortlists SET deleted_by = ?, deleted_at = ? WHERE shortlist_id = ?", [by, at.isoformat(), number])


def restore(desk: Desk, number: int) -> None:
    """Bring back a shortlist that was deleted; one that stands stays. Raises NoShortlist where there never was one."""
    rows = desk.rows(
        "UPDATE shortlists SET deleted_by = NULL, deleted_at = NULL WHERE shortlist_id = ? RETURNING shortlist_id", [number]
    )
    if not rows:
        raise NoShortlist(f"wanted shortlist {number}, found none")


def add(
    desk: Desk, number: int, record: RecordKey, *, organisation_id: int, name: str, country: str | None, by: str, at: datetime
) -> tuple[int, bool]:
    """Put an organisation on a shortlist; the entry's number, and whether it is new there.

    One that was on it before comes back with its notes and status.

    Arguments:
        record: its oldest record.

    Raises NoShortlist or Full.
    """
    with desk.transaction():
        return _put(desk, number, Joining(record, organisation_id, name, country), by, at)


def _put(desk: Desk, number: int, one: Joining, by: str, at: datetime) -> tuple[int, bool]:
    """``add``, inside a transaction."""
    shortlist = _found(desk, number)
    there = desk.rows(
        "SELECT entry_id, removed_at IS NULL FROM shortlist_entries WHERE shortlist_id = ? AND network = ? AND source_key = ?",
        [number, *one.record],
    )
    if there and there[0][1]:
        return int(there[0][0]), False
    if shortlist.entries >= MOST_ENTRIES:
        raise Full(f"wanted at most {MOST_ENTRIES} organisations on a shortlist")
    last = desk.rows("SELECT coalesce(max(position), 0) FROM shortlist_entries WHERE shortlist_id = ?", [number])[0][0]
    if there:
        entry = int(there[0][0])
        desk.write(
            "UPDATE shortlist_entries SET removed_by = NULL, removed_at = NULL, position = ? WHERE entry_id = ?",
            [last + 1, entry],
        )
        return entry, True
    entry = desk.write(
        """
        INSERT INTO shortlist_entries
            (shortlist_id, network, source_key, organisation_id, name, country, position, added_by, added_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [number, *one.record, one.organisation_id, one.name[:LONGEST_NAME], one.country, last + 1, by, at.isoformat()],
    )
    _write_status(desk, entry, 1, Status.NEW, by, at)
    return entry, True


def remove(desk: Desk, number: int, entry: int, *, by: str, at: datetime) -> None:
    """Take an organisation off a shortlist; what was noted is kept for when it comes back. Raises NoShortlist."""
    with desk.transaction():
        _found_entry(desk, number, entry)
        desk.write("UPDATE shortlist_entries SET removed_by = ?, removed_at = ? WHERE entry_id = ?", [by, at.isoformat(), entry])


def lead(desk: Desk, number: int, entry: int) -> None:
    """Let an organisation lead: it stands first. Raises NoShortlist."""
    with desk.transaction():
        _found_entry(desk, number, entry)
        desk.write(
            "UPDATE shortlist_entries SET position = (SELECT min(position) - 1 FROM shortlist_entries WHERE shortlist_id = ?)"
            " WHERE entry_id = ?",
            [number, entry],
        )


def set_status(desk: Desk, number: int, entry: int, status: Status, *, revision: int, by: str, at: datetime) -> None:
    """Say how far one has come with an organisation. The same as stands is not written again.

    Arguments:
        revision: of the status that was read.

    Raises NoShortlist or Overtaken.
    """
    with desk.transaction():
        _found_entry(desk, number, entry)
        standing = _status(desk, entry)
        if standing.status is status:
            return
        if standing.revision != revision:
            raise Overtaken(standing.status.value, standing.by, standing.at)
        _write_status(desk, entry, revision + 1, status, by, at)


def write_note(desk: Desk, number: int, entry: int | None, text: str, *, by: str, at: datetime) -> int:
    """Add a note to an entry, or to the whole list; its number. Raises NoShortlist, ValueError for no text or too much of it."""
    text = _checked(text, LONGEST_NOTE, "note")
    with desk.transaction():
        if entry is None:
            _found(desk, number)
        else:
            _found_entry(desk, number, entry)
        return desk.write(
            "INSERT INTO shortlist_notes (shortlist_id, entry_id, text, written_by, written_at) VALUES (?, ?, ?, ?, ?)",
            [number, entry, text, by, at.isoformat()],
        )


def take_back_note(desk: Desk, number: int, note: int) -> None:
    """Delete a note. Raises NoShortlist where there is none of that number on the list."""
    with desk.transaction():
        _found(desk, number)
        rows = desk.rows("DELETE FROM shortlist_notes WHERE shortlist_id = ? AND note_id = ? RETURNING note_id", [number, note])
        if not rows:
            raise NoShortlist(f"wanted note {note} on shortlist {number}, found none")


def _checked(text: str, most: int, what: str) -> str:
    text = text.strip()
    if not text or len(text) > most:
        raise ValueError(f"wanted a {what} of 1 to {most} characters, found {len(text)}")
    return text


def _found(desk: Desk, number: int) -> Shortlist:
    rows = desk.rows(f"{_LISTS} AND l.shortlist_id = ?", [number])
    if rows:
        return _shortlist(*rows[0])
    gone = desk.rows("SELECT deleted_by, deleted_at FROM shortlists WHERE shortlist_id = ?", [number])
    deleted = (str(gone[0][0]), datetime.fromisoformat(gone[0][1])) if gone else None
    raise NoShortlist(f"wanted shortlist {number}, found {'that it was deleted' if gone else 'none'}", deleted)


def _found_entry(desk: Desk, number: int, entry: int) -> None:
    _found(desk, number)
    rows = desk.rows(
        "SELECT 1 FROM shortlist_entries WHERE shortlist_id = ? AND entry_id = ? AND removed_at IS NULL", [number, entry]
    )
    if not rows:
        raise NoShortlist(f"wanted entry {entry} on shortlist {number}, found none")


def _status(desk: Desk, entry: int) -> StatusSet:
    revision, status, by, at = desk.rows(
        "SELECT revision, status, changed_by, changed_at FROM shortlist_statuses"
        " WHERE entry_id = ? ORDER BY revision DESC LIMIT 1",
        [entry],
    )[0]
    return StatusSet(revision, Status(status), by, datetime.fromisoformat(at))


def _write_status(desk: Desk, entry: int, revision: int, status: Status, by: str, at: datetime) -> None:
    desk.write(
        "INSERT INTO shortlist_statuses (entry_id, revision, status, changed_by, changed_at) VALUES (?, ?, ?, ?, ?)",
        [entry, revision, status.value, by, at.isoformat()],
    )


def _shortlist(
    number: int, name: str, programme: str | None, revision: int, by: str, at: str, changed_by: str, changed_at: str, entries: int
) -> Shortlist:
    moments = datetime.fromisoformat(at), datetime.fromisoformat(changed_at)
    return Shortlist(number, name, programme, revision, by, moments[0], changed_by, moments[1], entries)


def _note(number: int, entry: int | None, text: str, by: str, at: str) -> Note:
    return Note(number, entry, text, by, datetime.fromisoformat(at))
