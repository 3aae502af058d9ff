"""Every page is there for programs too, under the address that the page itself names."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from portal.app import make
from portal.options import LANGUAGES
from portal.serving import serving
from portal.sitemap import PAGES
from support.made_up_clusters import MadeUp
from support.portal_options import options
from support.staff import Person
from sync.cli.page_lists import PageLists

pytestmark = pytest.mark.xdist_group("portal")
JSON_LINK = re.compile(r'<link rel="alternate" type="application/json" href="([^"]+)">')
OTHER_LANGUAGE = re.compile(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">')
TRIED = [at for at in PAGES if at.shows is not None and "." not in at.path]
"""No files and feeds."""
ASKED = "?q=cluster&country=SE&mode=similar&programme=euroclusters"


@pytest.fixture
def ada(own: MadeUp) -> Iterator[Person]:
    """Somebody who is about to begin a shortlist, to save a search and to bring a list."""
    with (
        serving(make(options(own.var, members=PageLists(own.var))), "127.0.0.1", 0) as server,
        httpx.Client(base_url=server.address) as client,
    ):
        yield Person(client, "Ada")


def brought(person: Person) -> str:
    """A member list that was uploaded; the path of its preview."""
    fields = {"token": person.token(), "network": "clusters_of_sweden"}
    answer = person.client.post("/en/members", data=fields, files={"file": ("a.csv", b"Namn\nZinkklustret\n")})
    assert answer.status_code == 303
    return answer.headers["location"]


@pytest.mark.thorough
def test_every_page_names_where_it_stands_for_programs_and_in_the_other_language(
    ada: Person, number_of: Callable[[str], int]
) -> None:
    shortlist = ada.begin("For programs").rsplit("/", 1)[1]
    search = ada.send("/en/searches", back="/en/clusters?q=cluster").headers["location"].rsplit("/", 1)[1]
    number_under, northwood = {"shortlists": shortlist, "searches": search}, number_of("Northwood Alliance")
    token, seen = brought(ada).rsplit("/", 1)[1], 0
    for at in TRIED:
        path = at.path.format(number=number_under.get(at.path.split("/")[1], northwood), token=token)
        for language in LANGUAGES:
            page = ada.client.get(f"/{language}{path}{ASKED}")
            assert page.status_code == 200, path
            named = [html.unescape(one) for one in JSON_LINK.findall(page.text)]
            assert len(named) == at.has_json, path
            for address in named:
                answer = ada.client.get(address)
                assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), address
                assert answer.json() is not None
                assert address.startswith(f"/{language}{path}.json")
                seen += 1
            for code, address in OTHER_LANGUAGE.findall(page.text):
                other = ada.client.get(html.unescape(address))
                assert other.status_code == 200
                assert f'<html lang="{code}">' in other.text
    assert seen == 2 * sum(at.has_json for at in TRIED)
