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

pytestmark = pytest.mark.xdist_group("portal")
JSON_LINK = re.compile(r'<link rel="alternate" type="application/json" href="([^"]+)">')
OTHER_LANGUAGE = re.compile(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">')
ASKED = "?q=cluster&country=SE&mode=similar&programme=euroclusters"


@pytest.fixture
def ada(own: MadeUp) -> Iterator[Person]:
    """Somebody with a shortlist."""
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        yield Person(client, "Ada")


def test_every_page_names_where_it_stands_for_programs_and_in_the_other_language(
    ada: Person, number_of: Callable[[str], int]
) -> None:
    shortlist = ada.begin("For programs").rsplit("/", 1)[1]
    northwood = number_of("Northwood Alliance")
    seen = 0
    for at in PAGES:
        if at.shows is None or at.path.endswith((".csv", ".xlsx")):
            continue
        path = at.path.format(number=shortlist if at.path.startswith("/shortlists") else northwood)
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
    assert seen == 2 * sum(at.has_json and at.shows is not None for at in PAGES)
