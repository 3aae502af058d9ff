"""Comparing clusters as a person does."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from support.staff import Person

pytestmark = pytest.mark.xdist_group("portal")


def test_ticked_clusters_stand_side_by_side_without_javascript_too(page: Page, plain_page: Page) -> None:
    for one in (page, plain_page):
        one.goto("/en/clusters?country=SE")
        one.get_by_role("checkbox", name="Compare Amber Cluster").focus()
        one.keyboard.press("Space")
        one.get_by_text("Compare Northwood Alliance").click()
        one.get_by_role("button", name="Compare", exact=True).click()
        expect(one).to_have_url(re.compile(r"/en/compare\?id=\d+&id=\d+$"))
        expect(one.get_by_role("columnheader", name="Northwood Alliance")).to_be_visible()
        row = one.get_by_role("row", name=re.compile("^Country"))
        expect(row.get_by_text("The same")).to_be_visible()


def test_a_third_is_found_by_name_and_left_out_again(page: Page, number_of) -> None:
    page.goto(f"/sv/compare?id={number_of('Amber Cluster')}&id={number_of('Birch Cluster')}")
    page.get_by_label("Klustrets namn").fill("cedar")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Cedar Cluster").click()
    expect(page.get_by_role("columnheader")).to_have_count(5)
    page.get_by_role("link", name="Ta bort Cedar Cluster").click()
    expect(page.get_by_role("columnheader")).to_have_count(4)


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
