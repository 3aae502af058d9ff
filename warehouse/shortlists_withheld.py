"""Shortlists without what is kept out on request: no entry, note or name on them speaks of it."""

from __future__ import annotations

from collections.abc import Callable

from warehouse import confirmations
from warehouse.decided import RecordKey
from warehouse.desk import Desk

BLANKED_NAME = "–"
"""What stands where nothing is left of a text."""


def forget(desk: Desk, is_gone: Callable[[RecordKey], bool], clean: Callable[[str], str]) -> int:
    """Delete every entry whose record is kept out, with its notes, and what other texts say of it; how many rows changed.

    Also of lists that were deleted, and entries that were removed.

    Arguments:
        clean: a text without what is kept out; a text that has none of it comes back as it is.
    """
    changed = 0
    with desk.transaction():
        changed += confirmations.forget(desk, is_gone)
        for entry, network, key in desk.rows("SELECT entry_id, network, source_key FROM shortlist_entries"):
            if is_gone(RecordKey(network, key)):
                for table in ("shortlist_notes", "shortlist_statuses", "shortlist_entries"):
                    desk.write(f"DELETE FROM {table} WHERE entry_id = ?", [entry])  # noqa: S608  our own names
                changed += 1
        for note, text in desk.rows("SELECT note_id, text FROM shortlist_notes"):
            if (left := clean(text)) != text:
                desk.write("UPDATE shortlist_notes SET text = ? WHERE note_id = ?", [left or BLANKED_NAME, note])
                changed += 1
        for number, name in desk.rows("SELECT shortlist_id, name FROM shortlists"):
            if (left := clean(name)) != name:
                desk.write("UPDATE shortlists SET name = ? WHERE shortlist_id = ?", [left or BLANKED_NAME, number])
                changed += 1
        for entry, name in desk.rows("SELECT entry_id, name FROM shortlist_entries"):
            if (left := clean(name)) != name:
                desk.write("UPDATE shortlist_entries SET name = ? WHERE entry_id = ?", [left or BLANKED_NAME, entry])
                changed += 1
    if changed:
        desk.scrub()
    return changed


def mentions(desk: Desk, is_meant: Callable[[RecordKey], bool], is_in: Callable[[str], bool]) -> int:
    """How many entries, notes and names of shortlists are of a record that is meant, or have a text that names it."""
    entries = desk.rows("SELECT network, source_key, name FROM shortlist_entries")
    texts = desk.rows("SELECT text FROM shortlist_notes UNION ALL SELECT name FROM shortlists")
    return sum(is_meant(RecordKey(network, key)) or is_in(name) for network, key, name in entries) + sum(
        is_in(text) for (text,) in texts
    )
