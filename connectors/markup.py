"""Bytes of a page to a parsed document: which characters they are, and what stands before an XML declaration."""

from __future__ import annotations

import codecs
import re
import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.dammit import EncodingDetector

from connectors.contract import RawPage

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Browsers read these names as windows-1252 (WHATWG Encoding, https://encoding.spec.whatwg.org/#names-and-labels).
_LATIN = frozenset(("iso8859-1", "ascii"))
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)


def decode(body: bytes, declared: str | None) -> str:
    """The text of a page.

    A byte-order mark decides, then what the transport declared, then the page's own ``meta``, then UTF-8: the first in which the
    bytes are valid. Bytes valid in none are read as UTF-8 with replacement characters, which normalising then reports.

    Arguments:
        declared: the transport's charset; None: nothing.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    for charset in (declared, EncodingDetector.find_declared_encoding(body, is_html=True), "utf-8"):
        codec = _codec(charset)
        if codec is not None:
            try:
                return body.decode(codec)
            except UnicodeError:  # not only of bytes that do not fit: Python's codec "undefined" raises it for any
                continue
    return body.decode("utf-8", errors="replace")


def _codec(name: str | None) -> str | None:
    """Python's name of a text encoding; None for one that nobody knows."""
    try:
        codec = codecs.lookup((name or "").strip())
    except (LookupError, ValueError):
        return None
    if not getattr(codec, "_is_text_encoding", True):  # "base64" and "rot13" are codecs, not charsets
        return None
    return "windows-1252" if codec.name in _LATIN else codec.name


def parse_html(text: str) -> BeautifulSoup:
    """The document that the text is, however broken."""
    # A NUL ends the text for libxml2.
    plain = _DECLARATION.sub("", text.replace("\x00", "\ufffd"), count=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(plain, "lxml")


def read_html(page: RawPage) -> BeautifulSoup:
    """The document that a page is."""
    return parse_html(decode(page.body, page.charset))


def strip_to_xml(body: bytes) -> bytes:
    """The bytes from the XML declaration on, where there is one.

    Drupal's theme debugging prints comments before it, which makes the document malformed.
    """
    place = body.find(b"<?xml")
    return body[place:] if place > 0 else body
