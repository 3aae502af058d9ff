"""Finding a cluster as a person does: by keyboard and by mouse, with JavaScript and without."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from support.looking import Looking

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def hurried(looking: Looking) -> Iterator[Page]:
    """A window in which more is typed while an answer is waited for: htmx gives that one up, and calls it an error."""
    with looking(expected=("htmx:sendAbort", "htmx:afterRequest")) as opened:
        yield opened


def until_held(page: Page, held: list[Route], times: int) -> None:
    """Wait until the page has asked so often for what a test holds back."""
    deadline = time.monotonic() + 60
    while len(held) < times:
        assert time.monotonic() < deadline
        page.wait_for_timeout(10)


def test_typing_shows_results_while_one_types_and_says_how_many(hurried: Page) -> None:
    page = hurried
    page.goto("/en/clusters")
    count = page.get_by_role("status")
    expect(count).to_have_text("31 cluster organisations")
    page.get_by_label("Search clusters").press_sequentially("hydrogn", delay=5)
    expect(page.get_by_role("heading", name="Amber Cluster")).to_be_visible()
    expect(count).to_contain_text("for “hydrogn”")
    expect(count).to_have_attribute("aria-live", "polite")
    expect(page).to_have_url(re.compile(r"/en/clusters\?q=hydrogn$"))
    expect(page).to_have_title("hydrogn – find clusters · clusterbridge")
    page.get_by_role("link", name="hydrogen", exact=True).click()
    expect(page).to_have_url(re.compile(r"q=hydrogen$"))


def test_a_filter_narrows_the_list_keeps_the_focus_and_stands_as_a_chip(page: Page) -> None:
    page.goto("/en/clusters?q=cluster")
    box = page.get_by_role("checkbox", name=re.compile("^Sweden"))
    box.focus()
    page.keyboard.press("Space")
    chip = page.get_by_role("link", name="Remove filter: Country Sweden")
    expect(chip).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=cluster&country=SE$"))
    expect(page.get_by_role("checkbox", name=re.compile("^Sweden"))).to_be_focused()
    page.get_by_role("checkbox", name=re.compile("^Finland")).check()
    expect(page).to_have_url(re.compile(r"country=SE&country=FI$"))
    chip.click()
    expect(page).to_have_url(re.compile(r"q=cluster&country=FI$"))
    expect(page.get_by_role("checkbox", name=re.compile("^Sweden"))).not_to_be_checked()


def test_going_back_shows_the_search_before(page: Page) -> None:
    page.goto("/en/clusters?q=amber")
    page.get_by_role("checkbox", name=re.compile("^Renewable energy")).check()
    expect(page).to_have_url(re.compile("ecosystem=Energy-renewables"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"q=amber$"))
    expect(page.get_by_role("checkbox", name=re.compile("^Renewable energy"))).not_to_be_checked()
    expect(page.get_by_role("heading", name="Amber Cluster")).to_be_visible()


def test_the_last_word_typed_wins_over_slower_answers_before_it(hurried: Page) -> None:
    page = hurried
    page.goto("/en/clusters")
    box, held = page.get_by_label("Search clusters"), list[Route]()
    page.route(re.compile(r"q=(amber|birch|cedar)$"), lambda route: held.append(route))
    for times, word in enumerate(("amber", "birch", "cedar"), start=1):
        box.fill(word)
        until_held(page, held, times)
    box.fill("fjord")
    expect(page.get_by_role("status")).to_contain_text("“fjord”")
    for route in held:
        route.continue_()
        route.request.response()  # it has come by now, or nobody waits for it any more
    page.wait_for_function("!document.querySelector('.htmx-request')")
    expect(page.get_by_role("status")).to_contain_text("“fjord”")
    expect(page.get_by_role("heading", level=3, name="Fjord Cluster")).to_be_visible()


def test_everything_works_by_keyboard_alone(hurried: Page) -> None:
    page = hurried
    page.goto("/en/clusters")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search clusters")).to_be_focused()
    page.keyboard.type("northwood")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Northwood Alliance")
    expect(page.get_by_role("status")).to_contain_text("“northwood”")
    for _ in range(80):
        page.keyboard.press("Tab")
        if link.evaluate("it => it === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Northwood Alliance")).to_be_visible()


def test_without_javascript_the_same_is_done_with_buttons_and_links(plain_page: Page) -> None:
    plain_page.goto("/en/clusters")
    plain_page.get_by_label("Search clusters").fill("energy")
    plain_page.get_by_role("button", name="Search", exact=True).click()
    expect(plain_page).to_have_url(re.compile(r"q=energy"))
    plain_page.get_by_role("checkbox", name=re.compile("^Sweden")).check()
    plain_page.get_by_role("button", name="Apply filters").click()
    expect(plain_page).to_have_url(re.compile(r"country=SE"))
    expect(plain_page.get_by_role("link", name="Remove filter: Country Sweden")).to_be_visible()
    plain_page.get_by_role("link", name="Northwood Alliance").click()
    expect(plain_page.get_by_role("heading", level=1, name="Northwood Alliance")).to_be_visible()
    plain_page.get_by_role("link", name="Svenska").click()
    expect(plain_page.get_by_role("heading", name="Allt som sägs, och av vem")).to_be_visible()


def test_nothing_found_offers_ways_out(page: Page) -> None:
    page.goto("/en/clusters?q=hydrogen&country=FI")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("link", name="Leave out Country: Finland").click()
    expect(page.get_by_role("heading", name="Amber Cluster")).to_be_visible()


def test_sources_of_a_value_open_and_lead_to_the_page_that_says_so(page: Page) -> None:
    page.goto("/en/clusters?q=northwood")
    page.get_by_role("link", name="Northwood Alliance").click()
    expect(page.get_by_text("sources differ").first).to_be_visible()
    city = page.locator("#field-city")
    expect(city.get_by_role("link")).to_be_hidden()
    city.get_by_text("2 sources").click()
    expect(city.get_by_role("link").first).to_have_attribute("href", "https://eccp.example/northwood")


def test_the_language_switch_keeps_a_search_that_was_typed(page: Page) -> None:
    page.goto("/en/clusters")
    page.get_by_label("Search clusters").fill("amber")
    expect(page).to_have_url(re.compile("q=amber"))
    page.get_by_role("link", name="Svenska").click()
    expect(page).to_have_url(re.compile(r"/sv/clusters\?q=amber$"))
    expect(page.get_by_label("Sök kluster")).to_have_value("amber")


def test_enter_while_the_page_waits_for_the_end_of_a_word_or_for_its_answer_asks_once(page: Page) -> None:
    page.goto("/en/clusters")
    held: list[Route] = []
    page.route("**/en/clusters?q=amber", lambda route: held.append(route))
    # In one go, so that the end of the word is still waited for, however slow the machine is.
    page.get_by_label("Search clusters").evaluate(
        "it => {it.value = 'amber'; it.dispatchEvent(new Event('input', {bubbles: true})); it.form.requestSubmit()}"
    )
    until_held(page, held, 1)
    page.wait_for_timeout(600)  # longer than the end of a word is waited for
    page.get_by_label("Search clusters").press("Enter")
    page.wait_for_timeout(100)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_role("status")).to_contain_text("“amber”")
    page.unroute("**/en/clusters?q=amber")
    page.get_by_role("checkbox", name=re.compile("^Sweden")).check()
    expect(page).to_have_url(re.compile(r"q=amber&country=SE$"))
    page.get_by_label("Search clusters").press("Enter")
    expect(page.get_by_role("heading", name="Amber Cluster")).to_be_visible()
