"""The page is for everyone: axe finds nothing, narrow screens do not scroll sideways, targets are large, the focus is seen."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import httpx
import pytest

from portal.options import LANGUAGES
from support.for_everyone import fits, is_for_everyone, opened_all
from support.looking import Looking
from support.made_up_clusters import ATTACKS
from support.sampling import some_of
from support.staff import Person
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("browser")

PAGES = (
    "/clusters?q=cluster&country=SE&country=FI",
    "/clusters?q=qqqq&country=SE",
    "/clusters/{northwood}",
    "/clusters/{northwood}/partners?programme=euroclusters&country=NO",
    "/clusters/{birch}?home={northwood}&programme=euroclusters&mode=similar",
    "/programmes",
    "/opinions",
    "/shortlists",
    "/shortlists/{shortlist}",
    "/sign-in",
    "/nowhere",
)
FURTHER = (
    "/map?country=SE&country=FI",
    "/map?q=qqqq",
    "/gaps",
    "/compare?id={northwood}&id={amber}&id=999999&q=cluster&back=/clusters",
    "/clusters/{northwood}/partners?country=PT&country=ES",
    "/compare",
    "/sources",
    "/clusters/{northwood}/sheet",
    "/clusters/{northwood}/partners/sheet",
    "/display",
    "/clusters/{amber}/write?home={northwood}&programme=euroclusters",
)
"""Pages of the second half: some of them are looked at here, all in both languages by the thorough tests."""


@pytest.fixture(scope="module")
def paths(site: str, number_of: Callable[[str], int]) -> list[str]:
    """All pages, one shortlist with everything on it among them."""
    with httpx.Client(base_url=site) as client:
        ada = Person(client, "Ada")
        shortlist = ada.begin("Everything", "horizon-europe-ria-ia")
        entry = ada.put(number_of("Northwood Alliance"), shortlist)
        ada.put(number_of("Amber Cluster"), shortlist)
        fellows = [ada.put(number_of(f"{name} Cluster"), shortlist) for name in ("Birch", "Cedar", "Yarrow")]
        seen = html.unescape(re.findall(r'name="seen" value="([^"]+)"', ada.get(shortlist).text)[0])
        [verb] = re.findall(r'value="(confirm:\d+)"', ada.get(shortlist).text)
        ada.send(shortlist, do=verb, seen=seen, sure="yes")
        ada.send(shortlist, do=f"remove:{fellows[0]}")
        ada.put(number_of("Dune Cluster"), shortlist)
        assert "No longer holds" in ada.get(shortlist).text
        ada.send(ada.begin("Passing"), do="delete:0")
        ada.send(shortlist, do=f"note:{entry}", text="Rang them.")
        ada.send(shortlist, do=f"status:{entry}", status="yes", revision=1)
        partners = f"/en/clusters/{number_of('Northwood Alliance')}/partners"
        first = client.get(f"{partners}.json?country=NO").json()["partners"][0]["id"]
        ada.send(partners, do=f"useful:{first}", because="They rang back.")
    number = shortlist.rsplit("/", 1)[1]
    return [_filled(path, number_of, number) for path in PAGES]


def _filled(path: str, number_of: Callable[[str], int], shortlist: str) -> str:
    kinds = (("Northwood", "Alliance"), ("Amber", "Cluster"), ("Birch", "Cluster"))
    names = {name.lower(): number_of(f"{name} {kind}") for name, kind in kinds}
    return path.format(**names, shortlist=shortlist)


@pytest.fixture(scope="module")
def further(number_of: Callable[[str], int]) -> list[str]:
    return [_filled(path, number_of, "1") for path in FURTHER]


@pytest.mark.parametrize("language", some_of(LANGUAGES, "sv"))
def test_axe_finds_nothing_on_any_page_by_day_and_by_night(looking: Looking, paths: list[str], language: str) -> None:
    _look_with_axe(looking, paths, language)


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_further_page(looking: Looking, further: list[str], language: str) -> None:
    _look_with_axe(looking, further, language)


def _look_with_axe(looking: Looking, paths: list[str], language: str) -> None:
    with looking(reduced_motion="reduce", expected=("404",)) as page:
        for path in paths:
            is_for_everyone(page, f"/{language}{path}")


@pytest.mark.thorough
@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.thorough)])
def test_no_page_scrolls_sideways_and_every_target_is_large_enough(
    looking: Looking, paths: list[str], further: list[str], con: Connection, width: int
) -> None:
    attacked = con.execute("SELECT organisation_id FROM cluster_sources WHERE source_key IN ('long', 'right-to-left')").fetchall()
    hostile = [f"/clusters/{number}" for (number,) in attacked]
    with looking(viewport={"width": width, "height": 800}, expected=("404",)) as page:
        for path in [*paths, *further, *hostile, "/clusters?country=PT"]:
            page.goto(f"/sv{path}")
            opened_all(page)
            fits(page)


def test_the_focus_is_seen_on_everything_that_takes_it(looking: Looking) -> None:
    with looking() as page:
        page.goto("/en/clusters?q=cluster&country=SE")
        for _ in range(45):
            page.keyboard.press("Tab")
            seen = page.evaluate(
                "(it => [it.tagName, getComputedStyle(it).outlineStyle, parseFloat(getComputedStyle(it).outlineWidth)])"
                "(document.activeElement)"
            )
            assert seen[0] == "BODY" or (seen[1] != "none" and seen[2] >= 2), seen


def test_strangers_texts_do_nothing_in_a_browser(looking: Looking, con: Connection) -> None:
    rows = con.execute("SELECT organisation_id FROM cluster_sources WHERE network = 'tci'").fetchall()
    assert len(rows) > len(ATTACKS)
    with looking() as page:
        for (number,) in rows:
            page.goto(f"/en/clusters/{number}")
            assert "taken" not in page.title() or "document.title" in page.title()
            assert page.title() != "1"
        page.goto("/en/clusters")
        page.get_by_label("Search clusters").fill("script cluster")
        page.wait_for_url("**q=script*")
        assert page.evaluate("document.scripts.length") == 2


def test_a_printed_cluster_has_its_facts_and_no_buttons(looking: Looking, number_of) -> None:
    with looking() as page:
        page.emulate_media(media="print")
        page.goto(f"/en/clusters/{number_of('Northwood Alliance')}")
        assert page.get_by_role("heading", level=1).is_visible()
        assert not page.get_by_role("navigation", name="Main menu").is_visible()
        assert page.get_by_text("Biorefinery").first.is_visible()
        assert not page.get_by_text("2 sources").first.is_visible()


def test_a_printed_shortlist_is_a_list_and_no_form(looking: Looking, paths: list[str]) -> None:
    [shortlist] = [path for path in paths if path.startswith("/shortlists/")]
    with looking() as page:
        page.emulate_media(media="print")
        page.goto(f"/en{shortlist}")
        assert page.get_by_role("link", name="Northwood Alliance").is_visible()
        assert page.locator(".notes").get_by_text("Rang them.").first.is_visible()
        assert page.get_by_role("combobox").first.input_value() == "yes"
        asking = page.get_by_role("button").or_(page.get_by_role("textbox")).all()
        assert not [one.inner_text() for one in asking if one.is_visible()]
