"""The fetcher and time: deadlines, pace, and trying again."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from typing import Any

import pytest

from sync.fetch import (
    BudgetSpent,
    Caps,
    Fetched,
    Fetcher,
    NetworkDown,
    Refusal,
    Refused,
    Unreachable,
)

Make = Callable[..., Fetcher]


# Time


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_response_that_drips_is_ended_by_the_deadline(server: Any, fetcher: Make, clock: Any, part: str) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + (b"\r\n" if part == "body" else b"X: "))
        for number in count():
            connection.sendall(b"x")
            time.sleep(0.02)
            if number == 5:
                clock.sleep(60.0)

    server.routes["/a"] = drip
    with pytest.raises(Unreachable, match=r"not complete after 60 s") as caught:  # without a deadline it would never end
        fetcher(caps=Caps(deadline_seconds=60.0)).fetch(server.base + "/a")
    assert caught.value.is_temporary
    assert server.paths().count("/a") == 1


def test_the_pace_lies_between_two_requests_with_a_little_jitter(server: Any, fetcher: Make, still_clock: Any) -> None:
    server.routes["/a"] = server.page()
    ours = fetcher(clock=still_clock, pace_seconds=5.0, jitter=lambda: 1.0)
    ours.fetch(server.base + "/a")
    ours.fetch(server.base + "/a")
    assert still_clock.naps == [5.5, 5.5]  # robots.txt, page, page
    assert ours.tally.waited_seconds == 11


def test_time_that_passed_anyway_is_not_waited_for_again(server: Any, fetcher: Make, still_clock: Any) -> None:
    server.routes["/a"] = server.page()
    ours = fetcher(clock=still_clock, pace_seconds=5.0)
    ours.fetch(server.base + "/a")
    still_clock.sleep(7.0)
    ours.fetch(server.base + "/a")
    assert still_clock.naps == [5, 7]


@pytest.mark.parametrize(("rule", "pace"), [("Crawl-delay: 9", 9), ("Crawl-delay: 1", 5), ("Request-rate: 1/12", 12)])
def test_the_slower_of_our_pace_and_theirs_holds(server: Any, fetcher: Make, still_clock: Any, rule: str, pace: float) -> None:
    server.routes["/robots.txt"] = server.answer(200, f"User-agent: *\n{rule}\n", content_type="text/plain")
    server.routes["/a"] = server.page()
    fetcher(clock=still_clock, pace_seconds=5.0).fetch(server.base + "/a")
    assert still_clock.naps == [pace]


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
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # it listens to nobody, and keeps the port from whoever would
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
