"""Wherever the page lists names, they stand in the order of the reader's language: in Swedish å, ä and ö follow z."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from portal.app import make
from portal.serving import serving
from portal.tongue import Tongue
from support.made_up_clusters import SECOND_NIGHT, MadeUp, newcomer
from support.portal_options import options
from support.staff import shown
from warehouse.connection import Connection
from warehouse.ordering import alphabet, sort_keys

pytestmark = pytest.mark.xdist_group("portal")
NAMES = ("Östklustret", "Zinkklustret", "Ärtklustret", "Ålklustret")
IN_SWEDISH = ["Zinkklustret", "Ålklustret", "Ärtklustret", "Östklustret"]
IN_ENGLISH = ["Ålklustret", "Ärtklustret", "Östklustret", "Zinkklustret"]


def in_order(names: list[str], language: str) -> bool:
    keys = sort_keys(names, language)
    return keys == sorted(keys)


@pytest.fixture
def named(own: MadeUp) -> MadeUp:
    """With some that bear Swedish names."""
    own.play(*map(newcomer, NAMES), now=SECOND_NIGHT + timedelta(days=1))
    return own


def test_everyone_and_every_change_is_listed_by_the_readers_alphabet(named: MadeUp) -> None:
    def of_these(names: list[str]) -> list[str]:
        return [name for name in dict.fromkeys(names) if name in NAMES]

    with serving(make(options(named.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        for language, wanted in (("sv", IN_SWEDISH), ("en", IN_ENGLISH)):
            pages = [client.get(f"/{language}/clusters.json?page={page}").json() for page in (1, 2, 3)]
            found = [one["name"] for page in pages for one in page["results"]]
            assert of_these(found) == wanted
            told = client.get(f"/{language}/changes.json?since=2026-11-01&kind=new").json()["changes"]
            assert of_these([one["name"] for one in told]) == wanted


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_organisation_has_its_place_in_each_alphabet(con: Connection, language: str) -> None:
    names = dict(con.execute("SELECT organisation_id, name FROM clusters").fetchall())
    places = alphabet(con, language)
    assert sorted(places.values()) == list(range(1, len(names) + 1))
    assert in_order([names[number] for number in sorted(names, key=places.__getitem__)], language)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_countries_to_choose_from_stand_in_the_readers_order(visitor: httpx.Client, language: str) -> None:
    page = visitor.get(f"/{language}/changes").text
    for field in ("country", "network"):
        listed = re.search(rf'<select id="{field}".*?</select>', page, re.DOTALL)
        assert listed
        names = re.findall(r'<option value="[^"]+"[^>]*>([^<]+)<', listed.group())
        assert len(names) > 1
        assert in_order(names, language)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_countries_of_the_gap_map_stand_in_the_readers_order(visitor: httpx.Client, language: str) -> None:
    codes = list(dict.fromkeys(one["country"] for one in visitor.get(f"/{language}/gaps.json").json()["fields"]))
    tongue = Tongue(language, ZoneInfo("Europe/Stockholm"))
    assert len(codes) > 3
    assert in_order([tongue.country(code) for code in codes], language)


def test_values_that_are_as_frequent_stand_in_the_readers_order(visitor: httpx.Client) -> None:
    page = visitor.get("/sv/clusters").text
    for facet in ("country", "ecosystem", "sector"):
        row = rf'name="{facet}".*?<span class="name">(.*?)</span>\s*<span class="n">(\d+)'
        found = [(int(count), shown(name)) for name, count in re.findall(row, page, re.DOTALL)]
        counts = [count for count, _ in found]
        assert counts == sorted(counts, reverse=True)
        assert len(set(counts)) < len(counts), "the test would say nothing"
        for count in set(counts):
            assert in_order([name for times, name in found if times == count], "sv")
