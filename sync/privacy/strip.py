"""What names persons is taken out of a page before a byte of it is stored.

Taken out: the blocks that a network's rules name, whatever their markup; the name in a byline ("Submitted by … on …"); persons in
JSON-LD, microdata, RDFa and hCards; mail addresses that are not a role's, plain, disguised or behind ``mailto:``; comments that
hold an address. Everything else stays as it is; a page without any of it stays the same to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from connectors.contract import PageChanged, PageKind
from connectors.markup import decoded
from connectors.network import PersonalBlock
from sync.privacy.addresses import is_role_mailbox, personal_spans, redact, without_personal
from sync.privacy.page import Page

__all__ = ["Stripped", "is_role_mailbox", "redact", "strip_personal"]

ROUNDS = 8
_IN_SITEMAPS = "urlset|url|loc|lastmod|changefreq|priority|sitemapindex|sitemap"
_SITEMAP = re.compile(r"<(?:[\w-]+:)?(?:urlset|sitemapindex)\b")
_NOT_IN_SITEMAPS = re.compile(rf"</?(?!/|(?:{_IN_SITEMAPS})\b|[\w-]+:)[a-z]", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:x0*([0-9a-f]{2})|0*(\d{2,3}));", re.IGNORECASE)


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


def strip_personal(
    body: bytes, charset: str | None, rules: Sequence[PersonalBlock] = (), kind: PageKind = PageKind.PROFILE
) -> Stripped:
    """Take out of a page what names persons. A second time changes nothing.

    Arguments:
        body: the page as it was received, decompressed.
        charset: what the transport declared; None: the page says, or its bytes do. ``connectors.markup`` decides.
        rules: blocks between two printed lines that name persons on this network's pages. Where only one of the two lines is
            there, all up to the nearest heading goes, and the result has a doubt: rather too much than a person.
        kind: what was asked for. Only a sitemap may be one; whatever else answers, and by whatever it begins, is read as a page.

    Raises:
        PageChanged: the page has more markup than people write, or is such that persons may be left in it.
    """
    found = _once(body, charset, rules, kind)
    removed, doubts = found.removed, dict.fromkeys(found.doubts)
    # Broken markup is read otherwise once it has been written out whole: look again until nothing is found.
    for _ in range(ROUNDS):
        if not found.removed:
            return Stripped(found.body, removed, tuple(doubts))
        found = _once(found.body, charset, rules, kind)
        removed += found.removed
        doubts |= dict.fromkeys(found.doubts)
    raise PageChanged(f"wanted a page that has no person left after being looked through {ROUNDS} times, found one that has")


def _once(body: bytes, charset: str | None, rules: Sequence[PersonalBlock], kind: PageKind) -> Stripped:
    if not body:
        return Stripped(body)
    text, codec = decoded(body, charset)
    text = text.replace("\x00", "")  # a parser may stop at a NUL and never see what comes after it
    if kind is PageKind.SITEMAP and _SITEMAP.search(text) and not _NOT_IN_SITEMAPS.search(text):
        if personal_spans(unescape(text)):
            text = _REFERENCE.sub(_character, text)
        text, removed = without_personal(text)
        return Stripped(encoded(text, codec, charset), removed) if removed else Stripped(body)
    page = Page(text)
    page.strip(rules)
    removed = page.removed
    # An address written in character references is seen only once they are resolved, which writing the page does.
    if removed or personal_spans(unescape(text)):
        removed, text = max(1, removed), page.written(codec.removesuffix("-sig"))
    text, addresses_left = without_personal(text)
    removed += addresses_left
    if not removed:  # the next to read these bytes is the connector
        page.leave(text)
    return Stripped(encoded(text, codec, charset) if removed else body, removed, tuple(page.doubts))


def _character(reference: re.Match[str]) -> str:
    """The character that a reference stands for, where it is one that addresses have; else the reference."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    character = chr(number)
    return character if character.isascii() and (character.isalnum() or character in "@.-_+%") else reference[0]


def encoded(text: str, codec: str, charset: str | None) -> bytes:
    """The bytes that the same declared charset reads as this text; where it no longer does, as UTF-8 with its mark."""
    body = text.encode(codec, errors="xmlcharrefreplace")
    is_read_alike = decoded(body, charset) == (body.decode(codec), codec)
    return body if is_read_alike else text.encode("utf-8-sig", errors="replace")
