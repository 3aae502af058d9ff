"""Two to four clusters side by side."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

import httpx
import pytest

from portal.app import make
from portal.pages.compare import mark
from portal.serving import serving
from support.made_up_clusters import FORMER, MadeUp
from support.portal_options import options
from support.staff import Person, shown

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["SE", "SE"], "same"),
        (["SE", "FI"], "differs"),
        (["SE", None], "unknown"),
        ([0, 0], "same"),
        ([["a"], ["A"]], "same"),
        ([["a", "b"], ["b", "a"]], "same"),
        ([["a", "b"], ["b"]], "partly"),
        ([["a"], ["b"]], "differs"),
        ([["a"], []], "unknown"),
        ([["a", "b"], ["b", "c"], ["c", "a"]], "partly"),
        ([["a"], ["b"], ["a"]], "partly"),
        ([["a"], ["b"], ["c"]], "differs"),
    ],
)
def test_how_values_stand_to_one_another_is_said_of_all_of_them(values: list, wanted: str) -> None:
    assert mark(values) == wanted
    assert mark(values[::-1]) == wanted


def test_what_all_have_is_told_apart_from_what_one_has(visitor: httpx.Client, number_of: Number) -> None:
    path = f"/en/compare.json?id={number_of('Northwood Alliance')}&id={number_of('Amber Cluster')}"
    data = visitor.get(path).json()
    fields = {one["field"]: one for one in data["fields"]}
    assert [one["name"] for one in data["clusters"]] == ["Northwood Alliance", "Amber Cluster"]
    assert fields["country"] == {"field": "country", "mark": "same", "shared": None, "others": ["Sweden", "Sweden"]}
    assert (fields["ecosystems"]["mark"], fields["ecosystems"]["shared"]) == ("same", "Renewable energy")
    assert fields["technologies"]["mark"] == "differs"
    assert fields["members_total"]["others"] == ["41", "10"]
    assert fields["partners"] == {
        "field": "partners",
        "mark": "partly",
        "shared": "Isle Cluster",
        "others": [None, "Birch Cluster"],
    }
    assert fields["labels"]["mark"] == "unknown"
    assert fields["network"]["shared"] == "European Cluster Collaboration Platform"
    page = shown(visitor.get(path.replace(".json", "")).text)
    assert "Partly the same" in page
    assert "Data missing" in page


def test_partners_that_are_not_shared_stand_on_lines_of_their_own(visitor: httpx.Client, number_of: Number) -> None:
    path = f"/en/compare.json?id={number_of('Amber Cluster')}&id={number_of('Fjord Cluster')}"
    [partners] = [one for one in visitor.get(path).json()["fields"] if one["field"] == "partners"]
    one, other = partners["others"][0].split(", ")
    page = visitor.get(path.replace(".json", "")).text
    assert re.search(f'>{one}</bdi></a><span class="aside">, </span><br><a href="[^"]+"><bdi>{other}<', page)


def test_a_number_that_was_merged_leads_to_the_new_one_and_one_named_twice_counts_once(
    visitor: httpx.Client, number_of: Number
) -> None:
    northwood, amber = number_of("Northwood Alliance"), number_of("Amber Cluster")
    answer = visitor.get(f"/sv/compare?id={FORMER}&id={amber}&id={northwood}")
    assert (answer.status_code, answer.headers["location"]) == (301, f"/sv/compare?id={northwood}&id={amber}")
    assert len(visitor.get(f"/en/compare.json?id={amber}&id={amber}").json()["clusters"]) == 1


def test_four_are_shown_of_any_number_and_what_is_not_known_is_said(visitor: httpx.Client, number_of: Number) -> None:
    numbers = [number_of(f"{name} Cluster") for name in ("Amber", "Birch", "Cedar", "Dune", "Ember", "Fjord")]
    path = "/en/compare?" + "&".join(f"id={number}" for number in [*numbers, 999_999])
    page = shown(visitor.get(path).text)
    assert "Four clusters fit side by side" in page
    assert "1 of the numbers asked for is not known" in page
    assert len(visitor.get(path.replace("?", ".json?")).json()["clusters"]) == 4
    assert visitor.get("/en/compare?" + "&".join(f"id={number}" for number in range(1_900))).status_code == 200


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/clusters?q=amber&country=SE", "Back to the search"),
        ("/shortlists/1", "Back to the shortlist"),
        ("https://evil.example", None),
        ("//evil.example/clusters", None),
        ("/shortlists/../../evil", None),
        ("/clusters\n", None),
        ("javascript:alert(1)", None),
    ],
)
def test_compared_clusters_lead_back_to_where_they_were_ticked_and_nowhere_else(
    visitor: httpx.Client, number_of: Number, back: str, leads: str | None
) -> None:
    asked = {"id": [number_of("Amber Cluster"), number_of("Birch Cluster"), number_of("Cedar Cluster")], "back": back}
    page = visitor.get("/en/compare", params=asked).text
    if leads is None:
        assert "Back to" not in shown(page)
        assert "evil" not in page
        return
    assert f'<a href="/en{escape(back)}">{leads}</a>' in page
    without = re.findall(r'href="([^"]+)">Leave out', page)
    assert len(without) == 3
    assert all(leads in shown(visitor.get(unescape(address)).text) for address in without)


def test_from_a_comparison_each_can_be_added_and_who_is_on_the_list_is_marked(own: MadeUp, number_of: Number) -> None:
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address, timeout=20) as client:
        ada, amber, birch = Person(client, "Ada"), number_of("Amber Cluster"), number_of("Birch Cluster")
        path, here = ada.begin("Forest"), f"/en/compare?id={amber}&id={birch}"
        assert f'name="organisation" value="{birch}"' in ada.get(here).text
        answer = ada.send("/en/shortlists/add", organisation=birch, shortlist=path.rsplit("/", 1)[1], back=here)
        assert answer.headers["location"] == here
        assert "Birch Cluster is now on the shortlist Forest ." in shown(ada.get(here).text)
        page = ada.get(here).text
        assert "Is on the shortlist" in page.partition(f'id="added-{birch}"')[2].partition("</p>")[0]
        assert "Is on the shortlist" not in page.partition(f'id="added-{amber}"')[2].partition("</p>")[0]


def test_one_alone_is_helped_on_and_another_is_found_by_its_name(visitor: httpx.Client, number_of: Number) -> None:
    amber, birch = number_of("Amber Cluster"), number_of("Birch Cluster")
    page = visitor.get(f"/en/compare?id={amber}&q=birch").text
    assert "Amber Cluster alone cannot be compared" in shown(page)
    assert f'href="/en/compare?id={amber}&amp;id={birch}"' in page
    assert "Nothing to compare yet" in shown(visitor.get("/en/compare?id=x&id=-1&id=9999999").text)
