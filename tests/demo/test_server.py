from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.pages import Page, Site, address
from demo.server import Replicas, serve
from demo.site import build

PROFILE = "/content/green-synergy-cluster"


@pytest.fixture(scope="module")
def replicas(site: Site) -> Iterator[Replicas]:
    with serve([site]) as running:
        yield running


@pytest.fixture
def client(replicas: Replicas) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=replicas["eccp"], trust_env=False) as client:
        yield client


def test_a_page_comes_with_its_type_and_validators(client: httpx.Client, site: Site) -> None:
    answer = client.get(PROFILE, headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 200 and answer.content == site.find(PROFILE).body
    assert answer.headers["content-type"] == "text/html; charset=UTF-8"
    assert answer.headers["etag"].startswith('"') and answer.headers["last-modified"].endswith("GMT")
    assert "content-encoding" not in answer.headers


def test_gzip_comes_when_asked_for_and_only_then(client: httpx.Client, site: Site) -> None:
    with client.stream("GET", PROFILE, headers={"Accept-Encoding": "br, gzip;q=0.8"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip" and answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == site.find(PROFILE).body
    refused = client.get(PROFILE, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers
    assert refused.headers["etag"] != answer.headers["etag"]  # a strong tag names the bytes sent


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_known_tag_is_answered_with_304_and_no_body(client: httpx.Client, encoding: str) -> None:
    tag = client.get(PROFILE, headers={"Accept-Encoding": encoding}).headers["etag"]
    for sent in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = client.get(PROFILE, headers={"Accept-Encoding": encoding, "If-None-Match": sent})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag


def test_if_modified_since_counts_only_where_no_tag_is_sent(client: httpx.Client, site: Site) -> None:
    modified = site.find(PROFILE).modified
    now, before = (format_datetime(moment, usegmt=True) for moment in (modified, modified - timedelta(minutes=1)))
    assert client.get(PROFILE, headers={"If-Modified-Since": now}).status_code == 304
    assert client.get(PROFILE, headers={"If-Modified-Since": before}).status_code == 200
    assert client.get(PROFILE, headers={"If-Modified-Since": "yesterday"}).status_code == 200
    assert client.get(PROFILE, headers={"If-Modified-Since": now, "If-None-Match": '"other"'}).status_code == 200


def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client) -> None:
    got, head = client.get(PROFILE), client.head(PROFILE)
    assert head.status_code == 200 and head.content == b""
    assert {k: v for k, v in head.headers.items() if k != "date"} == {k: v for k, v in got.headers.items() if k != "date"}


def test_an_unknown_address_is_a_404_page_without_validators(client: httpx.Client) -> None:
    answer = client.get("/content/no-such-cluster", headers={"If-None-Match": "*"})
    assert answer.status_code == 404 and "replica for testing" in answer.text
    assert "etag" not in answer.headers
    assert client.post("/").status_code == 405


def test_robots_is_text_and_the_sitemap_is_xml(client: httpx.Client) -> None:
    assert client.get("/robots.txt").headers["content-type"].startswith("text/plain")
    assert client.get("/sitemap.xml?page=2").headers["content-type"].startswith("application/xml")


def test_addresses_are_the_same_however_they_are_written(client: httpx.Client) -> None:
    first = client.get("/search-results?f%5B0%5D=profile_type%3Acluster_profile&page=0").text
    assert client.get("/search-results?page=0&f[0]=profile_type:cluster_profile").text == first
    assert client.get("/search-results?f[0]=profile_type:cluster_profile").text == first
    assert client.get("/search-results?f[0]=profile_type:cluster_profile&page=1").text != first
    assert client.get("/cluster-organisations").text == client.get("/cluster-organisations?page=0%2C0").text


@given(st.permutations(["f[0]=profile_type:cluster_profile", "page=3"]), st.text("f[]0:=_3,", max_size=5))
def test_neither_order_nor_percent_signs_in_a_query_make_another_page(parts: list[str], left: str) -> None:
    keys_and_values = [[quote(side, safe=left) for side in part.split("=")] for part in parts]
    query = "&".join("=".join(sides) for sides in keys_and_values)
    assert address(f"/search-results?{query}") == address("/search-results?f[0]=profile_type:cluster_profile&page=3")


@pytest.mark.parametrize(
    ("target", "same"), [("?page=0", ""), ("?page=0%2C0", ""), ("?page=2", "?page=2,0"), ("?page=0,10", "?page=0%2C10")]
)
def test_pagers_at_zero_need_not_be_written(target: str, same: str) -> None:
    assert address(f"/cluster-organisations{target}") == address(f"/cluster-organisations{same}")
    assert address("/cluster-organisations?page=0,1") != address("/cluster-organisations?page=1")


def test_requests_are_written_down_with_their_status(site: Site) -> None:
    with serve([site]) as running, httpx.Client(base_url=running["eccp"], trust_env=False) as client:
        client.get("/sitemap.xml?page=1")
        client.get("/nowhere")
        assert running.replica("eccp").requests == [("/sitemap.xml?page=1", 200), ("/nowhere", 404)]


def test_an_address_can_be_made_to_misbehave_and_mended_again() -> None:
    site = build()
    page = site.find(PROFILE)
    site.override(PROFILE, replace(page, content=b"Performing security verification", status=403))
    with serve([site]) as running, httpx.Client(base_url=running["eccp"], trust_env=False) as client:
        assert client.get(PROFILE).status_code == 403
        site.override(PROFILE, None)
        assert client.get(PROFILE).content == page.body


def test_a_port_that_is_taken_is_replaced_by_a_free_one(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with serve([site], port) as running:
            assert running["eccp"] != f"http://127.0.0.1:{port}"
            assert httpx.get(running["eccp"] + "/robots.txt", trust_env=False).status_code == 200


def test_a_port_that_is_free_is_the_one_that_was_asked_for(site: Site) -> None:
    found = []
    for _ in range(10):  # somebody else may take one that was free a moment ago
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
        with serve([site], port) as running:
            found.append((running["eccp"], f"http://127.0.0.1:{port}"))
        if found[-1][0] == found[-1][1]:
            return
    raise AssertionError(f"wanted a replica where it was asked for, found {found}")


def test_two_sites_stand_at_two_ports_under_their_names(site: Site) -> None:
    other = Site("other", {"/": Page(b"other", "text/plain", site.find("/").modified)}, site.not_found, ())
    with serve([site, other]) as running:
        assert list(running) == ["eccp", "other"] and len(set(running.values())) == 2
        assert httpx.get(running["other"] + "/", trust_env=False).text == "other"


def test_nothing_answers_after_the_block(site: Site) -> None:
    with serve([site]) as running:
        url = running["eccp"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
