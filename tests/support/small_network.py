"""Small networks on loopback, in the forms of ECCP and TCI, that can be in any trouble that a replica can be in."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from demo.pages import HTML, TEXT, XML, Page
from demo.troubled_site import LISTS, ROBOTS, Places, TroubledSite
from demo.wire import Asked, Play
from demo.wire import serving as served

CANARY = "green-synergy-cluster"
LIST, MEMBERS = LISTS["eccp"][0], LISTS["tci"][0]
COUNTRIES = ("Sweden: Norra Mellansverige", "Bulgaria: South-Central (Bulgaria)", "Germany: Stuttgart", "Denmark: Hovedstaden")
SECTORS = ("Environmental Services", "Paper and Packaging", "Automotive", "Biopharmaceuticals")


@dataclass
class SmallNetwork:
    """A site in the newer form of ECCP, at an address of its own.

    Arguments:
        label: tells its clusters' names from those of other networks.
        clusters: how many profiles it has, from 1; the first is ECCP's canary.
        revision: part of every text, so that raising it changes every profile.
        base: its address.
        replies: path -> the whole response that stands there in place of the page; "*": everywhere but at robots.txt.
    """

    label: str = "eccp"
    clusters: int = 10
    revision: int = 1
    base: str = ""
    replies: dict[str, bytes] = field(default_factory=dict)
    site: TroubledSite = field(init=False)

    def __post_init__(self) -> None:
        self.site = TroubledSite(self.find, self.places)

    @property
    def asked(self) -> list[str]:
        """Every path that was asked for, in order."""
        return self.site.asked

    def __call__(self, asked: Asked) -> bytes | Play:
        """The answer to one request."""
        said = self.site(asked)
        anywhere = said if asked.target == ROBOTS else self.replies.get("*", said)
        return self.replies.get(asked.target, anywhere)

    def slug(self, number: int) -> str:
        return CANARY if number == 0 else f"{self.label}-cluster-{number}"

    def path(self, number: int) -> str:
        return f"/content/{self.slug(number)}"

    def places(self) -> Places:
        return Places((LIST,), tuple(self.path(number) for number in range(self.clusters)), frozenset({"/sitemap.xml"}))

    def name(self, number: int) -> str:
        return "Green Synergy Cluster" if number == 0 else f"{self.label.title()} Clúster Number {number}"

    def profile(self, number: int) -> str:
        """The page of one cluster."""
        name = self.name(number)
        lines = [
            name,
            COUNTRIES[1 if number == 0 else number % 4],
            "100% completed",
            "About us",
            f"The mission of {name} is clean energy, in its revision {self.revision}.",
            "Established - 13 September 2011" if number == 0 else f"Established - {1 + number % 28} March {1990 + number % 30}",
            "Cluster composition",
            str(30 + number),
            "Cluster Members",
            "Sectoral industries:",
            SECTORS[number % 4],
        ]
        return self.html(name, f"<p>{'</p><p>'.join(lines)}</p>")

    def html(self, title: str, content: str) -> str:
        """A page in the site's frame."""
        head = f"<head><title>{title} | European Cluster Collaboration Platform</title></head>"
        return f"<html lang='en'>{head}<body><main>{content}</main></body></html>"

    def listing(self) -> str:
        """The one page of the list."""
        numbers = range(self.clusters)
        cards = "".join(f"<div class='card'><h3><a href='{self.path(n)}'>{self.name(n)}</a></h3></div>" for n in numbers)
        return self.html("Search results", cards)

    def sitemap(self) -> str:
        """Says of every profile when it changed: a day that the revision numbers."""
        day = f"2026-03-{self.revision:02}T10:00Z"
        rows = "".join(f"<url><loc>{self.base}{self.path(n)}</loc><lastmod>{day}</lastmod></url>" for n in range(self.clusters))
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'

    def find(self, target: str) -> Page:
        """What a healthy server answers."""
        changed = datetime(2026, 3, self.revision, 10, tzinfo=UTC)
        pages = {self.path(number): number for number in range(self.clusters)}
        if target == "/robots.txt":
            return Page(b"User-agent: *\nDisallow: /user/\n", TEXT, changed)
        if target == "/sitemap.xml":
            return Page(self.sitemap().encode(), XML, changed)
        if LIST.number(target) == LIST.start or target in pages:
            body = self.profile(pages[target]) if target in pages else self.listing()
            return Page(body.encode(), HTML, changed)
        return Page(self.html("Page not found", "<h1>Page not found</h1><p>It may have moved.</p>").encode(), HTML, changed, 404)


class SmallDirectory(SmallNetwork):
    """A site in the form of TCI, which the generic connector reads."""

    def path(self, number: int) -> str:
        return f"/organizations/{self.label}_{number}"

    def places(self) -> Places:
        return replace(super().places(), lists=(MEMBERS,))

    def profile(self, number: int) -> str:
        rows = {
            "Type of organisation": "Cluster",
            "Country": COUNTRIES[number % 4].partition(":")[0],
            "Website": f"https://www.{self.slug(number)}.se",
            "Brief description": f"The mission of {self.name(number)} is clean energy, in its revision {self.revision}.",
        }
        table = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in rows.items())
        return self.html(self.name(number), f"<h1>{self.name(number)}</h1><table>{table}</table>")

    def html(self, title: str, content: str) -> str:
        return super().html(title, content).replace("European Cluster Collaboration Platform", "TCI Network")

    def find(self, target: str) -> Page:
        return super().find(LIST.first if MEMBERS.number(target) == MEMBERS.start else target)


@contextlib.contextmanager
def running(network: SmallNetwork, *, is_tls: bool = False) -> Iterator[None]:
    """Serve a small network for the length of a ``with``; its ``base`` is plain http, by the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        network.base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with served(listening, network, is_tls=is_tls):
            yield


@contextlib.contextmanager
def serving(label: str) -> Iterator[SmallNetwork]:
    """A small network for the length of a ``with``."""
    network = SmallNetwork(label)
    with running(network):
        yield network
