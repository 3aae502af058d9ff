"""What the fetcher answers, the limits it keeps, and the words in which it says no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Validators:
    """What is remembered of a page, to ask whether it is as before (RFC 9110, 13.1)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Fetched:
    """One page.

    Arguments:
        url: the address that was asked for.
        final_url: the address that answered, after redirects.
        body: its bytes, decompressed; personal data are still in them.
        charset: what the transport declared, lower case; None: nothing.
        content_type: the media type, lower case, without parameters; None: nothing was declared.
        etag, last_modified: validators for the next time, as the server wrote them.
    """

    url: str
    final_url: str
    status: int
    body: bytes
    charset: str | None
    content_type: str | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class NotModified:
    """The page is as it was when the validators were given (status 304)."""

    url: str
    final_url: str


@dataclass(frozen=True)
class Caps:
    """The limits of one Fetcher."""

    body_bytes: int = 8 * 1024 * 1024
    """Of one body, on the wire and decompressed."""
    html_bytes: int = 2 * 1024 * 1024
    """Of one HTML page, decompressed: parsed, it takes up to 35 times as much memory. Sitemaps, which are XML, may be larger."""
    tags: int = 40_000
    """Of one HTML page: a parsed one takes up to three kilobytes a tag."""
    attributes: int = 100_000
    """Of one HTML page."""
    depth: int = 256
    """Of tags within tags; what looks from each upwards takes the square of it."""
    xml_tags: int = 600_000
    """Of one sitemap, opening and closing: 50,000 addresses (the protocol's limit) with five elements each, and some."""
    deadline_seconds: float = 60.0
    """From connecting to the last byte of one response."""
    operation_seconds: float = 20.0
    """Of one connect, read or write."""
    redirects: int = 5
    retries: int = 3
    backoff_seconds: float = 2.0
    """Before the first retry; doubled for each further one."""
    retry_after_seconds: float = 120.0
    """A network that asks us to wait longer than this is left alone until the next run."""
    crawl_delay_seconds: float = 120.0
    """A network that wants more between two requests than this cannot be read in a night."""
    robots_kept_seconds: float = 86_400.0
    """RFC 9309, 2.4: a robots.txt should not be used for longer than a day."""
    run_seconds: float = 12 * 3600.0
    """From the first page to the last of one network; all others wait for it until the edition is published."""
    failures_in_a_row: int = 5
    """Pages that could not be had, one after the other, until the network counts as down."""


@dataclass
class Tally:
    """What a Fetcher has done so far."""

    pages: int = 0
    """Calls of ``fetch`` that the budget allowed."""
    requests: int = 0
    """Requests sent, those for robots.txt, redirects and retries included."""
    retries: int = 0
    body_bytes: int = 0
    """Decompressed."""
    waited_seconds: float = 0.0


class Refusal(StrEnum):
    """How a network says no."""

    ROBOTS = "robots"
    FORBIDDEN = "forbidden"
    RATE = "rate"
    CHALLENGE = "challenge"
    LOGIN = "login"


class Refused(Exception):  # noqa: N818  it says what is the case
    """The network does not want to be read by us; nothing more is asked of it in this run."""

    def __init__(self, message: str, by: Refusal = Refusal.FORBIDDEN) -> None:
        super().__init__(message)
        self.by = by

    def told(self, network: str) -> str:
        """What to tell the operator: why, and the way that is open all the same."""
        return f"{self}; save the pages by hand and read them with: clusterbridge import {network} PATH…"


class Unreachable(Exception):  # noqa: N818
    """A page could not be had. ``is_temporary``: later it may."""

    def __init__(self, message: str, *, is_temporary: bool = False) -> None:
        super().__init__(message)
        self.is_temporary = is_temporary


class UnexpectedContent(Unreachable):
    """Something answered that is no page: another media type, too many bytes, an encoding that does not decode."""


class RobotsUnreadable(Unreachable):
    """robots.txt gave no answer, so the whole host waits; the rules may be there and forbid us."""


class NetworkDown(Unreachable):
    """So many pages in a row could not be had that the network is not asked any more in this run."""


class PageGone(Exception):  # noqa: N818
    """The network says that there is no such page (any more): status 404 or 410."""


class BudgetSpent(Exception):  # noqa: N818
    """The run has asked this network for as many pages as it may."""
