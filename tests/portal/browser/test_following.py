"""Following what changes and curating what is in doubt, as a person does it in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.app import make
from portal.serving import serving
from support.looking import Looking
from support.made_up_clusters import SECOND_NIGHT, MadeUp, newcomer
from support.portal_options import options

pytestmark = pytest.mark.xdist_group("portal")


@pytest.fixture
def own_site(own: MadeUp) -> Iterator[str]:
    """A page whose desk is this test's alone."""
    with serving(make(options(own.var)), "127.0.0.1", 0) as server:
        yield server.address


@pytest.mark.parametrize("has_javascript", [True, False], ids=["with javascript", "without"])
def test_what_changed_is_narrowed_and_made_a_digest_of(looking: Looking, has_javascript: bool) -> None:
    with looking(java_script_enabled=has_javascript) as page:
        page.goto("/en/clusters")
        page.get_by_role("link", name="What changed").press("Enter")
        expect(page.get_by_role("heading", level=1, name="What changed")).to_be_visible()
        page.get_by_role("link", name="30 days").click()
        expect(page.get_by_role("link", name="30 days")).to_have_attribute("aria-current", "true")
        page.get_by_label("Country").select_option("Sweden")
        page.get_by_role("button", name="Show changes").press("Enter")
        expect(page).to_have_url(re.compile("days=30.*country=SE"))
        expect(page.get_by_role("status")).to_contain_text("changes since 30 Oct 2026")
        expect(page.get_by_role("link", name="Birch Cluster")).to_have_count(0)
        page.get_by_role("link", name="Digest to send").click()
        expect(page.get_by_label("As plain text")).to_have_value(re.compile("- Amber Cluster \\(Sweden\\)"))
        page.get_by_role("link", name="Amber Cluster").click()
        expect(page.get_by_role("heading", level=1, name="Amber Cluster")).to_be_visible()


def test_a_day_that_is_chosen_stands_before_a_span(page: Page) -> None:
    page.goto("/en/changes?days=30")
    page.get_by_label("From the day").fill("2026-11-25")
    page.get_by_role("button", name="Show changes").click()
    expect(page.get_by_role("heading", name="Nothing changed")).to_be_visible()
    page.get_by_role("link", name="30 days").last.click()
    expect(page.get_by_role("link", name="Amber Cluster")).to_be_visible()


@pytest.mark.parametrize("has_javascript", [True, False], ids=["with javascript", "without"])
def test_a_search_is_saved_after_typing_and_tells_who_is_new(
    looking: Looking, own: MadeUp, own_site: str, has_javascript: bool
) -> None:
    with looking(base_url=own_site, java_script_enabled=has_javascript) as page:
        page.goto("/en/clusters?country=SE")
        page.get_by_label("Search clusters").fill("cluster")
        if has_javascript:
            expect(page.get_by_role("status")).to_contain_text("“cluster”")
        else:
            page.get_by_label("Search clusters").press("Enter")
        page.get_by_role("button", name="Save this search").press("Enter")
        expect(page.get_by_role("heading", level=1, name="“cluster” · Sweden")).to_be_visible()
        expect(page.get_by_text("Nobody new.")).to_be_visible()
        own.play(newcomer("Zinc Cluster"), now=SECOND_NIGHT + timedelta(days=1))
        page.get_by_role("link", name="Saved searches").first.click()
        expect(page.get_by_role("row", name="“cluster” · Sweden")).to_contain_text("1")
        page.get_by_role("link", name="“cluster” · Sweden").press("Enter")
        expect(page.get_by_role("link", name="Zinc Cluster")).to_be_visible()
        expect(page.get_by_label("Address of the feed")).to_have_value(re.compile("/en/searches/feed/.{40,}[.]atom$"))
        page.get_by_role("button", name="I have seen these").click()
        expect(page.get_by_text("Nobody new.")).to_be_visible()
