"""What staff wrote since a backup was made, carried onto the desk that comes back from it: a restoration loses no note."""

from __future__ import annotations

from warehouse import confirmations, removals, searches
from warehouse.desk import Desk


def bring_over(present: Desk, restored: Desk) -> int:
    """Write what staff wrote on the one desk and the other lacks onto the other; how many rows it lacked.

    Shortlists are known again by who began them and when, entries by their records, notes and opinions by who wrote them and
    when. A note that was deleted since comes back with the backup; of the backup nothing is taken away but who may sign in no
    longer.
    """
    with restored.transaction():
        return (
            _shortlists(present, restored)
            + _opinions(present, restored)
            + searches.bring_over(present, restored)
            + removals.bring_over(present, restored)
            + _users(present, restored)
        )


def _shortlists(present: Desk, restored: Desk) -> int:
    brought = 0
    for number, *said in present.rows(
        """
        SELECT shortlist_id, name, programme, revision, created_by, created_at, changed_by, changed_at, deleted_by, deleted_at
        FROM shortlists ORDER BY shortlist_id
        """
    ):
        name, programme, revision, created_by, created_at, changed_by, changed_at = said[:7]
        there = restored.rows(
            "SELECT shortlist_id, revision FROM shortlists WHERE created_by = ? AND created_at = ?", [created_by, created_at]
        )
        if not there:
            brought += 1
            # Under the same number, so that links keep working, unless another list has it.
            is_free = not restored.rows("SELECT 1 FROM shortlists WHERE shortlist_id = ?", [number])
            there = [(_insert_list(restored, number if is_free else None, said), revision)]
        elif there[0][1] < revision:
            brought += 1
            restored.write(
                "UPDATE shortlists SET name = ?, programme = ?, revision = ?, changed_by = ?, changed_at = ?"
                " WHERE shortlist_id = ?",
                [name, programme, revision, changed_by, changed_at, there[0][0]],
            )
        brought += _entries(present, restored, number, there[0][0])
    return brought


def _insert_list(desk: Desk, number: int | None, said: list[object]) -> int:
    return desk.write(
        """
        INSERT INTO shortlists
            (shortlist_id, name, programme, revision, created_by, created_at, changed_by, changed_at, deleted_by, deleted_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [number, *said],
    )


def _entries(present: Desk, restored: Desk, number: int, there: int) -> int:
    brought, same = 0, dict[int, int]()
    for entry, *said in present.rows(
        """
        SELECT entry_id, network, source_key, organisation_id, name, country, position, added_by, added_at, removed_by, removed_at
        FROM shortlist_entries WHERE shortlist_id = ? ORDER BY entry_id
        """,
        [number],
    ):
        known = restored.rows(
            "SELECT entry_id FROM shortlist_entries WHERE shortlist_id = ? AND network = ? AND source_key = ?", [there, *said[:2]]
        )
        brought += not known
        same[entry] = known[0][0] if known else _insert_entry(restored, there, said)
        if known:  # put back or taken off since
            where = [*said[8:], same[entry]]
            restored.write("UPDATE shortlist_entries SET removed_by = ?, removed_at = ? WHERE entry_id = ?", where)
        last = restored.rows("SELECT coalesce(max(revision), 0) FROM shortlist_statuses WHERE entry_id = ?", [same[entry]])[0][0]
        for revision, *status in present.rows(
            "SELECT revision, status, changed_by, changed_at FROM shortlist_statuses WHERE entry_id = ? AND revision > ?",
            [entry, last],
        ):
            brought += 1
            restored.write(
                "INSERT INTO shortlist_statuses (entry_id, revision, status, changed_by, changed_at) VALUES (?, ?, ?, ?, ?)",
                [same[entry], revision, *status],
            )
    brought += confirmations.bring_over(present, restored, number, there, same)
    return brought + _notes(present, restored, number, there, same)


def _insert_entry(desk: Desk, shortlist: int, said: list[object]) -> int:
    return desk.write(
        """
        INSERT INTO shortlist_entries
            (shortlist_id, network, source_key, organisation_id, name, country, position, added_by, added_at, removed_by,
             removed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [shortlist, *said],
    )


def _notes(present: Desk, restored: Desk, number: int, there: int, same: dict[int, int]) -> int:
    brought = 0
    for entry, *said in present.rows(
        "SELECT entry_id, text, written_by, written_at FROM shortlist_notes WHERE shortlist_id = ? ORDER BY note_id", [number]
    ):
        note = [there, None if entry is None else same[entry], *said]
        if restored.rows(
            "SELECT 1 FROM shortlist_notes"
            " WHERE shortlist_id = ? AND entry_id IS ? AND text = ? AND written_by = ? AND written_at = ?",
            note,
        ):
            continue
        brought += 1
        restored.write(
            "INSERT INTO shortlist_notes (shortlist_id, entry_id, text, written_by, written_at) VALUES (?, ?, ?, ?, ?)", note
        )
    return brought


_OPINION = """
    home_network, home_key, partner_network, partner_key, given_by, given_at, is_useful, because, recipe, place, score, edition
"""


def _opinions(present: Desk, restored: Desk) -> int:
    brought = 0
    for said in present.rows(f"SELECT {_OPINION} FROM match_opinions ORDER BY opinion_id"):  # noqa: S608  our own names
        if restored.rows(
            "SELECT 1 FROM match_opinions WHERE home_network = ? AND home_key = ? AND partner_network = ? AND partner_key = ?"
            " AND given_by = ? AND given_at = ?",
            said[:6],
        ):
            continue
        brought += 1
        restored.write(f"INSERT INTO match_opinions ({_OPINION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", said)  # noqa: S608
    return brought


def _users(present: Desk, restored: Desk) -> int:
    """New users and newer passwords; and whoever may sign in no longer is not let in again by a backup.

    A desk that knows nobody, as that of a new machine, says nothing of who may not.
    """
    brought = 0
    known_now = present.rows("SELECT name, password_hash, generation, created_at, changed_at FROM users")
    names = {said[0].casefold() for said in known_now}
    for (name,) in restored.rows("SELECT name FROM users") if names else ():
        if name.casefold() not in names:
            brought += 1
            restored.write("DELETE FROM users WHERE name = ?", [name])
    for said in known_now:
        known = restored.rows("SELECT changed_at FROM users WHERE name = ?", [said[0]])
        if known and known[0][0] >= said[4]:
            continue
        brought += 1
        restored.write(
            "INSERT OR REPLACE INTO users (name, password_hash, generation, created_at, changed_at) VALUES (?, ?, ?, ?, ?)", said
        )
    return brought
