"""Where the fetcher goes and where it does not: redirects, addresses, robots.txt."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from sync.fetch import (
    Caps,
    Fetched,
    Fetcher,
    Refusal,
    Refused,
    RobotsUnreadable,
    Unreachable,
)

Make = Callable[..., Fetcher]


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
