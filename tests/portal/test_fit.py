"""A partner's own page, opened from where partners were sought, says why it fits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import httpx
import pytest

from portal.app import make
from portal.serving import serving
from support.made_up_clusters import FORMER, SECOND_NIGHT, MadeUp, newcomer
from support.portal_options import options
from support.staff import Person, shown

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]
LISTED = re.compile(r'<li><span class="points.*?</li>|<p class="sum".*?</p>|<li>[^<].*?</li>', re.DOTALL)
"""Reasons with their points, their sum, and what is not known."""
SECTION = re.compile(r'<section class="fit".*?</section>', re.DOTALL)


def section(page: str) -> str:
    """The part of a cluster's page that says why it fits; empty: it has none."""
    found = SECTION.search(page)
    return found[0] if found else ""


def links_of(page: str, start: str) -> list[str]:
    """Where the links of a page lead that begin so."""
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', page) if unescape(link).startswith(start)]


@pytest.mark.parametrize("asked", ["", "mode=similar", "mode=complement&programme=horizon-europe-ria-ia", "country=FI&top=25"])
def test_a_page_opened_from_a_ranking_has_the_same_reasons_and_points_as_the_row(
    visitor: httpx.Client, number_of: Number, asked: str
) -> None:
    home = number_of("Northwood Alliance")
    ranking = f"/en/clusters/{home}/partners"
    rows = visitor.get(f"{ranking}.json?{asked}").json()["partners"]
    page = visitor.get(f"{ranking}?{asked}").text
    for row in (rows[0], rows[-1]):
        [link, *_] = links_of(page, f"/en/clusters/{row['id']}?")
        own = visitor.get(link)
        assert own.status_code == 200
        told = section(own.text)
        assert "Why it fits Northwood Alliance" in shown(told)
        assert f"{row['score']:.1f} points" in shown(told)
        in_the_row = LISTED.findall(page.partition(f'id="partner-{row["id"]}"')[2].partition('<li class="hit"')[0])
        assert len(in_the_row) > 3
        assert LISTED.findall(told) == in_the_row
        [back, *_] = links_of(told, f"{ranking}")
        assert back.endswith(f"#partner-{row['id']}")
        assert f'id="partner-{row["id"]}"' in visitor.get(back).text, "the way back leads to the row"
        fit = visitor.get(link.replace("?", ".json?", 1)).json()["fit"]
        assert (fit["score"], fit["reasons"]) == (pytest.approx(row["score"]), row["reasons"])


def test_it_says_what_it_adds_and_whether_it_may_take_part_in_the_programme_that_was_chosen(
    visitor: httpx.Client, number_of: Number
) -> None:
    home, partner = number_of("Northwood Alliance"), number_of("Birch Cluster")
    told = shown(section(visitor.get(f"/en/clusters/{partner}?home={home}").text))
    assert "What it has that Northwood Alliance does not have: Industrial ecosystems: Agri-food" in told
    assert "Technologies: Fermentation" in told
    assert "eligible" not in told.casefold()
    told = shown(section(visitor.get(f"/sv/clusters/{partner}?home={home}&programme=euroclusters").text))
    assert "Varför den passar Northwood Alliance" in told
    assert "Troligen behörig" in told
    assert "Tillbaka till partner för Northwood Alliance" in told


def test_it_can_be_put_on_the_list_of_that_home_and_programme(ada: Person, number_of: Number) -> None:
    home, partner = number_of("Northwood Alliance"), number_of("Birch Cluster")
    page = ada.get(f"/en/clusters/{partner}?home={home}&programme=euroclusters&mode=similar").text
    assert f'name="organisation" value="{partner}"' in page
    form = page.partition('<form id="adding"')[2].partition("</form>")[0]
    asked = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert (asked["home"], asked["programme"]) == (str(home), "euroclusters")
    assert unescape(asked["back"]) == f"/en/clusters/{partner}?home={home}&mode=similar&programme=euroclusters"


@pytest.mark.parametrize(
    ("home", "partner", "why"),
    [
        ("Northwood Alliance", "Isle Cluster", "it has been a partner of Northwood Alliance before"),
        ("Northwood Alliance", "Amber Cluster", "it is of the same country as Northwood Alliance"),
    ],
)
def test_who_is_not_ranked_has_no_points_and_the_page_says_why(
    visitor: httpx.Client, number_of: Number, home: str, partner: str, why: str
) -> None:
    told = shown(section(visitor.get(f"/en/clusters/{number_of(partner)}?home={number_of(home)}").text))
    assert f"No points: {why}." in told
    assert "average of all possible partners" not in told


