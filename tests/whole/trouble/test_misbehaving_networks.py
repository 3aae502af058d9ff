"""One night with many networks that misbehave, each in its own way: each gets what it deserves, none disturbs another."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import sync.fetch
from connectors import registry
from connectors.eccp.connector import EccpConnector
from connectors.network import Network
from sync import pipeline
from sync.exits import Exit
from sync.fetch import Caps
from sync.journal import journal
from sync.settings import load_settings
from warehouse.editions import EditionReader
from warehouse.rows import Finding, Outcome

pytestmark = pytest.mark.xdist_group("misbehaving")

HTML_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n"
DEADLINE_SECONDS = 5.0
"""Long enough for fifty networks at once on a slow machine, and all that anybody waits for in these tests."""
SICK = 4
"""Which of ten profiles is the one that is sick."""
REST = "*"
SITEMAP, ROBOTS, LISTING = "/sitemap.xml", "/robots.txt", "/search-results?f%5B0%5D=profile_type%3Acluster_profile&page=0"


class LeapingClock(threading.local):
    """Time passes as it does, but a nap is over at once; for each thread by itself, as the others have not slept."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 4, tzinfo=UTC) + timedelta(seconds=self.slept)

    def monotonic(self) -> float:
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += max(0.0, seconds)


def answer(status: int, body: bytes | str = "", content_type: str = "text/html; charset=UTF-8", **headers: str) -> bytes:
    plain = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Words", f"Content-Type: {content_type}", f"Content-Length: {len(plain)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + plain


# Ways to misbehave, on a connection of which the request was read


def reset(connection: socket.socket) -> None:
    """Ends the connection with RST in the middle of a page."""
    connection.sendall(HTML_HEAD + b"Content-Length: 999\r\n\r\n<html>")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(connection: socket.socket) -> None:
    connection.sendall(HTML_HEAD + b"\r\n<html>")
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def silence(connection: socket.socket) -> None:
    time.sleep(DEADLINE_SECONDS + 1)


def flood(connection: socket.socket) -> None:
    """Ten gigabytes, if anybody listened for so long."""
    connection.sendall(HTML_HEAD + b"\r\n<html>")
    for _ in range(10_000):
        connection.sendall(b"flood " * 170_000)


def bomb(connection: socket.socket) -> None:
    """Ten gigabytes, sent as ten megabytes."""
    connection.sendall(HTML_HEAD + b"Content-Encoding: gzip\r\n\r\n")
    for _ in range(1_000):
        connection.sendall(PACKED)


def cut_off(connection: socket.socket) -> None:
    """A page that ends with its connection, long before its end."""
    connection.sendall(HTML_HEAD + b"\r\n<html><head><title>Green Synergy Cluster</title></head><body><main><p>Green Syn")


PACKED = gzip.compress(bytes(10_000_000), 9, mtime=0)
CHALLENGE = answer(200, "<html><title>Just a moment...</title><p>Checking your browser</p></html>")
LOGIN = answer(200, "<html><head><title>Log in | European Cluster Collaboration Platform</title></head></html>")
TO_LOGIN = answer(302, location="/user/login?destination=/content")
AN_HOUR = format(datetime(2026, 11, 23, 5, tzinfo=UTC), "%a, %d %b %Y %H:%M:%S GMT")
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHTER = f'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY l0 "ha">{LAUGHS}]><urlset><url><loc>&l9;</loc></url></urlset>'


@dataclass(frozen=True)
class Case:
    """One way to misbehave and what it leads to.

    Arguments:
        where: the path at which it happens; "profile" for one profile, "profiles" for all of them, "*" for all but robots.txt.
        what: the answer, or what happens on the connection, or the charset that the page's own UTF-8 is said to be in.
        profiles: how many of the network's ten can be read.
        says: what the reason says, or a finding where the network is complete all the same.
    """

    where: str
    what: bytes | str | Callable[[socket.socket], None]
    outcome: Outcome
    says: str
    profiles: int = 0


COMPLETE, HELD, REFUSED, FAILED = Outcome.COMPLETE, Outcome.HELD, Outcome.REFUSED, Outcome.FAILED
CASES = {
    "robots_404": Case(ROBOTS, answer(404), COMPLETE, "", 10),
    "robots_403": Case(ROBOTS, answer(403), COMPLETE, "", 10),
    "robots_500": Case(ROBOTS, answer(500), FAILED, "found status 500; without the rules of robots.txt"),
    "robots_silent": Case(ROBOTS, silence, FAILED, "not complete after 5 s; without the rules of robots.txt"),
    "robots_html": Case(ROBOTS, answer(200, "<html>Welcome</html>"), FAILED, "found text/html"),
    "robots_reset": Case(ROBOTS, reset, FAILED, "without the rules of robots.txt"),
    "robots_forbid": Case(ROBOTS, answer(200, "User-agent: *\nDisallow: /", "text/plain"), REFUSED, "robots.txt forbids"),
    "robots_slow": Case(ROBOTS, answer(200, "User-agent: *\nCrawl-delay: 3600", "text/plain"), REFUSED, "wants 3600 s"),
    "forbidden": Case(REST, answer(403), REFUSED, "answered 403"),
    "challenge": Case(REST, CHALLENGE, REFUSED, "check for humans"),
    "login": Case(REST, LOGIN, REFUSED, "login page"),
    "to_login": Case(REST, TO_LOGIN, REFUSED, "login page"),
    "too_many": Case(REST, answer(429, retry_after="3600"), REFUSED, "asked to wait 3600 s"),
    "later_today": Case(REST, answer(503, retry_after=AN_HOUR), FAILED, "asked to wait 3600 s"),
    "busy": Case(REST, answer(503), FAILED, "answered 503, tried 4 times"),
    "broken": Case(REST, answer(500), FAILED, "found status 500"),
    "resets": Case(REST, reset, FAILED, "could not be reached"),
    "drips": Case(REST, drip, FAILED, "not complete after 5 s"),
    "floods": Case(REST, flood, FAILED, "too large"),
    "bombs": Case(REST, bomb, FAILED, "too large"),
    "inwards": Case(REST, answer(302, location="http://169.254.169.254/latest/"), FAILED, "where we do not go"),
    "in_circles": Case(SITEMAP, answer(302, location=SITEMAP), FAILED, "in a loop"),
    "half_a_list": Case(LISTING, cut_off, FAILED, "ended in the middle"),
    "empty_list": Case(LISTING, answer(200, "<html><main><h1>Nothing</h1></main></html>"), HELD, "wanted cards"),
    "other_sitemap": Case(SITEMAP, answer(200, "<html>Map</html>"), HELD, "wanted a sitemap"),
    "laughing_sitemap": Case(SITEMAP, answer(200, LAUGHTER, "application/xml"), HELD, ""),
    "relaunched": Case("profiles", answer(200, "<html><h1>New, and better</h1></html>"), HELD, "unlike what was expected"),
    "one_forbidden": Case("profile", answer(403), COMPLETE, "answered 403", 9),
    "one_challenge": Case("profile", CHALLENGE, REFUSED, "check for humans"),
    "one_broken": Case("profile", answer(500), COMPLETE, "found status 500", 9),
    "one_gone": Case("profile", answer(410), COMPLETE, "answered 410", 9),
    "one_resets": Case("profile", reset, COMPLETE, "could not be reached", 9),
    "one_drips": Case("profile", drip, COMPLETE, "not complete after 5 s", 9),
    "one_floods": Case("profile", flood, COMPLETE, "too large", 9),
    "one_bombs": Case("profile", bomb, COMPLETE, "too large", 9),
    "one_film": Case("profile", answer(200, "x", "video/mp4"), COMPLETE, "found video/mp4", 9),
    "one_outwards": Case("profile", answer(301, location="https://elsewhere.example/"), COMPLETE, "where we do not go", 9),
    "one_cut_off": Case("profile", cut_off, COMPLETE, "ended in the middle", 9),
    "one_abyss": Case("profile", answer(200, "<html>" + "<div>" * 9_000), COMPLETE, "more than a page", 9),
    "one_desert": Case("profile", answer(200, "<html><p>" + "sand " * 900_000), COMPLETE, "more than a page", 9),
    "charset_unknown": Case("profile", "utf-9", COMPLETE, "the label 'Séctoral industries'", 10),
    "charset_of_python": Case("profile", "undefined", COMPLETE, "the label 'Séctoral industries'", 10),
    "charset_of_names": Case("profile", "idna", COMPLETE, "the label 'Séctoral industries'", 10),
    "charset_of_bytes": Case("profile", "hex", COMPLETE, "the label 'Séctoral industries'", 10),
    "charset_cyrillic": Case("profile", "koi8-r", COMPLETE, "the label 'Sц╘ctoral industries'", 10),
    "charset_wide": Case("profile", "utf-16", COMPLETE, "", 10),
    "charset_nul": Case("profile", "utf\0", COMPLETE, "illegal header line", 9),
    "one_heap": Case("profile", answer(200, "<html>" + "<hr>" * 90_000), COMPLETE, "more than a page", 9),
}


@dataclass(frozen=True)
class Night:
    """What came of it.

    Arguments:
        sources: network -> how many of its records the edition holds.
        asked: network -> the paths that were asked for, in order.
    """

    report: pipeline.RunReport
    sources: dict[str, int]
    asked: dict[str, list[str]]

    def reading(self, network: str) -> pipeline.NetworkReport:
        return next(report for report in self.report.networks if report.run.network == network)


def like_eccp(name: str) -> Network:
    """ECCP's facts and words for a network that exists only here."""
    eccp = registry.network("eccp")
    return eccp.model_copy(update={"facts": eccp.facts.model_copy(update={"name": name, "canaries": ()})})


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Night:
    folder = tmp_path_factory.mktemp("misbehaving")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        sites = play(("eccp", *CASES), stack, patch, helpers)
        for name, case in CASES.items():
            sites[name].troubles = dict.fromkeys(places(sites[name], case.where), trouble(sites[name], case.what))
        patch.setattr(sync.fetch, "Caps", partial(Caps, deadline_seconds=DEADLINE_SECONDS))
        return run(folder, sites, helpers)


def play(names: Sequence[str], stack: ExitStack, patch: pytest.MonkeyPatch, helpers: Any) -> dict[str, Any]:
    """Serve a small network for each name until the stack ends, and have the registry know them and no others."""
    networks = {name: like_eccp(name) for name in names}
    patch.setattr(registry, "names", lambda: tuple(names))
    patch.setattr(registry, "network", networks.__getitem__)
    patch.setattr(registry, "connector", lambda name, base: EccpConnector(networks[name], base))
    return {name: stack.enter_context(helpers.serving(name.replace("_", "-"))) for name in names}


def run(folder: Path, sites: dict[str, Any], helpers: Any) -> Night:
    """One run over all the sites."""
    settings = load_settings(helpers.write_config(folder, **{name: site.base for name, site in sites.items()}), {})
    with journal(settings.paths.var, quiet=True) as log:
        report = pipeline.run(settings, tuple(sites), LeapingClock(), log)
    with EditionReader(folder / "var" / "editions") as reader, reader.cursor() as con:
        rows = con.execute("SELECT network, count(*) FROM cluster_sources GROUP BY network").fetchall()
    return Night(report, dict(rows), {name: site.asked for name, site in sites.items()})


def places(site: Any, where: str) -> list[str]:
    profiles = [site.path(number) for number in range(site.clusters)]
    return {"profiles": profiles, "profile": profiles[SICK : SICK + 1]}.get(where, [where])


def trouble(site: Any, what: bytes | str | Callable[[socket.socket], None]) -> bytes | Callable[[socket.socket], None]:
    if not isinstance(what, str):
        return what
    return answer(200, site.profile(SICK).replace("Sectoral", "Séctoral"), f"text/html; charset={what}")


def test_the_healthy_network_is_complete_and_the_edition_is_published_with_it(night: Night) -> None:
    found = night.reading("eccp")
    assert (found.run.outcome, found.run.because, found.profiles) == (COMPLETE, "", 10)
    assert night.sources["eccp"] == 10
    assert night.report.edition is not None
    assert night.report.edition_held is None
    assert night.report.exit is Exit.HELD  # some are held, which a person has to look at before those that failed


@pytest.mark.parametrize("name", list(CASES))
def test_each_misbehaviour_has_its_outcome_and_its_sentence(night: Night, name: str) -> None:
    case, found = CASES[name], night.reading(name)
    assert found.run.outcome is case.outcome, found.run.because
    said = sentences(found.run.findings) if case.outcome is COMPLETE else found.run.because
    assert case.says in said
    assert "our own program failed" not in said

    assert night.sources.get(name, 0) == case.profiles


def sentences(findings: tuple[Finding, ...]) -> str:
    return "\n".join(finding.because for finding in findings)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.where == REST])
