"""Where a saved page was saved from, as the page itself tells; and the page out of an MHTML file."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]

from connectors.markup import decode
from sync.saved.aside import Unreadable, Why

LOOKED_AT = 262_144
"""Characters of a page in which its address is looked for."""
TOP = 65_536
"""Characters of a page in which a comment with its address is looked for: it is the first."""
MOST_PARTS = 50
"""Of an MHTML file that are parts within parts; the standard library takes the square of their number."""
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{1,5}\)\s*(\S{1,4000}?)\s*-->", re.IGNORECASE)
"""As Internet Explorer wrote it, and Chrome and Edge still do."""
_SINGLE_FILE = re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(\S{1,4000})", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """An address, and what tells it."""

    url: str
    by: str


@dataclass
class _Head:
    """Hears of a page's head, as lxml wants it of a parser's target, and keeps the addresses in it."""

    canonical: str | None = None
    og_url: str | None = None
    is_over: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "body":
            self.is_over = True
        if self.is_over:
            return
        if tag == "link" and "canonical" in attributes.get("rel", "").lower().split():
            self.canonical = self.canonical or attributes.get("href", "").strip()
        elif tag == "meta" and attributes.get("property", "").strip().lower() == "og:url":
            self.og_url = self.og_url or attributes.get("content", "").strip()

    def close(self) -> None:
        """Nothing to give back."""


def told_by(body: bytes, charset: str | None) -> Told | None:
    """The address that a page tells; None: it tells none.

    In this order: the comment that a browser writes when it saves, that of SingleFile, ``<link rel=canonical>``, ``og:url``.
    Only absolute http(s) addresses count: what a relative one starts from is just what is not known.
    """
    text = decode(body, charset)[:LOOKED_AT]
    top = text[:TOP]
    for pattern, by in ((_SAVED_FROM, "the browser's comment"), (_SINGLE_FILE, "SingleFile's comment")):
        found = pattern.search(top)
        if found and is_address(found[1]):
            return Told(found[1], by)
    head = _Head()
    parser = etree.HTMLParser(target=head)
    parser.feed(text.replace("\x00", "\N{REPLACEMENT CHARACTER}") or " ")
    parser.close()
    for url, by in ((head.canonical, "its canonical link"), (head.og_url, "og:url")):
        if url and is_address(url):
            return Told(url, by)
    return None


def is_address(text: str) -> bool:
    """Whether a text is an absolute http(s) address."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def page_of_mhtml(body: bytes) -> tuple[bytes, str | None, str | None]:
    """The page in an MHTML file (RFC 2557): its bytes, its declared charset, its address; None: not declared.

    Raises Unreadable where there is none.
    """
    if body.lower().count(b"multipart/") > MOST_PARTS:
        raise Unreadable(Why.EXCESS, "an MHTML file of parts within parts")
    try:
        message = email.message_from_bytes(body, policy=email.policy.default)
        if not isinstance(message, EmailMessage):
            raise TypeError("the policy makes every message one")
        for part in message.walk():
            if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
                continue
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                url = part.get("Content-Location") or message.get("Snapshot-Content-Location")
                return payload, part.get_content_charset(), None if url is None else str(url).strip()
    # Parts within parts without end, and headers that the standard library cannot read (bpo-30681 and others).
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError) as error:
        raise Unreadable(Why.DAMAGED, "an MHTML file that cannot be read") from error
    raise Unreadable(Why.NO_PAGE, "an MHTML file without a page")
