"""What names persons is taken out of a page before a byte of it is stored.

Taken out: the blocks that a network's rules name, whatever their markup; the name in a byline ("Submitted by … on …"); persons in
JSON-LD, microdata, RDFa and hCards; mail addresses that are not a role's, plain, disguised or behind ``mailto:``; comments that
hold an address. Everything else stays as it is; a page without any of it stays the same to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from html import unescape

from bs4.dammit import UnicodeDammit

from connectors.network import PersonalBlock
from sync.privacy_addresses import is_role_mailbox, personal_spans, redact, without_personal
from sync.privacy_page import Page

__all__ = ["Stripped", "is_role_mailbox", "redact", "strip_personal"]

ROUNDS = 8
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


class _Form(Enum):
    HTML = auto()
    SITEMAP = auto()
    OTHER = auto()
    """Another XML, JSON, plain text: only addresses are looked for, and nothing is rewritten."""


@dataclass(frozen=True)
class Stripped:
    """A page without persons.

    Arguments:
        body: its bytes, in the charset that it had.
        removed: how many things were taken out; 0: ``body`` is the very bytes that were given.
        doubts: where a rule could not be followed to the letter, as sentences without any text of the page.
    """

    body: bytes
    removed: int = 0
    doubts: tuple[str, ...] = ()


def strip_personal(body: bytes, charset: str | None, rules: Sequence[PersonalBlock] = ()) -> Stripped:
    """Take out of a page what names persons. A second time changes nothing.

    Arguments:
        body: the page as it was received, decompressed.
        charset: what the transport declared; None: the page says, or its bytes do.
        rules: blocks between two printed lines that name persons on this network's pages. Where only one of the two lines is
            there, all up to the nearest heading goes, and the result has a doubt: rather too much than a person.
    """
    found = _once(body, charset, rules)
    removed, doubts = found.removed, dict.fromkeys(found.doubts)
    # Broken markup is read otherwise once it has been written out whole: look again until nothing is found.
    for _ in range(ROUNDS):
        if not found.removed:
            break
        found = _once(found.body, charset, rules)
        removed += found.removed
        doubts |= dict.fromkeys(found.doubts)
    return Stripped(found.body, removed, tuple(doubts))


def _once(body: bytes, charset: str | None, rules: Sequence[PersonalBlock]) -> Stripped:
    if not body:
        return Stripped(body)
    read = UnicodeDammit(body, [charset] if charset else [], is_html=True)
    encoding = read.original_encoding or "latin-1"
    text = read.unicode_markup if read.unicode_markup is not None else body.decode("latin-1")
    form = _form(text)
    if form is _Form.SITEMAP:
        return Stripped(body)
    removed, doubts = 0, []
    if form is _Form.HTML:
        page = Page(text)
        page.strip(rules)
        removed, doubts = page.removed, page.doubts
        # An address written in character references is seen only once they are resolved, which writing the page does.
        if removed or personal_spans(unescape(text)):
            removed, text = max(1, removed), page.written(encoding)
    text, addresses_left = without_personal(text)
    removed += addresses_left
    return Stripped(_encoded(text, encoding) if removed else body, removed, tuple(doubts))


def _form(text: str) -> _Form:
    """What a document is, by its beginning and not by what a server calls it."""
    bare = _COMMENT.sub("", text).lstrip("\ufeff\x00 \t\r\n")
    found = _ROOT.search(bare)
    root = found.group(1).lower() if found else ""
    if root in ("urlset", "sitemapindex"):
        return _Form.SITEMAP
    is_data = not root or bare.startswith(("{", "[")) or (bare.startswith("<?xml") and root != "html")
    return _Form.OTHER if is_data else _Form.HTML


def _encoded(text: str, encoding: str) -> bytes:
    if encoding.lower().startswith(("utf-16", "utf-32")):
        encoding = encoding[:6]  # with the byte order mark, by which it is recognised again
    return text.encode(encoding, errors="xmlcharrefreplace")
