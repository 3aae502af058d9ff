"""Replicas in trouble: every mode strikes where it says, on every replica, and leaves the rest of the site well."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

import httpx
import pytest

from demo.pages import Site, address
from demo.server import serve
from demo.troubled_site import LISTS, TroubledSite, Where, places_of
from demo.troubles import TROUBLES, UnknownTrouble, in_trouble, trouble
from demo.wire import CERTIFICATE, Asked

NAMES = [one.name for one in TROUBLES]
WIRE = ("private-dns", "tls-self-signed", "tls-plain")
"""Troubles of the way to the site, not of its pages."""


def ask(site: TroubledSite, target: str) -> object:
    return site(Asked(target, {"host": "replica.example"}))


def target_of(site: Site, where: Where) -> str:
    places = places_of(site)
    return {
        Where.ALL: "/",
        Where.ROBOTS: "/robots.txt",
        Where.SITEMAP: next(iter(places.sitemaps), ""),
        Where.LISTING: places.lists[0].first,
        Where.PROFILE: places.one_profile if places.profiles else "",
        Where.PROFILES: places.profiles[-1] if places.profiles else "",
    }[where]


def test_every_trouble_has_a_name_of_its_own_and_a_sentence() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(one.plays[0].islower() and not one.plays.endswith(".") for one in TROUBLES)


@pytest.mark.parametrize("network", LISTS)
def test_the_places_of_a_replica_are_pages_of_it(sites: dict[str, Site], network: str) -> None:
    site, places = sites[network], places_of(sites[network])
    assert all(site.find(pager.first).status == 200 for pager in places.lists)
    assert all(site.find(target).status == 200 for target in (*places.profiles, *places.sitemaps))
    assert {address(page.path) for page in site.truth} <= {
        *map(address, places.profiles), *(address(pager.first) for pager in places.lists)
    }  # fmt: skip
    for pager in places.lists:
        assert [pager.number(pager.target(number)) for number in range(pager.start, pager.start + 3)] == [
            pager.start, pager.start + 1, pager.start + 2
        ]  # fmt: skip
        second = pager.target(pager.start + 1)
        assert network == "eca" or site.find(second).status == 200


@pytest.mark.parametrize("name", [name for name in NAMES if name not in WIRE])
@pytest.mark.parametrize("network", LISTS)
def test_a_trouble_strikes_where_it_says_and_nowhere_else(sites: dict[str, Site], network: str, name: str) -> None:
    site, one = sites[network], trouble(name)
    if not places_of(site).has(one.where):
        with pytest.raises(UnknownTrouble, match=f"{network} has none"):
            in_trouble(site, one)
        return
    ill, well = in_trouble(site, one), TroubledSite(site.find, lambda: places_of(site))
    struck = target_of(site, one.where)
    is_well_already = name == "sitemap-default-host" and network == "eccp"  # as the real one
    if name in ("repeating-pager", "turning-pager"):  # the first page is as it was
        struck = places_of(site).lists[0].target(7)
    assert (ask(ill, struck) == ask(well, struck)) is is_well_already
    for other in {"/", "/robots.txt", "/there-is-no-such-page"} - {struck}:
        if not places_of(site).is_at(one.where, other):
            assert ask(ill, other) == ask(well, other)


def test_a_trouble_can_be_had_elsewhere_than_usual(sites: dict[str, Site]) -> None:
    site = sites["tci"]
    ill = in_trouble(site, trouble("forbidden@profile"))
    places = places_of(site)
    assert b" 403 " in bytes(ask(ill, places.one_profile))  # type: ignore[call-overload]
    assert b" 200 " in bytes(ask(ill, places.profiles[0]))  # type: ignore[call-overload]


@pytest.mark.parametrize("word", ["plague", "drip@home", ""])
def test_an_unknown_trouble_is_an_error_that_names_the_known_ones(word: str) -> None:
    with pytest.raises(UnknownTrouble, match=r"wanted .*profile.*, found|wanted .*drip.*, found"):
        trouble(word)


def test_ten_gigabytes_are_made_only_as_they_are_read(sites: dict[str, Site]) -> None:
    with serve([sites["eca"]], troubles={"eca": trouble("huge-body")}) as bases:
        parts = urlsplit(bases["eca"])
        with socket.create_connection((parts.hostname, parts.port or 0)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            read = 0
            while read < 5_000_000:
                read += len(client.recv(1_000_000))
    assert read < 10_000_000


def test_a_bomb_is_ten_gigabytes_in_ten_megabytes(sites: dict[str, Site]) -> None:
    headers = {"Accept-Encoding": "gzip"}
    with (
        serve([sites["eca"]], troubles={"eca": trouble("gzip-bomb")}) as bases,
        httpx.stream("GET", bases["eca"], headers=headers, trust_env=False) as answer,
    ):
        sent = sum(map(len, answer.iter_raw()))
    assert 5_000_000 < sent < 20_000_000


def test_a_self_signed_replica_speaks_tls_that_only_its_own_certificate_vouches_for(sites: dict[str, Site]) -> None:
    with serve([sites["eca"]], troubles={"eca": trouble("tls-self-signed")}) as bases:
        assert bases["eca"].startswith("https://127.0.0.1:")
        with pytest.raises(httpx.ConnectError, match="self-signed"):
            httpx.get(bases["eca"], trust_env=False)
        trusting = ssl.create_default_context(cafile=CERTIFICATE)
        trusting.check_hostname = False
        assert httpx.get(bases["eca"], verify=trusting, trust_env=False).status_code == 200


def test_a_replica_beside_one_in_trouble_is_well(sites: dict[str, Site]) -> None:
    with serve([sites["eca"], sites["tci"]], troubles={"eca": trouble("challenge-403")}) as bases:
        assert httpx.get(bases["eca"], trust_env=False).status_code == 403
        assert httpx.get(bases["eca"] + "/robots.txt", trust_env=False).status_code == 200
        assert httpx.get(bases["tci"] + "/members", trust_env=False).content == sites["tci"].find("/members").body
