"""Atom feeds (RFC 4287): what a feed reader is told, whoever asks, the command line or the staff page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from xml.etree.ElementTree import Element, SubElement, indent, tostring

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
AUTHORITY = "tag:clustersofsweden.com,2026:clusterbridge"
"""RFC 4151: the association for which this is made names what feeds tell, whoever runs the program. Never to be altered."""
XML_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (and a carriage return, which a reader would take for a line end)."""


@dataclass(frozen=True)
class Entry:
    """One thing that a feed tells.

    Arguments:
        id: its name for ever.
        updated: with a time zone; of what happened on a day, the day's beginning.
        category: what sort of thing it is; empty: none.
        link: where a person reads more; None: nowhere.
    """

    id: str
    title: str
    updated: datetime
    content: str
    category: str = ""
    link: str | None = None


def feed(
    id: str,
    title: str,
    updated: datetime,
    entries: Iterable[Entry],
    *,
    own: str | None = None,
    page: str | None = None,
    language: str | None = None,
) -> Element:
    """A feed with its entries in the order given. Texts are texts: nothing in them is markup.

    Arguments:
        updated: with a time zone.
        own: the address that the feed is read at; page: that of the page which shows the same to people.
        language: of its texts (ISO 639-1).
    """
    root = Element("feed", {"xmlns": ATOM} | ({f"{XML_NAMESPACE}lang": language} if language else {}))
    SubElement(root, "id").text = id
    SubElement(root, "title").text = title
    SubElement(root, "updated").text = _moment(updated)
    SubElement(SubElement(root, "author"), "name").text = "clusterbridge"
    for rel, address in (("self", own), ("alternate", page)):
        if address:
            SubElement(root, "link", rel=rel, href=address)
    for one in entries:
        entry = SubElement(root, "entry")
        SubElement(entry, "id").text = one.id
        SubElement(entry, "title").text = one.title
        SubElement(entry, "updated").text = _moment(one.updated)
        if one.category:
            SubElement(entry, "category", term=one.category)
        if one.link:
            SubElement(entry, "link", rel="alternate", href=one.link)
        SubElement(entry, "content", type="text").text = one.content
    return root


def as_bytes(root: Element) -> bytes:
    """The feed as a document in UTF-8, without characters that XML cannot hold."""
    for element in root.iter():
        element.text = None if element.text is None else _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", element.text)
        for name, value in element.attrib.items():
            element.set(name, _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", value))
    indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").encode()


def on_day(day: date) -> datetime:
    """The moment at which a feed dates what happened on a day."""
    return datetime.combine(day, time(), UTC)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
