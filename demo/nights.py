"""What happens to the replicas from night to night: drawn from the seed, the same every time.

On the second night some records were edited, renamed or moved to another address, some are there for the first time, and some
are not there any more. On the third one of those is back, and all else is as on the second. Only organisations of a single page
on a single network take part, so that what an observer must find follows from that page alone (``demo.night_truth``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from demo.facts import Organisation
from demo.invented import Draw

FIRST_NIGHT = datetime(2026, 4, 4, 8, 0, tzinfo=UTC)
"""No page of the first night is younger; a page that changed before the second night is a day younger."""

SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)
THIRD_NIGHT = SECOND_NIGHT + timedelta(days=1)


class Fate(StrEnum):
    """What happens to a record after the first night."""

    EDITED = "edited"
    RENAMED = "renamed"
    MOVES = "moves"
    """Its page has another address, and the old one is not found: a page that is made anew has an address made anew."""
    JOINS = "joins"
    LEAVES = "leaves"
    RETURNS = "returns"
    """It is away on the second night only."""


FEW = {Fate.EDITED: 3, Fate.JOINS: 2, Fate.LEAVES: 1}
"""Of a middling network; the smaller ones have less."""


@dataclass(frozen=True)
class Standing:
    """One organisation on one network.

    Arguments:
        name: as this network prints it.
        source_key: the network's own key of the record.
        modified: when its page last changed.
        edited: the page was edited between the first night and the second.
    """

    organisation: Organisation
    name: str
    source_key: str
    markup: str
    modified: datetime
    edited: bool = False


def age(network: str, org: Organisation, seed: int) -> timedelta:
    """How long before the first night its page last changed."""
    return timedelta(minutes=Draw(seed, network, org.id, "age").between(0, 1_200 * 24 * 60))


def fates(network: str, seed: int, free: Sequence[str], counts: Mapping[Fate, int]) -> dict[str, Fate]:
    """Organisation -> what happens to it, for those to which something happens.

    Arguments:
        free: ids of the organisations that may be drawn.
        counts: how many meet each fate.

    Raises ValueError where there are too few.
    """
    wanted = [fate for fate, count in counts.items() for _ in range(count)]
    drawn = Draw(seed, network, "fates").some(free, len(wanted))
    if len(drawn) < len(wanted):
        raise ValueError(f"wanted {len(wanted)} organisations of {network} to which something may happen, found {len(drawn)}")
    return dict(zip(drawn, wanted, strict=True))


def is_there(fate: Fate | None, night: int) -> bool:
    """Whether a record of this fate is on its network on the given night."""
    if night == 1:
        return fate is not Fate.JOINS
    return fate is not Fate.LEAVES and (fate is not Fate.RETURNS or night > 2)


def modified_on(fate: Fate | None, night: int, before: datetime) -> datetime:
    """When the page of a record of this fate last changed, seen on the given night.

    Arguments:
        before: as seen on the first night.
    """
    if fate is None or night == 1:
        return before
    return THIRD_NIGHT if fate is Fate.RETURNS else SECOND_NIGHT


def on_night(standing: Sequence[Standing], fated: Mapping[str, Fate], night: int) -> tuple[Standing, ...]:
    """Those of the records that the network has on the given night, as they are then. None of them is renamed or moves.

    Arguments:
        fated: organisation -> what happens to it.
    """
    found = []
    for record in standing:
        fate = fated.get(record.organisation.id)
        if is_there(fate, night):
            is_edited = night > 1 and fate is Fate.EDITED
            found.append(replace(record, edited=is_edited, modified=modified_on(fate, night, record.modified)))
    return tuple(found)
