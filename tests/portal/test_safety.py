"""What holds for every answer, and what strangers' texts can do on the page: nothing."""

from __future__ import annotations

import hashlib
import html
import re
import socket
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.resources import files
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.hostile import is_loopback, link, short, visible
from portal.options import LANGUAGES
from portal.rendering import bdi
from portal.safety import MOST_BYTES, POLICY, host_name
from support.made_up_clusters import ATTACKS
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("portal")

PATHS = (
    "/",
    "/en/clusters",
    "/en/clusters.json",
    "/sv/clusters/1",
    "/en/clusters/999999",
    "/en/nowhere",
    "/static/portal.css",
    "/static/../app.py",
    "/static/",
    "/favicon.ico",
)


def sent(site: str, request: bytes) -> bytes:
    """The answer to bytes that no client would send."""
    place = urlsplit(site)
    with socket.create_connection((place.hostname, place.port), timeout=60) as raw:
        raw.sendall(request)
        return b"".join(iter(lambda: raw.recv(65536), b""))


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_tells_the_browser_what_it_may_do(visitor: httpx.Client, path: str) -> None:
    headers = visitor.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert "cache-control" in headers


def test_the_policy_is_the_one_that_was_asked_for() -> None:
    assert POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_no_template_has_a_script_a_style_or_a_handler_of_its_own() -> None:
    for item in files("portal").joinpath("templates").iterdir():
        source = item.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]* src=)", source)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe|autoescape", source)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:80", "", "[::2]:80", "10.0.0.1"])
def test_a_page_on_this_machine_is_not_reached_under_a_strangers_name(visitor: httpx.Client, host: str) -> None:
    answer = visitor.get("/en/clusters", headers={"host": host})
    assert answer.status_code == 421
    assert "Cluster" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])
def test_a_page_on_this_machine_is_reached_under_its_own_names(visitor: httpx.Client, host: str) -> None:
    assert visitor.get("/en/clusters", headers={"host": host}).status_code == 200


