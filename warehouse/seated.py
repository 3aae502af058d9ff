"""Which records of an edition are which organisation, and what moved from one edition to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.decided import RecordKey


@dataclass(frozen=True)
class Seating:
    """An edition's organisations.

    Arguments:
        numbers: record -> number of its organisation.
        names: number -> name.
        former: numbers that lead to another one.
    """

    numbers: Mapping[RecordKey, int]
    names: Mapping[int, str]
    former: frozenset[int]


@dataclass(frozen=True)
class Moved:
    """A number that stands for other records than it did.

    Arguments:
        were, are: its records before and now; none: it stood, or stands, for no organisation.
        others: the numbers that its former records have now, or its records had before.
        is_back: whether it led to another number before, and is an organisation again.
    """

    number: int
    name: str
    were: tuple[RecordKey, ...]
    are: tuple[RecordKey, ...]
    others: tuple[int, ...]
    is_back: bool


def read(con: Connection) -> Seating:
    """Who is what in an edition."""
    seats = con.execute("SELECT network, source_key, organisation_id FROM cluster_sources").fetchall()
    names = con.execute("SELECT organisation_id, name FROM clusters").fetchall()
    former = con.execute("SELECT old_id FROM redirects").fetchall()
    return Seating(
        {RecordKey(network, key): number for network, key, number in seats}, dict(names), frozenset(old for (old,) in former)
    )


def moved(before: Seating, after: Seating) -> list[Moved]:
    """Every number whose records are others than before, in order."""
    were, are = _records(before), _records(after)
    changed = sorted(number for number in {*were, *are} if were.get(number) != are.get(number))
    return [_moved(number, before, after, were.get(number, ()), are.get(number, ())) for number in changed]


def _moved(number: int, before: Seating, after: Seating, were: tuple[RecordKey, ...], are: tuple[RecordKey, ...]) -> Moved:
    elsewhere = {after.numbers.get(one) for one in were} | {before.numbers.get(one) for one in are}
    others = tuple(sorted(one for one in elsewhere if one not in (None, number)))
    name = after.names.get(number) or before.names.get(number, "")
    return Moved(number, name, were, are, others, number in before.former and not were)


def _records(seating: Seating) -> dict[int, tuple[RecordKey, ...]]:
    found = defaultdict(list)
    for record, number in seating.numbers.items():
        found[number].append(record)
    return {number: tuple(sorted(records)) for number, records in found.items()}
