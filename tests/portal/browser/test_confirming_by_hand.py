"""Confirming what no record says, and withdrawing it, as a person does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.hands import Keyboard, Mouse
from support.looking import Looking

pytestmark = pytest.mark.xdist_group("browser")
Number = Callable[[str], int]


def begin_with_three(page: Page, hand: Mouse, number_of: Number) -> None:
    """A shortlist that passes but for what is to be confirmed; the page shows it."""
    page.goto("/en/shortlists")
    page.get_by_label("Name", exact=True).fill("Forest")
    hand.choose(page.get_by_label("Programme"), "Horizon Europe: RIA, IA")
    hand.press(page.get_by_role("button", name="Begin"))
    expect(page.get_by_role("heading", level=1, name="Forest")).to_be_visible()
    for name in ("Amber Cluster", "Birch Cluster", "Cedar Cluster"):
        page.goto(f"/en/clusters/{number_of(name)}")
        hand.press(page.get_by_role("button", name=f"Add {name}"))
        expect(page.get_by_text(f"{name} is now on the shortlist Forest.")).to_be_visible()
    page.goto("/en/shortlists/1")


@pytest.mark.parametrize(
    ("hand", "has_javascript"),
    [
        pytest.param(Mouse(), True, id="by mouse"),
        pytest.param(Keyboard(), True, id="by keyboard", marks=pytest.mark.thorough),
        pytest.param(Keyboard(), False, id="by keyboard, without javascript", marks=pytest.mark.thorough),
    ],
)
def test_what_no_record_says_is_confirmed_by_name_and_withdrawn(
    looking: Looking, own_site: str, number_of: Number, hand: Mouse, has_javascript: bool
) -> None:
    with looking(base_url=own_site, java_script_enabled=has_javascript) as page:
        begin_with_three(page, hand, number_of)
        check = page.locator("#check")
        verdict, rule = check.locator(".verdict"), check.locator("ul.rules > li", has_text="At least three of them independent")
        expect(verdict).to_contain_text("Met, except what you must confirm")
        hand.press(rule.locator("summary", has_text="Confirm it yourself"))
        hand.press(rule.get_by_role("button", name="Confirm", exact=True))
        # The browser itself asks for what is missing, and nothing is sent.
        expect(rule.get_by_role("checkbox")).to_be_focused()
        hand.tick(rule.get_by_role("checkbox", name="I have made sure that this holds of all who are counted on the list now."))
        rule.get_by_label("Your name").fill("Ada")
        hand.press(rule.get_by_role("button", name="Confirm", exact=True))
        expect(rule).to_contain_text("confirmed by Ada on 29 Nov 2026")
        expect(check.get_by_role("status")).to_contain_text("Confirmed, with your name and the date.")
        expect(check.get_by_role("status")).to_be_in_viewport()
        expect(verdict).not_to_contain_text("except")
        hand.press(rule.get_by_role("button", name=re.compile("^Withdraw")))
        expect(check.get_by_role("status")).to_contain_text("The confirmation was withdrawn.")
        expect(rule).not_to_contain_text("confirmed by")
        expect(rule.locator("summary", has_text="Confirm it yourself")).to_be_visible()
        expect(verdict).to_contain_text("Met, except what you must confirm")


@pytest.mark.thorough
def test_in_swedish_it_is_confirmed_and_withdrawn_too(looking: Looking, own_site: str, number_of: Number) -> None:
    with looking(base_url=own_site) as page:
        begin_with_three(page, Mouse(), number_of)
        page.goto("/sv/shortlists/1")
        check = page.locator("#check")
        rule = check.locator("ul.rules > li", has_text="Minst tre av dem oberoende av varandra")
        expect(check.locator(".verdict")).to_contain_text("Uppfyllt, utom det som du måste bekräfta")
        rule.locator("summary").click()
        rule.get_by_role("checkbox").check()
        rule.get_by_label("Ditt namn").fill("Åsa")
        rule.get_by_role("button", name="Bekräfta", exact=True).click()
        expect(rule).to_contain_text("bekräftat av Åsa 29 nov. 2026")
        rule.get_by_role("button", name=re.compile("^Ta tillbaka")).click()
        expect(rule).not_to_contain_text("bekräftat av")
