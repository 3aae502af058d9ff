"""ETRS89-extended / LAEA Europe (EPSG:3035): equal areas, so that no country looks larger than it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_AXIS = 6_378_137.0
_FLATTENING = 1 / 298.257222101
_E2 = _FLATTENING * (2 - _FLATTENING)
_E = _E2**0.5
_ORIGIN = np.radians(52.0), np.radians(10.0)
_FALSE = 4_321_000.0, 3_210_000.0


def _q(latitude: Any) -> Any:
    sine = np.sin(latitude)
    return (1 - _E2) * (sine / (1 - _E2 * sine**2) - np.log((1 - _E * sine) / (1 + _E * sine)) / (2 * _E))


_QP = _q(np.pi / 2)
_BETA0 = np.arcsin(_q(_ORIGIN[0]) / _QP)
_RADIUS = _AXIS * (_QP / 2) ** 0.5
_D = _AXIS * np.cos(_ORIGIN[0]) / (1 - _E2 * np.sin(_ORIGIN[0]) ** 2) ** 0.5 / (_RADIUS * np.cos(_BETA0))


def project(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Eastings and northings in metres of places in degrees.

    Source: Snyder, Map Projections: A Working Manual (1987), formulas 24-17 to 24-20, as in EPSG Guidance Note 7-2, method 9820.
    The place opposite to the origin, in the Pacific, has none.
    """
    lam = np.radians(longitude) - _ORIGIN[1]
    beta = np.arcsin(np.clip(_q(np.radians(latitude)) / _QP, -1.0, 1.0))
    cosines = 1 + np.sin(_BETA0) * np.sin(beta) + np.cos(_BETA0) * np.cos(beta) * np.cos(lam)
    b = _RADIUS * np.sqrt(2 / np.maximum(cosines, 1e-12))
    east = _FALSE[0] + b * _D * np.cos(beta) * np.sin(lam)
    north = _FALSE[1] + b / _D * (np.cos(_BETA0) * np.sin(beta) - np.sin(_BETA0) * np.cos(beta) * np.cos(lam))
    return east, north
