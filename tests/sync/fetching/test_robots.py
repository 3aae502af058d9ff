"""robots.txt, read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.fetching.robots import CAP_BYTES, NotRobots, Robots, read_robots

SITE = "https://clusters.example"


def robots(text: str) -> Robots:
    return read_robots(text.encode(), "text/plain")


def test_our_own_group_counts_and_not_the_one_for_all() -> None:
    found = robots("User-agent: *\nDisallow: /\n\nUser-agent: clusterbridge\nDisallow: /search\nAllow: /search/clusters\n")
    assert found.allows(f"{SITE}/content/a")
    assert not found.allows(f"{SITE}/search?page=1")
    assert found.allows(f"{SITE}/search/clusters")


def test_the_group_for_all_counts_where_we_have_none() -> None:
    found = robots("User-agent: otherbot\nDisallow: /\n\nUser-agent: *\nDisallow: /*.pdf$\n")
    assert found.allows(f"{SITE}/a")
    assert not found.allows(f"{SITE}/a.pdf")


def test_addresses_in_any_script_are_matched_by_their_octets() -> None:
    found = robots("User-agent: *\nDisallow: /кластер\n")
    assert not found.allows(f"{SITE}/%D0%BA%D0%BB%D0%B0%D1%81%D1%82%D0%B5%D1%80")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nRequest-rate: 1/10", 10),
        ("User-agent: *\nRequest-rate: 2/10\nCrawl-delay: 7", 7),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: *\nCrawl-delay: -3", 0),
        ("User-agent: other\nCrawl-delay: 9", 0),
        ("", 0),
    ],
)
def test_the_pace_is_the_slower_of_crawl_delay_and_request_rate(text: str, seconds: float) -> None:
    assert robots(text).pace_seconds == seconds


def test_without_rules_everything_is_allowed_at_any_pace() -> None:
    assert (Robots().allows(f"{SITE}/a"), Robots().pace_seconds) == (True, 0.0)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>Please log in</html>", "text/html"),
        (b"User-agent: *", "text/html"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>", "text/plain"),
        (b"<html>", None),
        (b"User-agent: *", "application/json"),
    ],
)
def test_a_page_in_place_of_rules_is_no_answer(body: bytes, content_type: str | None) -> None:
    with pytest.raises(NotRobots, match="wanted rules as plain text"):
        read_robots(body, content_type)


def test_a_byte_order_mark_does_not_hide_the_first_line() -> None:
    assert not read_robots(b"\xef\xbb\xbfUser-agent: *\nDisallow: /", None).allows(f"{SITE}/a")


def test_a_line_that_the_cap_cuts_is_not_half_obeyed() -> None:
    begin = b"User-agent: *\nAllow: /a\n"
    body = begin + b"#" * (CAP_BYTES - len(begin) - 12) + b"\nDisallow: /abc\n"
    assert read_robots(body, "text/plain").allows(f"{SITE}/b")


@given(st.binary(max_size=300))
def test_no_bytes_make_it_crash(body: bytes) -> None:
    try:
        found = read_robots(b"User-agent: *\n" + body, "text/plain")
    except NotRobots:
        return
    assert found.allows(f"{SITE}/a") in (True, False)
    assert found.pace_seconds >= 0