def test_a_network_that_is_in_trouble_from_the_start_is_not_asked_for_profiles(night: Night, name: str) -> None:
    assert set(night.asked[name]) <= {ROBOTS, SITEMAP}


def test_networks_in_trouble_keep_their_last_good_state_beside_what_the_others_say_today(tmp_path: Path, helpers: Any) -> None:
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        sites = play(("eccp", "refuses", "changes", "breaks"), stack, patch, helpers)
        first = run(tmp_path, sites, helpers)
        for site in sites.values():
            site.revision += 1
        sites["refuses"].troubles["*"] = CHALLENGE
        sites["changes"].troubles["*"] = answer(200, "<html><h1>New, and better</h1></html>")
        sites["breaks"].troubles["*"] = reset
        second = run(tmp_path, sites, helpers)
    assert first.sources == second.sources == dict.fromkeys(sites, 10)
    assert [report.run.outcome for report in first.report.networks] == [COMPLETE] * 4
    assert [report.run.outcome for report in second.report.networks] == [COMPLETE, REFUSED, HELD, FAILED]
    assert first.report.edition != second.report.edition
    claims = helpers.published(tmp_path / "var").claims
    is_of_today = {(network, "revision 2" in str(value)) for network, _, field, value in claims if field == "extracts"}
    assert is_of_today == {("eccp", True), ("refuses", False), ("changes", False), ("breaks", False)}
