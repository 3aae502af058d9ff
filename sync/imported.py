"""What was imported stays beside what is crawled: a member list is one more page of its network, of a generation of its own.

A record says what its pages say together. So a nightly run reads the stored list again for each record whose pages it reads,
and an import reads the stored pages again for each record that it brings; neither undoes the other, and a record is missing only
where neither the network's pages nor its list name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from connectors.contract import ParsedProfile
from connectors.network import Network
from sync.capture import CaptureDamaged, CaptureMissing
from sync.columns import Headings
from sync.crawled import Crawl
from sync.member_rows import Members, members_of, profiles_of, stored_table
from warehouse.rows import Finding, PageMemory

KIND = "import"
"""The kind of a remembered page that is a stored member list."""


class Bodies(Protocol):
    """What reading again needs of the captures."""

    def get(self, digest: str) -> bytes:
        """The stored bytes."""
        ...


def address(name: str, digest: str, columns: Mapping[str, str], *, is_additional: bool) -> str:
    """The address under which a list is remembered: what it was called, which it is, and how it was asked to be read.

    Arguments:
        columns: heading -> printed field, as the operator said.
        is_additional: whether it is not the whole list.
    """
    query = [("digest", digest[:16])]
    query += [("additional", "yes")] if is_additional else []
    query += [("column", f"{heading}={field}") for heading, field in sorted(columns.items())]
    return f"file:{quote(name)}?{urlencode(query)}"


def chosen(url: str) -> dict[str, str]:
    """Heading -> printed field, as the operator said when a list was imported, from the address that it is remembered under."""
    said = [text.rpartition("=") for name, text in parse_qsl(urlsplit(url).query) if name == "column"]
    return {heading: field for heading, _, field in said}


def is_additional(page: PageMemory) -> bool:
    """Whether a remembered list was said not to be the whole one."""
    return ("additional", "yes") in parse_qsl(urlsplit(page.url).query)


def keys_of(pages: Iterable[PageMemory]) -> frozenset[str]:
    """The records that these pages name."""
    return frozenset(key for page in pages for key in page.source_keys)


def reread(page: PageMemory, network: Network, store: Bodies) -> tuple[list[ParsedProfile], list[Finding]]:
    """A stored list, read with today's phrasebook.

    Raises CaptureMissing or CaptureDamaged where its bytes are not there, or not as they were.
    """
    table = stored_table(store.get(page.digest))
    columns = Headings(network.phrasebook, chosen(page.url)).columns(table)
    members: Members = members_of(table, columns, network.facts.name)
    return profiles_of(members, network.facts, page.digest)


def read_beside(
    network: Network, store: Bodies, imports: Iterable[PageMemory], named_before: frozenset[str], crawl: Crawl
) -> tuple[list[ParsedProfile], list[Finding]]:
    """What imported lists say of the records whose pages a crawl has read, or has found gone.

    The records that nothing else names are added to the crawl's unread ones.

    Arguments:
        imports: remembered lists, the latest first.
        named_before: records that the network's own pages named before this crawl.
    """
    fresh = {profile.source_key for profile in crawl.profiles}
    known = crawl.named_keys
    wanted = fresh | (named_before - known)
    profiles: list[ParsedProfile] = []
    findings = []
    keys: set[str] = set()
    for page in imports:
        keys.update(page.source_keys)
        if wanted.isdisjoint(page.source_keys):
            continue
        try:
            rows, _ = reread(page, network, store)
        except (CaptureMissing, CaptureDamaged):
            why = f"wanted the list {page.url} to read it again beside the network's pages, found that it is no longer stored"
            findings.append(Finding("list not stored", f"{why}; import it again", network=network.facts.name, url=page.url))
            continue
        profiles += [row for row in rows if row.source_key in wanted]
    crawl.unread_keys |= keys - known - {profile.source_key for profile in profiles}
    return profiles, findings
