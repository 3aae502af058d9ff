"""Whatever is asked or sent, the answer is a right one: no fault of ours, and nothing of a stranger's that runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.app import make
from portal.serving import serving
from support.examples import examples
from support.made_up_clusters import MadeUp
from support.portal_options import options
from support.staff import Person
from warehouse.facets import FACETS

pytestmark = pytest.mark.xdist_group("portal")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NASTY = st.sampled_from(
    ["'", '"><script>', "../../etc/passwd", "%00", "\x00", "1e999", "-1", "NaN", "{{7*7}}", "=1+1", "🏴", "ﷺ" * 9]
)
ASKED = st.lists(
    st.tuples(
        st.sampled_from(["q", "page", "mode", "top", "programme", "from", "next", "id", "home", "in", "ours", *FACETS]),
        TEXTS | NASTY,
    ),
    max_size=6,
)
PATHS = (
    "/en/clusters",
    "/sv/clusters/1",
    "/en/clusters/1/partners",
    "/en/shortlists",
    "/en/programmes",
    "/en/opinions",
    "/en/changes",
    "/en/changes/digest",
    "/en/searches",
    "/en/members",
    "/en/remove",
    "/en/duplicates",
    "/en/sign-in",
    "/sv/map",
    "/en/gaps",
    "/en/compare",
    "/en/clusters/1/write",
    "/en/clusters/1/sheet",
    "/sv/clusters/1/partners/sheet",
    "/en/sources",
    "/en/display",
)


@pytest.fixture(scope="module")
def ada(untouched: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    made = untouched.copied(tmp_path_factory.mktemp("forms"))
    with serving(make(options(made.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        yield Person(client, "Ada")


@settings(max_examples=examples(40))
@given(path=st.sampled_from(PATHS), asked=ASKED, suffix=st.sampled_from(["", ".json"]))
def test_whatever_is_asked_is_answered(ada: Person, path: str, asked: list[tuple[str, str]], suffix: str) -> None:
    answer = ada.client.get(f"{path}{suffix}?{urlencode(asked)}")
    assert answer.status_code in (200, 303, 404), (path, asked)
    assert "<script>" not in answer.text.replace("\\u003c", "<") or suffix


@settings(max_examples=examples(20))
@given(rest=TEXTS | NASTY)
def test_whatever_path_is_asked_for_is_answered(ada: Person, rest: str) -> None:
    for start in ("/", "/en/", "/en/clusters/", "/en/shortlists/", "/static/"):
        answer = ada.client.get(f"{start}{quote(rest, safe='')}")
        assert answer.status_code in (200, 301, 303, 307, 404, 405)
        assert "<script>" not in answer.text


DOES = st.sampled_from(
    ["add", "status", "note", "unnote", "remove", "lead", "change", "delete", "restore", "useful", "useless", "", "x"]
)


@settings(max_examples=examples(20))
@given(
    do=DOES,
    about=st.sampled_from(["1", "2", "0", "15", ""]) | TEXTS | NASTY,
    fields=st.dictionaries(
        st.sampled_from(
            ["status", "revision", "text", "name", "programme", "by", "because", "organisation", "shortlist", "back", "next"]
        ),
        TEXTS | NASTY,
        max_size=5,
    ),
)
def test_whatever_form_is_sent_is_answered(
    ada: Person, number_of: Callable[[str], int], do: str, about: str, fields: dict[str, str]
) -> None:
    token = ada.token()
    if not ada.data("/en/shortlists"):
        ada.put(number_of("Amber Cluster"), ada.begin("A"))
    for path in ("/en/shortlists/1", "/en/shortlists/add", "/en/clusters/1/partners", "/en/sign-in"):
        answer = ada.client.post(path, data={"token": token, "do": f"{do}:{about}", **fields})
        assert answer.status_code in (303, 400, 401, 404, 409, 410, 429), (path, do, about, fields)
        assert answer.headers.get("location", "/en/").startswith(("/en/", "/sv/"))
    assert ada.get("/en/shortlists").status_code == 200
