"""robots.txt per RFC 9309: what a network allows us, and how slowly. Pure; ``sync/fetch.py`` asks for the file."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

PRODUCT = "clusterbridge"
"""The name by which robots.txt may call us (RFC 9309, 2.2.1: the product token of the User-Agent)."""
CAP_BYTES = 500 * 1024
"""How much of a robots.txt is read (RFC 9309, 2.5); the rest of a longer one is ignored."""


class NotRobots(Exception):  # noqa: N818  it says what is the case
    """What stands at /robots.txt is no robots.txt."""


@dataclass(frozen=True)
class Robots:
    """The rules of one host; without any, everything is allowed at any pace."""

    rules: Protego | None = None

    def allows(self, url: str) -> bool:
        """Whether we may ask for an address of that host."""
        return self.rules is None or bool(self.rules.can_fetch(url, PRODUCT))

    @property
    def pace_seconds(self) -> float:
        """The seconds that should lie between two requests: the slower of Crawl-delay and Request-rate; 0: it does not say."""
        if self.rules is None:
            return 0.0
        delay = self.rules.crawl_delay(PRODUCT) or 0.0
        rate = self.rules.request_rate(PRODUCT)
        return max(float(delay), rate.seconds / rate.requests if rate and rate.requests else 0.0)


def read_robots(body: bytes, content_type: str | None) -> Robots:
    """Read a robots.txt that was answered with status 200.

    Arguments:
        body: its bytes; those beyond ``CAP_BYTES`` are ignored, from the last whole line on.
        content_type: the declared media type, lower case, without parameters; None: nothing was declared.

    Raises:
        NotRobots: for an HTML page or the like. A parser would find no rule in it and allow everything; it is no answer at all.
    """
    if len(body) > CAP_BYTES:
        body = body[:CAP_BYTES].rpartition(b"\n")[0]
    text = body.decode("utf-8-sig", errors="replace")
    if content_type in ("text/html", "application/xhtml+xml") or text.lstrip().startswith("<"):
        raise NotRobots(f"wanted rules as plain text, found {content_type or 'markup'} beginning {text.strip()[:40]!r}")
    if content_type is not None and not content_type.startswith("text/"):
        raise NotRobots(f"wanted rules as plain text, found {content_type}")
    return Robots(Protego.parse(text))
