"""Today's parser over the stored captures: what would differ, without asking the network for anything."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from connectors import registry
from connectors.contract import PageChanged, PageKind, ParsedProfile
from connectors.network import Network
from sync.member_lists import imported
from sync.member_lists.imported import Bodies
from sync.reading import normalise_all
from warehouse import ledger
from warehouse.rows import Finding, PageMemory, RecordInput
from warehouse.state import State
from warehouse.stored import stored_text


@dataclass(frozen=True)
class Difference:
    """One field of one record that today's parser reads differently.

    Arguments:
        old, new: JSON values; None: nothing.
    """

    source_key: str
    field: str
    old: object
    new: object


@dataclass(frozen=True)
class Replay:
    """What today's parser makes of a network's captures."""

    network: str
    pages: int
    records: tuple[RecordInput, ...]
    findings: tuple[Finding, ...]
    differences: tuple[Difference, ...]
    no_longer_read: tuple[str, ...]
    """Source keys in the warehouse that no capture yields any more."""


@dataclass
class Stored:
    """What today's parser makes of stored pages; filled as they are read.

    Arguments:
        profiles: what the network's own pages print.
        rows: what imported lists print, the latest list first.
        keys: address of a page -> the records that are read from it now.
        pages_changed: addresses of pages that are not the expected ones.
    """

    profiles: list[ParsedProfile] = field(default_factory=list)
    rows: list[ParsedProfile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pages_changed: list[str] = field(default_factory=list)


def replay(state: State, network: Network, store: Bodies, today: date) -> Replay:
    """Parse the network's remembered profile pages and imports anew, and compare with what the warehouse holds.

    Changes nothing.

    Raises:
        CaptureMissing, CaptureDamaged: a page's bytes are not there, or not as they were stored.
    """
    name = network.facts.name
    remembered = ledger.remembered_pages(state, name).values()
    stored = parse_stored(network, remembered, store)
    records, findings, _ = normalise_all(network, [*stored.rows, *stored.profiles], today)
    held = ledger.profiles(state, name)
    return Replay(
        network=name,
        pages=sum(page.kind in (*imported.KINDS, PageKind.PROFILE) for page in remembered),
        records=tuple(records),
        findings=(*stored.findings, *findings),
        differences=tuple(_differences(records, held)),
        no_longer_read=tuple(sorted(held.keys() - {record.profile.source_key for record in records})),
    )


def parse_stored(network: Network, remembered: Iterable[PageMemory], store: Bodies) -> Stored:
    """Parse stored profile pages and imported lists with today's parser; pages of other kinds are left alone.

    Raises:
        CaptureMissing, CaptureDamaged: a page's bytes are not there, or not as they were stored.
    """
    stored = Stored()
    name = network.facts.name
    pages = list(remembered)
    # Of two lists the later one's word comes first, as when they were imported.
    for page in sorted(pages, key=lambda page: page.fetched_at, reverse=True):
        if page.kind == imported.KIND:
            rows, found = imported.reread(page, network, store)
            stored.rows.extend(rows)
            stored.findings.extend(found)
    # Of two pages of one generation the network's own comes first, as when they were read.
    for page in sorted(pages, key=lambda page: (page.kind == imported.SAVED, page.url)):
        if page.kind not in (PageKind.PROFILE, imported.SAVED):
            continue
        try:
            profiles, _ = imported.reread(page, network, store, registry.connector)
        except PageChanged as trouble:
            stored.findings.append(Finding("page changed", str(trouble), network=name, url=page.url))
            stored.pages_changed.append(page.url)
        else:
            stored.profiles.extend(profiles)
            stored.keys[page.url] = tuple(profile.source_key for profile in profiles)
    return stored


def _differences(records: list[RecordInput], held: dict[str, dict[str, object]]) -> list[Difference]:
    found = []
    for record in records:
        key = record.profile.source_key
        new, old = json.loads(stored_text(record.profile)), held.get(key, {})
        found += [
            Difference(key, field, old.get(field), new.get(field))
            for field in sorted(old.keys() | new.keys())
            if field != "url" and old.get(field) != new.get(field)
        ]
    return found
