"""Bytes of a page to a parsed document: which characters they are, and what stands before an XML declaration."""

from __future__ import annotations

import codecs
import contextlib
import re
import threading
import warnings
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.dammit import EncodingDetector
from bs4.element import Tag

from connectors.contract import PageChanged, RawPage

DEEPEST = 500
"""Tags within tags; people's pages have 20 to 40, and what looks upwards from each takes the square of it."""
MOST_TAGS = 20_000
"""Of one page: a parsed one takes up to three kilobytes a tag, and reading it, persons and all, a fifth of a millisecond."""
MOST_LEVELS = 600_000
"""Of all tags together: so deep 20,000 tags stand where each is within 30 others."""
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Every ASCII character, and the escapes of UTF-7, HZ, Python and ISO-2022, behind which ASCII bytes mean something else.
_ASCII = bytes(range(128)) + b" +AGE- ~{VPND~} \\u0041 \x1b$B!!\x1b(B"
# Browsers read these names as windows-1252 (WHATWG Encoding, https://encoding.spec.whatwg.org/#names-and-labels).
_LATIN = frozenset(("iso8859-1", "ascii"))
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)


def decode(body: bytes, declared: str | None) -> str:
    """The text of a page; see ``decoded``."""
    return decoded(body, declared)[0]


def decoded(body: bytes, declared: str | None) -> tuple[str, str]:
    """The text of a page, and Python's name of the codec that it was read by (and may be written by).

    A byte-order mark decides, then what the transport declared, then the page's own ``meta``, then UTF-8: the first in which the
    bytes are valid. Where each byte is a character, as in Latin-1, nearly all bytes are valid: against the word of such a charset
    bytes that are valid UTF-8 are believed to be UTF-8, which they hardly ever are by chance. Without a mark only charsets count
    that have ASCII in them, as all that are in use on the web have: else a false word in a header would hide a page's text from
    whoever looks for persons in it. Bytes valid in none are read as UTF-8 with replacement characters, which normalising then
    reports.

    Arguments:
        declared: the transport's charset; None: nothing.
    """
    for mark, codec in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(codec, errors="replace"), codec
    for charset in (declared, EncodingDetector.find_declared_encoding(body, is_html=True), "utf-8"):
        known = _codec(charset or "")
        if known is not None:
            try:
                if _is_of_single_bytes(known) and not body.isascii():
                    with contextlib.suppress(UnicodeError):
                        return body.decode("utf-8"), "utf-8"
                return body.decode(known), known
            except UnicodeError:  # not only of bytes that do not fit: Python's codec "undefined" raises it for any
                continue
    return body.decode("utf-8", errors="replace"), "utf-8"


@lru_cache(maxsize=256)
def _codec(name: str) -> str | None:
    """Python's name of a text encoding that has ASCII in it; None for any other, or one that nobody knows."""
    try:
        codec = codecs.lookup(name.strip())
        # "base64" and "rot13" are codecs, not charsets; Python's own "unicode_escape" only warns of what it cannot read.
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            if not getattr(codec, "_is_text_encoding", True) or codec.decode(_ASCII)[0] != _ASCII.decode("ascii"):
                return None
    except (LookupError, ValueError, DeprecationWarning):
        return None
    return "windows-1252" if codec.name in _LATIN else codec.name


@lru_cache(maxsize=256)
def _is_of_single_bytes(codec: str) -> bool:
    """Whether every byte is a character, or none, by itself."""
    return len(bytes(range(256)).decode(codec, errors="replace")) == 256


class Element(Tag):
    """A tag that is equal to itself only: bs4 compares, and hashes, by all the markup inside, at each step of a walk."""

    __hash__ = object.__hash__
    _decomposed = False  # else bs4 looks for an element of that name inside, whenever it asks

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


class _Builder(LXMLTreeBuilder):
    """Builds the document, and stops where it is more than a page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._tags = self._levels = 0

    def start(self, tag: Any, attrib: Any, nsmap: Any = MappingProxyType({})) -> None:
        depth = len(self.soup.tagStack) if self.soup is not None else 0
        self._tags += 1
        self._levels += depth
        if depth > DEEPEST:
            raise PageChanged(f"wanted tags within tags {DEEPEST} deep at most, found deeper")
        if self._tags > MOST_TAGS:
            raise PageChanged(f"wanted a page of {MOST_TAGS:,} tags at most, found more")
        if self._levels > MOST_LEVELS:
            raise PageChanged(f"wanted {self._tags:,} tags {MOST_LEVELS // self._tags} deep on average at most, found deeper")
        if nsmap or len(self.nsmaps) > 1 or tag[0] == "{" or any(name[0] == "{" for name in attrib):
            super().start(tag, attrib, nsmap)
        elif self.soup is not None:  # what bs4 does where there is no namespace, without copying every attribute twice
            within = self.active_namespace_prefixes[-1]
            self.soup.handle_starttag(tag, None, None, self.attribute_dict_class(attrib), namespaces=within)


def parse_html(text: str) -> BeautifulSoup:
    """The document that the text is, however broken. Raises PageChanged where it is more than people write."""
    # A NUL ends the text for libxml2.
    plain = _DECLARATION.sub("", text.replace("\x00", "\ufffd"), count=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(plain, builder=_Builder(), element_classes={Tag: Element})


class _Spare(threading.local):
    """A parsed page that nobody uses any more, for whoever reads the same text next; of one thread, and of one page."""

    def __init__(self) -> None:
        self.text = ""
        self.document: BeautifulSoup | None = None


_spare = _Spare()
LARGEST_SPARE = 256 * 1024
"""Characters of a page that is kept as a spare: a larger one's document takes too much memory to be kept for long."""


def spare(text: str, document: BeautifulSoup) -> None:
    """Leave a document to whoever reads its text next on this thread: building it is a third of what reading a page costs.

    Arguments:
        text: what the document was made of by ``parse_html``.
        document: as it was made. The caller lets go of it: the next reader may change it.
    """
    if len(text) <= LARGEST_SPARE:
        _spare.text, _spare.document = text, document


def read_html(page: RawPage) -> BeautifulSoup:
    """The document that a page is. Raises PageChanged where it is more than people write."""
    text = decode(page.body, page.charset)
    document, known = _spare.document, _spare.text
    _spare.text, _spare.document = "", None
    return document if document is not None and known == text else parse_html(text)


def strip_to_xml(body: bytes) -> bytes:
    """The bytes from the XML declaration on, where there is one.

    Drupal's theme debugging prints comments before it, which makes the document malformed.
    """
    place = body.find(b"<?xml")
    return body[place:] if place > 0 else body
