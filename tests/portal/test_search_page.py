"""Finding clusters on the staff page: one box, facets, links that can be kept, and help where nothing is found."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from support.staff import shown

pytestmark = pytest.mark.xdist_group("portal")


def links(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]*)"', page)]


def found(visitor: httpx.Client, asked: str) -> dict:
    answer = visitor.get(f"/en/clusters.json?{asked}")
    assert answer.status_code == 200
    return answer.json()


def names(data: dict) -> set[str]:
    return {one["name"] for one in data["results"]}


def test_an_empty_search_lists_everyone_by_name_with_counts(visitor: httpx.Client) -> None:
    data = found(visitor, "")
    assert data["total"] == 31
    assert data["facets"]["country"]["SE"] == 5
    assert data["facets"]["size"] == {"500-": 7, "250-499": 9, "unknown": 6, "100-249": 5, "1-49": 3, "50-99": 1}
    assert shown(visitor.get("/en/clusters").text).count("31 cluster organisations") == 1


def test_what_is_misspelt_in_swedish_or_without_accents_is_found(visitor: httpx.Client) -> None:
    assert "Northwood Alliance" in names(found(visitor, "q=northwod"))
    assert "Northwood Alliance" in names(found(visitor, "q=norrskogsalliansen"))
    assert names(found(visitor, "q=vätgas")) >= {"Amber Cluster", "Ember Cluster"}


def test_values_of_a_facet_are_alternatives_and_facets_are_met_together(visitor: httpx.Client) -> None:
    both = found(visitor, "country=SE&country=FI&ecosystem=Digital")
    assert {one["country"] for one in both["results"]} == {"SE"}
    assert all(one["ecosystems"] == ["Digital"] for one in both["results"])
    assert both["total"] == found(visitor, "country=SE&ecosystem=Digital")["total"] > 0


def test_a_count_says_what_one_gets_with_that_value_alone_in_its_facet(visitor: httpx.Client) -> None:
    for asked in ("country=SE", "ecosystem=Digital&country=DE", "q=cluster&label=gold", "network=tci&type=cluster"):
        before = found(visitor, asked)
        for facet in ("country", "ecosystem", "sector", "technology", "region", "label", "size", "network", "type"):
            others = [(name, value) for name, value in parse_qsl(asked) if name != facet]
            for value, count in list(before["facets"][facet].items())[:4]:
                alone = found(visitor, str(httpx.QueryParams([*others, (facet, value)])))
                assert alone["total"] == count, (asked, facet, value)


def test_chosen_values_stand_as_chips_that_take_them_away_and_come_first_in_their_facet(visitor: httpx.Client) -> None:
    page = visitor.get("/en/clusters?q=cluster&country=EE&country=SE").text
    assert "/en/clusters?q=cluster&country=SE" in links(page)
    assert "/en/clusters?q=cluster&country=EE" in links(page)
    assert "/en/clusters?q=cluster" in links(page)
    countries = re.findall(r'name="country" value="(\w+)"[^>]*?( checked)?>', page)
    assert {value for value, _ in countries[:2]} == {"EE", "SE"}
    assert all(is_checked for _, is_checked in countries[:2])
    assert not any(is_checked for _, is_checked in countries[2:])


def test_a_page_of_results_is_a_link_and_one_past_the_end_is_the_last(visitor: httpx.Client) -> None:
    first, second = found(visitor, ""), found(visitor, "page=2")
    assert (first["pages"], len(first["results"]), len(second["results"])) == (2, 20, 11)
    assert not names(first) & names(second)
    assert found(visitor, "page=77") == second
    for nonsense in ("page=0", "page=-3", "page=zwei", "page=99999999999999999999", "page=²"):
        assert found(visitor, nonsense)["page"] in (1, 2)


def test_the_address_that_htmx_shows_is_the_search_and_nothing_else(visitor: httpx.Client) -> None:
    answer = visitor.get("/en/clusters?q=+amber+&country=SE&country=SE&ecosystem=&strange=1", headers={"hx-request": "true"})
    assert answer.headers["hx-push-url"] == "/en/clusters?q=amber&country=SE"
    assert answer.headers["vary"] == "HX-Request"
    assert "<html" not in answer.text
    assert 'id="results"' in answer.text
    assert 'hx-swap-oob="innerHTML:#count"' in answer.text


def test_a_browser_that_goes_back_gets_the_whole_page(visitor: httpx.Client) -> None:
    headers = {"hx-request": "true", "hx-history-restore-request": "true"}
    assert "<html" in visitor.get("/en/clusters?q=amber", headers=headers).text


def test_nothing_found_says_what_would_help_and_how_many_that_finds(visitor: httpx.Client) -> None:
    page = visitor.get("/en/clusters?q=hydrogen&country=FI&ecosystem=Energy-renewables").text
    assert "Nothing found" in shown(page)
    data = found(visitor, "q=hydrogen&country=FI&ecosystem=Energy-renewables")
    assert data["total"] == 0
    without = data["without"]["country"]
    assert without == found(visitor, "q=hydrogen&ecosystem=Energy-renewables")["total"] > 0
    assert f"Leave out Country: Finland – {without} cluster organisations" in shown(page)
    assert "/en/clusters?q=hydrogen&ecosystem=Energy-renewables" in links(page)


def test_a_likely_spelling_is_offered_with_its_count(visitor: httpx.Client) -> None:
    data = found(visitor, "q=hydrogn&country=DE")
    total = found(visitor, "q=hydrogen&country=DE")["total"]
    assert data["did_you_mean"] == {"text": "hydrogen", "total": total}
    assert total > 0
    assert "/en/clusters?q=hydrogen&country=DE" in links(visitor.get("/en/clusters?q=hydrogn&country=DE").text)


def test_a_likely_spelling_that_nobody_meets_under_the_filters_is_offered_without_them(visitor: httpx.Client) -> None:
    total = found(visitor, "q=hydrogen")["total"]
    assert found(visitor, "q=hydrogen&country=PT")["total"] == 0
    assert found(visitor, "q=hydrogn&country=PT")["did_you_mean"] == {"text": "hydrogen", "total": total}
    assert "/en/clusters?q=hydrogen" in links(visitor.get("/en/clusters?q=hydrogn&country=PT").text)


def test_unknown_values_are_met_by_nobody_and_can_be_taken_away(visitor: httpx.Client) -> None:
    for asked in ("country=ZZ", "ecosystem=Nonsense", "label=%00", "size=many", "region=../../etc/passwd"):
        assert found(visitor, asked)["total"] == 0
        page = visitor.get(f"/en/clusters?{asked}")
        assert page.status_code == 200
        assert "/en/clusters" in links(page.text)


def test_two_hundred_facet_values_at_once_are_answered(visitor: httpx.Client) -> None:
    pairs = [("technology", f"technology {number}") for number in range(200)] + [("country", "SE")]
    answer = visitor.get("/en/clusters", params=pairs)
    assert answer.status_code == 200
    assert len(re.findall(r'class="chip"', answer.text)) == 201


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE clusters; --",
        '" OR 1=1 --',
        "$folded",
        "%' UNION SELECT * FROM read_csv('/etc/passwd') --",
        "\x00\x1f\ud7ff\u202e",
        "(((((((((((((((((((((",
        "a" * 20_000,
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿" * 50,
    ],
)
def test_whatever_is_typed_is_a_question_and_nothing_more(visitor: httpx.Client, text: str) -> None:
    answer = visitor.get("/en/clusters", params={"q": text, "country": text, "page": text})
    assert answer.status_code == 200
    assert found(visitor, "")["total"] == 31


def test_values_are_called_by_their_names_in_the_readers_language(visitor: httpx.Client) -> None:
    swedish = shown(visitor.get("/sv/clusters?q=v%C3%A4tgas&country=DE").text)
    for words in ("Tyskland", "Förnybar energi", "Klusterorganisation", "Hittades i", "Ta bort alla filter"):
        assert words in swedish
    english = shown(visitor.get("/en/clusters?q=hydrogen&country=DE").text)
    for words in ("Germany", "Renewable energy", "Cluster organisation", "Found in", "Remove all filters"):
        assert words in english


def test_every_link_of_a_search_leads_somewhere(visitor: httpx.Client) -> None:
    page = visitor.get("/en/clusters?q=cluster&country=SE").text
    for link in links(page):
        if urlsplit(link).netloc:
            continue
        assert visitor.get(link.partition("#")[0] or "/en/clusters").status_code == 200, link
