"""What one reading of a network brings, and what it needs for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from connectors.contract import PageKind, ParsedProfile
from sync.fetch import Fetched, NotModified, Validators
from warehouse.rows import Finding, PageMemory


class Fetches(Protocol):
    """What the crawl needs of the fetcher."""

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        """The page, or the word that it is as before. Raises Refused, Unreachable, PageGone, BudgetSpent."""
        ...


class Store(Protocol):
    """What the crawl needs of the captures."""

    def keep(self, body: bytes, charset: str | None, kind: PageKind) -> tuple[str, bool]:
        """Store a page without its personal data; its digest, and whether it is new. Raises PageChanged, storing nothing."""
        ...

    def has(self, digest: str) -> bool:
        """Whether the bytes are (still) there: they may have been tidied away."""
        ...

    def get(self, digest: str) -> bytes:
        """The stored bytes."""
        ...


@dataclass
class Crawl:
    """What one reading of a network brought; filled as it goes, so that a reading cut short still says what it did."""

    profiles: list[ParsedProfile] = field(default_factory=list)
    pages: dict[str, PageMemory] = field(default_factory=dict)
    pages_set_aside: list[PageMemory] = field(default_factory=list)
    """Pages that were read, and that the next run shall ask for anew."""
    findings: list[Finding] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    """Why the reading may be incomplete: a listing that stopped early."""
    unchanged_keys: set[str] = field(default_factory=set)
    """Records whose pages are all as before: checked, not parsed."""
    unread_keys: set[str] = field(default_factory=set)
    """Records that the network still lists but whose page could not be read: neither checked nor missing."""
    requests: int = 0
    """Requests that were answered with a page or with "not modified"."""
    captures_new: int = 0
    profile_pages: int = 0
    pages_unchanged: int = 0
    pages_changed: int = 0
    """Profile pages that were not the expected ones."""
    pages_unread: int = 0
    """Profile pages that could not be had: out of reach, or forbidden."""

    @property
    def named_keys(self) -> frozenset[str]:
        """Records that the network's own pages name."""
        return frozenset({profile.source_key for profile in self.profiles} | self.unchanged_keys | self.unread_keys)

    def set_aside(self, keys: set[str]) -> None:
        """Count records whose pages yielded nothing usable as unread, and forget those pages, so that they are read again."""
        self.unread_keys |= keys
        for url in [url for url, page in self.pages.items() if keys.intersection(page.source_keys)]:
            self.pages_set_aside.append(self.pages.pop(url))
