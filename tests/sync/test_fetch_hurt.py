"""The fetcher against servers that try to hurt it: it says so in its own words, soon, and takes no harm."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sync.fetch import (
    BudgetSpent,
    Caps,
    Fetched,
    Fetcher,
    PageGone,
    Refusal,
    Refused,
    RobotsUnreadable,
    UnexpectedContent,
    Unreachable,
)

Make = Callable[..., Fetcher]
OURS = (BudgetSpent, PageGone, Refused, Unreachable)
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def fetcher(server: Any, clock: Any) -> Any:
    """Makes a fetcher for the server, without a pace."""
    made: list[Fetcher] = []

    def make(**others: Any) -> Fetcher:
        given = {"base": server.base, "hosts": ("replica.example",), "contact": "", "clock": clock, "pace_seconds": 0.0}
        given |= {"allow_private": True, "jitter": lambda: 0.0} | others
        made.append(Fetcher(**given))
        return made[-1]

    yield make
    for one in made:
        one.close()


# Connections


def reset(connection: socket.socket) -> None:
    """Ends it with RST in the middle of a page."""
    connection.sendall(HTML + b"Content-Length: 999\r\n\r\n<html>")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_connection_that_is_reset_is_tried_again(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = [reset, reset, server.page("<p>whole</p>")]
    assert fetcher().fetch(server.base + "/a").body == b"<p>whole</p>"  # type: ignore[union-attr]


def test_a_connection_that_is_reset_every_time_is_unreachable_for_now(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = reset
    with pytest.raises(Unreachable, match=r"could not be reached .*tried 4 times") as caught:
        fetcher().fetch(server.base + "/a")
    assert caught.value.is_temporary


def test_a_server_that_never_shakes_hands_is_left_at_the_deadline(server: Any, fetcher: Make) -> None:
    base = server.base.replace("http:", "https:")  # it waits for a plain request, and the client for its certificate
    with pytest.raises(RobotsUnreadable, match=r"not complete after 0.2 s"):
        fetcher(base=base, caps=Caps(deadline_seconds=0.2)).fetch(base + "/a")


@pytest.mark.parametrize("piece", [b"HTTP/1.1 100 Continue\r\n\r\n", b"X-Header: more\r\n"], ids=["interim answers", "headers"])
def test_an_answer_that_never_begins_is_ended(server: Any, fetcher: Make, clock: Any, piece: bytes) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"" if piece.startswith(b"HTTP") else HTML)
        for number in count():
            connection.sendall(piece)
            time.sleep(0.001)
            if number == 200:
                clock.sleep(60.0)

    server.routes["/a"] = endless
    with pytest.raises(Unreachable, match=r"not complete after 60 s|could not be reached"):
        fetcher(caps=Caps(deadline_seconds=60.0)).fetch(server.base + "/a")
    assert "/a" in server.paths()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x00" * 100,
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -1\r\n\r\n<p>",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n<p>x",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999999999999999999\r\n\r\n<p>",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: gzip\r\n\r\n<p>",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n<p>",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 204 Nothing\r\n\r\n",
        b"HTTP/1.1 304 Same\r\n\r\n<p>but not quite",
    ],
    ids=lambda answer: repr(answer[-40:]),
)
def test_an_answer_that_is_none_is_said_to_be_none(server: Any, fetcher: Make, nonsense: bytes) -> None:
    server.routes["/a"] = nonsense
    try:
        found = fetcher().fetch(server.base + "/a")
    except Unreachable as trouble:
        assert server.base + "/a" in str(trouble)
    else:
        assert not isinstance(found, Fetched)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["Location", "Content-Type", "Retry-After", "Content-Encoding", "ETag", "Last-Modified", "Content-Length"]),
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60),
    st.sampled_from([200, 301, 304, 429, 503]),
)
@example("Retry-After", "Mon, 1 Jan 99999999999999999999 00:00:00 GMT", 503)
@example("Content-Type", "text/html; charset=undefined", 200)
@example("Content-Type", "text/html; charset*=idna'en'%FF", 200)
@example("Content-Type", 'text/html; charset="; charset=*', 200)
@example("Location", "http://[::1", 301)
@example("Location", "//\N{FULLWIDTH SOLIDUS}".encode().decode("latin-1"), 301)
@example("Location", "/%zz/%", 301)
@example("Location", "?" * 60, 301)
def test_no_header_makes_it_crash(server: Any, fetcher: Make, name: str, value: str, status: int) -> None:
    server.routes.clear()
    server.routes["/a"] = f"HTTP/1.1 {status} Words\r\n{name}: ".encode() + value.encode("latin-1") + b"\r\n\r\n<p>x</p>"
    try:
        found = fetcher(caps=Caps(retries=0)).fetch(server.base + "/a")
    except OURS as trouble:
        assert server.base in str(trouble)  # it says where
    else:
        assert found.url == server.base + "/a"


# Where we go


def test_a_hop_to_another_of_the_networks_hosts_that_leads_to_a_private_address_is_not_asked(server: Any, fetcher: Make) -> None:
    base = server.base.replace("127.0.0.1", "localhost")
    addresses = {"localhost": ["127.0.0.1"], "www.localhost": ["93.184.215.14", "10.0.0.8"]}
    server.routes["/a"] = server.answer(302, location="http://www.localhost/b")
    ours = fetcher(base=base, hosts=("localhost",), resolver=lambda host, _port: addresses[host])
    with pytest.raises(Unreachable, match=r"www\.localhost leads to 10\.0\.0\.8, which is not an address of the open internet"):
        ours.fetch(base + "/a")
    assert server.paths() == ["/robots.txt", "/a"]


def test_too_many_requests_for_robots_txt_already_is_a_refusal(server: Any, fetcher: Make) -> None:
    server.routes["/robots.txt"] = server.answer(429)
    with pytest.raises(Refused, match="fewer requests") as caught:
        fetcher().fetch(server.base + "/a")
    assert caught.value.by is Refusal.RATE
    assert "/a" not in server.paths()


def test_a_network_that_takes_the_whole_night_is_left_for_the_others_sake(server: Any, fetcher: Make, clock: Any) -> None:
    server.routes["/a"] = server.page()
    ours = fetcher(caps=Caps(run_seconds=7200))
    for _ in range(2):
        ours.fetch(server.base + "/a")
        clock.sleep(3600)
    with pytest.raises(BudgetSpent, match=r"after 2 hours the others wait no longer"):
        ours.fetch(server.base + "/a")
    assert server.paths().count("/a") == 2


# Pages cut off


def test_a_page_that_ends_with_its_connection_is_whole_only_if_it_says_so(server: Any, fetcher: Make) -> None:
    server.routes["/half"] = HTML + b"\r\n<html><p>The first ha"
    server.routes["/whole"] = HTML + b"\r\n<HTML><p>The whole</HTML>\n<!-- cached -->"
    server.routes["/bare"] = HTML + b"\r\n<p>Never had a root"
    ours = fetcher()
    with pytest.raises(Unreachable, match=r"/half ended in the middle of the page, tried 4 times") as caught:
        ours.fetch(server.base + "/half")
    assert caught.value.is_temporary
    assert isinstance(ours.fetch(server.base + "/whole"), Fetched)
    assert isinstance(ours.fetch(server.base + "/bare"), Fetched)


def test_a_page_whose_length_was_kept_may_leave_out_its_last_tags(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page("<!doctype html><html lang=en><p>Minified, as HTML allows")
    chunks = b"10\r\n<html><p>Chunked\r\n0\r\n\r\n"
    server.routes["/b"] = HTML + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    ours = fetcher()
    assert isinstance(ours.fetch(server.base + "/a"), Fetched)
    assert isinstance(ours.fetch(server.base + "/b"), Fetched)


def test_a_page_that_ends_inside_a_tag_is_asked_for_again(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = [server.page("<html><p>Text</p><a href='/b"), server.page("<html><p>Text, 1 < 2")]
    assert fetcher().fetch(server.base + "/a").body.endswith(b"1 < 2")  # type: ignore[union-attr]


# Pages that are too much


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("<b>" * 300, "256 deep at most"),
        ("<p>x</p>" * 1_001, "1,000 tags at most"),
        ("<p " + " ".join(f"a{number}" for number in range(501)) + ">", "500 attributes at most"),
        ("x" * 10_001, "10,000 bytes of HTML at most, found 10,"),
    ],
)
def test_a_page_that_would_take_too_much_memory_is_not_parsed(server: Any, fetcher: Make, body: str, wanted: str) -> None:
    server.routes["/a"] = server.page(f"<html>{body}</html>")
    caps = Caps(tags=1_000, attributes=500, html_bytes=10_000)
    with pytest.raises(UnexpectedContent, match=f"is more than a page: wanted .*{wanted}"):
        fetcher(caps=caps).fetch(server.base + "/a")


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-16", "undefined", "idna", "punycode", "unicode_escape", "utf-7", "latin-1", "x"]
)
def test_no_charset_hides_what_a_page_is(server: Any, fetcher: Make, charset: str) -> None:
    codec = "utf-16" if charset == "utf-16" else "utf-8"
    body = ("<html>" + "<b>\0" * 300 + "</html>").encode(codec)
    server.routes["/a"] = server.answer(200, body, content_type=f"text/html; charset={charset}")
    with pytest.raises(UnexpectedContent, match="256 deep at most"):
        fetcher().fetch(server.base + "/a")


def test_a_large_sitemap_is_no_large_page(server: Any, fetcher: Make) -> None:
    rows = "<url><loc>https://replica.example/a</loc></url>" * 10_000
    server.routes["/a"] = server.answer(200, gzip.compress(rows.encode()), content_type="text/xml", content_encoding="gzip")
    assert isinstance(fetcher(caps=Caps(tags=100, html_bytes=100)).fetch(server.base + "/a"), Fetched)
    with pytest.raises(UnexpectedContent, match="39,999 tags at most"):
        fetcher(caps=Caps(xml_tags=39_999)).fetch(server.base + "/a")


def test_a_page_that_lacks_the_end_that_all_others_have_is_half_a_page(server: Any, fetcher: Make) -> None:
    whole = "<html><body><p>A page</p></body></html>"
    server.routes["/whole"] = server.page(whole)
    server.routes["/half"] = server.page(whole.removesuffix("</body></html>"))
    server.routes["/once"] = [server.page("<html><body><p>A page</p>"), server.page(whole)]
    ours = fetcher()
    ours.fetch(server.base + "/whole")
    with pytest.raises(Unreachable, match=r"/half ended in the middle of the page, tried 4 times") as caught:
        ours.fetch(server.base + "/half")
    assert caught.value.is_temporary
    assert isinstance(ours.fetch(server.base + "/once"), Fetched)
    assert isinstance(ours.fetch(server.base + "/whole"), Fetched)


def test_a_site_whose_first_page_has_no_end_may_leave_it_out_everywhere(server: Any, fetcher: Make) -> None:
    server.routes["/open"] = server.page("<html lang=en><p>Minified")
    server.routes["/closed"] = server.page("<html><p>Not minified</html>")
    ours = fetcher()
    for path in ("/open", "/closed", "/open"):
        assert isinstance(ours.fetch(server.base + path), Fetched)
