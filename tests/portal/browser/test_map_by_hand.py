"""The map as a person uses it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from portal.geography.sheet import HEIGHT, WIDTH, placed

pytestmark = pytest.mark.xdist_group("browser")


def test_a_click_on_a_country_lists_its_clusters_and_the_list_leads_back_to_the_map(page: Page) -> None:
    page.goto("/en/clusters?q=cluster")
    page.get_by_role("link", name="Show on the map").click()
    expect(page.get_by_role("img", name=re.compile("^Map of Europe"))).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^Renewable energy")).check()
    expect(page).to_have_url(re.compile(r"/map\?q=cluster&ecosystem=Energy-renewables$"))
    over = page.locator(".over")
    box = over.bounding_box()
    assert box is not None
    # In Bavaria, away from any region's circle.
    [(x, y)] = placed(np.array([48.8]), np.array([12.3])).tolist()
    over.click(position={"x": x / WIDTH * box["width"], "y": y / HEIGHT * box["height"]})
    expect(page).to_have_url(re.compile(r"/clusters\?q=cluster&country=DE&ecosystem=Energy-renewables$"))


@pytest.mark.thorough
def test_by_keyboard_the_table_leads_where_the_drawing_does(page: Page) -> None:
    page.goto("/en/map?country=FI")
    page.get_by_role("region", name="By country").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Finland", exact=True).last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/clusters\?country=FI$"))


@pytest.mark.thorough
def test_without_javascript_the_map_is_drawn_and_narrowed(plain_page: Page) -> None:
    plain_page.goto("/sv/map")
    plain_page.get_by_role("checkbox", name=re.compile("^Sverige")).check()
    plain_page.get_by_role("button", name="Använd filter").click()
    expect(plain_page).to_have_url(re.compile(r"/sv/map\?q=&country=SE$"))
    expect(plain_page.get_by_role("img", name=re.compile("^Karta över Europa"))).to_be_visible()
    expect(plain_page.locator("use.shade-2")).to_have_count(1)


@pytest.mark.thorough
def test_a_gap_leads_to_whom_one_could_ask(page: Page) -> None:
    page.goto("/en/map")
    page.get_by_role("link", name="Where we have no partners").click()
    page.get_by_role("link", name=re.compile("^2 organisations, no partner, Health, Finland")).click()
    expect(page).to_have_url(re.compile(r"/clusters\?country=FI&ecosystem=Health$"))
