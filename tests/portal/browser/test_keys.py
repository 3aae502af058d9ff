"""Single keys and the colours of day and night, as a person uses them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.looking import Looking

pytestmark = pytest.mark.xdist_group("browser")
PAPER = "getComputedStyle(document.body).backgroundColor"


def test_keys_lead_to_the_search_and_through_the_results(page: Page) -> None:
    page.goto("/en/clusters?country=SE")
    first, second = (page.locator(".hit h3 a").nth(place) for place in (0, 1))
    page.keyboard.press("j")
    expect(first).to_be_focused()
    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    expect(first).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("/")
    box = page.get_by_label("Search clusters")
    expect(box).to_be_focused()
    page.keyboard.type("j/k?")
    expect(box).to_have_value("j/k?")
    page.goto("/en/programmes")
    page.keyboard.press("/")
    expect(page.get_by_label("Search clusters")).to_be_focused()


def test_a_question_mark_shows_the_keys_which_can_be_switched_off(page: Page) -> None:
    page.goto("/sv/clusters")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Genvägar")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    page.keyboard.press("?")
    dialog.get_by_role("link", name="Visning och tangentbord").click()
    page.get_by_label("Använd enstaka tangenter som genvägar").uncheck()
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Sparat i den här webbläsaren.")).to_be_visible()
    page.goto("/sv/clusters")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("body")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_keys_with_ctrl_are_the_browsers_own(page: Page) -> None:
    page.goto("/en/clusters")
    page.keyboard.press("Alt+j")
    expect(page.locator("body")).to_be_focused()


def test_night_follows_the_device_until_somebody_chooses_without_javascript(looking: Looking) -> None:
    with looking(java_script_enabled=False, color_scheme="dark") as page:
        page.goto("/en/display")
        night = page.evaluate(PAPER)
        page.emulate_media(color_scheme="light")
        day = page.evaluate(PAPER)
        assert night != day
        page.get_by_label("Always dark").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Save").click()
        expect(page).to_have_url(re.compile("/en/display$"))
        assert page.evaluate(PAPER) == night
        page.goto("/sv/clusters")
        assert page.evaluate(PAPER) == night
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('color-scheme')") == "light"
        page.emulate_media(media="screen", color_scheme="dark")
        page.goto("/en/display")
        page.get_by_label("Always light").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Save").click()
        assert page.evaluate(PAPER) == day
