"""A network as a table, and a connector for pages of lines: enough to watch a reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

import structlog

from connectors.contract import PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from sync.crawl import Reading
from sync.crawled import Crawl
from sync.fetch import (
    Fetched,
    NotModified,
    Validators,
)
from warehouse.rows import PageMemory

NOW = datetime(2026, 4, 5, 3, tzinfo=UTC)
MONDAY = datetime(2026, 4, 1, tzinfo=UTC)
TUESDAY = datetime(2026, 4, 2, tzinfo=UTC)
LOG = structlog.get_logger()
BASE = "https://clusters.example"


@dataclass
class Website:
    """A network as a table: address -> body, or the exception that asking for it raises."""

    pages: dict[str, str | Exception]
    speaks_304: bool = True
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        self.asked.append(url)
        answer = self.pages[url]
        if isinstance(answer, Exception):
            raise answer
        etag = sha256(answer.encode()).hexdigest()
        if self.speaks_304 and validators is not None and validators.etag == etag:
            return NotModified(url=url, final_url=url)
        return Fetched(
            url=url,
            final_url=url,
            status=200,
            body=answer.encode(),
            charset="utf-8",
            content_type="text/html",
            etag=etag,
            last_modified=None,
        )


@dataclass
class Drawer:
    """Captures in memory."""

    bodies: dict[str, bytes] = field(default_factory=dict)

    def keep(self, body: bytes, charset: str | None, kind: PageKind) -> tuple[str, bool]:
        digest = sha256(body).hexdigest()
        is_new = digest not in self.bodies
        self.bodies[digest] = body
        return digest, is_new

    def has(self, digest: str) -> bool:
        return digest in self.bodies

    def get(self, digest: str) -> bytes:
        return self.bodies[digest]


@dataclass
class Lines:
    """A connector for pages of lines: guides are ``kind url [changed_at]``, profiles ``key name``, or ``??``."""

    network: str = "lines"
    parsed: list[str] = field(default_factory=list)

    def start(self) -> Iterable[PageRequest]:
        yield PageRequest(f"{BASE}/sitemap", PageKind.SITEMAP)
        yield PageRequest(f"{BASE}/list", PageKind.LISTING)

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        for line in page.body.decode().splitlines():
            kind, path, *changed = line.split()
            changed_at = datetime.fromisoformat(changed[0]) if changed else None
            discovers = kind != "hint"
            yield PageRequest(f"{BASE}{path}", PageKind(kind) if discovers else PageKind.PROFILE, changed_at, discovers)

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        self.parsed.append(page.request.url)
        text = page.body.decode()
        if text == "??":
            raise PageChanged("wanted a key and a name, found '??'")
        for line in text.splitlines():
            key, name = line.split(maxsplit=1)
            yield ParsedProfile(key, page.final_url, {"name": (name,)}, page.digest)


def site(**profiles: str | Exception) -> dict[str, str | Exception]:
    """A network whose sitemap says that all changed on Monday and whose listing lists all."""
    return {
        f"{BASE}/sitemap": "".join(f"hint /{path} {MONDAY.isoformat()}\n" for path in profiles),
        f"{BASE}/list": "".join(f"profile /{path}\n" for path in profiles),
        **{f"{BASE}/{path}": body for path, body in profiles.items()},
    }


def read(website: Website, drawer: Drawer, known: dict[str, PageMemory] | None = None, connector: Lines | None = None) -> Crawl:
    return Reading(connector or Lines(), website, drawer, known or {}, lambda: NOW, LOG).run()


def names(crawl: Crawl) -> dict[str, str]:
    return {profile.source_key: profile.printed["name"][0] for profile in crawl.profiles}


@dataclass
class Start(Lines):
    """Like ``Lines``, with other requests to begin with; a line ``self`` of a listing says that its entries are profiles."""

    requests: tuple[PageRequest, ...] = ()

    def start(self) -> Iterable[PageRequest]:
        yield from self.requests

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        for line in page.body.decode().splitlines():
            kind, *path = line.split()
            if kind in ("profile", "listing", "guess"):
                known = PageKind(kind) if kind != "guess" else PageKind.LISTING
                yield PageRequest(f"{BASE}{path[0]}", known, is_guess=kind == "guess")
            elif kind == "self":
                yield PageRequest(page.request.url, PageKind.PROFILE)

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        entries = [line.removeprefix("entry ") for line in page.body.decode().splitlines() if line.startswith("entry ")]
        body = "\n".join(entries).encode() or page.body
        yield from super().parse(RawPage(page.request, body, page.digest, page.fetched_at, page.charset, page.final_url))


def listing(*paths: str) -> PageRequest:
    return PageRequest(f"{BASE}{paths[0]}", PageKind.LISTING, alternatives=tuple(f"{BASE}{path}" for path in paths[1:]))


def entries(**of_page: str) -> Website:
    return Website({f"{BASE}/{path}": body for path, body in of_page.items()})
