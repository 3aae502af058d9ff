"""Sitemaps and sitemap indexes (https://www.sitemaps.org/protocol.html), as they are found rather than as they should be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree  # type: ignore[import-untyped]

from connectors.contract import PageChanged
from connectors.labels.words import collapse
from connectors.markup import strip_to_xml

_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One address of a sitemap: ``location`` as printed, ``changed_at`` timezone-aware or None where not said or not readable."""

    location: str
    changed_at: datetime | None


@dataclass(frozen=True)
class Sitemap:
    """A sitemap's entries; those of an index are sitemaps themselves."""

    is_index: bool
    entries: tuple[Entry, ...]


def read_sitemap(body: bytes) -> Sitemap:
    """Read a sitemap or a sitemap index.

    Entities are not expanded and nothing is loaded from elsewhere. Raises PageChanged where the bytes are something else, or
    hold no address; those after entities made to exhaust whoever expands them are not read.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(strip_to_xml(body).strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    name = _name(root)
    if name not in ("urlset", "sitemapindex"):
        found = f"a document of <{name}>" if name else f"{len(body):,} bytes that are no XML"
        raise PageChanged(f"wanted a sitemap (<urlset> or <sitemapindex>), found {found}")
    entries = tuple(entry for node in root if _name(node) in ("url", "sitemap") and (entry := _entry(node)))
    if not entries:
        odd = ", in a document that declares entities of its own; they are not expanded" if _ENTITY.search(body) else ""
        raise PageChanged(f"wanted addresses in the sitemap, found a <{name}> without a <loc>{odd}")
    return Sitemap(name == "sitemapindex", entries)


def _name(node: etree._Element | None) -> str:
    """An element's name without its namespace; empty for comments and for nothing."""
    return etree.QName(node).localname if node is not None and isinstance(node.tag, str) else ""


def _entry(node: etree._Element) -> Entry | None:
    texts = {_name(child): collapse("".join(child.itertext())) for child in node}
    return Entry(texts["loc"], read_time(texts.get("lastmod", ""))) if texts.get("loc") else None


def read_time(text: str) -> datetime | None:
    """A W3C date-time (``2026-04-04T08:00Z``, ``2026-04-04``), in UTC where it names no zone; None where it is none."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