def test_names_and_addresses_of_this_machine_are_known_for_it() -> None:
    assert host_name("[::1]:8000") == "::1"
    assert [is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost")] == [True] * 4
    assert [is_loopback(host) for host in ("0.0.0.0", "::", "192.168.1.2", "example.org", "")] == [False] * 5  # noqa: S104


def test_a_body_of_ten_megabytes_is_refused_whatever_length_it_claims(visitor: httpx.Client, site: str) -> None:
    assert visitor.post("/en/clusters", content=b"a" * (MOST_BYTES + 1)).status_code == 413
    declared = b"POST /en/clusters HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + b"9" * 16 + b"\r\n\r\n"
    assert sent(site, declared).startswith(b"HTTP/1.1 413 ")

    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b"a=" + b"b" * 100_000

    with suppress(httpx.HTTPError):  # the server may close the connection while we still send
        assert visitor.post("/en/clusters", content=pieces()).status_code in (405, 413)
    assert visitor.get("/en/clusters").status_code == 200


def test_a_form_that_comes_in_pieces_and_never_says_how_long_it_is_is_refused_once_it_is_too_long(
    visitor: httpx.Client,
) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(MOST_BYTES // 10_000 + 2):
            yield b"name=" + b"b" * 9_994 + b"&"

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert visitor.post("/en/shortlists", content=pieces(), headers=form).status_code == 413


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_a_page_that_takes_no_form_says_so(visitor: httpx.Client, method: str) -> None:
    answer = visitor.request(method, "/en/clusters")
    assert answer.status_code == 405
    assert "This cannot be sent here" in answer.text


@pytest.mark.parametrize(
    "path", ["/static/..%2fapp.py", "/static/%2e%2e/app.py", "/en/..%2f..%2fetc%2fpasswd", "//evil.example/%2f.."]
)
def test_paths_lead_to_pages_only(site: str, path: str) -> None:
    answer = sent(site, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ", 2)[1] in (b"404", b"400")
    assert b"evil.example" not in answer.split(b"\r\n\r\n")[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_strangers_wrote_is_shown_and_does_nothing(
    visitor: httpx.Client, con: Connection, attack: str, language: str
) -> None:
    sql = "SELECT organisation_id FROM cluster_sources WHERE network = 'tci' AND source_key = ?"
    [(number,)] = con.execute(sql, [attack]).fetchall()
    for path in (
        f"/{language}/clusters/{number}",
        f"/{language}/clusters?q=cluster&network=tci",
        f"/{language}/clusters?country=PT",
    ):
        page = visitor.get(path).text
        assert not re.search(r"<script(?! src=\"/static/)", page)
        assert "<img src=x" not in page
        assert "javascript:" not in re.findall(r'href="([^"]*)"', page)
        assert not any(html.unescape(address).startswith("javascript:") for address in re.findall(r'href="([^"]*)"', page))
        assert "49 " not in re.sub(r"<[^>]+>", "", page).partition("{% raw")[0][-40:]
        assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069]", page)
        assert len(max(re.findall(r"\S+", re.sub(r"<[^>]+>", " ", page)), key=len)) <= 1_500


def test_hidden_characters_are_named_and_joiners_stay_where_a_script_needs_them() -> None:
    assert visible("Gold \u202edloG\u200b") == "Gold ⟨U+202E⟩dloG⟨U+200B⟩"
    assert visible("a\x00b\x1bc") == "a⟨U+0000⟩b⟨U+001B⟩c"
    assert visible("می\u200cخواهم") == "می\u200cخواهم"
    assert visible("pay\u200cpal") == "pay⟨U+200C⟩pal"
    assert visible("x\ud800") == "x\N{REPLACEMENT CHARACTER}"
    assert str(bdi("<b>\u202e")) == "<bdi>&lt;b&gt;⟨U+202E⟩</bdi>"
    assert short("abcdef", 4) == "abc…"


@given(st.text(max_size=80))
def test_whatever_is_made_visible_hides_nothing_and_can_be_written(text: str) -> None:
    shown = visible(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]", shown)
    shown.encode()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
        "vbscript:x", "//evil.example", "/local", "http:", "http://", "http:///path", "ftp://a.example", "file:///etc/passwd",
        "https://user:secret@a.example", "http://[::1", "http://a.example/\u202egpj", "http://a.example/a b", "", None,
        "http://a.example/" + "x" * 3000,
    ],
)  # fmt: skip
def test_only_web_addresses_become_links(address: str | None) -> None:
    assert link(address) is None


def test_web_addresses_are_links() -> None:
    for address in ("http://a.example", "https://a.example/ö?x=1#y", "HTTPS://A.example", "https://a.example/?q=<script>"):
        assert link(address) == address


def test_links_to_others_say_nothing_about_us_and_get_no_handle_on_the_page(visitor: httpx.Client, number_of: Callable) -> None:
    page = visitor.get(f"/en/clusters/{number_of('Northwood Alliance')}").text
    outside = re.findall(r'<a[^>]*href="https?://[^>]*>', page)
    assert outside
    assert all('rel="noopener noreferrer nofollow"' in tag for tag in outside)


def test_what_others_wrote_and_we_ship_is_what_they_published() -> None:
    folder = files("portal").joinpath("static")
    vendored = tomllib.loads(folder.joinpath("VENDORED.toml").read_text(encoding="utf-8"))
    assert vendored["htmx.min.js"]["version"].startswith("2.0.")
    for name, said in vendored.items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == said["sha256"]
        assert {"origin", "licence", "version"} <= said.keys()
    ours = {"portal.css", "portal.js", "icon.svg", "VENDORED.toml"}
    assert {item.name for item in folder.iterdir()} == ours | vendored.keys()


def test_a_file_asked_for_by_its_digest_is_kept_by_browsers(visitor: httpx.Client) -> None:
    [address] = set(re.findall(r'href="(/static/portal\.css\?v=\w+)"', visitor.get("/en/clusters").text))
    assert "immutable" in visitor.get(address).headers["cache-control"]
    assert "immutable" not in visitor.get("/static/portal.css").headers["cache-control"]
