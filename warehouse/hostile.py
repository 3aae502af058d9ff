"""What strangers wrote, made harmless: characters that nobody sees or that turn text around are shown, links are links."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Controls, and formats that hide or reorder; tab and line end are none."""
_JOINERS = re.compile("[\u200c\u200d]")
"""Zero-width (non-)joiners: right between letters of scripts that join, and between emoji; else a disguise."""
_SPACE = re.compile(r"\s")
SURROGATE = "\N{REPLACEMENT CHARACTER}"
LONGEST_SHOWN = 2_000
LONGEST_NAME = 160
"""What is no longer comes again and again: names of countries, of organisations, our own words in Swedish."""


def visible(text: str) -> str:
    """A text in which every hidden character is named: ``⟨U+202E⟩``."""
    if text.isascii() and text.isprintable():
        return text
    return _seen_before(text) if len(text) <= LONGEST_NAME else _seen(text)


def _seen(text: str) -> str:
    text = _HIDDEN.sub(_name, text)
    if _JOINERS.search(text):
        text = _JOINERS.sub(lambda found: _joiner(found, text), text)
    return "".join(SURROGATE if "\ud800" <= one <= "\udfff" else one for one in text) if not _is_whole(text) else text


_seen_before = lru_cache(maxsize=8_000)(_seen)


def short(text: str, most: int = LONGEST_SHOWN) -> str:
    """At most so many characters, cut with ``…``."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def link(address: str | None) -> str | None:
    """The address where it is one that may be followed: http or https, with a host, and nothing of a password; else None."""
    return address if address and len(address) <= LONGEST_SHOWN and _may_be_followed(address) else None


@lru_cache(maxsize=4_000)  # a page names the same sources again and again
def _may_be_followed(address: str) -> bool:
    if _HIDDEN.search(address) or _SPACE.search(address):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and parts.username is None and parts.password is None


def _name(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found[0]):04X}⟩"


def _joiner(found: re.Match[str], text: str) -> str:
    around = text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
    return found[0] if all(one and _joins(one) for one in around) else _name(found)


def _joins(one: str) -> bool:
    """Whether a joiner has something to do at this character: a letter or mark, not Latin, Greek or Cyrillic."""
    if unicodedata.category(one)[0] not in "LMS":
        return False
    return not unicodedata.name(one, "LATIN").startswith(("LATIN", "GREEK", "CYRILLIC", "DIGIT"))


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
