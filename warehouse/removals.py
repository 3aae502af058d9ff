"""What organisations ask by the form "Remove us": it waits on the desk until the operator has decided.

Nothing of a person is kept: an organisation's name, its website, and a role mailbox if one wants an answer. When it is decided,
these words go; that somebody asked, and what came of it, stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from warehouse.desk import Desk

LONGEST = 200
"""Characters of a name, a website, a mailbox."""
MOST_OPEN = 500
"""Requests that may wait at a time: more is no organisation any more, but somebody who floods us."""


class Wish(StrEnum):
    """What is asked."""

    REMOVE = "remove"
    """Do not list the organisation at all."""
    CONTACT = "contact"
    """List it without its mailbox and telephone number."""
    CORRECT = "correct"
    """Something that is said of it is wrong."""


class Outcome(StrEnum):
    """What was decided."""

    KEPT_OUT = "kept out"
    DECLINED = "declined"


class Flooded(Exception):  # noqa: N818  a circumstance
    """As many wait as may."""


@dataclass(frozen=True)
class Removal:
    """One request.

    Arguments:
        reply_to: a role mailbox; empty: no answer is wanted.
        outcome: None: it waits; else by whom, why and when that was decided is said too, and its words are gone.
    """

    number: int
    wish: Wish
    organisation: str
    website: str
    reply_to: str
    asked_at: datetime
    outcome: Outcome | None
    decided_by: str | None
    decided_because: str | None
    decided_at: datetime | None


def ask(desk: Desk, wish: Wish, organisation: str, *, website: str, reply_to: str, at: datetime) -> int:
    """Write a request down; its number. The same that waits already is not written again.

    Raises ValueError for words that are missing or too long, Flooded where too many wait.
    """
    words = [organisation.strip(), website.strip(), reply_to.strip()]
    if not words[0] or max(map(len, words)) > LONGEST:
        raise ValueError(f"wanted an organisation, and words of at most {LONGEST} characters")
    with desk.transaction():
        same = desk.rows(
            "SELECT removal_id FROM removals"
            " WHERE outcome IS NULL AND wish = ? AND organisation = ? AND website = ? AND reply_to = ?",
            [wish.value, *words],
        )
        if same:
            return int(same[0][0])
        if count_open(desk) >= MOST_OPEN:
            raise Flooded(f"wanted at most {MOST_OPEN} requests that wait")
        return desk.write(
            "INSERT INTO removals (wish, organisation, website, reply_to, asked_at) VALUES (?, ?, ?, ?, ?)",
            [wish.value, *words, at.isoformat()],
        )


def removals(desk: Desk, *, open_only: bool = False) -> list[Removal]:
    """All requests, the oldest first."""
    condition = "WHERE outcome IS NULL" if open_only else ""
    rows = desk.rows(
        "SELECT removal_id, wish, organisation, website, reply_to, asked_at, outcome, decided_by, decided_because, decided_at"  # noqa: S608
        f" FROM removals {condition} ORDER BY removal_id"
    )
    return [_removal(*row) for row in rows]


def count_open(desk: Desk) -> int:
    """How many wait."""
    return int(desk.rows("SELECT count(*) FROM removals WHERE outcome IS NULL")[0][0])


def close(desk: Desk, number: int, outcome: Outcome, *, by: str, because: str, at: datetime) -> bool:
    """Say what was decided, and forget the request's words; whether there was one of that number that waited."""
    rows = desk.rows(
        """
        UPDATE removals
        SET outcome = ?, decided_by = ?, decided_because = ?, decided_at = ?, organisation = '', website = '', reply_to = ''
        WHERE removal_id = ? AND outcome IS NULL
        RETURNING removal_id
        """,
        [outcome.value, by, because, at.isoformat(), number],
    )
    if rows:
        desk.scrub()
    return bool(rows)


def forget(desk: Desk, clean: Callable[[str], str]) -> int:
    """Close the requests that name what is kept out now: that was decided when it was. How many.

    Arguments:
        clean: a text without what is kept out; a text that has none of it comes back as it is.
    """
    met = [one.number for one in removals(desk, open_only=True) if clean(said := _words(one)) != said]
    if met:
        latest = desk.rows("SELECT max(decided_at) FROM suppressions WHERE withdrawn_at IS NULL")[0][0]
        for number in met:
            close(desk, number, Outcome.KEPT_OUT, by="", because="", at=datetime.fromisoformat(latest))
    return len(met)


def mentions(desk: Desk, is_in: Callable[[str], bool]) -> int:
    """How many requests that wait have words that name it."""
    return sum(is_in(_words(one)) for one in removals(desk, open_only=True))


def bring_over(present: Desk, restored: Desk) -> int:
    """Write the requests that one desk knows and the other lacks onto the other, and what was decided since; how many.

    Inside a transaction of the other. A request is known again by when it was made.
    """
    brought = 0
    for one in removals(present):
        decided = [one.decided_by, one.decided_because, one.decided_at and one.decided_at.isoformat()]
        there = restored.rows("SELECT removal_id, outcome FROM removals WHERE asked_at = ?", [one.asked_at.isoformat()])
        if not there:
            restored.write(
                """
                INSERT INTO removals
                    (wish, organisation, website, reply_to, asked_at, outcome, decided_by, decided_because, decided_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [one.wish, one.organisation, one.website, one.reply_to, one.asked_at.isoformat(), one.outcome, *decided],
            )
            brought += 1
        elif one.outcome is not None and there[0][1] is None:
            restored.write(
                "UPDATE removals SET organisation = '', website = '', reply_to = '', outcome = ?, decided_by = ?,"
                " decided_because = ?, decided_at = ? WHERE removal_id = ?",
                [one.outcome.value, *decided, there[0][0]],
            )
            brought += 1
    return brought


def _words(one: Removal) -> str:
    return f"{one.organisation} {one.website} {one.reply_to}"


def _removal(*row: Any) -> Removal:
    number, wish, organisation, website, reply_to, asked_at, outcome, by, because, decided_at = row
    return Removal(
        number,
        Wish(wish),
        organisation,
        website,
        reply_to,
        datetime.fromisoformat(asked_at),
        None if outcome is None else Outcome(outcome),
        by,
        because,
        None if decided_at is None else datetime.fromisoformat(decided_at),
    )
