"""Adding to a shortlist as a person does: one stays where one is, and is told beside the button."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.looking import Looking

pytestmark = pytest.mark.xdist_group("browser")
Number = Callable[[str], int]
HERE = "window.scrollY"


def add_the_last(page: Page) -> str:
    """Press Add at the last partner of the list, by keyboard; the partner's name."""
    name = page.locator(".partners .hit").last.get_by_role("heading", level=2).inner_text()
    page.get_by_role("button", name=f"Add {name}").focus()
    page.keyboard.press("Enter")
    return name


@pytest.mark.parametrize(
    "has_javascript", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["with javascript", "without"]
)
def test_who_adds_a_partner_stays_there_and_is_led_to_the_list(
    looking: Looking, own_site: str, number_of: Number, has_javascript: bool
) -> None:
    size = {"width": 390, "height": 700}
    with looking(base_url=own_site, java_script_enabled=has_javascript, viewport=size) as page:
        page.goto(f"/en/clusters/{number_of('Northwood Alliance')}/partners?programme=horizon-europe-ria-ia")
        name = add_the_last(page)
        button, note = page.get_by_role("button", name=f"Add {name}"), page.locator(".added:not(:empty)")
        expect(note).to_contain_text(f"{name} is now on the new shortlist Northwood Alliance – Horizon Europe: RIA, IA.")
        expect(note).to_contain_text("Northwood Alliance leads it.")
        expect(note).to_have_attribute("aria-live", "polite")
        expect(button).to_be_focused()
        expect(button).to_have_accessible_description(re.compile("is now on the new shortlist"))
        expect(button).to_be_in_viewport()
        expect(note).to_be_in_viewport()
        expect(page).to_have_url(re.compile(r"/partners\?programme=horizon-europe-ria-ia$"))
        expect(page.get_by_label("Add to").locator("option:checked")).to_contain_text("Northwood Alliance")
        page.keyboard.press("Enter")
        expect(note).to_contain_text("was on the shortlist")
        page.keyboard.press("Tab")
        note.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1, name=re.compile("^Northwood Alliance"))).to_be_visible()
        expect(page.locator(".entry").first).to_contain_text("leads")
        expect(page.locator(".entry")).to_have_count(2)
        expect(page.get_by_label("Programme")).to_have_value("horizon-europe-ria-ia")


def test_with_javascript_the_page_does_not_move_and_what_was_typed_or_ticked_stays(
    looking: Looking, own_site: str, number_of: Number
) -> None:
    with looking(base_url=own_site) as page:
        page.goto(f"/sv/clusters/{number_of('Northwood Alliance')}/partners")
        last = page.locator(".partners .hit").last
        last.locator("summary", has_text="och behörighet").click()
        button = last.get_by_role("button", name=re.compile("^Lägg till"))
        button.scroll_into_view_if_needed()
        before = page.evaluate(HERE)
        assert before > 0
        button.click()
        expect(last.locator(".added")).to_contain_text("finns nu på den nya listan Partner för Northwood Alliance.")
        assert page.evaluate(HERE) == before
        expect(last.get_by_text("alla skäl tillsammans")).to_be_visible()


@pytest.mark.thorough
def test_two_that_are_added_quickly_come_onto_one_new_list(looking: Looking, own_site: str) -> None:
    with looking(base_url=own_site) as page:
        page.goto("/en/clusters?q=cluster")
        page.evaluate("for (const one of [...document.querySelectorAll('.add')].slice(0, 3)) one.click()")
        expect(page.locator(".added:not(:empty)")).to_have_count(3)
        expect(page.get_by_label("Add to").locator("option")).to_have_count(2)
        page.goto("/en/shortlists/1")
        expect(page.locator(".entry")).to_have_count(3)


@pytest.mark.thorough
def test_why_nothing_was_added_is_said_beside_the_button(looking: Looking, own_site: str) -> None:
    with looking(base_url=own_site) as other, looking(base_url=own_site, expected=("410",)) as page:
        other.goto("/en/shortlists")
        other.get_by_label("Name", exact=True).fill("Passing")
        other.get_by_role("button", name="Begin").click()
        page.goto("/en/clusters?q=birch")
        page.get_by_label("Add to").select_option(label="Passing (0)")
        other.get_by_role("button", name="Delete this shortlist").click()
        expect(other.get_by_text("The shortlist Passing was deleted.")).to_be_visible()
        page.get_by_role("button", name="Add Birch Cluster").click()
        expect(page.locator(".added:not(:empty)")).to_contain_text("This shortlist was deleted")
        expect(page.get_by_role("button", name="Add Birch Cluster")).to_be_focused()


