"""What happens to a replica between the first night and the second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from demo.facts import Organisation
from demo.invented import Draw

FIRST_NIGHT = datetime(2026, 4, 4, 8, 0, tzinfo=UTC)
"""No page of the first night is younger; a page edited before the second night is a day younger."""

SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)
LEAVERS, JOINERS = 2, 3
EDITED = 0.04


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


def on_night(
    standing: Sequence[Standing], movable: frozenset[str], network: str, seed: int, night: int, leavers: int = LEAVERS,
    joiners: int = JOINERS,
) -> tuple[Standing, ...]:  # fmt: skip
    """Those of the records that the network has on the given night: some join before the second, some leave, some are edited.

    Arguments:
        movable: ids of organisations that may join or leave.
    """
    free = [record.organisation.id for record in standing if record.organisation.id in movable]
    moving = Draw(seed, network, "moving").some(free, leavers + joiners)
    leaving, joining = frozenset(moving[:leavers]), frozenset(moving[leavers:])
    if night == 1:
        return tuple(record for record in standing if record.organisation.id not in joining)
    return tuple(
        _a_night_later(record, network, seed, is_new=record.organisation.id in joining)
        for record in standing
        if record.organisation.id not in leaving
    )


def _a_night_later(record: Standing, network: str, seed: int, *, is_new: bool) -> Standing:
    if is_new:
        return replace(record, modified=SECOND_NIGHT)
    if Draw(seed, network, record.organisation.id, "edited").chance(EDITED):
        return replace(record, edited=True, modified=SECOND_NIGHT)
    return record
