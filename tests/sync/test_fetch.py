"""The fetcher against a server that misbehaves: every guard is a test."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from connectors.network import NetworkFacts
from sync.fetch import (
    BudgetSpent,
    Caps,
    Fetched,
    Fetcher,
    NetworkDown,
    NotModified,
    PageGone,
    Refusal,
    Refused,
    RobotsUnreadable,
    UnexpectedContent,
    Unreachable,
    Validators,
)
from sync.settings import NetworkSettings

Make = Callable[..., Fetcher]


@pytest.fixture
def fetcher(server: Any, clock: Any) -> Any:
    """Makes a fetcher for the server; by default without a pace, so that naps in a test are about something else."""
    made: list[Fetcher] = []

    def make(**others: Any) -> Fetcher:
        given = {"base": server.base, "hosts": ("replica.example",), "contact": "", "clock": clock, "pace_seconds": 0.0}
        given |= {"allow_private": True, "jitter": lambda: 0.0} | others
        made.append(Fetcher(**given))
        return made[-1]

    yield make
    for one in made:
        one.close()


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
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.routes["/a"] = server.page()
    assert isinstance(fetcher().fetch(server.base + "/a"), Fetched)


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(tls_server: Any, fetcher: Make, clock: Any) -> None:
    with pytest.raises(Unreachable, match=r"does not prove who it is.*certificate") as caught:
        fetcher(base=tls_server.base).fetch(tls_server.base + "/a")
    assert caught.value.is_temporary  # of robots.txt: the whole network waits
    assert (tls_server.asked, clock.naps) == ([], [])


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
    with pytest.raises(Refused, match="clusterbridge import") as caught:
        fetcher().fetch(server.base + "/a")
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
    with pytest.raises(Refused, match=r"check for humans.*clusterbridge import") as caught:
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


# Time


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_response_that_drips_is_ended_by_the_deadline(server: Any, fetcher: Make, part: str) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + (b"\r\n" if part == "body" else b"X: "))
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    server.routes["/a"] = drip
    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"not complete after 0.2 s") as caught:
        fetcher(caps=Caps(deadline_seconds=0.2)).fetch(server.base + "/a")
    assert caught.value.is_temporary
    assert time.monotonic() - began < 10  # without a deadline it would never end
    assert server.paths().count("/a") == 1


def test_the_pace_lies_between_two_requests_with_a_little_jitter(server: Any, fetcher: Make, clock: Any) -> None:
    server.routes["/a"] = server.page()
    ours = fetcher(pace_seconds=5.0, jitter=lambda: 1.0)
    ours.fetch(server.base + "/a")
    ours.fetch(server.base + "/a")
    assert clock.naps == pytest.approx([5.5, 5.5], abs=0.2)  # robots.txt, page, page
    assert ours.tally.waited_seconds == pytest.approx(11, abs=0.4)


def test_time_that_passed_anyway_is_not_waited_for_again(server: Any, fetcher: Make, clock: Any) -> None:
    server.routes["/a"] = server.page()
    ours = fetcher(pace_seconds=5.0)
    ours.fetch(server.base + "/a")
    clock.sleep(7.0)
    ours.fetch(server.base + "/a")
    assert clock.naps == pytest.approx([5, 7], abs=0.2)


@pytest.mark.parametrize(("rule", "pace"), [("Crawl-delay: 9", 9), ("Crawl-delay: 1", 5), ("Request-rate: 1/12", 12)])
def test_the_slower_of_our_pace_and_theirs_holds(server: Any, fetcher: Make, clock: Any, rule: str, pace: float) -> None:
    server.routes["/robots.txt"] = server.answer(200, f"User-agent: *\n{rule}\n", content_type="text/plain")
    server.routes["/a"] = server.page()
    fetcher(pace_seconds=5.0).fetch(server.base + "/a")
    assert clock.naps == pytest.approx([pace], abs=0.2)


def test_a_crawl_delay_that_no_night_is_long_enough_for_is_a_refusal(server: Any, fetcher: Make, clock: Any) -> None:
    server.routes["/robots.txt"] = server.answer(200, "User-agent: *\nCrawl-delay: 3600\n", content_type="text/plain")
    with pytest.raises(Refused, match="3600 s between two requests"):
        fetcher().fetch(server.base + "/a")
    assert clock.naps == []


# Trying again


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_temporary_trouble_is_tried_again_after_the_time_asked_for(server: Any, fetcher: Make, clock: Any, status: int) -> None:
    server.routes["/a"] = [server.answer(status, "wait", retry_after="7"), server.page()]
    ours = fetcher()
    assert isinstance(ours.fetch(server.base + "/a"), Fetched)
    assert clock.naps == [7.0]
    assert (ours.tally.pages, ours.tally.requests, ours.tally.retries) == (1, 3, 1)


def test_retry_after_may_be_a_date(server: Any, fetcher: Make, clock: Any) -> None:
    moment = datetime(2026, 11, 23, 4, 0, 30, tzinfo=UTC)
    server.routes["/a"] = [server.answer(503, retry_after=format_datetime(moment, usegmt=True)), server.page()]
    fetcher().fetch(server.base + "/a")
    assert clock.naps == [30.0]


def test_without_a_readable_retry_after_the_waiting_doubles_and_ends_after_three_retries(
    server: Any, fetcher: Make, clock: Any
) -> None:
    server.routes["/a"] = server.answer(503, retry_after="soon")
    with pytest.raises(Unreachable, match="answered 503, tried 4 times") as caught:
        fetcher().fetch(server.base + "/a")
    assert (clock.naps, caught.value.is_temporary, server.paths().count("/a")) == ([2.0, 4.0, 8.0], True, 4)


def test_429_to_the_last_is_a_refusal(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.answer(429)
    with pytest.raises(Refused, match="fewer requests") as caught:
        fetcher().fetch(server.base + "/a")
    assert (caught.value.by, server.paths().count("/a")) == (Refusal.RATE, 4)


@pytest.mark.parametrize(("status", "says"), [(429, Refused), (503, Unreachable)])
def test_who_asks_for_an_hour_is_left_alone_until_the_next_run(
    server: Any, fetcher: Make, clock: Any, status: int, says: type[Exception]
) -> None:
    server.routes["/a"] = server.answer(status, retry_after="3600")
    with pytest.raises(says, match="asked to wait 3600 s"):
        fetcher().fetch(server.base + "/a")
    assert (clock.naps, server.paths().count("/a")) == ([], 1)


def test_a_connection_that_breaks_is_tried_again(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = [
        lambda _: None,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Type: text/html\r\n\r\n<p>",
        b"nonsense\r\n\r\n",
        server.page("<p>whole</p>"),
    ]
    assert fetcher().fetch(server.base + "/a").body == b"<p>whole</p>"  # type: ignore[union-attr]


def test_a_host_that_does_not_answer_is_unreachable_in_words(fetcher: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        base = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(Unreachable, match=r"could not be reached \(ConnectError.*tried 4 times"):
        fetcher(base=base).fetch(base + "/a")


def test_a_network_that_is_down_is_not_asked_for_every_page(server: Any, fetcher: Make) -> None:
    server.routes |= {f"/{number}": server.answer(500) for number in range(9)}
    ours = fetcher(caps=Caps(failures_in_a_row=2))
    for number in range(2):
        with pytest.raises(Unreachable, match="status 500"):
            ours.fetch(f"{server.base}/{number}")
    with pytest.raises(NetworkDown, match="/2 was not asked for: the last 2 pages"):
        ours.fetch(f"{server.base}/2")
    assert "/2" not in server.paths()


def test_a_page_that_answers_ends_a_row_of_failures(server: Any, fetcher: Make) -> None:
    server.routes["/bad"], server.routes["/good"] = server.answer(500), server.page()
    ours = fetcher(caps=Caps(failures_in_a_row=2))
    for path in ("/bad", "/good", "/bad", "/good"):
        if path == "/good":
            assert isinstance(ours.fetch(server.base + path), Fetched)
        else:
            with pytest.raises(Unreachable):
                ours.fetch(server.base + path)


def test_the_budget_of_pages_is_kept(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.page()
    ours = fetcher(page_budget=2)
    ours.fetch(server.base + "/a")
    ours.fetch(server.base + "/a")
    with pytest.raises(BudgetSpent, match="budget of 2 pages"):
        ours.fetch(server.base + "/a")
    assert server.paths().count("/a") == 2


# Where we go


def test_redirects_are_followed_and_the_final_address_is_told(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.answer(301, location="/b")
    server.routes["/b"] = server.answer(302, location=server.base + "/c#top")
    server.routes["/c"] = server.page()
    found = fetcher().fetch(server.base + "/a")
    assert (found.url, found.final_url) == (server.base + "/a", server.base + "/c")


def test_a_redirect_loop_is_found(server: Any, fetcher: Make) -> None:
    server.routes["/a"], server.routes["/b"] = server.answer(302, location="/b"), server.answer(302, location="/a")
    with pytest.raises(Unreachable, match=r"redirects in a loop: .*/a -> .*/b -> .*/a"):
        fetcher().fetch(server.base + "/a")


def test_five_redirects_are_followed_and_six_are_not(server: Any, fetcher: Make) -> None:
    server.routes |= {f"/{number}": server.answer(302, location=f"/{number + 1}") for number in range(6)}
    server.routes["/6"] = server.page()
    ours = fetcher()
    assert isinstance(ours.fetch(server.base + "/1"), Fetched)
    with pytest.raises(Unreachable, match="more than 5 times"):
        ours.fetch(server.base + "/0")


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://elsewhere.example/",
        "http://127.0.0.1:1/",
        "http://user:secret@{host}/b",
        "file:///etc/passwd",
        "//[bad/",
        "mailto:someone@{host}",
        "http://127.0.0.1:99999999/",
        "http://{host}:99999999/",
    ],
)
def test_a_redirect_away_from_the_network_is_not_followed(server: Any, fetcher: Make, location: str) -> None:
    server.routes["/a"] = server.answer(302, location=location.format(host=server.host))
    with pytest.raises(Unreachable, match="where we do not go"):
        fetcher().fetch(server.base + "/a")


def test_a_redirect_to_another_service_on_the_same_machine_is_not_followed(server: Any, other_server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.answer(302, location=other_server.base + "/secret")
    with pytest.raises(Unreachable, match="not one of the network's hosts"):
        fetcher().fetch(server.base + "/a")
    assert other_server.asked == []


def test_a_redirect_without_a_location_is_no_page(server: Any, fetcher: Make) -> None:
    server.routes["/a"] = server.answer(302)
    with pytest.raises(Unreachable, match="without saying where to go"):
        fetcher().fetch(server.base + "/a")


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:192.168.0.1", "fd00::1"])
def test_a_public_name_that_leads_to_a_private_address_is_not_asked(fetcher: Make, address: str) -> None:
    resolved: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        resolved.append(host)
        return ["93.184.215.14", address]

    ours = fetcher(base="https://www.clusters.example", contact="x@operator.example", resolver=resolver)
    with pytest.raises(Unreachable, match=r"leads to .*, which is not an address of the open internet"):
        ours.fetch("https://www.clusters.example/a")
    assert resolved == ["www.clusters.example"]


def test_allow_private_is_for_loopback_alone(server: Any, fetcher: Make) -> None:
    base = server.base.replace("127.0.0.1", "localhost")
    server.routes["/a"] = server.page()
    found = fetcher(base=base, resolver=lambda *_: ["127.0.0.1"]).fetch(base + "/a")
    assert isinstance(found, Fetched)
    with pytest.raises(Unreachable, match=r"192.168.0.1"):
        fetcher(base=base, resolver=lambda *_: ["192.168.0.1"]).fetch(base + "/a")


def test_a_name_is_checked_again_for_every_connection_and_resolved_only_once_for_it(server: Any, fetcher: Make) -> None:
    """A name that leads elsewhere a moment later (DNS rebinding) gains nothing."""
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]])
    base = server.base.replace("127.0.0.1", "localhost")
    server.routes["/a"] = server.page()
    ours = fetcher(base=base, resolver=lambda *_: next(answers))
    ours.fetch(base + "/a")  # two connections: the server closes each
    with pytest.raises(Unreachable, match=r"10\.0\.0\.1"):
        ours.fetch(base + "/a")
    assert server.paths() == ["/robots.txt", "/a"]


def test_the_next_address_is_tried_where_one_does_not_answer(server: Any, fetcher: Make) -> None:
    base = server.base.replace("127.0.0.1", "localhost")
    server.routes["/a"] = server.page()
    assert isinstance(fetcher(base=base, resolver=lambda *_: ["127.0.0.9", "127.0.0.1"]).fetch(base + "/a"), Fetched)


# robots.txt


def rules(server: Any, text: str) -> bytes:
    return bytes(server.answer(200, text, content_type="text/plain; charset=utf-8"))


def test_what_robots_txt_forbids_is_not_asked_for(server: Any, fetcher: Make) -> None:
    server.routes["/robots.txt"] = rules(server, "User-agent: *\nDisallow: /\n\nUser-agent: ClusterBridge\nDisallow: /private\n")
    server.routes["/a"] = server.page()
    ours = fetcher()
    assert isinstance(ours.fetch(server.base + "/a"), Fetched)
    with pytest.raises(Refused, match=r"robots.txt forbids .*/private/1") as caught:
        ours.fetch(server.base + "/private/1")
    assert caught.value.by is Refusal.ROBOTS
    assert server.paths() == ["/robots.txt", "/a"]


def test_a_redirect_to_what_robots_txt_forbids_is_not_followed(server: Any, fetcher: Make) -> None:
    server.routes["/robots.txt"] = rules(server, "User-agent: *\nDisallow: /private\n")
    server.routes["/a"] = server.answer(302, location="/private/1")
    with pytest.raises(Refused, match=r"robots.txt"):
        fetcher().fetch(server.base + "/a")
    assert "/private/1" not in server.paths()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_robots_txt_is_no_rule(server: Any, fetcher: Make, status: int) -> None:
    server.routes["/robots.txt"] = server.answer(status, "<html>no</html>", content_type="text/html")
    server.routes["/a"] = server.page()
    assert isinstance(fetcher().fetch(server.base + "/a"), Fetched)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\n<html>hello",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\n <!doctype>x",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 302 To\r\nLocation: https://elsewhere.example/robots.txt\r\nContent-Length: 0\r\n\r\n",
        b"",
    ],
)
def test_a_robots_txt_that_gives_no_answer_means_wait_and_not_yes(server: Any, fetcher: Make, answer: bytes) -> None:
    server.routes["/robots.txt"] = answer
    server.routes["/a"] = server.page()
    ours = fetcher()
    for _ in range(2):
        with pytest.raises(RobotsUnreadable, match=r"without the rules of robots\.txt") as caught:
            ours.fetch(server.base + "/a")
        assert caught.value.is_temporary
    assert "/a" not in server.paths()
    assert server.paths().count("/robots.txt") <= 4  # tried again, but not for every page


def test_a_robots_txt_that_does_not_come_in_time_means_wait(server: Any, fetcher: Make) -> None:
    server.routes["/robots.txt"] = lambda _: time.sleep(0.3)
    with pytest.raises(RobotsUnreadable, match=r"not complete after 0.1 s"):
        fetcher(caps=Caps(deadline_seconds=0.1)).fetch(server.base + "/a")


def test_a_robots_txt_behind_redirects_is_found(server: Any, fetcher: Make) -> None:
    server.routes["/robots.txt"] = server.answer(301, location="/robots-real.txt")
    server.routes["/robots-real.txt"] = rules(server, "User-agent: *\nDisallow: /a\n")
    with pytest.raises(Refused, match=r"robots.txt forbids"):
        fetcher().fetch(server.base + "/a")


def test_robots_txt_is_asked_for_once_a_day(server: Any, fetcher: Make, clock: Any) -> None:
    server.routes["/a"] = server.page()
    ours = fetcher(caps=Caps(run_seconds=1_000_000))
    for pause in (0, 3_600, 90_000):
        clock.sleep(pause)
        ours.fetch(server.base + "/a")
    assert server.paths() == ["/robots.txt", "/a", "/a", "/robots.txt", "/a"]


def test_of_a_huge_robots_txt_the_first_500_kib_count(server: Any, fetcher: Make) -> None:
    filler = "# nothing to see here\n" * 40_000
    server.routes["/robots.txt"] = rules(server, f"User-agent: *\nDisallow: /first\n{filler}Disallow: /last\n")
    server.routes["/last"] = server.page()
    ours = fetcher()
    assert isinstance(ours.fetch(server.base + "/last"), Fetched)
    with pytest.raises(Refused):
        ours.fetch(server.base + "/first")


def test_a_challenge_in_place_of_robots_txt_is_a_refusal(server: Any, fetcher: Make) -> None:
    server.routes["/robots.txt"] = server.answer(403, "x", content_type="text/html", cf_mitigated="challenge")
    with pytest.raises(Refused, match="check for humans"):
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
