"""Today's parser over the stored captures: what would differ, without asking the network for anything."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from connectors.contract import PageChanged, PageKind, ParsedProfile
from connectors.network import Network
from sync import imported
from sync.crawled import Store
from sync.reading import normalise_all
from warehouse import ledger
from warehouse.rows import Finding, RecordInput
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


def replay(state: State, network: Network, store: Store, today: date) -> Replay:
    """Parse the network's remembered profile pages and imports anew, and compare with what the warehouse holds.

    Changes nothing.

    Raises:
        CaptureMissing, CaptureDamaged: a page's bytes are not there, or not as they were stored.
    """
    name = network.facts.name
    profiles: list[ParsedProfile] = []
    changed: list[Finding] = []
    remembered = ledger.remembered_pages(state, name).values()
    lists = [page for page in remembered if page.kind == imported.KIND]
    pages = [page for page in remembered if page.kind in (PageKind.PROFILE, imported.SAVED)]
    # Of two lists the later one's word comes first, as when they were imported.
    for page in sorted(lists, key=lambda page: page.fetched_at, reverse=True):
        rows, found = imported.reread(page, network, store)
        profiles.extend(rows)
        changed.extend(found)
    # Of two pages of one generation the network's own comes first, as when they were read.
    for page in sorted(pages, key=lambda page: (page.kind == imported.SAVED, page.url)):
        try:
            profiles.extend(imported.reread(page, network, store)[0])
        except PageChanged as trouble:
            changed.append(Finding("page changed", str(trouble), network=name, url=page.url))
    records, findings = normalise_all(network, profiles, today)
    held = ledger.profiles(state, name)
    return Replay(
        network=name,
        pages=len(pages) + len(lists),
        records=tuple(records),
        findings=(*changed, *findings),
        differences=tuple(_differences(records, held)),
        no_longer_read=tuple(sorted(held.keys() - {record.profile.source_key for record in records})),
    )


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
