"""Following what changes and curating what is in doubt, as a person does it in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from portal.app import make
from portal.options import LANGUAGES
from portal.serving import serving
from support.for_everyone import EVERYTHING, SMALL, fits, is_for_everyone, violations
from support.looking import Looking
from support.made_up_clusters import ATTACKS, SECOND_NIGHT, MadeUp, doubtful, newcomer
from support.portal_options import options
from support.staff import Person
from sync import inbox
from sync.cli.page_lists import PageLists

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def own_site(own: MadeUp) -> Iterator[str]:
    """A page whose desk is this test's alone."""
    with serving(make(options(own.var, members=PageLists(own.var))), "127.0.0.1", 0) as server:
        yield server.address


@pytest.mark.thorough
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
        expect(page.get_by_label("As plain text")).to_have_value(re.compile("This is the first edition"))
        page.get_by_role("article").get_by_role("link", name=re.compile("kind=new")).click()
        expect(page.get_by_role("note").filter(has_text="This is the first edition")).to_be_visible()
        page.get_by_role("link", name="Amber Cluster").click()
        expect(page.get_by_role("heading", level=1, name="Amber Cluster")).to_be_visible()


@pytest.mark.thorough
def test_a_day_that_is_chosen_stands_before_a_span(page: Page) -> None:
    page.goto("/en/changes?days=30")
    page.get_by_label("From the day").fill("2026-11-25")
    page.get_by_role("button", name="Show changes").click()
    expect(page.get_by_role("heading", name="Nothing changed")).to_be_visible()
    page.get_by_role("link", name="30 days").last.click()
    expect(page.get_by_role("link", name="Amber Cluster")).to_be_visible()


@pytest.mark.thorough
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
            expect(page).to_have_url(re.compile("q=cluster"))
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


@pytest.mark.thorough
def test_two_judge_one_pair_and_the_second_sees_the_first_and_undoes_it(looking: Looking, own: MadeUp, own_site: str) -> None:
    own.play(doubtful("Cedar", "DE"), now=SECOND_NIGHT + timedelta(days=1))
    with looking(base_url=own_site) as ada, looking(base_url=own_site, java_script_enabled=False, expected=("409",)) as bo:
        for page, name, because in ((ada, "Ada", "One board"), (bo, "Bo", "Two boards")):
            page.goto("/en/duplicates")
            expect(page.get_by_role("status")).to_have_text("1 pair in doubt")
            page.get_by_label("Because").fill(because)
            page.get_by_label("Your name").fill(name)
        ada.get_by_role("button", name="The same organisation").press("Enter")
        expect(ada.get_by_role("status").first).to_contain_text("are one organisation. The next run carries it out.")
        expect(ada.get_by_role("heading", name="Nothing is in doubt")).to_be_visible()
        bo.get_by_role("button", name="Two organisations").click()
        expect(bo.get_by_role("alert")).to_contain_text("judged by Ada on 29 Nov 2026. One board")
        bo.get_by_role("alert").get_by_role("button", name="Undo").press("Enter")
        expect(bo.get_by_role("status").first).to_contain_text("is the machine's again")
        expect(bo.get_by_role("button", name="Two organisations")).to_be_visible()


PAGES = (
    "/changes?since=2026-11-01",
    "/changes/digest?since=2026-11-01",
    "/searches",
    "/searches/1",
    "/duplicates",
    "/remove",
    "/members",
)
FULLEST = ("/searches/1", "/duplicates")


@pytest.fixture
def full_site(own: MadeUp, own_site: str) -> str:
    """A page on which there is something of everything."""
    with httpx.Client(base_url=own_site) as client:
        ada = Person(client, "Ada")
        assert ada.send("/en/searches", back="/en/clusters").status_code == 303
        hostile = [newcomer(name[:300], country="MT") for name in ATTACKS.values()]
        own.play(*hostile, doubtful("Cedar", "DE"), doubtful("Birch", "FI"), now=SECOND_NIGHT + timedelta(days=1))
        pair = {"left": "eccp/cedar", "right": "tci/cedar-cluster-association"}
        assert ada.send("/en/duplicates", do="same", because="one board", **pair).status_code == 303
    return own_site


@pytest.mark.parametrize(
    ("language", "paths"),
    [
        pytest.param("sv", FULLEST, id="the fullest"),
        *(pytest.param(language, PAGES, id=language, marks=pytest.mark.thorough) for language in LANGUAGES),
    ],
)
def test_every_page_is_for_everyone(looking: Looking, full_site: str, language: str, paths: tuple[str, ...]) -> None:
    narrow = {"width": 320, "height": 800}
    with looking(base_url=full_site, reduced_motion="reduce", viewport=narrow) as page:
        for path in paths:
            is_for_everyone(page, f"/{language}{path}")
            fits(page)


@pytest.mark.thorough
@pytest.mark.parametrize("has_javascript", [True, False], ids=["with javascript", "without"])
def test_an_organisation_asks_to_be_removed(looking: Looking, own_site: str, has_javascript: bool) -> None:
    with looking(base_url=own_site, java_script_enabled=has_javascript, expected=("400",)) as page:
        page.goto("/en/clusters")
        page.get_by_role("link", name="Remove us").press("Enter")
        page.get_by_label("Name of the organisation").fill("Northwood Alliance")
        page.get_by_label("List us without").check()
        page.get_by_label("Where an answer should go").fill("anna.svensson@northwood.example")
        page.get_by_role("button", name="Send the request").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("looks like a person's mail address")
        expect(page.get_by_label("Name of the organisation")).to_have_value("Northwood Alliance")
        expect(page.get_by_label("List us without")).to_be_checked()
        page.get_by_label("Where an answer should go").fill("info@northwood.example")
        page.get_by_role("button", name="Send the request").click()
        expect(page.get_by_role("status")).to_contain_text("The request is written down")


LIST = "Klusternamn;Plats;Land;Kontaktperson\nZinkklustret;Alfastad;Sverige;Anna Andersson\nTennklustret;Betala;Sverige;Bo Berg\n"


@pytest.mark.parametrize(
    "has_javascript", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["with javascript", "without"]
)
def test_a_member_list_is_brought_looked_at_and_laid(looking: Looking, own: MadeUp, own_site: str, has_javascript: bool) -> None:
    with looking(base_url=own_site, java_script_enabled=has_javascript, expected=("400",)) as page:
        page.goto("/en/clusters")
        page.get_by_role("link", name="Member lists").press("Enter")
        file = page.get_by_label("The file")
        file.set_input_files({"name": "holiday.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"\0" * 40})
        page.get_by_role("button", name="Look at it").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("cannot be read as a member list")
        page.get_by_label("The file").set_input_files({"name": "members.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
        page.get_by_role("button", name="Look at it").click()
        expect(page.get_by_role("heading", level=1, name="What members.csv is taken for")).to_be_visible()
        expect(page.get_by_role("row", name="Kontaktperson")).to_contain_text("names persons")
        page.get_by_label("Meaning of Plats").select_option("City")
        page.get_by_role("button", name="Look again").press("Enter")
        expect(page.get_by_role("row", name="Plats")).to_contain_text("Alfastad")
        if has_javascript:  # axe is JavaScript
            assert not violations(page, EVERYTHING)
        page.set_viewport_size({"width": 320, "height": 800})
        wide, there = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= there
        assert not page.evaluate(SMALL)
        page.get_by_label("Your name").fill("Ada")
        page.get_by_role("button", name="Lay it in the inbox").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("members.csv is in the inbox")
        assert [(one.by, one.columns["Plats"]) for one in inbox.waiting(own.var)] == [("Ada", "city")]
