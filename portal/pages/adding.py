"""Onto which shortlist something is put: a choice that many pages offer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal.visit import Visit, reading
from warehouse import shortlists
from warehouse.desk import DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.shortlist_shapes import Shortlist

NEW = "new"
"""In place of a number: a shortlist that is begun with this."""


@dataclass(frozen=True)
class Choice:
    """The shortlists that one may add to.

    Arguments:
        lists: None: they cannot be read just now, and nothing can be added.
        chosen: number of the one that is proposed; 0: a new one.
    """

    lists: tuple[Shortlist, ...] | None
    chosen: int


def choice(visit: Visit, desk: Path) -> Choice:
    """The shortlists, and the one that was added to last. A desk in trouble keeps nobody from searching."""
    try:
        with reading(desk) as opened:
            found = tuple(shortlists.lists(opened)) if opened else ()
    except (DeskBusy, DeskUnwritable, DeskDamaged):
        return Choice(None, 0)
    numbers = [one.number for one in found]
    if visit.session.shortlist in numbers:
        return Choice(found, visit.session.shortlist)
    return Choice(found, numbers[0] if numbers else 0)
