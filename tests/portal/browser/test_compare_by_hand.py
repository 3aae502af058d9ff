"""Comparing clusters as a person does."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from support.looking import Looking
from support.staff import Person

pytestmark = pytest.mark.xdist_group("browser")


def test_ticked_clusters_stand_side_by_side_without_javascript_too(page: Page, plain_page: Page) -> None:
    for one in (page, plain_page):
        one.goto("/en/clusters?country=SE")
        one.get_by_role("checkbox", name="Compare Amber Cluster").focus()
        one.keyboard.press("Space")
        one.get_by_text("Compare Northwood Alliance").click()
        one.get_by_role("button", name="Compare", exact=True).click()
        expect(one).to_have_url(re.compile(r"/en/compare\?.*id=\d+&id=\d+$"))
        expect(one.get_by_role("columnheader", name="Northwood Alliance")).to_be_visible()
        row = one.get_by_role("row", name=re.compile("^Country"))
        expect(row.get_by_text("The same")).to_be_visible()
        one.get_by_role("link", name="Back to the search").click()
        expect(one).to_have_url(re.compile(r"/en/clusters\?country=SE$"))


@pytest.mark.thorough
@pytest.mark.parametrize("has_javascript", [True, False])
def test_the_browsers_way_back_gives_the_ticks_back(looking: Looking, has_javascript: bool) -> None:
    with looking(java_script_enabled=has_javascript) as page:
        page.goto("/en/clusters?country=SE")
        if has_javascript:  # what is found is typed for, too
            page.get_by_label("Search clusters").fill("cluster")
            page.wait_for_url("**q=cluster*")
        ticks = page.get_by_role("checkbox", name=re.compile("^Compare "))
        ticks.nth(1).check()
        ticks.nth(2).check()
        wanted = [one.get_attribute("value") for one in (ticks.nth(1), ticks.nth(2))]
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page).to_have_url(re.compile(r"/en/compare\?"))
        page.go_back()
        expect(page).to_have_url(re.compile(r"/en/clusters\?"))
        expect(ticks.nth(1)).to_be_checked()
        checked = [one.get_attribute("value") for one in ticks.all() if one.is_checked()]
        assert checked == wanted
        ticks.nth(0).check()
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.get_by_role("columnheader")).to_have_count(5)


@pytest.mark.thorough
def test_with_fewer_than_two_or_more_than_four_ticked_the_page_says_what_to_do_and_stays(page: Page) -> None:
    page.goto("/en/clusters?country=SE")
    hint, press = page.get_by_role("alert"), page.get_by_role("button", name="Compare", exact=True)
    expect(hint).to_be_empty()
    press.click()
    expect(hint).to_have_text("Tick at least two clusters first; “Compare” stands beside each name.")
    ticks = page.get_by_role("checkbox", name=re.compile("^Compare "))
    ticks.nth(0).check()
    press.click()
    expect(hint).to_contain_text("Tick at least two")
    expect(page).to_have_url(re.compile(r"/en/clusters\?country=SE$"))
    ticks.nth(1).check()
    expect(hint).to_be_empty()
    for place in (2, 3, 4):
        ticks.nth(place).check()
    press.click()
    expect(hint).to_have_text("Tick four at the most: more do not fit side by side.")
    ticks.nth(4).uncheck()
    press.click()
    expect(page).to_have_url(re.compile(r"/en/compare\?.*id="))
    expect(page.get_by_role("columnheader")).to_have_count(6)


@pytest.mark.thorough
def test_without_javascript_the_page_of_none_and_of_one_says_what_to_do(plain_page: Page) -> None:
    plain_page.goto("/sv/clusters?country=SE")
    press = plain_page.get_by_role("button", name="Jämför", exact=True)
    press.click()
    expect(plain_page.get_by_role("heading", name="Ingenting att jämföra ännu")).to_be_visible()
    expect(plain_page.get_by_text("Kryssa för två till fyra kluster")).to_be_visible()
    plain_page.goto("/sv/clusters?country=SE")
    plain_page.get_by_text("Jämför Amber Cluster").click()
    press.click()
    expect(plain_page.get_by_role("heading", name="Amber Cluster går inte att jämföra ensamt")).to_be_visible()
    expect(plain_page.get_by_label("Klustrets namn")).to_be_visible()


@pytest.mark.thorough
def test_on_a_narrow_screen_compared_clusters_are_whole_and_the_table_says_that_it_goes_on(looking: Looking, number_of) -> None:
    numbers = [number_of(f"{name} Cluster") for name in ("Amber", "Birch", "Cedar", "Dune")]
    with looking(viewport={"width": 390, "height": 844}) as page:
        page.goto("/en/compare?" + "&".join(f"id={number}" for number in numbers))
        expect(page.get_by_text("The table goes on to the side")).to_be_visible()
        width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert width[0] <= width[1], "only the table itself moves sideways"
        last = page.get_by_role("columnheader", name="Dune Cluster")
        last.scroll_into_view_if_needed()
        expect(last).to_be_in_viewport()


@pytest.mark.thorough
def test_on_a_narrow_screen_the_mark_of_a_field_stands_below_its_name_and_above_all_values(looking: Looking, number_of) -> None:
    numbers = [number_of(f"{name} Cluster") for name in ("Amber", "Birch", "Cedar")]
    with looking(viewport={"width": 390, "height": 844}) as page:
        page.goto("/sv/compare?" + "&".join(f"id={number}" for number in numbers))
        rows = page.locator(".side-by-side tbody tr").all()
        assert rows
        for row in rows:
            name, mark, *values = [one.bounding_box() for one in row.locator("> *").all()]
            assert mark["y"] >= name["y"] + name["height"] - 0.5
            assert all(value["y"] >= mark["y"] + mark["height"] - 0.5 for value in values)


@pytest.mark.thorough
@pytest.mark.parametrize(("path", "width"), [("/en/gaps", 390), ("/sv/changes?since=2026-11-01", 390), ("/en/sources", 390)])
def test_a_table_wider_than_the_screen_says_that_it_can_be_scrolled_and_one_that_fits_does_not(
    looking: Looking, path: str, width: int
) -> None:
    said = "Tabellen fortsätter åt sidan" if path.startswith("/sv") else "The table goes on to the side"
    with looking(viewport={"width": width, "height": 844}) as page:
        page.goto(path)
        wide = page.evaluate(
            "[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
        )
        assert wide > 0, "the test would say nothing"
        hints = page.locator("p.sideways")
        expect(hints).to_have_count(wide)
        expect(hints.first).to_contain_text(said)
        if path == "/en/gaps":
            page.set_viewport_size({"width": 2600, "height": 900})
            expect(hints).to_have_count(0)


@pytest.mark.thorough
def test_a_third_is_found_by_name_and_left_out_again(page: Page, number_of) -> None:
    page.goto(f"/sv/compare?id={number_of('Amber Cluster')}&id={number_of('Birch Cluster')}")
    page.get_by_label("Klustrets namn").fill("cedar")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Cedar Cluster").click()
    expect(page.get_by_role("columnheader")).to_have_count(5)
    page.get_by_role("link", name="Utelämna Cedar Cluster").click()
    expect(page.get_by_role("columnheader")).to_have_count(4)


@pytest.mark.thorough
def test_entries_of_a_shortlist_can_be_compared(page: Page, site: str, number_of) -> None:
    with httpx.Client(base_url=site) as client:
        ada = Person(client, "Ada")
        shortlist = ada.begin("To compare")
        for name in ("Amber Cluster", "Dune Cluster"):
            ada.put(number_of(name), shortlist)
    page.goto(shortlist)
    page.get_by_text("Compare Amber Cluster").click()
    page.get_by_text("Compare Dune Cluster").click()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("columnheader", name="Dune Cluster")).to_be_visible()
    page.get_by_role("link", name="Back to the shortlist").click()
    expect(page).to_have_url(re.compile(rf"{shortlist}$"))


@pytest.mark.thorough
def test_after_typing_the_way_back_leads_to_what_was_typed(page: Page) -> None:
    page.goto("/en/clusters?country=SE")
    page.get_by_label("Search clusters").fill("energy")
    expect(page.get_by_role("status")).to_contain_text("“energy”")
    ticks = page.get_by_role("checkbox", name=re.compile("^Compare "))
    for place in (0, 1):
        ticks.nth(place).check()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("link", name="Back to the search")).to_have_attribute("href", "/en/clusters?q=energy&country=SE")
