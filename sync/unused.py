"""What a network's folder says and nothing needs: entries of its phrasebook, corrections, exceptions. They expire, and say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set

from connectors.network import Network, entry
from sync.normalise.readings import Kind, shown
from sync.normalise.texts import fold
from warehouse.rows import Finding, PageMemory

NOT_USED = "phrasebook entry not used"


def idle(network: Network, pages: Iterable[PageMemory], listed: Set[str]) -> list[Finding]:
    """One finding for each entry of the phrasebook that no page prints, and for each correction whose record is gone.

    Judged over all pages as they stand, also those that were not read again: a night that reads few pages finds no more.

    Arguments:
        pages: all that is remembered of the network, imported lists too.
        listed: source keys of all records that the network names now.
    """
    return [*_unused(network, [page for page in pages if page.source_keys]), *_without_record(network, listed)]


def _unused(network: Network, pages: Collection[PageMemory]) -> list[Finding]:
    noted = [page.phrases for page in pages]
    if not noted or None in noted:  # a page that was read before anybody took note may print any of them
        return []
    # What the phrasebook did not know when a page was read, it may know now.
    labels = {entry(table, label) for page in pages for label in page.unread_labels for table in ("labels", "sections")}
    printed = {_folded(phrase) for phrase in labels.union(*(phrases or () for phrases in noted))}
    found = []
    for one in network.phrasebook.entries:
        if _folded(one) not in printed:
            table, _, words = one.partition(": ")
            because = f"wanted {shown(words)} of [{table}] on at least one page, found it on none; a guess that was wrong?"
            found.append(Finding(NOT_USED, because, network.facts.name, table, words))
    return found


def _folded(phrase: str) -> str:
    table, _, words = phrase.partition(": ")
    return entry(table, fold(words))


def _without_record(network: Network, listed: Set[str]) -> list[Finding]:
    return [
        Finding(
            Kind.NOT_NEEDED,
            f"wanted the record whose {one.printed!r} is corrected to {one.value!r} ({one.because}), found it listed no more",
            network.facts.name,
            one.field,
            one.printed,
            one.source_key,
        )
        for one in network.corrections
        if one.source_key not in listed
    ]
