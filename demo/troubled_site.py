"""A site in trouble: what goes wrong where, laid over the pages of any replica."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from demo.pages import Page, Site, address
from demo.wire import Asked, Play, page_response

ROBOTS = "/robots.txt"


class Where(StrEnum):
    """Where on a site a trouble strikes."""

    ALL = "all"
    """Every page but robots.txt."""
    ROBOTS = "robots"
    SITEMAP = "sitemap"
    LISTING = "listing"
    """Every page of every list."""
    PROFILE = "profile"
    """One profile, always the same."""
    PROFILES = "profiles"
    """Every profile."""


@dataclass(frozen=True)
class Pager:
    """The addresses of one list's pages.

    Arguments:
        first: target of the first page.
        later: target of every other page, with ``{}`` for its number.
        start: the number of the first page.
    """

    first: str
    later: str
    start: int = 1

    def target(self, number: int) -> str:
        """The target of a page."""
        return self.first if number == self.start else self.later.format(number)

    def number(self, target: str) -> int | None:
        """Which page of this list a target is; None: none of them."""
        if address(target) == address(self.first):
            return self.start
        found = re.fullmatch(re.escape(self.later).replace(re.escape("{}"), r"(\d{1,9})"), target)
        return int(found[1]) if found else None


@dataclass(frozen=True)
class Places:
    """What stands where on a site, as targets (path and query)."""

    lists: tuple[Pager, ...]
    profiles: tuple[str, ...]
    sitemaps: frozenset[str] = frozenset()

    @property
    def one_profile(self) -> str:
        """The profile that one trouble strikes."""
        return self.profiles[len(self.profiles) // 2]

    def has(self, where: Where) -> bool:
        """Whether the site has such a place."""
        found: Mapping[Where, object] = {
            Where.SITEMAP: self.sitemaps,
            Where.LISTING: self.lists,
            Where.PROFILE: self.profiles,
            Where.PROFILES: self.profiles,
        }
        return bool(found.get(where, True))

    def is_at(self, where: Where, target: str) -> bool:
        """Whether a target is such a place."""
        here = address(target)
        match where:
            case Where.ALL:
                return here != ROBOTS
            case Where.ROBOTS:
                return here == ROBOTS
            case Where.SITEMAP:
                return here in self.sitemaps
            case Where.LISTING:
                return any(pager.number(target) is not None for pager in self.lists)
            case Where.PROFILE:
                return here == address(self.one_profile)
            case Where.PROFILES:
                return here in self._profiles

    @cached_property
    def _profiles(self) -> frozenset[str]:
        return frozenset(map(address, self.profiles))


@dataclass(frozen=True)
class Scene:
    """What a trouble knows when it strikes.

    Arguments:
        asked: the request.
        page: what the site answers when it is well.
        find: the site's page at any target; its page for what is not there at all others.
        base: the site's own address, as the client names it.
        before: how many requests the trouble was met by before this one.
    """

    asked: Asked
    page: Page
    find: Callable[[str], Page]
    places: Places
    base: str
    before: int


Act = Callable[[Scene], Page | bytes | Play]
"""What is answered in place of the page: another page, a whole response, or what happens on the connection."""


@dataclass(frozen=True)
class Trouble:
    """One way in which a site can be in trouble: a replica mode.

    Arguments:
        name: what the command line calls it.
        plays: a sentence on what it plays.
        where: where it strikes unless it is told otherwise.
        host: by what name or address of this machine the site is reached.
        scheme: of its address.
        is_tls: whether it really speaks TLS there.
    """

    name: str
    plays: str
    act: Act
    where: Where = Where.ALL
    host: str = "127.0.0.1"
    scheme: str = "http"
    is_tls: bool = False

    def base(self, port: int) -> str:
        """The site's address, without a final slash."""
        return f"{self.scheme}://{self.host}:{port}"


@dataclass
class TroubledSite:
    """Answers as the site does, except where one of its troubles strikes.

    Arguments:
        find: the site's page at a target.
        places: what stands where on it now.
        troubles: of several at one place the first strikes. May be changed while it serves.
        asked: the target of every request so far, in order.
    """

    find: Callable[[str], Page]
    places: Callable[[], Places]
    troubles: Sequence[Trouble] = ()
    asked: list[str] = field(default_factory=list)
    _met: dict[str, int] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> bytes | Play:
        """The answer to one request."""
        self.asked.append(asked.target)
        page, places = self.find(asked.target), self.places()
        for trouble in self.troubles:
            if places.is_at(trouble.where, asked.target):
                before = self._met.get(trouble.name, 0)
                self._met[trouble.name] = before + 1
                base = f"{trouble.scheme}://{asked.headers.get('host', '')}"
                said = trouble.act(Scene(asked, page, self.find, places, base, before))
                return page_response(said, asked) if isinstance(said, Page) else said
        return page_response(page, asked)


LISTS: Mapping[str, tuple[Pager, ...]] = MappingProxyType(
    {
        "eccp": (
            Pager("/search-results?f%5B0%5D=profile_type%3Acluster_profile&page=0",
                  "/search-results?f%5B0%5D=profile_type%3Acluster_profile&page={}", 0),
            Pager("/cluster-organisations?page=0%2C0", "/cluster-organisations?page=0%2C{}", 0),
        ),
        "tci": (Pager("/members", "/members?page={}"),),
        "eca": (Pager("/about-us/members", "/about-us/members?page={}"),),
        "clusters_of_sweden": (
            Pager("/members/", "/members/page/{}/"),
            Pager("/sv/medlemmar/", "/sv/medlemmar/page/{}/"),
        ),
    }
)  # fmt: skip
"""The lists of each replica."""


def places_of(site: Site) -> Places:
    """What stands where on a replica."""
    pagers = LISTS[site.network]
    lists = {address(pager.first) for pager in pagers}
    profiles = tuple(dict.fromkeys(page.path for page in site.truth if address(page.path) not in lists))
    return Places(pagers, profiles, frozenset(_sitemaps(site)))


def _sitemaps(site: Site) -> Iterator[str]:
    return (target for target, page in site.pages.items() if "xml" in page.content_type)
