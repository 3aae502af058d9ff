"""What comes out of a printer: sheets are one page of A4, whatever stands in them."""

from __future__ import annotations

from io import BytesIO
from unicodedata import normalize

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from portal.app import make
from portal.pages.sheet import LONGEST_REASON
from portal.serving import serving
from support.looking import Looking
from support.made_up_clusters import MadeUp
from support.portal_options import options
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("browser")
A4_POINTS = (595, 842)


FULL = """most => {
    const words = 'Both name health, food, green materials, and the making of tools for the sea as what they know. '.repeat(9);
    for (const one of document.querySelectorAll('.five > li')) {
        const reasons = one.querySelector('.reasons');
        const first = reasons.firstElementChild;
        while (reasons.children.length < 3) reasons.append(first.cloneNode(true));
        for (const told of reasons.children) told.lastElementChild.textContent = words.slice(0, most);
        one.querySelector('h2 a').textContent = words.slice(0, 60);
        for (const more of [40, 40]) one.querySelector('.meta').append(' ', words.slice(0, more));
    }
}"""
"""Fills a sheet: three reasons of the greatest length, long names, two lines of what is known of each."""


def printed(page: Page, path: str, filled: int = 0) -> list[str]:
    """The text of each page that is printed; with reasons of so many characters where ``filled`` is not 0."""
    page.goto(path)
    if filled:
        page.evaluate(FULL, filled)
    made = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert {tuple(round(float(side)) for side in one.mediabox[2:]) for one in made.pages} == {A4_POINTS}
    # A printed "fi" may be one sign.
    return [" ".join(normalize("NFKC", one.extract_text() or "").split()) for one in made.pages]


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Five partners for"), pytest.param("sv", "Fem partner för", marks=pytest.mark.thorough)]
)
def test_five_partners_fit_on_a4_with_their_names_reasons_and_programmes(
    page: Page, number_of, language: str, title: str
) -> None:
    path = f"/{language}/clusters/{number_of('Northwood Alliance')}/partners/sheet"
    [text] = printed(page, path)
    assert f"{title} Northwood Alliance" in text
    listed = page.evaluate("path => fetch(path + '.json').then(it => it.json())", path)["partners"]
    assert len(listed) == 5
    for one in listed:
        assert one["name"][:40].replace("Ω", "") in text.replace("Ω", "")
        assert one["reasons"][0]["text"][:40] in text
    assert "Euroclusters" in text
    assert "JSON" not in text


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["en", pytest.param("sv", marks=pytest.mark.thorough)])
def test_five_partners_fit_on_a4_even_where_all_reasons_are_as_long_as_they_may_be(page: Page, number_of, language: str) -> None:
    path = f"/{language}/clusters/{number_of('Northwood Alliance')}/partners/sheet"
    [text] = printed(page, path, LONGEST_REASON)
    assert text.count("Both name health") >= 15


@pytest.mark.thorough
def test_a_cluster_fits_on_a4_even_where_strangers_wrote_too_much(page: Page, number_of, con: Connection) -> None:
    [text] = printed(page, f"/en/clusters/{number_of('Northwood Alliance')}/sheet")
    assert "Northwood Alliance" in text
    assert "Biorefinery" in text
    [(number,)] = con.execute("SELECT organisation_id FROM cluster_sources WHERE source_key = 'long'").fetchall()
    assert len(printed(page, f"/sv/clusters/{number}/sheet")) == 1
    assert len(printed(page, f"/sv/clusters/{number}/partners/sheet")) == 1


@pytest.mark.thorough
def test_the_map_is_printed_whole_with_its_table(page: Page) -> None:
    text = " ".join(printed(page, "/en/map"))
    rows = page.get_by_role("region", name="By region").get_by_role("rowheader").all_inner_texts()
    assert len(rows) == 6
    assert all(row in text for row in rows)


@pytest.mark.thorough
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.thorough), "sv"])
def test_a_demonstrations_sheets_say_so_once_and_fit_on_a4(looking: Looking, made_up: MadeUp, number_of, language: str) -> None:
    demo = options(made_up.var, is_demo=lambda _path: True)
    home = f"/{language}/clusters/{number_of('Northwood Alliance')}"
    with serving(make(demo), "127.0.0.1", 0) as server, looking(base_url=server.address) as page:
        for path in (f"{home}/sheet", f"{home}/partners/sheet"):
            [text] = printed(page, path)
            assert text.count("Demonstration:") == 1, path
