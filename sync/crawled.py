"""What one reading of a network brings, and what it needs for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Protocol

from connectors.contract import PageKind, ParsedProfile
from sync.fetch import Fetched, NotModified, Validators
from sync.withholding.suppression import Mark
from warehouse.rows import Finding, PageMemory


class Fetches(Protocol):
    """What the crawl needs of the fetcher."""

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        """The page, or the word that it is as before. Raises Refused, Unreachable, PageGone, BudgetSpent."""
        ...


class Withheld(Exception):  # noqa: N818  it says what is the case
    """Nothing stands on the page but what is kept out on request: it is as if the page were not there."""


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
class Notes:
    """What is noted of a page, beside its records.

    Arguments:
        phrases: labels and words that it prints and that the phrasebook is for, as ``Phrasebook.entries`` has them.
        labels: its labels that the phrasebook does not know.
    """

    phrases: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)


def noted(pages: Iterable[PageMemory], notes: Mapping[str, Notes]) -> tuple[PageMemory, ...]:
    """The pages, each with what was noted of its digest."""
    return tuple(
        replace(page, phrases=tuple(sorted(found.phrases)), unread_labels=tuple(sorted(found.labels)))
        if (found := notes.get(page.digest)) is not None
        else page
        for page in pages
    )


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
    learnt: list[tuple[frozenset[Mark], frozenset[Mark]]] = field(default_factory=list)
    """By what else each organisation is to be recognised that is kept out and was met; as ``suppression.learn`` takes it."""
    recognised_at: set[str] = field(default_factory=set)
    """Addresses of these that were asked for: the journal names them."""

    @property
    def named_keys(self) -> frozenset[str]:
        """Records that the network's own pages name."""
        return frozenset({profile.source_key for profile in self.profiles} | self.unchanged_keys | self.unread_keys)

    def note(self, notes: Mapping[str, Notes]) -> None:
        """Remember of the pages with these digests what was noted of them."""
        self.pages = {page.url: page for page in noted(self.pages.values(), notes)}

    def set_aside(self, keys: Set[str], known: Mapping[str, PageMemory]) -> None:
        """Count records whose pages are not believed as unread, and have those pages read again.

        Until they are believed they are remembered as they last were, or not at all.

        Arguments:
            known: what was remembered of the pages before this reading, by address.
        """
        self.unread_keys |= keys
        for url in [url for url, page in self.pages.items() if not keys.isdisjoint(page.source_keys)]:
            self.pages_set_aside.append(self.pages.pop(url))
            if url in known:
                self.pages[url] = replace(known[url], changed_at=None, etag=None, last_modified=None, is_doubted=True)
