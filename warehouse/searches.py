"""Searches that staff keep on the desk, each with all whom it has ever found: so that only who is new is told of, and once.

Whoever is found is known by all records of theirs. An organisation is new where none of its records was ever found by the search:
it stays known when it is merged, parted, renumbered, or lost for some nights.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from warehouse.decided import RecordKey
from warehouse.desk import Desk

LONGEST_NAME = 200
LONGEST_QUERY = 4_000
MOST_OF_ONE = 50
"""Searches that one owner may keep: each is looked for anew with every edition."""
TOKEN_BYTES = 32


class NoSearch(LookupError):  # noqa: N818  says what is the matter
    """There is no such search, or it is somebody else's."""


class TooMany(Exception):  # noqa: N818
    """The owner keeps as many as one may."""


@dataclass(frozen=True)
class Saved:
    """A search that is kept.

    Arguments:
        owner: who keeps it; empty: everybody on a page where nobody signs in.
        query: as an address has it (``q=hydrogen&country=SE``).
        token: whoever knows it may read the feed.
        noticed: the edition in which it was last looked for, as the caller named it.
        unseen: how many were found for the first time and not seen yet.
    """

    number: int
    owner: str
    name: str
    query: str
    token: str
    noticed: str
    created_at: datetime
    unseen: int


@dataclass(frozen=True)
class Found:
    """An organisation that a search finds in an edition; its records, the oldest first."""

    organisation_id: int
    name: str
    country: str | None
    records: tuple[RecordKey, ...]


@dataclass(frozen=True)
class New:
    """An organisation that was found for the first time: its oldest record then, and what it was called.

    Arguments:
        seen_at: None: nobody has said that they saw it.
    """

    number: int
    record: RecordKey
    organisation_id: int
    name: str
    country: str | None
    found_at: datetime
    seen_at: datetime | None


_READ = """
    SELECT
        s.search_id, s.owner, s.name, s.query, s.token, s.noticed, s.created_at,
        (SELECT count(*) FROM saved_search_hits AS h WHERE h.search_id = s.search_id AND h.is_told = 1 AND h.seen_at IS NULL)
    FROM saved_searches AS s
"""


def of(desk: Desk, owner: str) -> list[Saved]:
    """Those of an owner, the one kept last first."""
    return [_saved(*row) for row in desk.rows(f"{_READ} WHERE s.owner = ? ORDER BY s.search_id DESC", [owner])]


def one(desk: Desk, owner: str, number: int) -> Saved:
    """A search of an owner. Raises NoSearch."""
    rows = desk.rows(f"{_READ} WHERE s.owner = ? AND s.search_id = ?", [owner, number])
    if not rows:
        raise NoSearch(f"wanted search {number} of {owner!r}, found none")
    return _saved(*rows[0])


def by_token(desk: Desk, token: str) -> Saved:
    """The search of a token. Raises NoSearch."""
    rows = desk.rows(f"{_READ} WHERE s.token = ?", [token])
    if not rows:
        raise NoSearch("wanted a search of that token, found none")
    return _saved(*rows[0])


def keep(desk: Desk, owner: str, name: str, query: str, found: Sequence[Found], *, noticed: str, at: datetime) -> int:
    """Keep a search; its number. Whoever is found now is known from now on. The same search kept again is the one that there is.

    Arguments:
        noticed: the edition in which ``found`` were found.

    Raises TooMany, or ValueError for a name or query that is empty or too long.
    """
    name = _checked(name)
    if len(query) > LONGEST_QUERY:
        raise ValueError(f"wanted a query of at most {LONGEST_QUERY} characters, found {len(query)}")
    with desk.transaction():
        same = desk.rows("SELECT search_id FROM saved_searches WHERE owner = ? AND query = ?", [owner, query])
        if same:
            return int(same[0][0])
        if desk.rows("SELECT count(*) FROM saved_searches WHERE owner = ?", [owner])[0][0] >= MOST_OF_ONE:
            raise TooMany(f"wanted at most {MOST_OF_ONE} saved searches of one owner")
        number = desk.write(
            "INSERT INTO saved_searches (owner, name, query, token, noticed, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            [owner, name, query, secrets.token_urlsafe(TOKEN_BYTES), noticed, at.isoformat()],
        )
        for each in found:
            _write(desk, number, each, each.records, is_told=False, found_at=at.isoformat(), seen_at=at.isoformat())
    return number


