"""Which elements of a page say by their markup that they are about a person."""

from __future__ import annotations

import re
from urllib.parse import unquote

from bs4.element import Tag

from sync.privacy.addresses import personal_spans
from sync.privacy.jsonld import OF_PERSONS

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CARD_PARTS = frozenset(
    ("fn", "n", "nickname", "given-name", "family-name", "photo", "email", "tel", "p-name", "u-photo", "u-email", "p-tel")
)
_AUTHOR_METAS = frozenset(
    ("author", "article:author", "dc.creator", "dcterms.creator", "dc.contributor", "twitter:creator", "profile:username")
)
_PERSONS_PAGE = re.compile(r"mailto:|tel:|(?:.*/)?(?:users?|people|person|persons|staff|team|author|contacts?)/", re.IGNORECASE)


def _words(tag: Tag, attribute: str) -> set[str]:
    """The words of an attribute that may have several."""
    found = tag.get(attribute) or ""
    return set(found.split() if isinstance(found, str) else found)


def is_personal_link(tag: Tag) -> bool:
    """Whether an element is a link to a person's mailbox, or Cloudflare's cipher of one."""
    href = str(tag.get("href", "")).strip()
    cipher = str(tag.get("data-cfemail", "")) or href.partition("/cdn-cgi/l/email-protection#")[2]
    if cipher:
        return bool(personal_spans(_deciphered(cipher)))
    return href[:7].lower() == "mailto:" and bool(personal_spans(unquote(href[7:])))


def _deciphered(cipher: str) -> str:
    """The address behind Cloudflare's ``data-cfemail``: hexadecimal bytes, the first of which is XORed into the others."""
    try:
        key, *rest = bytes.fromhex(cipher)
    except ValueError:  # no cipher at all
        return ""
    return bytes(byte ^ key for byte in rest).decode("latin-1")


def is_author(tag: Tag) -> bool:
    """Whether an element names who wrote or made something."""
    if tag.name == "meta":
        return str(tag.get("name") or tag.get("property") or tag.get("itemprop") or "").lower() in _AUTHOR_METAS
    properties = {word.lower() for word in _words(tag, "itemprop")}
    return "author" in _words(tag, "rel") or bool(OF_PERSONS & properties)


def is_card(tag: Tag) -> bool:
    """Whether an element may be a person's card in microdata, RDFa or as an hCard."""
    return _is_person(tag) or bool({"vcard", "h-card", "hcard"} & _words(tag, "class"))


def is_persons_card(card: Tag) -> bool:
    """Whether a card is a person's. Takes time in proportion to what is in it."""
    return _is_person(card) or not _is_organisation_card(card)


def _is_person(tag: Tag) -> bool:
    kinds = f"{tag.get('itemtype', '')} {tag.get('typeof', '')}".split()
    return any(re.split(r"[/:#]", kind)[-1] == "Person" for kind in kinds)


def _is_organisation_card(tag: Tag) -> bool:
    """Whether an hCard is an organisation's (its name is both ``fn`` and ``org``), or nothing but a postal address."""
    parts = [tag, *tag.find_all(True)]
    if any({"fn", "org"} <= _words(part, "class") or {"p-name", "p-org"} <= _words(part, "class") for part in parts):
        return True
    is_postal = any({"adr", "p-adr", "h-adr"} & _words(part, "class") for part in parts)
    return is_postal and not any(_CARD_PARTS & _words(part, "class") for part in parts)


def is_card_part(tag: Tag) -> bool:
    """Whether an element is a person's name, photograph, address or number on an hCard."""
    return bool(_CARD_PARTS & _words(tag, "class"))


def is_heading(tag: Tag) -> bool:
    """Whether an element is a heading of any level."""
    return tag.name in _HEADINGS


def is_section_heading(tag: Tag) -> bool:
    """Whether a heading begins another section: one that is two to four capitalised words may be the person's name.

    Unless it links somewhere else than to a person's page: the name of the next cluster in a list does.
    """
    if not is_heading(tag):
        return False
    words = tag.get_text(" ").split()
    may_be_name = 2 <= len(words) <= 4 and all(word[0].isupper() for word in words)
    links = [str(link["href"]) for link in [tag, *tag.find_all("a")] if link.get("href")] if may_be_name else []
    return not may_be_name or any(not _PERSONS_PAGE.match(link) for link in links)
