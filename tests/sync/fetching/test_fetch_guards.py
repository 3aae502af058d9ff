"""What the fetcher checks without a network: addresses, hosts, waiting times, sizes."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.fetching.guards import (
    Bounds,
    TooLarge,
    Undecodable,
    decoded,
    is_loopback,
    is_loopback_address,
    is_public,
    origin,
    redirected,
    retry_after_seconds,
)

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "0.0.0.0",  # noqa: S104  an address to refuse, not to bind to
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "192.0.2.1",
        "198.18.0.1",
    ],
)
def test_an_address_that_is_not_of_the_open_internet_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::808:808"])
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_in_ipv6_changes_nothing(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    mapped = f"::ffff:{number >> 16:x}:{number & 0xFFFF:x}"
    translated = f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}"
    assert is_public(mapped) is is_public(translated) is is_public(str(address))
    assert is_loopback_address(mapped) is is_loopback_address(str(address))


def test_loopback_is_what_names_this_machine_and_not_a_name_that_leads_to_it() -> None:
    assert all(map(is_loopback, ("http://127.0.0.1:8000/", "http://localhost", "http://[::1]:80/")))
    assert not any(map(is_loopback, ("http://localhost.example/", "http://127.0.0.1.example/", "https://10.0.0.1/", "x")))


def test_the_bounds_of_a_live_network_are_its_hosts_with_and_without_www() -> None:
    bounds = Bounds.of("https://www.clusters.example", ("clusters.example", "data.clusters.example"))
    for host in ("clusters.example", "www.clusters.example", "DATA.clusters.example", "clusters.example:443"):
        assert bounds.why_not(f"https://{host}/a") is None
    for url, reason in {
        "https://evil.example/": "not one of the network's hosts",
        "https://clusters.example.evil.example/": "not one of the network's hosts",
        "https://clusters.example:8443/": "not one of the network's hosts",
        "http://clusters.example/": "not encrypted",
        "https://clusters.example@evil.example/": "name or password",
        "ftp://clusters.example/": "no http or https address",
        "/a": "no http or https address",
    }.items():
        assert reason in (bounds.why_not(url) or "nothing")


def test_from_a_replica_no_way_leads_to_the_live_network() -> None:
    bounds = Bounds.of("http://127.0.0.1:8001", ("www.clusters.example", "clusters.example"))
    assert bounds.why_not("http://127.0.0.1:8001/a") is None
    assert bounds.why_not("http://127.0.0.1:8002/a")
    assert bounds.why_not("https://www.clusters.example/a")


@pytest.mark.parametrize("base", ["", "clusters.example", "https://", "ftp://clusters.example"])
def test_a_base_that_is_no_address_is_an_error_in_words(base: str) -> None:
    with pytest.raises(ValueError, match="wanted a base address"):
        Bounds.of(base, ())


def test_robots_txt_speaks_for_scheme_host_and_port() -> None:
    assert origin("https://A.example/x?y") == "https://a.example:443"
    assert origin("http://[::1]:8000/x") == "http://[::1]:8000"


def test_a_redirect_is_read_relative_to_where_it_stands() -> None:
    assert redirected("https://a.example/x/y?z", " ../b#c ") == "https://a.example/b"
    assert redirected("https://a.example/x", "//b.example") == "https://b.example"


@given(st.integers(0, 10**6))
def test_retry_after_is_a_number_of_seconds_or_a_date(seconds: int) -> None:
    assert retry_after_seconds(f" {seconds} ", NOW) == seconds
    assert retry_after_seconds(format_datetime(NOW + timedelta(seconds=seconds), usegmt=True), NOW) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("٣", None),
        ("Sun, 22 Nov 2026 04:00:00 GMT", 0.0),
        ("9" * 5000, 999999999.0),
    ],
)
def test_a_retry_after_that_is_neither_asks_for_nothing(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.lists(st.binary(max_size=2_000), max_size=4), st.integers(1, 700), st.sampled_from(["gzip", "deflate", "", "X-GZIP"]))
def test_a_body_is_decoded_however_it_is_cut(parts: list[bytes], size: int, encoding: str) -> None:
    plain = b"".join(parts)
    packed = {"deflate": zlib.compress(plain), "": plain}.get(encoding, b"".join(map(gzip.compress, parts)))
    assert b"".join(decoded(pieces(packed, size), encoding, 10_000)) == plain


@given(st.binary(min_size=1, max_size=3_000), st.integers(1, 50), st.integers(0, 2_999), st.sampled_from(["gzip", ""]))
def test_never_more_than_the_cap_is_given_out(plain: bytes, times: int, cap: int, encoding: str) -> None:
    body = plain * times
    given_out = bytearray()
    try:
        for piece in decoded(pieces(gzip.compress(body) if encoding else body, 100), encoding, cap):
            given_out += piece
    except TooLarge:
        assert len(given_out) <= cap
    else:
        assert bytes(given_out) == body
        assert len(body) <= cap


@given(st.binary(min_size=30, max_size=500), st.integers(1, 20))
def test_a_compressed_body_that_stops_in_the_middle_is_not_taken_for_whole(plain: bytes, lost: int) -> None:
    with pytest.raises(Undecodable):
        list(decoded([gzip.compress(plain)[:-lost]], "gzip", 10_000))
