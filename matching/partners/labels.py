"""What staff think of partners, as labels to learn ranking from: each with how the partner was ranked when somebody said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from warehouse.connection import Connection
from warehouse.desk import Desk
from warehouse.facets import Card, cards, organisations_of
from warehouse.opinions import Opinion, standing

COLUMNS = (
    "home_record", "home", "partner_record", "partner", "useful", "because", "recipe", "rank", "score", "by", "at",
)  # fmt: skip
"""Of the table; ``useful`` is 1 or 0, ``at`` a moment in ISO 8601."""


@dataclass(frozen=True)
class Label:
    """An opinion, and the organisations that its two records belong to now; None: nobody lists them any more."""

    opinion: Opinion
    home: Card | None
    partner: Card | None


def labels(con: Connection, desk: Desk | None, today: date) -> list[Label]:
    """The last word of everybody on every partner, the latest first.

    Arguments:
        con: a cursor on an edition.
        desk: None: nobody has written on it yet.
    """
    found = standing(desk) if desk else []
    now = organisations_of(con, [(*key, 0) for one in found for key in (one.home, one.partner)])
    known = cards(con, [number for number in now.values() if number], today)
    return [Label(one, known.get(now[one.home] or 0), known.get(now[one.partner] or 0)) for one in found]


def row(one: Label) -> list[str | int | float | None]:
    """A label as a row of the table."""
    return [
        str(one.opinion.home),
        one.home.name if one.home else None,
        str(one.opinion.partner),
        one.partner.name if one.partner else None,
        int(one.opinion.is_useful),
        one.opinion.because,
        one.opinion.ranked.recipe,
        one.opinion.ranked.place,
        round(one.opinion.ranked.score, 6),
        one.opinion.by,
        one.opinion.at.isoformat(),
    ]


def as_data(one: Label) -> dict[str, Any]:
    """A label for programs."""
    return {
        "home": {"id": one.home.id if one.home else None, "record": str(one.opinion.home)},
        "partner": {"id": one.partner.id if one.partner else None, "record": str(one.opinion.partner)},
        "is_useful": one.opinion.is_useful,
        "because": one.opinion.because,
        "ranked": one.opinion.ranked,
        "by": one.opinion.by,
        "at": one.opinion.at,
    }
