"""Fetching pages, with every guard of DESIGN §4, so that no connector can forget one.

Of one page, in this order: budget, the network's own hosts, robots.txt, pace, request (sync/fetching/wire.py), address
(sync/fetching/transport.py), size and media type, screens, redirect (again from the hosts on).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

from connectors.network import NetworkFacts
from sync.clock import Clock
from sync.fetching import robots, screens
from sync.fetching.answers import (
    BudgetSpent,
    Caps,
    Fetched,
    NetworkDown,
    NotModified,
    PageGone,
    Refusal,
    Refused,
    RobotsUnreadable,
    Tally,
    UnexpectedContent,
    Unreachable,
    Validators,
)
from sync.fetching.guards import Bounds, is_loopback, origin, redirected
from sync.fetching.shape import too_much
from sync.fetching.transport import Resolve, resolve
from sync.fetching.wire import Answer, Log, Wanted, Wire
from sync.heavy import in_turn
from sync.settings_shape import NetworkSettings

__all__ = [
    "BudgetSpent",
    "Caps",
    "Fetched",
    "Fetcher",
    "NetworkDown",
    "NotModified",
    "PageGone",
    "Refusal",
    "Refused",
    "RobotsUnreadable",
    "Tally",
    "UnexpectedContent",
    "Unreachable",
    "Validators",
]

HTML_AND_XML = ("text/html", "application/xhtml+xml", "application/xml", "text/xml")
REDIRECTS = (301, 302, 303, 307, 308)


class Fetcher:
    """Asks one network for pages, one at a time; a context manager, for one thread.

    Arguments:
        base: the network's address (``https://www.example.org``, or a replica's on loopback).
        hosts: its host names; beyond them (and their www. or bare form) nothing is asked for.
        contact: who answers for the requests; goes into the User-Agent. May be empty only for a replica on loopback.
        clock: does all waiting and measuring.
        pace_seconds: from the end of one response to the next request; robots.txt may make it slower.
        page_budget: calls of ``fetch`` at most.
        allow_private: whether a base on loopback may be reached. Other private addresses never are.
        accepts: media types that are pages.
        log: hears of every request.
        resolver: a host's addresses; for tests.
        jitter: a number from 0 to 1; up to a tenth of the pace is added by it.
        is_stopping: whether the run was told to stop; then a response under way gets a few seconds more (Stopped).

    Raises:
        ValueError: for a base that is no address, or without a contact for a live network.
    """

    def __init__(
        self,
        base: str,
        hosts: Collection[str],
        contact: str,
        *,
        clock: Clock,
        pace_seconds: float = 5.0,
        page_budget: int = 5_000,
        allow_private: bool = False,
        accepts: Collection[str] = HTML_AND_XML,
        caps: Caps | None = None,
        log: Log | None = None,
        resolver: Resolve = resolve,
        jitter: Callable[[], float] = random.random,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        contact = contact.strip()
        is_replica = allow_private and is_loopback(base)
        if not contact and not is_replica:
            raise ValueError(f"wanted a contact for the User-Agent before asking {base}, found none; write operator.contact")
        self.user_agent = f"{robots.PRODUCT}/{version('clusterbridge')}" + (f" (+{contact})" if contact else "")
        self._caps = caps or Caps()
        self._bounds = Bounds.of(base, hosts)
        self._clock = clock
        self._page_budget = page_budget
        self._wanted = Wanted(frozenset(accepts), self._caps.body_bytes)
        self._failures = 0
        self._began_at: float | None = None
        self._robots: dict[str, tuple[float, robots.Robots | str]] = {}
        self._wire = Wire(
            self.user_agent,
            clock=clock,
            caps=self._caps,
            pace_seconds=pace_seconds,
            log=log,
            resolver=resolver,
            jitter=jitter,
            may_be_loopback=is_replica,
            is_stopping=is_stopping,
        )

    @classmethod
    def for_network(
        cls, facts: NetworkFacts, ours: NetworkSettings, contact: str, clock: Clock, *, log: Log | None = None, **others: Any
    ) -> Self:
        """The Fetcher of one network: what its ``network.toml`` says, with what config.toml says in its place.

        Arguments:
            others: further arguments of the class.
        """
        return cls(
            ours.base or facts.home,
            facts.hosts,
            contact,
            clock=clock,
            pace_seconds=facts.pace_seconds if ours.pace_seconds is None else ours.pace_seconds,
            page_budget=facts.page_budget if ours.page_budget is None else ours.page_budget,
            allow_private=ours.allow_private,
            log=log,
            **others,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        return self._wire.tally

    def fetch(self, url: str, validators: Validators | None = None) -> Fetched | NotModified:
        """The page at an address, or the word that it is as before.

        Arguments:
            url: absolute, within the network's hosts; a fragment is dropped.
            validators: what is remembered of it; None: ask unconditionally.

        Raises:
            Refused: by robots.txt, 401, 403, repeated 429, a challenge or a login page. Ask this network no more.
            Unreachable: the page could not be had. UnexpectedContent: something else than a page is there. RobotsUnreadable:
                its host has to wait. NetworkDown: that was one too many in a row; ask this network no more.
            PageGone: 404 or 410.
            BudgetSpent: nothing was asked for.
        """
        if self._failures >= self._caps.failures_in_a_row:
            raise NetworkDown(f"{url} was not asked for: the last {self._failures} pages could not be had", is_temporary=True)
        if self.tally.pages >= self._page_budget:
            raise BudgetSpent(f"{url} was not asked for: the run's budget of {self._page_budget} pages is spent; see page_budget")
        self._stay_within_the_night(url)
        self.tally.pages += 1
        try:
            answer = self._follow(redirected(url, ""), self._headers(validators), self._wanted)
            page = self._page(url, answer)
        except Unreachable as trouble:
            self._failures = self._failures + 1 if trouble.is_temporary else 0
            raise
        self._failures = 0
        return page

    def _stay_within_the_night(self, url: str) -> None:
        """Raises BudgetSpent once this network has taken all the time that one may take."""
        now = self._clock.monotonic()
        self._began_at = now if self._began_at is None else self._began_at
        if now - self._began_at >= self._caps.run_seconds:
            hours = f"{self._caps.run_seconds / 3600:g} hours"
            raise BudgetSpent(f"{url} was not asked for: after {hours} the others wait no longer for this network")

    def _headers(self, validators: Validators | None) -> dict[str, str]:
        headers = {"Accept": ", ".join(sorted(self._wanted.media_types or {"*/*"}))}
        known = {} if validators is None else {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        # A server may have sent bytes that cannot be sent back; without them the request is merely unconditional.
        return headers | {name: value for name, value in known.items() if value and value.isascii() and value.isprintable()}

    def _page(self, url: str, answer: Answer) -> Fetched | NotModified:
        """The answer as a page. Raises PageGone, Refused or Unreachable where it is none."""
        if answer.status == 304:
            return NotModified(url=url, final_url=answer.url)
        if answer.status in (404, 410):
            raise PageGone(f"{answer.url} answered {answer.status}: there is no such page")
        if answer.status in (401, 403):
            raise Refused(f"{answer.url} answered {answer.status}: the network does not let us read it")
        if answer.status != 200:
            raise Unreachable(f"wanted a page at {answer.url}, found status {answer.status}", is_temporary=answer.status >= 500)
        if screens.is_login_title(answer.body, answer.charset):
            raise Refused(f"{answer.url} answered with a login page; we never log in", by=Refusal.LOGIN)
        if answer.content_type is None and not answer.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            found = f"{len(answer.body):,} bytes that begin like none"  # which bytes is not said: they may name a person
            raise UnexpectedContent(f"wanted a page at {answer.url}, found {found}, without a Content-Type")
        excess = self._excess(answer)
        if excess:
            raise UnexpectedContent(f"{answer.url} is more than a page: {excess}")
        return Fetched(
            url=url,
            final_url=answer.url,
            status=answer.status,
            body=answer.body,
            charset=answer.charset,
            content_type=answer.content_type,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
        )

    def _excess(self, answer: Answer) -> str | None:
        if not answer.is_xml:
            return in_turn(answer.body, lambda: too_much(answer.body, answer.charset, self._caps))
        if answer.body.count(b"<") > self._caps.xml_tags:
            return f"wanted {self._caps.xml_tags:,} tags at most, found more"
        return None

    def _follow(self, url: str, headers: Mapping[str, str], wanted: Wanted, *, obeys: bool = True) -> Answer:
        """The first answer that is no redirect. Every hop is checked like a request of its own."""
        hops = [url]
        while True:
            here = hops[-1]
            self._stay_within(here, hops)
            if obeys:
                self._obey_robots(here)
            answer = self._wire.ask(here, headers, wanted)
            if answer.status not in REDIRECTS:
                return answer
            location = answer.headers.get("location", "")
            there = redirected(here, location)
            if not location:
                raise Unreachable(f"{here} answered {answer.status} without saying where to go")
            if there in hops:
                raise Unreachable(f"{url} redirects in a loop: {' -> '.join([*hops, there])}")
            if len(hops) > self._caps.redirects:
                raise Unreachable(f"{url} redirects more than {self._caps.redirects} times, last to {there}")
            hops.append(there)

    def _stay_within(self, url: str, hops: list[str]) -> None:
        led = f"{hops[-2]} redirects to {url}" if len(hops) > 1 else f"{url} was asked for"
        beyond = self._bounds.why_not(url)
        if beyond:
            raise Unreachable(f"{led}, where we do not go: {beyond}")
        if screens.is_login_address(url):
            raise Refused(f"{led}, a login page; we never log in", by=Refusal.LOGIN)

    def _obey_robots(self, url: str) -> None:
        """Return when robots.txt lets us ask. Raises Refused where it forbids, RobotsUnreadable where it does not say."""
        rules = self._robots_of(origin(url))
        if not rules.allows(url):
            raise Refused(f"the network's robots.txt forbids {url} to {robots.PRODUCT}", by=Refusal.ROBOTS)
        if rules.pace_seconds > self._caps.crawl_delay_seconds:
            wants = f"the network's robots.txt wants {rules.pace_seconds:.0f} s between two requests"
            raise Refused(f"{wants}, more than the {self._caps.crawl_delay_seconds:.0f} s we can give", by=Refusal.ROBOTS)
        self._wire.pace_seconds = max(self._wire.pace_seconds, rules.pace_seconds)

    def _robots_of(self, site: str) -> robots.Robots:
        """The rules of ``scheme://host:port``, asked for once a day. That they could not be read is remembered as long."""
        asked_at, known = self._robots.get(site, (0.0, None))
        if known is None or self._clock.monotonic() - asked_at >= self._caps.robots_kept_seconds:
            asked_at = self._clock.monotonic()
            try:
                known = self._ask_robots(f"{site}/robots.txt")
            except Unreachable as trouble:
                later = ", try again later" if trouble.is_temporary else ""
                known = f"{trouble}; without the rules of robots.txt nothing else is asked for{later}"
            self._robots[site] = (asked_at, known)
        if isinstance(known, str):
            raise RobotsUnreadable(known, is_temporary=True)
        return known

    def _ask_robots(self, url: str) -> robots.Robots:
        wanted = Wanted(None, robots.CAP_BYTES, cuts=True)
        answer = self._follow(url, {"Accept": "text/plain, */*;q=0.1"}, wanted, obeys=False)
        if 400 <= answer.status < 500:  # RFC 9309, 2.3.1.3: there are no rules
            return robots.Robots()
        if answer.status != 200:
            raise Unreachable(f"wanted rules at {url}, found status {answer.status}", is_temporary=answer.status >= 500)
        try:
            return robots.read_robots(answer.body, answer.content_type)
        except robots.NotRobots as found:
            raise Unreachable(f"{url}: {found}") from found
