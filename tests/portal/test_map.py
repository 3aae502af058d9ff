"""The map of Europe and the gap map: what is drawn is what is counted, and the table says the same."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from itertools import pairwise

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.geography.draw import area, clipped, outlines, simplified
from portal.geography.projection import project
from portal.geography.sheet import HEIGHT, WIDTH, countries, is_on_sheet, placed
from portal.pages.map import BANDS, band, passing
from support.staff import shown
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("portal")


def test_the_projection_gives_what_its_standard_gives() -> None:
    """EPSG Guidance Note 7-2, Lambert azimuthal equal area: its worked example."""
    east, north = project(np.array([50.0]), np.array([5.0]))
    assert east[0] == pytest.approx(3_962_799.45, abs=0.01)
    assert north[0] == pytest.approx(2_999_718.85, abs=0.01)


@given(st.floats(36, 70), st.floats(-9, 40))
def test_areas_are_kept_wherever_they_lie(latitude: float, longitude: float) -> None:
    """A tenth of a degree each way, whose area on the ellipsoid is known, against the projected square."""
    step = 0.1
    corners = np.array([(0, 0), (0, step), (step, step), (step, 0)]) + np.array((latitude, longitude))
    east, north = project(corners[:, 0], corners[:, 1])
    e2 = 0.00669438002290
    middle = np.radians(latitude + step / 2)
    curvature = 6_378_137.0 * (1 - e2) ** 0.5 / (1 - e2 * np.sin(middle) ** 2)
    true = (curvature * np.radians(step)) ** 2 * np.cos(middle)
    assert area(np.column_stack((east, north))) == pytest.approx(true, rel=1e-4)


def test_the_outlines_are_those_that_were_drawn_from_the_file_that_is_named() -> None:
    folder = files("portal.geography")
    said = tomllib.loads(folder.joinpath("VENDORED.toml").read_text(encoding="utf-8"))["europe.json"]
    assert hashlib.sha256(folder.joinpath("europe.json").read_bytes()).hexdigest() == said["sha256"]
    assert {"origin", "licence", "version", "source_sha256", "package_sha256"} <= said.keys()
    codes = {one.code for one in countries()}
    assert {"SE", "NO", "FI", "DK", "IS", "MT", "CY", "XK", "UA", "LI", "TR"} <= codes
    assert all(re.fullmatch(r"(M-?\d+[,-]\d+l[-\d, ]+z)+", one.path) for one in countries())


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [("SE", 62.0, 15.0), ("FR", 46.6, 2.4), ("MT", 35.9, 14.42), ("UA", 45.3, 34.3), ("IS", 64.9, -18.5), ("FI", 60.2, 20.0)],
)
def test_a_place_lies_inside_its_country_and_no_other(code: str, latitude: float, longitude: float) -> None:
    [(x, y)] = placed(np.array([latitude]), np.array([longitude])).tolist()
    assert is_on_sheet(x, y)
    assert [one.code for one in countries() if _winding(one.path, x, y)] == [code]


def _winding(path: str, x: float, y: float) -> bool:
    """Whether a place is inside a path, by the rule of odd crossings."""
    crossings = 0
    for ring in re.findall(r"M([^z]+)z", path):
        numbers = np.array([int(one) for one in re.findall(r"-?\d+", ring)]).reshape(-1, 2)
        spots = np.cumsum(numbers, axis=0)
        for (x1, y1), (x2, y2) in zip(spots, np.roll(spots, -1, axis=0), strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                crossings += 1
    return crossings % 2 == 1


def test_two_countries_share_the_border_that_was_drawn_once() -> None:
    """A square cut in two, in TopoJSON's own way of writing it: 20 steps of the border become one for both."""
    east, west, both = (
        [[10000, 50000], [2000, 0], [0, 4000], [-2000, 0]],
        [[10000, 50000], [-2000, 0], [0, 4000], [2000, 0]],
        None,
    )
    both = [[10000, 50000], *[[0, 200]] * 20]
    world = {
        "transform": {"scale": [0.001, 0.001], "translate": [0, 0]},
        "arcs": [both, west, east],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "id": "752", "arcs": [[1, -1]]},
                    {"type": "MultiPolygon", "id": "246", "arcs": [[[2, -1]]]},
                    {"type": "Polygon", "id": "nothing", "arcs": [[2, -1]]},
                ]
            }
        },
    }
    drawn = outlines(world)
    assert drawn.keys() == {"SE", "FI"}
    assert all(path.count(",") + path.count("-") <= 12 for path in drawn.values())


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=40), st.integers(1, 20))
def test_a_simplified_line_keeps_its_ends_and_strays_no_further_than_it_may(points: list, tolerance: int) -> None:
    line = np.array(points, dtype=float)
    short = simplified(line, tolerance)
    assert (short[0] == line[0]).all()
    assert (short[-1] == line[-1]).all()
    for point in line:
        assert min(_away(point, one, other) for one, other in pairwise(short)) <= tolerance + 1e-9