def notice(desk: Desk, number: int, found: Sequence[Found], *, noticed: str, at: datetime) -> int:
    """Write down whom a search finds in an edition; how many of them were never found before.

    Arguments:
        noticed: the edition; at: its moment, by which those who are new are dated.

    Raises NoSearch where it was deleted meanwhile.
    """
    new = 0
    with desk.transaction():
        if not desk.rows("UPDATE saved_searches SET noticed = ? WHERE search_id = ? RETURNING search_id", [noticed, number]):
            raise NoSearch(f"wanted search {number}, found none")
        rows = desk.rows(
            "SELECT network, source_key, found_at, seen_at FROM saved_search_hits WHERE search_id = ? ORDER BY hit_id", [number]
        )
        known = {RecordKey(network, key): (found_at, seen_at) for network, key, found_at, seen_at in rows}
        for each in found:
            before = next((known[record] for record in each.records if record in known), None)
            fresh = [record for record in each.records if record not in known]
            if before is None:
                new += 1
                _write(desk, number, each, fresh, is_told=True, found_at=at.isoformat(), seen_at=None)
            else:  # a record more of whom is known
                _write(desk, number, each, fresh, is_told=False, found_at=before[0], seen_at=before[1] or at.isoformat())
    return new


def _write(
    desk: Desk,
    number: int,
    found: Found,
    records: Sequence[RecordKey],
    *,
    is_told: bool,
    found_at: str,
    seen_at: str | None,
) -> None:
    for place, record in enumerate(records):
        desk.write(
            """
            INSERT OR IGNORE INTO saved_search_hits
                (search_id, network, source_key, organisation_id, name, country, is_told, found_at, seen_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                number, *record, found.organisation_id, found.name[:LONGEST_NAME], found.country,
                int(is_told and place == 0), found_at, seen_at,
            ],
        )  # fmt: skip


def news(desk: Desk, number: int, *, limit: int, unseen_only: bool = False) -> list[New]:
    """Those that were found for the first time since the search is kept, the latest first."""
    condition = " AND seen_at IS NULL" if unseen_only else ""
    rows = desk.rows(
        "SELECT hit_id, network, source_key, organisation_id, name, country, found_at, seen_at FROM saved_search_hits"  # noqa: S608
        f" WHERE search_id = ? AND is_told = 1{condition} ORDER BY found_at DESC, hit_id DESC LIMIT ?",
        [number, limit],
    )
    return [
        New(
            hit,
            RecordKey(network, key),
            organisation_id,
            name,
            country,
            datetime.fromisoformat(found_at),
            None if seen_at is None else datetime.fromisoformat(seen_at),
        )
        for hit, network, key, organisation_id, name, country, found_at, seen_at in rows
    ]


def see(desk: Desk, owner: str, number: int, last: int, at: datetime) -> int:
    """Say that the new ones were seen, up to number ``last``: who came meanwhile stays new. How many. Raises NoSearch."""
    with desk.transaction():
        one(desk, owner, number)
        rows = desk.rows(
            "UPDATE saved_search_hits SET seen_at = ? WHERE search_id = ? AND hit_id <= ? AND seen_at IS NULL RETURNING is_told",
            [at.isoformat(), number, last],
        )
    return sum(row[0] for row in rows)


def rename(desk: Desk, owner: str, number: int, name: str) -> None:
    """Give a search another name. Raises NoSearch, ValueError."""
    name = _checked(name)
    with desk.transaction():
        one(desk, owner, number)
        desk.write("UPDATE saved_searches SET name = ? WHERE search_id = ?", [name, number])


def renew_token(desk: Desk, owner: str, number: int) -> None:
    """Give the feed another address: whoever knew the one before reads nothing more. Raises NoSearch."""
    with desk.transaction():
        one(desk, owner, number)
        desk.write("UPDATE saved_searches SET token = ? WHERE search_id = ?", [secrets.token_urlsafe(TOKEN_BYTES), number])


def delete(desk: Desk, owner: str, number: int) -> None:
    """Keep a search no longer. Raises NoSearch."""
    with desk.transaction():
        one(desk, owner, number)
        _delete(desk, number)


def _delete(desk: Desk, number: int) -> None:
    desk.write("DELETE FROM saved_search_hits WHERE search_id = ?", [number])
    desk.write("DELETE FROM saved_searches WHERE search_id = ?", [number])


def forget(desk: Desk, is_gone: Callable[[RecordKey], bool], clean: Callable[[str], str]) -> int:
    """Leave nothing of what is kept out: searches that ask for it, hits that are it; how many rows that changed."""
    changed = 0
    with desk.transaction():
        for number, name, query in desk.rows("SELECT search_id, name, query FROM saved_searches"):
            asked = _asked(query)
            if clean(asked) != asked:
                _delete(desk, number)
                changed += 1
            elif (left := clean(name)) != name:
                desk.write("UPDATE saved_searches SET name = ? WHERE search_id = ?", [left, number])
                changed += 1
        for hit, network, key, name in desk.rows("SELECT hit_id, network, source_key, name FROM saved_search_hits"):
            if is_gone(RecordKey(network, key)) or clean(name) != name:
                desk.write("DELETE FROM saved_search_hits WHERE hit_id = ?", [hit])
                changed += 1
    if changed:
        desk.scrub()
    return changed


def mentions(desk: Desk, is_meant: Callable[[RecordKey], bool], is_in: Callable[[str], bool]) -> int:
    """How many searches and hits are of a record that is meant, or have a text that names it."""
    kept = desk.rows("SELECT name, query FROM saved_searches")
    hits = desk.rows("SELECT network, source_key, name FROM saved_search_hits")
    return sum(is_in(f"{name} {_asked(query)}") for name, query in kept) + sum(
        is_meant(RecordKey(network, key)) or is_in(name) for network, key, name in hits
    )


def bring_over(present: Desk, restored: Desk) -> int:
    """Write the searches that one desk knows and the other lacks, and whom they found, onto the other; how many rows it lacked.

    Inside a transaction of the other. A search is known again by its owner and what it asks for. What is seen stays seen, and the
    address of a feed is the one that it has now.
    """
    brought = 0
    for number, owner, name, query, token, noticed, created_at in present.rows(
        "SELECT search_id, owner, name, query, token, noticed, created_at FROM saved_searches ORDER BY search_id"
    ):
        there = restored.rows("SELECT search_id, token FROM saved_searches WHERE owner = ? AND query = ?", [owner, query])
        if there:
            kept = int(there[0][0])
            brought += there[0][1] != token
            restored.write("UPDATE saved_searches SET token = ?, name = ? WHERE search_id = ?", [token, name, kept])
        else:
            brought += 1
            columns = "owner, name, query, token, noticed, created_at"
            said = [owner, name, query, token, noticed, created_at]
            is_free = not restored.rows("SELECT 1 FROM saved_searches WHERE search_id = ?", [number])
            kept = restored.write(
                f"INSERT INTO saved_searches (search_id, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  our own names
                [number if is_free else None, *said],
            )
        brought += _bring_hits(present, restored, number, kept)
    return brought


_HIT = "network, source_key, organisation_id, name, country, is_told, found_at, seen_at"


def _bring_hits(present: Desk, restored: Desk, number: int, kept: int) -> int:
    brought = 0
    rows = present.rows(f"SELECT {_HIT} FROM saved_search_hits WHERE search_id = ? ORDER BY hit_id", [number])  # noqa: S608  our own
    for said in rows:
        there = restored.rows(
            "SELECT hit_id, seen_at FROM saved_search_hits WHERE search_id = ? AND network = ? AND source_key = ?",
            [kept, *said[:2]],
        )
        if not there:
            sql = f"INSERT INTO saved_search_hits (search_id, {_HIT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  our own
            restored.write(sql, [kept, *said])
            brought += 1
        elif there[0][1] is None and said[-1] is not None:
            restored.write("UPDATE saved_search_hits SET seen_at = ? WHERE hit_id = ?", [said[-1], there[0][0]])
            brought += 1
    return brought


def _asked(query: str) -> str:
    """What a query asks for, as words."""
    return " ".join(value for _, value in parse_qsl(query))


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"wanted a name of 1 to {LONGEST_NAME} characters, found {len(name)}")
    return name


def _saved(*row: Any) -> Saved:
    number, owner, name, query, token, noticed, created_at, unseen = row
    return Saved(number, owner, name, query, token, noticed, datetime.fromisoformat(created_at), unseen)
