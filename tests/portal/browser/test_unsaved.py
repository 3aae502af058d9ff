"""What was entered and not saved is not lost when something else of the page is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from support.looking import Looking

pytestmark = pytest.mark.xdist_group("browser")
Number = Callable[[str], int]
UNSAVED = "You wrote or changed more than was saved."


@pytest.fixture
def path(own_site: str, number_of: Number, looking: Looking) -> str:
    """Where a shortlist of two stands."""
    with looking(base_url=own_site) as page:
        page.goto("/en/shortlists")
        page.get_by_label("Name", exact=True).fill("Forest")
        page.get_by_role("button", name="Begin").click()
        for name in ("Amber Cluster", "Birch Cluster"):
            page.goto(f"/en/clusters/{number_of(name)}")
            page.get_by_role("button", name=f"Add {name}").click()
            expect(page.get_by_text(f"{name} is now on the shortlist Forest.")).to_be_visible()
    return "/en/shortlists/1"


@pytest.mark.thorough
def test_saving_one_status_keeps_the_other_and_the_note_that_was_begun(looking: Looking, own_site: str, path: str) -> None:
    with looking(base_url=own_site) as page:
        page.goto(path)
        expect(page.get_by_text(UNSAVED)).to_have_count(0)
        status_of(page, "Amber Cluster").select_option("Contacted")
        status_of(page, "Birch Cluster").select_option("Yes")
        page.get_by_text("Add a note").first.click()
        page.locator("textarea").first.fill("They answered.")
        save(page, "Amber Cluster")
        expect(page.get_by_text(UNSAVED)).to_be_visible()
        expect(status_of(page, "Birch Cluster")).to_have_value("yes")
        expect(page.locator("textarea").first).to_be_visible()
        expect(page.locator("textarea").first).to_have_value("They answered.")
        page.goto("/en/shortlists")
        page.goto(path)
        expect(page.locator("textarea").first).to_have_value("They answered.")
        save(page, "Birch Cluster")
        page.get_by_role("button", name="Save the note").first.click()
        expect(page.locator("ul.notes")).to_contain_text("They answered.")
        expect(page.get_by_text(UNSAVED)).to_have_count(0)
        page.reload()
        expect(status_of(page, "Amber Cluster")).to_have_value("contacted")
        expect(status_of(page, "Birch Cluster")).to_have_value("yes")


def test_what_somebody_else_has_changed_meanwhile_is_not_covered(looking: Looking, own_site: str, path: str) -> None:
    with looking(base_url=own_site) as mine, looking(base_url=own_site) as other:
        mine.goto(path)
        status_of(mine, "Birch Cluster").select_option("Yes")
        other.goto(path)
        status_of(other, "Birch Cluster").select_option("No")
        save(other, "Birch Cluster")
        status_of(mine, "Amber Cluster").select_option("Contacted")
        save(mine, "Amber Cluster")
        expect(status_of(mine, "Birch Cluster")).to_have_value("no")
        expect(mine.get_by_text(UNSAVED)).to_have_count(0)


def status_of(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=f"Status of {name}")


def save(page: Page, name: str) -> None:
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("li.entry", has_text=name).locator("form.status button").click()
