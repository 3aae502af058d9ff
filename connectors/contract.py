"""The contract between a connector and the run: pages asked for, pages received, what they print in their own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

NOTHING: Mapping[str, str] = MappingProxyType({})


class PageKind(StrEnum):
    """What a connector expects to find at an address; the crawl takes them in this order."""

    SITEMAP = "sitemap"
    LISTING = "listing"
    PROFILE = "profile"


@dataclass(frozen=True)
class PageRequest:
    """One page that a connector would like to see.

    Arguments:
        url: absolute http(s) address, without a fragment.
        kind: what should stand there.
        changed_at: when the network says the page last changed (a sitemap's ``lastmod``), timezone-aware; None: it does not say.
        discovers: False for an address that the network merely mentions (a sitemap entry that may as well be news):
            it tells ``changed_at`` of a page that something else discovers, and is not fetched for its own sake.
        carried: facts that stand where the link stood and not on the page itself (``{"country": "Sweden"}``), by printed field.
        alternatives: addresses to ask for in turn where this one is gone (404, 410): the same page may stand at any of them.
        is_guess: True for an address that nobody printed (the page after the last one known): that it is gone is no finding.
    """

    url: str
    kind: PageKind
    changed_at: datetime | None = None
    discovers: bool = True
    carried: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    alternatives: tuple[str, ...] = ()
    is_guess: bool = False


@dataclass(frozen=True)
class RawPage:
    """One page as it was received (after personal data were taken out), and the request that it answers.

    Arguments:
        request: what was asked for.
        body: the stored bytes, decompressed.
        digest: SHA-256 of ``body``, 64 hexadecimal digits. Never part of an identity.
        fetched_at: when, timezone-aware. Never part of an identity.
        charset: what the transport declared, lower case; None: nothing.
        final_url: the address after redirects.
    """

    request: PageRequest
    body: bytes
    digest: str
    fetched_at: datetime
    charset: str | None
    final_url: str


@dataclass(frozen=True)
class ParsedProfile:
    """What one page prints of one cluster, in the network's own words.

    Arguments:
        source_key: the network's own stable key, raw, in its fewest parts.
        url: the page's canonical address.
        printed: printed field (a name of the phrasebook's ``[labels]``) -> the values as they stand, whole and in order.
            A label that stands there without a value maps to an empty tuple.
        how: printed field -> which reading strategy found it (``dl``, ``table``, ``colon`` ...), for ``probe``.
        unread_labels: labels that nobody asked for, in page order. Only the labels: their values may name persons.
        phrases: labels and sections of the phrasebook that it prints, as ``Phrasebook.entries`` has them.
        page_digest: the ``RawPage.digest`` that this was read from.
        era: the generation of the network's site that printed it, as in ``network.toml`` ``eras`` (oldest first);
            where one ``source_key`` stands in two eras, the newer one's value wins field by field.
    """

    source_key: str
    url: str
    printed: Mapping[str, tuple[str, ...]]
    page_digest: str
    era: str = ""
    how: Mapping[str, str] = field(default_factory=dict)
    unread_labels: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


class PageChanged(Exception):  # noqa: N818  a finding about the page, not about our program
    """The page is not the one expected. The message says what was wanted and what was found."""


class Connector(Protocol):
    """Reads one network. It asks for pages and interprets them; it never fetches one."""

    network: str

    def start(self) -> Iterable[PageRequest]:
        """The addresses to begin with, in the order in which to ask."""
        ...

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        """The pages that a sitemap or listing leads to. Raises PageChanged when it is not what was asked for.

        A listing whose entries are profiles themselves leads, among others, to its own address as a profile: it is then given to
        ``parse`` as well, and not asked for twice.
        """
        ...

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        """The profiles on a page; none where the page is a proper page of another sort (news, a call).

        Raises PageChanged when it should be a profile and cannot be read as one.
        """
        ...