def test_whose_country_may_not_take_part_has_points_but_not_for_that_programme(own: MadeUp, number_of: Number) -> None:
    own.play(newcomer("Prairie Wood", country="US"), now=SECOND_NIGHT + timedelta(days=1))
    home = number_of("Northwood Alliance")
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        [found] = [
            one for one in client.get("/en/clusters.json?q=prairie+wood").json()["results"] if one["name"] == "Prairie Wood"
        ]
        path = f"/en/clusters/{found['id']}"
        open_to_it = client.get(f"{path}.json?home={home}").json()["fit"]
        closed = client.get(f"{path}.json?home={home}&programme=horizon-europe-ria-ia").json()["fit"]
        told = shown(section(client.get(f"{path}?home={home}&programme=horizon-europe-ria-ia").text))
    assert (open_to_it["apart"], open_to_it["score"] is None) == (None, False)
    assert (closed["apart"], closed["score"], closed["reasons"]) == ("closed", None, [])
    assert "No points: its country may not take part in the programme." in told


def test_opened_otherwise_the_page_is_as_it_was(visitor: httpx.Client, number_of: Number) -> None:
    partner = number_of("Birch Cluster")
    assert not section(visitor.get(f"/en/clusters/{partner}").text)
    assert "fit" not in visitor.get(f"/en/clusters/{partner}.json").json()
    assert not section(visitor.get(f"/en/clusters/{partner}?home={partner}").text), "nobody fits itself"


@pytest.mark.parametrize(
    "asked",
    [
        "home=0",
        "home=-1",
        "home=999999",
        "home=" + "9" * 40,
        "home=<script>",
        "home=%00",
        "home=1'--",
        "mode=similar",
        "programme=nonsense",
    ],
)
def test_an_address_that_names_no_home_shows_the_page_without_it(visitor: httpx.Client, number_of: Number, asked: str) -> None:
    answer = visitor.get(f"/en/clusters/{number_of('Birch Cluster')}?{asked}")
    assert answer.status_code == 200
    assert not section(answer.text)


def test_what_the_address_says_beside_the_home_is_checked(visitor: httpx.Client, number_of: Number) -> None:
    home, partner = number_of("Northwood Alliance"), number_of("Birch Cluster")
    asked = "mode=<b>&country=ZZ&country='--&country=fi&top=9999&programme=<script>alert(1)</script>"
    page = visitor.get(f"/en/clusters/{partner}?home={home}&{asked}").text
    assert links_of(section(page), "/en/clusters")[-1] == f"/en/clusters/{home}/partners?country=FI&top=50#partner-{partner}"
    assert "<script>alert" not in page


def test_a_former_number_of_the_home_or_the_partner_keeps_the_purpose(visitor: httpx.Client, number_of: Number) -> None:
    northwood, birch = number_of("Northwood Alliance"), number_of("Birch Cluster")
    assert "Why it fits Northwood Alliance" in shown(visitor.get(f"/en/clusters/{birch}?home={FORMER}").text)
    answer = visitor.get(f"/en/clusters/{FORMER}?home={birch}&mode=similar&country=SE")
    assert answer.headers["location"] == f"/en/clusters/{northwood}?home={birch}&mode=similar&country=SE&from={FORMER}"


def test_from_a_shortlist_and_its_comparison_the_page_says_why_it_fits_the_lead(ada: Person, number_of: Number) -> None:
    lead, *others = [number_of(f"{name} Cluster") for name in ("Amber", "Cedar", "Ember")]
    path = ada.begin("Photonics", programme="horizon-europe-ria-ia")
    for number in (lead, *others):
        ada.put(number, path)
    page = ada.get(path).text
    [link, *_] = links_of(page, f"/en/clusters/{others[0]}?")
    assert "Why it fits Amber Cluster" in shown(section(ada.get(link).text))
    form = page.partition('<form id="comparing"')[2].partition("</form>")[0]
    pairs = [(name, unescape(value)) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)]
    compared = ada.client.get("/en/compare", params=[*pairs, *(("id", str(number)) for number in (lead, *others))])
    [link, *_] = links_of(compared.text, f"/en/clusters/{others[0]}?")
    assert "Why it fits Amber Cluster" in shown(section(ada.get(link).text))
    assert f'href="/en/clusters/{lead}?programme=horizon-europe-ria-ia"' in compared.text, "the lead is no partner of its own"
    assert f'<a href="{path}"' in compared.text
