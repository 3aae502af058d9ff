"""The map: what a search finds, by country and region. It is drawn here, and a table beside it says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from matching.search.browse import FACETS, browse
from portal.answers import Page
from portal.geography.sheet import HEIGHT, WIDTH, countries, is_on_sheet, placed
from portal.opened import Opened
from portal.pages.facets import facet_lists
from portal.pages.naming import Naming
from portal.pages.search import LONGEST_QUESTION, Chip, asked
from portal.query import Query
from portal.rendering import part
from portal.visit import Visit
from warehouse.geography import points

PATH = "/map"
BANDS = (1, 3, 10, 30, 100)
"""From how many organisations on a country has the next darker shade."""
LARGEST = 150.0
"""Radius of the largest circle, in units of the sheet."""
PER_ONE = 34.0
"""Radius for one organisation where no circle would become too large: areas are to one another as numbers are."""


@dataclass(frozen=True)
class Counted:
    """A country or region.

    Arguments:
        address: the search for those in it.
    """

    code: str
    name: str
    count: int
    address: str
    country: str


@dataclass(frozen=True)
class Shape:
    """A country as it is drawn; ``there`` is None where nobody was found in it."""

    code: str
    path: str
    band: int
    there: Counted | None


@dataclass(frozen=True)
class Circle:
    """A region as it is drawn, in units of the sheet."""

    x: int
    y: int
    radius: int
    there: Counted


@dataclass(frozen=True)
class Drawn:
    """What the page shows of a search."""

    total: int
    facets: Markup
    results: Markup
    data: dict[str, Any]


def europe(visit: Visit) -> Page:
    """The page. It reads ``q`` and the facets from the address, as the search does."""
    text = visit.asked.one("q").strip()[:LONGEST_QUESTION]
    chosen = {facet: list(visit.asked.all(facet)) for facet in FACETS}
    kept = asked(text, chosen)
    with visit.edition() as edition:
        drawn = edition.remembered(
            ("map", visit.tongue.code, kept.pairs, visit.is_partial), lambda: _drawn(visit, edition, text, chosen)
        )
    permalink = kept.to(PATH)
    return Page(
        "map.html",
        {"text": text, "total": drawn.total, "facets": drawn.facets, "results": drawn.results},
        drawn.data,
        permalink,
        fragment="map_part.html",
        headers={"hx-push-url": visit.address(permalink)} if visit.is_partial else {},
    )


def _drawn(visit: Visit, edition: Opened, text: str, chosen: dict[str, list[str]]) -> Drawn:
    found = browse(edition.con, edition.shelf, text, chosen, limit=0, with_model=visit.options.with_model)
    naming = Naming(visit.tongue, edition.imprint)
    kept = asked(text, chosen)
    by_country = _counted(visit, naming, text, chosen, "country", passing(found.facets["country"], chosen["country"]))
    by_region = _counted(visit, naming, text, chosen, "region", passing(found.facets["region"], chosen["region"]))
    on_map = {one.code for one in countries()}
    counts = {
        "elsewhere": sum(one.count for one in by_country if one.code not in on_map),
        "no_country": found.total - sum(one.count for one in by_country),
        "no_region": found.total - sum(one.count for one in by_region),
    }
    results = part(
        "map_results.html",
        visit.tongue,
        total=found.total,
        chips=_chips(visit, naming, kept, chosen),
        clear=visit.address(asked(text, {}).to(PATH)),
        as_list=visit.address(kept.to("/clusters")),
        width=WIDTH,
        height=HEIGHT,
        shapes=_shapes(by_country),
        circles=_circles(by_region, points(edition.con)),
        countries=by_country,
        regions=by_region,
        bands=_legend(),
        **counts,
    )
    data = {"total": found.total, "countries": _data(by_country), "regions": _data(by_region), **counts}
    return Drawn(found.total, facet_lists(visit, naming, found, chosen), results, data)


def passing(counts: Mapping[str, int], chosen: list[str]) -> dict[str, int]:
    """Of a facet of which each organisation has one value at most: value -> how many pass *all* facets, this one too."""
    wanted = {value.casefold() for value in chosen}
    return {value: count for value, count in counts.items() if not wanted or value.casefold() in wanted}


def _counted(
    visit: Visit, naming: Naming, text: str, chosen: dict[str, list[str]], facet: str, counts: Mapping[str, int]
) -> list[Counted]:
    found = [
        Counted(
            code,
            naming.name(facet, code),
            count,
            visit.address(asked(text, {**chosen, facet: [code]}).to("/clusters")),
            code if facet == "country" else _country_of(code),
        )
        for code, count in counts.items()
    ]
    return sorted(visit.tongue.in_order(found, lambda one: one.name), key=lambda one: -one.count)


def _country_of(region: str) -> str:
    """The country of a region: codes begin with it, in which Greece is EL and the United Kingdom UK."""
    return {"EL": "GR", "UK": "GB"}.get(region[:2], region[:2])


def band(count: int) -> int:
    """0 for none, then how dark the shade is."""
    return sum(count >= least for least in BANDS)


def _legend() -> list[tuple[int, int, int | None]]:
    """Number of the shade, from how many, to how many; None: any number."""
    ends = [least - 1 for least in BANDS[1:]]
    return [(number, least, most) for number, (least, most) in enumerate(zip(BANDS, [*ends, None], strict=True), start=1)]


def _shapes(by_country: list[Counted]) -> list[Shape]:
    found = {one.code: one for one in by_country}
    return [
        Shape(one.code, one.path, band(found[one.code].count) if one.code in found else 0, found.get(one.code))
        for one in countries()
    ]


def _circles(by_region: list[Counted], where: Mapping[str, tuple[float, float]]) -> list[Circle]:
    """Regions that are on the sheet, the largest first: smaller ones lie on top of them and stay in sight."""
    known = [one for one in by_region if one.code in where]
    if not known:
        return []
    spots = placed(*(np.array([where[one.code][axis] for one in known]) for axis in (0, 1)))
    scale = min(PER_ONE, LARGEST / max(one.count for one in known) ** 0.5)
    return [
        Circle(round(x), round(y), max(round(scale * one.count**0.5), 22), one)
        for one, (x, y) in zip(known, spots.tolist(), strict=True)
        if is_on_sheet(x, y)
    ]


def _chips(visit: Visit, naming: Naming, kept: Query, chosen: dict[str, list[str]]) -> list[Chip]:
    return [
        Chip(facet, naming.name(facet, value), visit.address(kept.leaving(facet, value).to(PATH)))
        for facet, values in chosen.items()
        for value in values
    ]


def _data(rows: list[Counted]) -> list[dict[str, Any]]:
    return [{"code": one.code, "name": one.name, "country": one.country, "count": one.count} for one in rows]
