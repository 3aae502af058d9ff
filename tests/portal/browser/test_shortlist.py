"""From a cluster to its partners, onto a shortlist, through a programme's rules and out as Excel: as a person does it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.hands import Keyboard, Mouse
from support.looking import Looking
from support.made_up_clusters import NOW, MadeUp

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize(
    ("hand", "has_javascript"),
    [
        pytest.param(Mouse(), True, id="by mouse, with javascript", marks=pytest.mark.thorough),
        pytest.param(Keyboard(), False, id="by keyboard, without"),
    ],
)
def test_a_consortium_is_found_checked_mended_and_taken_away(
    looking: Looking, own_site: str, hand: Mouse, has_javascript: bool
) -> None:
    with looking(base_url=own_site, java_script_enabled=has_javascript, accept_downloads=True) as page:
        page.goto("/en/shortlists")
        expect(page.get_by_role("heading", name="No shortlists yet")).to_be_visible()
        page.get_by_label("Name", exact=True).fill("Forest 2027")
        hand.choose(page.get_by_label("Programme"), "Horizon Europe: RIA, IA")
        page.get_by_label("Your name").fill("Ada")
        hand.press(page.get_by_role("button", name="Begin"))
        expect(page.get_by_role("status")).to_contain_text("The shortlist was begun.")
        hand.press(page.get_by_role("link", name="Find clusters").first)
        page.get_by_label("Search clusters").fill("northwood")
        page.get_by_label("Search clusters").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("“northwood”")
        hand.press(page.get_by_role("button", name="Add Northwood Alliance"))
        expect(page.get_by_text("Northwood Alliance is now on the shortlist Forest 2027.")).to_be_visible()
        hand.press(page.get_by_role("link", name="Northwood Alliance", exact=True))
        hand.press(page.get_by_role("link", name="Find partners"))
        expect(page.get_by_role("heading", level=1, name="Partners for Northwood Alliance")).to_be_visible()
        hand.tick(page.get_by_role("radio", name=re.compile("Complement")))
        hand.press(page.get_by_role("button", name="Show partners"))
        expect(page).to_have_url(re.compile("mode=complement"))
        name = look_closer_and_add_the_first_partner(page, hand)
        expect(page.get_by_text(f"{name} is now on the shortlist")).to_be_visible()
        hand.press(page.get_by_role("link", name="Shortlists"))
        hand.press(page.get_by_role("link", name="Forest 2027"))
        expect(page.get_by_text("Not met").first).to_be_visible()
        hand.press(page.locator(".fixes").first.get_by_role("button").first)
        expect(page.locator(".entry")).to_have_count(3)
        expect(page.locator("ul.rules > li").first).to_contain_text("Met")
        say_how_far_one_has_come(page, hand)
        with page.expect_download() as download:
            hand.press(page.get_by_role("link", name="Excel"))
        assert download.value.suggested_filename == f"Forest-2027-{NOW:%Y-%m-%d}.xlsx"


def look_closer_and_add_the_first_partner(page: Page, hand: Mouse) -> str:
    first = page.locator(".partners .hit").first
    hand.press(first.locator("summary", has_text="and eligibility"))
    expect(first.get_by_text("all reasons together")).to_be_visible()
    hand.press(first.locator("summary", has_text="Useful or not?"))
    first.get_by_label("Because (if you like)").fill("They rang back.")
    hand.press(first.get_by_role("button", name="Useful", exact=True))
    first = page.locator(".partners .hit").first
    expect(first.get_by_text("They rang back.")).to_be_visible()
    name = first.get_by_role("heading", level=2).inner_text()
    hand.press(first.get_by_role("button", name=f"Add {name}"))
    return name


def say_how_far_one_has_come(page: Page, hand: Mouse) -> None:
    entry = page.locator(".entry").nth(1)
    hand.choose(entry.get_by_role("combobox"), "Contacted")
    hand.press(entry.get_by_role("button", name=re.compile("^Save")))
    expect(page.locator(".entry").nth(1).get_by_role("combobox")).to_have_value("contacted")
    entry = page.locator(".entry").nth(1)
    hand.press(entry.locator("summary", has_text="Add a note"))
    entry.get_by_label("Note").fill("Rang them on Monday.")
    hand.press(entry.get_by_role("button", name="Save the note"))
    expect(page.locator(".notes").get_by_text("Rang them on Monday.").first).to_be_visible()
    expect(page.get_by_text("Ada, 29 Nov 2026").first).to_be_visible()


def test_a_deleted_shortlist_is_brought_back_by_its_address(looking: Looking, own_site: str) -> None:
    with looking(base_url=own_site, expected=("410",)) as page:
        page.goto("/en/shortlists")
        page.get_by_label("Name", exact=True).fill("Passing")
        page.get_by_role("button", name="Begin").click()
        expect(page).to_have_url(re.compile(r"/shortlists/\d+"))
        address = page.url
        page.get_by_role("button", name="Delete this shortlist").click()
        expect(page.get_by_text("The shortlist Passing was deleted.")).to_be_visible()
        page.goto(address)
        page.get_by_role("button", name="Bring it back").click()
        expect(page.get_by_role("heading", level=1, name="Passing")).to_be_visible()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("hand", "has_javascript"),
    [
        pytest.param(Mouse(), True, id="by mouse, with javascript"),
        pytest.param(Keyboard(), False, id="by keyboard, without", marks=pytest.mark.thorough),
    ],
)
def test_whoever_was_removed_and_what_was_deleted_is_brought_back(
    looking: Looking, own_site: str, hand: Mouse, has_javascript: bool
) -> None:
    with looking(base_url=own_site, java_script_enabled=has_javascript) as page:
        for name in ("Amber", "Birch"):
            page.goto(f"/en/clusters?q={name}")
            hand.press(page.get_by_role("button", name=f"Add {name} Cluster"))
            expect(page.get_by_text(f"{name} Cluster is now on the")).to_be_visible()
        page.goto("/en/shortlists/1")
        hand.press(page.get_by_role("button", name="Remove Amber Cluster"))
        expect(page.get_by_role("status").filter(has_text="Birch Cluster leads now.")).to_be_in_viewport()
        expect(page.locator(".entry")).to_have_count(1)
        hand.press(page.get_by_role("button", name="Bring back Amber Cluster"))
        expect(page.locator(".entry")).to_have_count(2)
        expect(page.locator(".entry").first).to_contain_text("Amber Cluster is back on the shortlist and leads again.")
        hand.press(page.get_by_role("button", name="Delete this shortlist"))
        expect(page.get_by_role("status")).to_contain_text("was deleted")
        page.goto("/en/shortlists")
        hand.press(page.locator("#recently-deleted").get_by_role("button", name="Bring it back"))
        expect(page.locator(".entry")).to_have_count(2)


@pytest.mark.thorough
def test_two_people_at_one_shortlist_lose_nothing(looking: Looking, own_site: str) -> None:
    with looking(base_url=own_site) as ada, looking(base_url=own_site, expected=("409",)) as bo:
        ada.goto("/en/clusters?q=amber")
        ada.get_by_role("button", name="Add Amber Cluster").click()
        expect(ada.get_by_text("Amber Cluster is now on the new shortlist")).to_be_visible()
        ada.goto("/en/shortlists/1")
        bo.goto("/en/shortlists/1")

        def say(page: Page, status: str) -> None:
            page.get_by_label("Status of Amber Cluster").first.select_option(status)
            page.get_by_role("button", name="Save Status of Amber Cluster").click()

        say(ada, "yes")
        expect(ada.get_by_role("status")).to_contain_text("Saved")
        say(bo, "no")
        expect(bo.get_by_role("alert")).to_contain_text("You wanted “No”, which was not saved.")
        expect(bo.get_by_label("Status of Amber Cluster").first).to_have_value("yes")
        for page, text in ((ada, "from Ada"), (bo, "from Bo")):
            page.get_by_label("Note").last.fill(text)
            page.get_by_role("button", name="Save the note").last.click()
            expect(page.locator(".notes")).to_contain_text(text)
        ada.reload()
        expect(ada.locator(".notes")).to_contain_text("from Ada")
        expect(ada.locator(".notes")).to_contain_text("from Bo")


def test_adding_after_typing_leads_back_to_what_was_typed(looking: Looking, own_site: str) -> None:
    with looking(base_url=own_site) as page:
        page.goto("/en/clusters")
        page.get_by_label("Search clusters").fill("birch")
        expect(page.get_by_role("status")).to_contain_text("“birch”")
        page.get_by_role("button", name="Add Birch Cluster").click()
        expect(page).to_have_url(re.compile(r"\?q=birch$"))
        expect(page.get_by_text("Birch Cluster is now on the new shortlist")).to_be_visible()


def test_signing_in_by_keyboard_leads_to_what_was_wanted(
    looking: Looking, own: MadeUp, own_site: str, cheap_passwords: None, add_user: Callable[[MadeUp, str, str], None]
) -> None:
    add_user(own, "Ada", "correct horse battery")
    with looking(base_url=own_site, expected=("401",)) as page:
        page.goto("/en/clusters?q=amber")
        page.get_by_label("Name").fill("Ada")
        page.keyboard.press("Tab")
        page.keyboard.type("wrong wrong wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("do not fit")
        page.get_by_label("Password").fill("correct horse battery")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Amber Cluster")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
