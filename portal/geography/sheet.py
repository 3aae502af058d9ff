"""The sheet that the map is drawn on: its frame, its units, and the outlines of countries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from portal.geography.projection import Floats, project

WEST, SOUTH, EAST, NORTH = 2_600_000.0, 1_350_000.0, 7_400_000.0, 5_450_000.0
"""Metres of EPSG:3035: from Iceland to Cyprus, from Portugal to eastern Turkey."""
UNIT = 500.0
"""Metres; drawn 960 pixels wide, a pixel is ten units."""
WIDTH, HEIGHT = int((EAST - WEST) / UNIT), int((NORTH - SOUTH) / UNIT)
FILE = "europe.json"


@dataclass(frozen=True)
class Country:
    """The outline of a country, as far as it is on the sheet.

    Arguments:
        path: of an SVG, in units of the sheet.
    """

    code: str
    path: str


@cache
def countries() -> tuple[Country, ...]:
    """All countries that are on the sheet, by their codes (ISO 3166-1, Kosovo XK)."""
    drawn = json.loads(files("portal.geography").joinpath(FILE).read_text(encoding="ascii"))
    return tuple(Country(code, path) for code, path in drawn["countries"].items())


def placed(latitude: Floats, longitude: Floats) -> Floats:
    """Places in degrees on the sheet: x to the right and y down, a row each; they may lie outside of it."""
    east, north = project(latitude, longitude)
    return np.column_stack(((east - WEST) / UNIT, (NORTH - north) / UNIT))


def is_on_sheet(x: float, y: float) -> bool:
    """Whether a place is on the sheet."""
    return 0 <= x <= WIDTH and 0 <= y <= HEIGHT