def _away(point: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    along = other - one
    part = 0.0 if not along.any() else float(np.clip((point - one) @ along / (along @ along), 0, 1))
    return float(np.hypot(*(point - one - part * along)))


def test_what_lies_outside_of_a_box_is_cut_away() -> None:
    ring = np.array([(-10.0, -10.0), (10.0, -10.0), (10.0, 10.0), (-10.0, 10.0)])
    assert area(clipped(ring, (0, 0, 20, 20))) == 100
    assert len(clipped(ring, (50, 50, 60, 60))) == 0


def test_shades_begin_where_the_legend_says() -> None:
    assert [band(0), *(band(least) for least in BANDS)] == [0, 1, 2, 3, 4, 5]
    assert [band(least - 1) for least in BANDS[1:]] == [1, 2, 3, 4]
    assert passing({"SE": 3, "FI": 2}, ["se"]) == {"SE": 3}
    assert passing({"SE": 3, "FI": 2}, []) == {"SE": 3, "FI": 2}


def test_the_map_counts_what_the_search_finds_and_leads_into_it(visitor: httpx.Client, con: Connection) -> None:
    expected = dict(con.execute("SELECT country, count(*) FROM clusters WHERE NOT is_gone GROUP BY country").fetchall())
    data = visitor.get("/en/map.json").json()
    assert {one["code"]: one["count"] for one in data["countries"]} == expected
    assert data["total"] == sum(expected.values())
    page = visitor.get("/en/map").text
    for country, count in expected.items():
        assert visitor.get(f"/en/clusters.json?country={country}").json()["total"] == count
        assert f'<a href="/en/clusters?country={country}">' in page
    assert data["no_region"] == 6
    assert "Of 6 the region is not known" in shown(page)


@pytest.mark.parametrize(
    "asked", ["country=SE&country=FI", "region=SE31", "q=hydrogen&country=DE", "ecosystem=digital&region=fi19", "country=xx"]
)
def test_facets_and_words_narrow_the_map_as_they_narrow_the_search(visitor: httpx.Client, asked: str) -> None:
    data, found = visitor.get(f"/en/map.json?{asked}").json(), visitor.get(f"/en/clusters.json?{asked}").json()
    assert data["total"] == found["total"]
    assert sum(one["count"] for one in data["countries"]) + data["no_country"] == found["total"]
    assert sum(one["count"] for one in data["regions"]) + data["no_region"] == found["total"]


def test_the_drawing_and_the_table_say_the_same(visitor: httpx.Client) -> None:
    page, data = visitor.get("/sv/map").text, visitor.get("/sv/map.json").json()
    over = page.partition('class="over"')[2].partition("</svg>")[0]
    titles = dict(re.findall(r"<title>([^<]+): (\d+)</title>", over))
    assert titles == {one["name"]: str(one["count"]) for one in [*data["countries"], *data["regions"]]}
    spots = re.findall(r'<circle class="spot" cx="(\d+)" cy="(\d+)" r="(\d+)"', page)
    assert len(spots) == len(data["regions"]) + 1  # and one in the legend
    assert all(0 <= int(x) <= WIDTH and 0 <= int(y) <= HEIGHT for x, y, _ in spots)
    rows = re.findall(
        r'<th scope="row"><a href="[^"]+"><bdi>([^<]+)</bdi></a></th>(?:<td>[^<]+</td>)?<td class="num">(\d+)', page
    )
    assert dict(rows) == titles


def test_an_empty_map_says_so(visitor: httpx.Client) -> None:
    page = visitor.get("/en/map?q=qqqqq&country=SE").text
    assert "there is nothing to draw" in shown(page)
    assert "<figure" not in page


def test_a_field_without_a_partner_is_a_gap_until_a_partnership_is_known(visitor: httpx.Client, number_of: Callable) -> None:
    data = visitor.get("/en/gaps.json").json()
    fields = {(one["country"], one["ecosystem"]): one for one in data["fields"]}
    assert not any(country == "SE" for country, _ in fields)
    for (country, ecosystem), one in fields.items():
        found = visitor.get("/en/clusters.json", params={"country": country, "ecosystem": ecosystem}).json()
        assert found["total"] == one["organisations"]
    partnered = {key for key, one in fields.items() if one["partners"]}
    assert partnered == {("FI", "Agri-food"), ("DE", "Energy-renewables")}
    assert data["rests_on"]["partnerships"] == 2
    assert all(one["is_gap"] == (key not in partnered) for key, one in fields.items())
    page = visitor.get("/en/gaps").text
    assert "This rests on 2 partnerships abroad that public pages name, of 2 of " in shown(page)
    assert 'href="/en/clusters?country=FI&amp;ecosystem=Health"' in page


def test_ecosystems_in_which_no_member_works_can_be_left_out(visitor: httpx.Client) -> None:
    every, ours = visitor.get("/en/gaps.json").json(), visitor.get("/en/gaps.json?ours=1").json()
    kept = {one["ecosystem"] for one in ours["fields"]}
    assert kept < {one["ecosystem"] for one in every["fields"]}
    assert kept <= ours["members_by_ecosystem"].keys()