@pytest.mark.thorough
def test_a_server_that_does_not_answer_is_no_silence(looking: Looking, own_site: str) -> None:
    with looking(base_url=own_site, expected=("ERR_FAILED", "htmx:")) as page:
        page.goto("/en/clusters?q=birch")
        page.route("**/shortlists/add", lambda route: route.abort())
        page.get_by_role("button", name="Add Birch Cluster").click()
        expect(page.locator(".added:not(:empty)")).to_contain_text("The server did not answer")
        page.unroute("**/shortlists/add")
        button = page.get_by_role("button", name="Add Birch Cluster")
        button.click()
        expect(page.locator(".added:not(:empty)")).to_contain_text("is now on the new shortlist")
        expect(button).to_contain_text("On the list")
        page.get_by_label("Add to").select_option("new")
        expect(button).not_to_contain_text("On the list")


@pytest.mark.thorough
def test_results_that_come_again_unchanged_stay_and_with_them_what_is_being_pressed(looking: Looking, own_site: str) -> None:
    with looking(base_url=own_site) as page:
        page.goto("/en/clusters")
        box = page.get_by_label("Search clusters")
        box.fill("birch")
        expect(page.get_by_role("status")).to_contain_text("“birch”")
        button = page.get_by_role("button", name="Add Birch Cluster")
        button.hover()
        page.mouse.down()
        with page.expect_response(lambda answer: "q=birch" in answer.url):
            page.evaluate("document.getElementById('find').requestSubmit()")
        page.wait_for_function("!document.querySelector('.htmx-request')")
        page.mouse.up()
        expect(page.locator(".added:not(:empty)")).to_contain_text("Birch Cluster is now on the new shortlist")
        box.fill("amber")
        expect(page.get_by_role("button", name="Add Amber Cluster")).to_be_visible()
        box.fill("birch")
        expect(button).to_be_visible()


@pytest.mark.thorough
def test_a_deleted_shortlist_is_brought_back_where_it_is_said(looking: Looking, own_site: str) -> None:
    with looking(base_url=own_site, java_script_enabled=False) as page:
        page.goto("/sv/shortlists")
        page.get_by_label("Namn", exact=True).fill("Flyktig")
        page.get_by_role("button", name="Börja").click()
        page.get_by_role("button", name="Ta bort listan").click()
        expect(page.get_by_role("status")).to_contain_text("Listan Flyktig är borttagen.")
        page.get_by_role("status").get_by_role("button", name="Hämta tillbaka").click()
        expect(page.get_by_role("heading", level=1, name="Flyktig")).to_be_visible()


@pytest.mark.thorough
def test_write_to_them_knows_for_whom_and_for_what(looking: Looking, own_site: str, number_of: Number) -> None:
    with looking(base_url=own_site) as page:
        page.goto(f"/en/clusters/{number_of('Northwood Alliance')}/partners?programme=euroclusters")
        name = page.locator(".partners .hit").last.get_by_role("heading", level=2).inner_text()
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("link", name="Write to them").click()
        expect(page.get_by_label("On behalf of").locator("option:checked")).to_have_text("Northwood Alliance")
        expect(page.get_by_label("Programme")).to_have_value("euroclusters")
        expect(page.get_by_label("Text; change it")).to_have_value(re.compile("on behalf of Northwood Alliance"))
        page.get_by_role("link", name="Svenska").click()
        expect(page.get_by_label("Program")).to_have_value("euroclusters")
        page.go_back()
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("link", name="Partners for Northwood Alliance", exact=True).click()
        expect(page.get_by_label("Programme")).to_have_value("euroclusters")
        add_the_last(page)
        page.locator(".added:not(:empty)").get_by_role("link").click()
        page.get_by_role("link", name=f"Write to them ({name})").click()
        expect(page.get_by_label("On behalf of").locator("option:checked")).to_have_text("Northwood Alliance")
        expect(page.get_by_label("Programme")).to_have_value("euroclusters")
