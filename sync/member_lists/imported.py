"""What was imported stays beside what is crawled: a member list is one more page of its network, of a generation of its own,
and a saved page is a page of its network until the network itself is read at its address.

A record says what its pages say together. So a nightly run reads the stored imports again for each record whose pages it reads,
and an import reads the stored pages again for each record that it brings; neither undoes the other, and a record is missing only
where neither the network's pages nor its imports name it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from connectors import registry
from connectors.contract import Connector, PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from connectors.network import Network
from sync.capture import CaptureDamaged, CaptureMissing
from sync.crawled import Crawl
from sync.member_lists.columns import Headings
from sync.member_lists.rows import Members, members_of, profiles_of, stored_table
from warehouse.rows import Finding, PageMemory

KIND = "import"
"""The kind of a remembered page that is a stored member list."""
SAVED = "saved profile"
"""The kind of a remembered profile page that somebody saved and that the network itself was not read at since."""
KINDS = frozenset((KIND, SAVED))
Connect = Callable[[str, str], Connector]
"""A network's connector, for pages that were read at a scheme and host: ``registry.connector``."""


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


def lists(pages: Iterable[PageMemory]) -> tuple[PageMemory, ...]:
    """Those of remembered imports that are member lists."""
    return tuple(page for page in pages if page.kind == KIND)


def beside(imports: Iterable[PageMemory], read: Collection[str]) -> tuple[PageMemory, ...]:
    """The imports that still stand once the network was read at these addresses."""
    return tuple(page for page in imports if page.url not in read)


def keys_of(pages: Iterable[PageMemory]) -> frozenset[str]:
    """The records that these pages name."""
    return frozenset(key for page in pages for key in page.source_keys)


def reread(
    page: PageMemory, network: Network, store: Bodies, connect: Connect = registry.connector
) -> tuple[list[ParsedProfile], list[Finding]]:
    """A stored list or page, read with today's phrasebook and parser.

    Raises CaptureMissing or CaptureDamaged where its bytes are not there, or not as they were; PageChanged for a page that can
    no longer be read as a profile.
    """
    if page.kind != KIND:
        request = PageRequest(page.url, PageKind.PROFILE, carried=page.carried)
        raw = RawPage(request, store.get(page.digest), page.digest, page.fetched_at, page.charset, page.final_url)
        return list(connect(network.facts.name, origin(page.final_url)).parse(raw)), []
    table = stored_table(store.get(page.digest))
    columns = Headings(network.phrasebook, chosen(page.url)).columns(table)
    members: Members = members_of(table, columns, network.facts.name)
    return profiles_of(members, network.facts, page.digest)


def origin(url: str) -> str:
    """Scheme and host: the page was read from there, wherever the network is read from today."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def read_beside(
    network: Network, store: Bodies, imports: Iterable[PageMemory], named_before: frozenset[str], crawl: Crawl
) -> tuple[list[ParsedProfile], list[Finding]]:
    """What imported lists and pages say of the records whose pages a crawl has read, or has found gone.

    The records that nothing else names are added to the crawl's unread ones.

    Arguments:
        imports: remembered lists and saved pages, the latest first. A page at an address that the crawl has read counts no more.
        named_before: records that the network's own pages named before this crawl.
    """
    fresh = {profile.source_key for profile in crawl.profiles}
    known = crawl.named_keys
    wanted = fresh | (named_before - known)
    profiles: list[ParsedProfile] = []
    findings = []
    keys: set[str] = set()
    for page in beside(imports, crawl.pages):
        keys.update(page.source_keys)
        if wanted.isdisjoint(page.source_keys):
            continue
        try:
            rows, _ = reread(page, network, store)
        except (CaptureMissing, CaptureDamaged, PageChanged) as trouble:
            findings.append(not_read_again(page, network, trouble, "the network's pages"))
            continue
        profiles += [row for row in rows if row.source_key in wanted]
    crawl.unread_keys |= keys - known - {profile.source_key for profile in profiles}
    return profiles, findings


def read_touched(
    pages: Iterable[PageMemory],
    touched: Iterable[str],
    network: Network,
    store: Bodies,
    connect: Connect,
    findings: list[Finding],
) -> tuple[list[PageMemory], list[ParsedProfile]]:
    """Pages and lists to remember beside an import, and what those print that name records which the import touches.

    One of the network's own pages that cannot be read again is forgotten: then the next nightly run asks for it, and its word
    comes back. For an import nobody would ask: it stays, and its word is not heard now.

    Arguments:
        findings: told of what could not be read again.
    """
    wanted = frozenset(touched)
    remembered: list[PageMemory] = []
    profiles: list[ParsedProfile] = []
    for page in pages:
        if (page.kind in KINDS or page.kind == PageKind.PROFILE) and not wanted.isdisjoint(page.source_keys):
            try:
                found, _ = reread(page, network, store, connect)
            except (CaptureMissing, CaptureDamaged, PageChanged) as trouble:
                findings.append(not_read_again(page, network, trouble, "the import"))
                remembered += [page] if page.kind in KINDS else []
                continue
            profiles += [profile for profile in found if profile.source_key in wanted]
        remembered.append(page)
    return remembered, profiles


def not_read_again(page: PageMemory, network: Network, trouble: Exception, other: str) -> Finding:
    """That a page or list could not be read again beside something else."""
    name = network.facts.name
    if page.kind == KIND:
        why = f"wanted the list {page.url} to read it again beside {other}, found that it is no longer stored; import it again"
        return Finding("list not stored", why, network=name, url=page.url)
    mend = "import it again" if page.kind == SAVED else "the next sync reads it anew"
    why = f"wanted to read the stored page again beside {other}, found: {trouble}; {mend}"
    return Finding("page not read again", why, network=name, url=page.url)
