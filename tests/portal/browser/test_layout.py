"""What stands where: tools in one row, the first that was found in sight, notices in line with the page, lists not cut short."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from support.looking import Looking

pytestmark = pytest.mark.xdist_group("browser")
PHONE = {"width": 390, "height": 844}


def box(page: Page, css: str) -> dict[str, float]:
    found = page.locator(css).first.bounding_box()
    assert found is not None, css
    return dict(found)


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["en", "sv"])
def test_what_one_does_with_a_search_stands_in_two_rows_on_a_wide_screen(looking: Looking, language: str) -> None:
    with looking() as page:
        page.goto(f"/{language}/clusters?q=cluster")
        tops = [box(page, css)["y"] for css in (".ways-row > button", ".ways-row .ways a", "#comparing button")]
        assert max(tops) - min(tops) < 8
        assert tops[0] - box(page, "#count")["y"] < 60
        save, compare = box(page, ".ways-row > button"), box(page, "#comparing button")
        assert (save["y"], save["height"]) == pytest.approx((compare["y"], compare["height"]), abs=0.6)


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_first_that_was_found_is_in_sight_on_a_telephone(looking: Looking, language: str) -> None:
    with looking(viewport=PHONE) as page:
        page.goto(f"/{language}/clusters?q=cluster")
        assert box(page, ".hit h3")["y"] + box(page, ".hit h3")["height"] < PHONE["height"]


@pytest.mark.thorough
@pytest.mark.parametrize("width", [1280, pytest.param(1000, marks=pytest.mark.thorough), 390])
def test_what_a_page_says_of_what_was_done_is_in_line_with_the_page(looking: Looking, own_site: str, width: int) -> None:
    with looking(base_url=own_site, viewport={"width": width, "height": 800}) as page:
        page.goto("/en/clusters?q=cluster")
        page.get_by_role("button", name="Save this search").click()
        page.locator("p.said").wait_for()
        assert box(page, "p.said .inside")["x"] == pytest.approx(box(page, "h1")["x"], abs=0.5)


@pytest.mark.thorough
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_maps_tables_need_no_scrolling_sideways_and_fade_out_where_they_go_on(
    looking: Looking, width: int, language: str
) -> None:
    with looking(viewport={"width": width, "height": 844}) as page:
        page.goto(f"/{language}/map")
        for part in page.locator(".beside .scroll").all():
            assert part.evaluate("one => one.scrollWidth <= one.clientWidth")
            assert part.evaluate("one => getComputedStyle(one, '::after').position") == "sticky"
            head = part.locator("thead th").first
            part.evaluate("one => one.scrollTo(0, one.scrollHeight)")
            end = part.evaluate("one => one.getBoundingClientRect().bottom")
            assert part.locator("tbody tr").last.evaluate("one => one.getBoundingClientRect().bottom") <= end - 10, "not faded"
            assert head.is_visible()
