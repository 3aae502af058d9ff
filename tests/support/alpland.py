"""A network that exists only in tests, written as TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from connectors import registry
from connectors.contract import Connector, PageKind, PageRequest, ParsedProfile, RawPage
from connectors.network import Network

HOME = "https://clusters.example"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
HEAD = """
name = "alpland"
title = "Alpland Clusters"
home = "https://clusters.example"
hosts = ["clusters.example"]
licence = "invented for a test"
language = "de"
organisation_type = "cluster"
"""
SELECTORS = """
[selectors]
content = ["main"]
entry = ["table.list tbody tr", ".tile"]
description = [".text"]
"""
DIRECTORY = """
[directory]
sitemaps = ["/sitemap.xml"]
other = ["/aktuelles/.*"]
lines = ["(?P<country>.+)"]
carry = ["country"]
"""
LIST = """
[[directory.lists]]
paths = ["/clusters", "/mitglieder"]
profiles = ["/mitglieder/[^/]+"]
"""
BOOK = """
sections = ["Daten"]
ignore = ["Ansprechperson"]

[labels]
"Land" = "country"
"Ort" = "city"
"Webseite" = "website"
"Gegründet" = "founded"
"Mitglieder" = "members_total"
"Branche" = "ecosystems"
"Über uns" = "description"
"Name" = "name"

[values.ecosystems]
"Gesundheit" = "Health"
"""


@dataclass
class Alpland:
    """A network's folder in the making; each part of its TOML may be replaced."""

    root: Path
    parts: dict[str, str] = field(
        default_factory=lambda: {"head": HEAD, "selectors": SELECTORS, "directory": DIRECTORY, "lists": LIST}
    )

    def write(self, **parts: str) -> Network:
        folder = self.root / "alpland"
        folder.mkdir(exist_ok=True)
        (folder / "network.toml").write_text("\n".join((self.parts | parts).values()), encoding="utf-8")
        (folder / "phrasebook.toml").write_text(BOOK, encoding="utf-8")
        registry.network.cache_clear()
        registry.names.cache_clear()
        return registry.network("alpland", self.root)

    def connector(self, **parts: str) -> Connector:
        self.write(**parts)
        return registry.connector("alpland", root=self.root)


def page(
    body: str, url: str = "/mitglieder/a", kind: PageKind = PageKind.PROFILE, carried: Mapping[str, str] | None = None
) -> RawPage:
    request = PageRequest(HOME + url, kind, carried=carried or {})
    return RawPage(request, body.encode(), "0" * 64, NOW, "utf-8", HOME + url)


def parsed(connector: Connector, body: str, url: str = "/mitglieder/a") -> ParsedProfile:
    (profile,) = connector.parse(page(body, url))
    return profile


def led(connector: Connector, body: str, url: str = "/clusters") -> list[str]:
    return [request.url.removeprefix(HOME) for request in connector.follow(page(body, url, PageKind.LISTING))]
