"""What staff think of partners, all of it: to be looked at, and to be taken away as training labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.answers import File, Page
from portal.visit import Visit, reading
from warehouse.facets import Card, organisations_of
from warehouse.opinions import Opinion, standing
from warehouse.sheets import csv_text

COLUMNS = (
    "home_record", "home", "partner_record", "partner", "useful", "because", "recipe", "rank", "score", "by", "at",
)  # fmt: skip


@dataclass(frozen=True)
class Label:
    """An opinion, and the organisations that its two records belong to now; None: nobody lists them any more."""

    opinion: Opinion
    home: Card | None
    partner: Card | None


def opinions(visit: Visit) -> Page:
    """The last word of everybody on every partner."""
    found = _labels(visit)
    return Page("opinions.html", {"labels": found}, [_data(one) for one in found], "/opinions")


def csv(visit: Visit) -> File:
    """The same as a table; ``useful`` is 1 or 0."""
    rows = [
        [
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
        for one in _labels(visit)
    ]
    return File(csv_text(COLUMNS, rows, ","), "text/csv; charset=utf-8", "opinions.csv")


def _labels(visit: Visit) -> list[Label]:
    with visit.edition() as edition:
        with reading(edition.desk) as desk:
            found = standing(desk) if desk else []
        records = [(*key, 0) for one in found for key in (one.home, one.partner)]
        now = organisations_of(edition.con, records)
        known = edition.cards([number for number in now.values() if number])
    return [Label(one, known.get(now[one.home] or 0), known.get(now[one.partner] or 0)) for one in found]


def _data(one: Label) -> dict[str, Any]:
    return {
        "home": {"id": one.home.id if one.home else None, "record": str(one.opinion.home)},
        "partner": {"id": one.partner.id if one.partner else None, "record": str(one.opinion.partner)},
        "is_useful": one.opinion.is_useful,
        "because": one.opinion.because,
        "ranked": one.opinion.ranked,
        "by": one.opinion.by,
        "at": one.opinion.at,
    }
