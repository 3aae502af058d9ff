"""The fetcher: what comes back for a page, and what is none."""

from __future__ import annotations

import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from connectors.network import NetworkFacts
from demo.wire import serving
from sync.fetch import (
    BudgetSpent,
    Caps,
    Fetched,
    Fetcher,
    NotModified,
    PageGone,
    Refusal,
    Refused,
    UnexpectedContent,
    Unreachable,
    Validators,
)
from sync.settings import NetworkSettings

Make = Callable[..., Fetcher]


# A page


def test_a_page_comes_with_its_charset_type_and_validators(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page("<p>Å</p>", etag='"v1"', last_modified="Mon, 23 Nov 2026 04:00:00 GMT")
    found = fetcher().fetch(server.base + "/a#part")
    assert found == Fetched(
        url=server.base + "/a#part",
        final_url=server.base + "/a",
        status=200,
        body="<p>Å</p>".encode(),
        charset="utf-8",
        content_type="text/html",
        etag='"v1"',
        last_modified="Mon, 23 Nov 2026 04:00:00 GMT",
    )


def test_an_unchanged_page_is_asked_for_with_what_is_remembered_and_not_sent_again(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.answer(304)
    found = fetcher().fetch(server.base + "/a", Validators('"v1"', "Mon, 23 Nov 2026 04:00:00 GMT"))
    assert found == NotModified(server.base + "/a", server.base + "/a")
    headers = server.asked[-1][1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"v1"', "Mon, 23 Nov 2026 04:00:00 GMT")


def test_a_validator_that_cannot_be_sent_back_is_left_out(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page()
    fetcher().fetch(server.base + "/a", Validators('"å"', "x\r\nEvil: yes"))
    assert not {"if-none-match", "if-modified-since", "evil"} & set(server.asked[-1][1])


def test_our_name_and_contact_stand_in_every_request_and_only_gzip_is_offered(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page()
    fetcher(contact="https://operator.example/robot").fetch(server.base + "/a")
    assert server.paths() == ["/robots.txt", "/a"]
    for _, headers in server.asked:
        assert headers["user-agent"].startswith("clusterbridge/")
        assert headers["user-agent"].endswith(" (+https://operator.example/robot)")
        assert headers["accept-encoding"] == "gzip"


def test_without_a_contact_no_live_network_is_asked(clock: Any) -> None:
    for base, is_allowed in (("https://www.clusters.example", True), ("http://127.0.0.1:9", False)):
        with pytest.raises(ValueError, match="contact"):
            Fetcher(base, (), " ", clock=clock, allow_private=is_allowed)


def test_cookies_are_never_kept(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page(set_cookie="session=1; Path=/")
    ours = fetcher()
    ours.fetch(server.base + "/a")
    ours.fetch(server.base + "/a")
    assert all("cookie" not in headers for _, headers in server.asked)


def test_proxies_of_the_environment_are_not_used(server: Any, fetcher: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):  # which keeps the tests' own clients from proxies
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.routes["/a"] = server.page()
    assert isinstance(fetcher().fetch(server.base + "/a"), Fetched)


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(tls_server: Any, fetcher: Make, clock: Any) -> None:
    with pytest.raises(Unreachable, match=r"does not prove who it is.*certificate") as caught:
        fetcher(base=tls_server.base).fetch(tls_server.base + "/a")
    assert caught.value.is_temporary  # of robots.txt: the whole network waits
    assert "try again" not in str(caught.value)  # a certificate does not mend itself
    assert (tls_server.asked, clock.naps) == ([], [])


def test_https_where_plain_http_is_spoken_is_said_so_and_not_tried_again(fetcher: Make, clock: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, serving(listening, lambda _asked: b""):
        secure = f"https://127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(Unreachable, match=r"does not speak TLS .*base in config.toml") as caught:
            fetcher(base=secure).fetch(secure + "/a")
    assert "try again" not in str(caught.value)
    assert clock.naps == []


def test_one_connection_serves_page_after_page(server: Any, fetcher: Make) -> None:
    accepted: list[int] = []

    def keep_alive(connection: socket.socket) -> None:
        accepted.append(1)
        body = b"<p>x</p>"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
        connection.sendall(head + body)
        for _ in range(2):
            assert connection.recv(65_536)
            connection.sendall(head + body)

    server.routes["/a"] = keep_alive
    ours = fetcher()
    for _ in range(3):
        assert isinstance(ours.fetch(server.base + "/a"), Fetched)
    assert len(accepted) == 1


# Pages that are none


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_said_to_be_gone(server: Any, fetcher: Make, status: int) -> None:
    server.routes["/a"] = server.answer(status, "no")
    with pytest.raises(PageGone, match=str(status)):
        fetcher().fetch(server.base + "/a")


@pytest.mark.parametrize("status", [401, 403])
def test_a_network_that_forbids_is_refused_at_once(server: Any, fetcher: Make, status: int) -> None:
    server.routes["/a"] = server.page().replace(b"200 Words", b"%d Words" % status)
    with pytest.raises(Refused, match="does not let us read it") as caught:
        fetcher().fetch(server.base + "/a")
    assert caught.value.told("tci").endswith("clusterbridge import tci PATH…")
    assert (caught.value.by, server.paths().count("/a")) == (Refusal.FORBIDDEN, 1)


@pytest.mark.parametrize(("status", "is_temporary"), [(500, True), (400, False), (451, False), (206, False)])
def test_any_other_status_is_no_page(server: Any, fetcher: Make, status: int, is_temporary: bool) -> None:
    server.routes["/a"] = server.answer(status, "no", content_type="text/html")
    with pytest.raises(Unreachable, match=f"found status {status}") as caught:
        fetcher().fetch(server.base + "/a")
    assert caught.value.is_temporary is is_temporary


def test_another_media_type_is_unexpected_and_its_body_is_not_read(server: Any, fetcher: Make) -> None:
    sent: list[int] = []

    def film(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nConnection: close\r\n\r\n")
        for _ in range(1_000):
            connection.sendall(bytes(65_536))
            sent.append(65_536)

    server.routes["/a"] = film
    with pytest.raises(UnexpectedContent, match="found video/mp4"):
        fetcher().fetch(server.base + "/a")
    assert sum(sent) < 16_000_000


def test_other_media_types_may_be_asked_for(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.answer(200, "{}", content_type="application/json")
    found = fetcher(accepts=("application/json",)).fetch(server.base + "/a")
    assert isinstance(found, Fetched)
    assert server.asked[-1][1]["accept"] == "application/json"


def test_a_page_without_a_media_type_is_one_if_it_looks_like_markup(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.answer(200, "\ufeff <p>x</p>")
    server.routes["/b"] = server.answer(200, "%PDF")
    ours = fetcher()
    found = ours.fetch(server.base + "/a")
    assert isinstance(found, Fetched)
    assert (found.content_type, found.charset) == (None, None)
    with pytest.raises(UnexpectedContent, match="without a Content-Type"):
        ours.fetch(server.base + "/b")


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, "<title>Just a moment...</title>"),
        (200, {}, "<title>x</title><h1>Performing security verification</h1>"),
        (503, {}, "<p>Verify&nbsp;you are human by completing the action below.</p>"),
        (403, {"cf_mitigated": "challenge"}, "<p>no</p>"),
        (429, {"cf_mitigated": "challenge"}, ""),
        (200, {}, "<script>window._cf_chl_opt = {}</script>"),
    ],
)
def test_a_check_for_humans_is_refused_and_not_worked_round(
    server: Any, fetcher: Make, status: int, headers: dict[str, str], body: str
) -> None:
    server.routes["/a"] = server.answer(status, body, content_type="text/html", **headers)
    with pytest.raises(Refused, match="check for humans") as caught:
        fetcher().fetch(server.base + "/a")
    assert (caught.value.by, server.paths().count("/a")) == (Refusal.CHALLENGE, 1)


def test_a_long_article_about_checks_for_humans_is_a_page(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page("<p>Sites ask: Verify you are human.</p>" + "<p>Many words follow.</p>" * 200)
    assert isinstance(fetcher().fetch(server.base + "/a"), Fetched)


def test_a_login_page_is_refused_by_its_title(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page("<html><head><title>Log in | Platform</title></head></html>")
    with pytest.raises(Refused, match="login page") as caught:
        fetcher().fetch(server.base + "/a")
    assert caught.value.by is Refusal.LOGIN


@pytest.mark.parametrize("path", ["/user/login?destination=/a", "/en/user/login"])
def test_a_login_page_is_refused_by_its_address_without_asking_for_it(server: Any, fetcher: Make, path: str) -> None:
    server.routes["/a"] = server.answer(302, location=path)
    with pytest.raises(Refused, match="login page") as caught:
        fetcher().fetch(server.base + "/a")
    assert (caught.value.by, server.paths()) == (Refusal.LOGIN, ["/robots.txt", "/a"])


# Sizes and encodings


def test_gzip_and_deflate_are_read(server: Any, fetcher: Make) -> None:
    html = b"<p>packed</p>"
    server.routes["/gzip"] = server.page(gzip.compress(html[:5]) + gzip.compress(html[5:]), content_encoding="gzip")
    server.routes["/deflate"] = server.page(zlib.compress(html), content_encoding="deflate")
    ours = fetcher()
    assert [ours.fetch(server.base + path).body for path in ("/gzip", "/deflate")] == [html, html]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("br", b"x"), ("gzip, gzip", b"x"), ("gzip", b"plain"), ("gzip", gzip.compress(b"x" * 99, mtime=0)[:-9])],
    ids=["unknown", "twice", "not gzip", "cut off"],
)
def test_an_encoding_that_does_not_decode_is_unexpected(server: Any, fetcher: Make, encoding: str, body: bytes) -> None:
    server.routes["/a"] = server.page(body, content_encoding=encoding)
    with pytest.raises(UnexpectedContent, match="cannot be decoded"):
        fetcher().fetch(server.base + "/a")


def test_a_gzip_bomb_is_stopped_and_takes_no_memory(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page(gzip.compress(bytes(64_000_000), 1), content_encoding="gzip")
    ours = fetcher(caps=Caps(body_bytes=1_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(UnexpectedContent, match="1,000,000 bytes at most"):
            ours.fetch(server.base + "/a")
        assert tracemalloc.get_traced_memory()[1] < 6_000_000
    finally:
        tracemalloc.stop()


def test_a_body_that_announces_too_much_is_not_read(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000000\r\n\r\n<p>"
    with pytest.raises(UnexpectedContent, match="9,000,000 announced"):
        fetcher().fetch(server.base + "/a")


@pytest.mark.parametrize("encoding", ["", "Content-Encoding: gzip\r\n"])
def test_a_body_without_end_is_cut_off(server: Any, fetcher: Make, encoding: str) -> None:
    sent: list[int] = []
    piece = gzip.compress(b"") * 3_000 if encoding else bytes(60_000)  # members that hold nothing: a bomb on the wire only

    def flood(connection: socket.socket) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{encoding}\r\n".encode())
        while True:
            connection.sendall(piece)
            sent.append(len(piece))

    server.routes["/a"] = flood
    with pytest.raises(UnexpectedContent, match="100,000 bytes at most"):
        fetcher(caps=Caps(body_bytes=100_000)).fetch(server.base + "/a")
    assert sum(sent) < 20_000_000


def test_a_page_of_nothing_but_tags_is_unexpected(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page("<b>" * 300_000)
    with pytest.raises(UnexpectedContent, match="tags"):
        fetcher().fetch(server.base + "/a")


# Made from the facts and the settings


def test_config_toml_stands_in_for_what_network_toml_says(server: Any, clock: Any) -> None:
    facts = NetworkFacts(name="n", title="N", home="https://n.example", hosts=("n.example",), licence="", pace_seconds=9.0)
    server.routes["/a"] = server.page()
    ours = NetworkSettings(base=server.base, allow_private=True, pace_seconds=0.0, page_budget=1)
    with Fetcher.for_network(facts, ours, "", clock) as fetcher:
        assert isinstance(fetcher.fetch(server.base + "/a"), Fetched)
        with pytest.raises(BudgetSpent):
            fetcher.fetch(server.base + "/a")
    assert clock.naps == []


def test_the_journal_hears_of_every_request(server: Any, fetcher: Make) -> None:
    heard: list[tuple[str, dict[str, object]]] = []

    class Log:
        def debug(self, event: str, /, **values: object) -> None:
            heard.append((event, values))

        warning = debug

    server.routes["/a"] = [server.answer(503), server.page("<p>x</p>")]
    fetcher(log=Log()).fetch(server.base + "/a")
    assert [(event, values.get("status")) for event, values in heard] == [
        ("asked", 404),
        ("asked", 503),
        ("trying again", None),
        ("asked", 200),
    ]
