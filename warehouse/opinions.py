"""What staff think of partners that were ranked, on the desk: labels from which ranking can be learned and measured."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warehouse.decided import LONGEST_REASON, RecordKey
from warehouse.desk import Desk


@dataclass(frozen=True)
class Ranked:
    """How a partner was ranked: by which recipe, at which place, with which score, in which edition."""

    recipe: str
    place: int
    score: float
    edition: int


@dataclass(frozen=True)
class Opinion:
    """What somebody thinks of a partner.

    Arguments:
        home, partner: their oldest records then.
        because: why; empty: they did not say.
    """

    number: int
    home: RecordKey
    partner: RecordKey
    is_useful: bool
    because: str
    ranked: Ranked
    by: str
    at: datetime


_READ = """
    SELECT
        opinion_id, home_network, home_key, partner_network, partner_key, is_useful, because, recipe, place, score, edition,
        given_by, given_at
    FROM match_opinions
"""


def give(
    desk: Desk, home: RecordKey, partner: RecordKey, *, is_useful: bool, because: str, ranked: Ranked, by: str, at: datetime
) -> int:
    """Write an opinion down; its number. Raises ValueError for a reason that is too long."""
    because = because.strip()
    if len(because) > LONGEST_REASON:
        raise ValueError(f"wanted a reason of at most {LONGEST_REASON} characters, found {len(because)}")
    columns = "home_network, home_key, partner_network, partner_key, is_useful, because, recipe, place, score, edition"
    how = [ranked.recipe, ranked.place, ranked.score, ranked.edition]
    return desk.write(
        f"INSERT INTO match_opinions ({columns}, given_by, given_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  our own names
        [*home, *partner, int(is_useful), because, *how, by, at.isoformat()],
    )


def standing(desk: Desk, homes: Collection[RecordKey] | None = None) -> list[Opinion]:
    """The last word of everybody on every two, the latest first.

    Arguments:
        homes: records of the organisation for which partners were looked for; None: all.
    """
    last: dict[tuple[RecordKey, RecordKey, str], Opinion] = {}
    for one in _read(desk, homes):
        last[one.home, one.partner, one.by.casefold()] = one
    return sorted(last.values(), key=lambda one: -one.number)


def forget(desk: Desk, is_gone: Callable[[RecordKey], bool], clean: Callable[[str], str]) -> int:
    """Delete every opinion on a record that is kept out, and what other reasons say of it; how many rows that changed."""
    changed = 0
    with desk.transaction():
        for one in _read(desk, None):
            if is_gone(one.home) or is_gone(one.partner):
                desk.write("DELETE FROM match_opinions WHERE opinion_id = ?", [one.number])
                changed += 1
            elif (left := clean(one.because)) != one.because:
                desk.write("UPDATE match_opinions SET because = ? WHERE opinion_id = ?", [left, one.number])
                changed += 1
    if changed:
        desk.scrub()
    return changed


def mentions(desk: Desk, is_meant: Callable[[RecordKey], bool], is_in: Callable[[str], bool]) -> int:
    """How many opinions are on a record that is meant, or have a reason that names it."""
    return sum(is_meant(one.home) or is_meant(one.partner) or is_in(one.because) for one in _read(desk, None))


def _read(desk: Desk, homes: Collection[RecordKey] | None) -> list[Opinion]:
    if homes is None:
        return [_opinion(*row) for row in desk.rows(f"{_READ} ORDER BY opinion_id")]
    found: list[Opinion] = []
    for home in homes:
        sql = f"{_READ} WHERE home_network = ? AND home_key = ? ORDER BY opinion_id"
        found += [_opinion(*row) for row in desk.rows(sql, list(home))]
    return sorted(found, key=lambda one: one.number)


def _opinion(number: int, *said: Any) -> Opinion:
    keys: Sequence[str] = said[:4]
    is_useful, because, recipe, place, score, edition, by, at = said[4:]
    return Opinion(
        number,
        RecordKey(keys[0], keys[1]),
        RecordKey(keys[2], keys[3]),
        bool(is_useful),
        because,
        Ranked(recipe, place, score, edition),
        by,
        datetime.fromisoformat(at),
    )
