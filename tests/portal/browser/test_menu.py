"""The head of the page: one row on every screen, a menu that opens without JavaScript, and an order in which one gets there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.for_everyone import fits, is_for_everyone
from support.looking import Looking
from support.made_up_clusters import MadeUp

pytestmark = pytest.mark.xdist_group("browser")
ONE_ROW = 60
"""Pixels that two rows do not fit into."""
HERE = {"en": "Saved searches", "sv": "Sparade sökningar"}
NEXT = {"en": ("Find clusters", "Programmes"), "sv": ("Hitta kluster", "Program")}


def height_of_head(page: Page) -> float:
    found = page.locator("header.top").bounding_box()
    assert found is not None
    return found["height"]


def focused(page: Page) -> str:
    """What has the focus, in the words that its reader hears."""
    return str(page.evaluate("document.activeElement.innerText.replace(/\\s+/g, ' ').trim()"))


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("language", ["en", "sv"])
def test_on_a_telephone_the_head_is_one_row_that_says_where_one_is_and_opens(looking: Looking, width: int, language: str) -> None:
    first, last = NEXT[language]
    with looking(viewport={"width": width, "height": 800}, java_script_enabled=False) as page:
        page.goto(f"/{language}/searches")
        assert height_of_head(page) < ONE_ROW
        menu = page.locator(".menu summary")
        expect(menu.locator(".now")).to_be_visible()
        expect(menu.locator(".now")).to_have_text(HERE[language])
        links = page.get_by_role("navigation").get_by_role("link")
        expect(links).to_have_count(0)
        menu.click()
        expect(links).to_have_count(7)
        assert links.all_inner_texts()[0] == first
        assert links.all_inner_texts()[-1] == last
        assert [one.inner_text() for one in links.all() if one.get_attribute("aria-current")] == [HERE[language]]
        fits(page)
        links.last.click()
        expect(page).to_have_url(f"{page.url.split('/' + language)[0]}/{language}/programmes")
        assert height_of_head(page) < ONE_ROW, "the next page begins closed"
        page.goto(f"/{language}/sources")
        expect(menu.locator(".now")).to_have_text({"en": "Menu", "sv": "Meny"}[language])


def test_pages_that_stand_in_no_menu_say_from_which_part_of_it_one_gets_there(looking: Looking) -> None:
    with looking(viewport={"width": 390, "height": 800}) as page:
        for address, part in (("/en/compare", "Find clusters"), ("/en/gaps", "Map")):
            page.goto(address)
            expect(page.locator(".menu .now")).to_have_text(part)
            expect(page.locator(".menu a[aria-current]")).to_have_text(part)


def test_by_keyboard_one_gets_from_the_skip_link_through_the_menu_in_the_order_in_which_it_stands(looking: Looking) -> None:
    with looking(viewport={"width": 390, "height": 800}, java_script_enabled=False) as page:
        page.goto("/en/map")
        order, places = [], []
        for _ in range(5):
            page.keyboard.press("Tab")
            order.append(focused(page))
            places.append(page.evaluate("(it => [it.top, it.left])(document.activeElement.getBoundingClientRect())"))
        assert order == ["Skip to the content", "clusterbridge", "Menu: Map", "Svenska SV", "English EN"]
        assert [left for _, left in places[1:]] == sorted(left for _, left in places[1:]), "from left to right, as they stand"
        page.locator(".menu summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert focused(page) == "Find clusters"
        for _ in range(6):
            page.keyboard.press("Tab")
        assert focused(page) == "Programmes"
        page.keyboard.press("Tab")
        assert focused(page) == "Svenska SV"
        page.goto("/en/map")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.url.endswith("/en/map#main")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("language", ["en", "sv"])
def test_on_a_wide_screen_all_of_the_menu_stands_in_one_row(looking: Looking, language: str) -> None:
    with looking() as page:
        page.goto(f"/{language}/searches")
        assert height_of_head(page) < ONE_ROW
        expect(page.locator(".menu")).to_be_hidden()
        links = page.get_by_role("navigation").get_by_role("link")
        expect(links).to_have_count(7)
        assert all(link.is_visible() for link in links.all())
        assert [one.inner_text() for one in links.all() if one.get_attribute("aria-current")] == [HERE[language]]
        expect(page.get_by_role("link", name="Svenska")).to_have_text("Svenska", use_inner_text=True)


@pytest.mark.parametrize("width", [320, 800])
def test_axe_finds_nothing_in_an_open_menu(looking: Looking, width: int) -> None:
    with looking(viewport={"width": width, "height": 800}, reduced_motion="reduce") as page:
        is_for_everyone(page, "/sv/display")


def test_who_is_not_in_yet_has_no_menu(looking: Looking, own: MadeUp, own_site: str, add_user) -> None:
    add_user(own, "Ada", "a long password for tests")
    with looking(base_url=own_site, viewport={"width": 390, "height": 800}) as page:
        page.goto("/en/clusters")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        expect(page.get_by_role("navigation")).to_have_count(0)
        assert height_of_head(page) < ONE_ROW
