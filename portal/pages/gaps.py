"""The gap map: ecosystems by country in which no member has had a partner, as far as that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.answers import Page
from portal.query import NOTHING
from portal.visit import Visit
from warehouse.geography import Field, GapGround, fields, gap_ground, members_by_ecosystem
from warehouse.vocabulary import ecosystems

MOST_NAMED = 12
"""Gaps that are named above the table."""


@dataclass(frozen=True)
class Cell:
    """One ecosystem in one country.

    Arguments:
        key: ``gap``: organisations, none of them a partner; ``partner``: some are; ``nobody``: there are none.
        address: the search for its organisations; empty where there are none.
    """

    country: str
    ecosystem: str
    organisations: int
    partners: int
    address: str

    @property
    def key(self) -> str:
        """What the cell says."""
        if not self.organisations:
            return "nobody"
        return "partner" if self.partners else "gap"


@dataclass(frozen=True)
class Row:
    """One country.

    Arguments:
        gaps: in how many ecosystems it has organisations but no partner.
    """

    country: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def gaps(self) -> int:
        """How many of its cells are gaps."""
        return sum(cell.key == "gap" for cell in self.cells)


def gaps(visit: Visit) -> Page:
    """The page. It reads ``ours`` from the address: ``1`` leaves out ecosystems in which no member works."""
    only_ours = visit.asked.one("ours") == "1"
    with visit.edition() as edition:
        found, ground, members = fields(edition.con), gap_ground(edition.con), members_by_ecosystem(edition.con)
    columns = [name for name in ecosystems() if not only_ours or members.get(name)]
    rows = _rows(visit, found, columns)
    cells = [cell for row in rows for cell in row.cells]
    largest = sorted(
        (cell for cell in cells if cell.key == "gap"),
        key=lambda cell: (-bool(members.get(cell.ecosystem)), -cell.organisations, cell.country, cell.ecosystem),
    )
    values = {
        "columns": [(name, members.get(name, 0)) for name in columns],
        "rows": rows,
        "largest": largest[:MOST_NAMED],
        "gaps": len(largest),
        "partners": sum(cell.key == "partner" for cell in cells),
        "ground": ground,
        "only_ours": only_ours,
    }
    permalink = (NOTHING.setting("ours", "1") if only_ours else NOTHING).to("/gaps")
    return Page("gaps.html", values, _data(cells, ground, members), permalink)


def _rows(visit: Visit, found: list[Field], columns: list[str]) -> list[Row]:
    """Countries in which anybody works in any of the ecosystems, by name."""
    known = {(one.country, one.ecosystem): one for one in found if one.ecosystem in columns}
    rows = [
        Row(country, visit.tongue.country(country), tuple(_cell(visit, known, country, ecosystem) for ecosystem in columns))
        for country in {country for country, _ in known}
    ]
    return visit.tongue.in_order(rows, lambda row: row.name)


def _cell(visit: Visit, known: dict[tuple[str, str], Field], country: str, ecosystem: str) -> Cell:
    one = known.get((country, ecosystem))
    if one is None:
        return Cell(country, ecosystem, 0, 0, "")
    search = NOTHING.setting("country", country).setting("ecosystem", ecosystem).to("/clusters")
    return Cell(country, ecosystem, one.organisations, one.partners, visit.address(search))


def _data(cells: list[Cell], ground: GapGround, members: Any) -> dict[str, Any]:
    return {
        "rests_on": ground,
        "members_by_ecosystem": dict(members),
        "fields": [
            {
                "country": cell.country,
                "ecosystem": cell.ecosystem,
                "organisations": cell.organisations,
                "partners": cell.partners,
                "is_gap": cell.key == "gap",
            }
            for cell in cells
            if cell.organisations
        ],
    }
