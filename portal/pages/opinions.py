"""What staff think of partners, all of it: to be looked at, and to be taken away as training labels."""

from __future__ import annotations

from matching.partners.labels import COLUMNS, Label, as_data, labels, row
from portal.answers import File, Page
from portal.visit import Visit, reading
from warehouse.sheets import csv_text


def opinions(visit: Visit) -> Page:
    """The last word of everybody on every partner."""
    found = _labels(visit)
    return Page("opinions.html", {"labels": found}, [as_data(one) for one in found], "/opinions")


def csv(visit: Visit) -> File:
    """The same as a table; ``useful`` is 1 or 0."""
    rows = [row(one) for one in _labels(visit)]
    return File(csv_text(COLUMNS, rows, ","), "text/csv; charset=utf-8", "opinions.csv")


def _labels(visit: Visit) -> list[Label]:
    with visit.edition() as edition, reading(edition.desk) as desk:
        return labels(edition.con, desk, edition.today)
