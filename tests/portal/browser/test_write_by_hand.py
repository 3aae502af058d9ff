"""Taking words along as a person does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.looking import Looking

pytestmark = pytest.mark.xdist_group("browser")


def test_a_draft_is_changed_and_copied(looking: Looking, site: str, number_of) -> None:
    with looking() as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
        page.goto(f"/en/clusters/{number_of('Birch Cluster')}")
        page.get_by_role("link", name="Write to them").click()
        page.get_by_label("On behalf of").select_option("Northwood Alliance")
        page.get_by_role("button", name="Show the texts").click()
        text = page.get_by_label("Text; change it")
        expect(text).to_have_value(re.compile(r"on behalf of Northwood Alliance"))
        text.press("Control+Home")
        text.press_sequentially("PS. ")
        page.get_by_role("button", name="Copy the text").click()
        expect(page.get_by_role("status")).to_have_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()").startswith("PS. Dear colleagues at Birch Cluster,\n\nI am writing")


def test_without_javascript_the_texts_are_there_to_select(plain_page: Page, number_of) -> None:
    plain_page.goto(f"/sv/clusters/{number_of('Birch Cluster')}/write")
    expect(plain_page.get_by_label("Beskrivning")).to_have_value(re.compile("^Birch Cluster\n"))
    expect(plain_page.get_by_role("button", name="Kopiera texten")).not_to_be_visible()
    expect(plain_page.get_by_role("link", name="Öppna i e-postprogrammet")).to_have_attribute(
        "href", re.compile(r"^mailto:info@birch\.example\?subject=Cooperation")
    )
