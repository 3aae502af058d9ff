"""How much markup a page is, measured without building it: a parsed page takes many times the memory of its bytes."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from connectors.markup import decode
from sync.fetching.answers import Caps

STEP = 65_536
"""Characters given to the parser at a time, so that it stops soon after a cap is passed."""


class _Past(Exception):  # noqa: N818  it says what is the case
    """A cap is passed; what was wanted, and what was found."""


@dataclass
class _Meter:
    """Hears of every tag, as lxml wants it of a parser's target, and keeps none."""

    caps: Caps
    tags: int = 0
    attributes: int = 0
    depth: int = 0

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        self.tags += 1
        self.attributes += len(attributes)
        self.depth += 1
        if self.tags > self.caps.tags:
            raise _Past(f"wanted {self.caps.tags:,} tags at most, found more")
        if self.attributes > self.caps.attributes:
            raise _Past(f"wanted {self.caps.attributes:,} attributes at most, found more")
        if self.depth > self.caps.depth:
            raise _Past(f"wanted tags within tags {self.caps.depth} deep at most, found deeper")

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def close(self) -> None:
        """Nothing to give back."""


def too_much(body: bytes, charset: str | None, caps: Caps) -> str | None:
    """What of an HTML page is more than people write, as "wanted ..., found ..."; None: nothing.

    Arguments:
        body: the page, decompressed.
        charset: what the transport declared; None: nothing.
        caps: ``html_bytes``, ``tags``, ``attributes`` and ``depth`` of it.
    """
    if len(body) > caps.html_bytes:
        return f"wanted {caps.html_bytes:,} bytes of HTML at most, found {len(body):,}"
    text = decode(body, charset).replace("\x00", "\N{REPLACEMENT CHARACTER}")  # a NUL would end the text for libxml2
    parser = etree.HTMLParser(target=_Meter(caps))
    try:
        for start in range(0, len(text), STEP):
            parser.feed(text[start : start + STEP])
    except _Past as past:
        return str(past)
    return None


def is_cut_off(body: bytes, *, is_framed: bool) -> bool:
    """Whether an HTML page certainly or very probably ends in the middle.

    Arguments:
        is_framed: whether the response said how long its body is (Content-Length, chunks); where it did not, the end of the
            connection ends the body, whole or not (RFC 9112, 8), and only ``</html>`` shows that nothing is missing.
    """
    last_opened = body.rfind(b"<")
    if last_opened > body.rfind(b">") and body[last_opened + 1 : last_opened + 2].isalpha():  # inside a tag
        return True
    if is_framed:
        return False
    markup = body.lower()
    return b"<html" in markup and b"</html" not in markup
