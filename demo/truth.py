"""The truth beside the replicas: what a perfect reader would store from each page, computed from the facts, never by reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

EXTRACT_LENGTH = 300


@dataclass(frozen=True)
class TruthPage:
    """What one page says of one organisation.

    Arguments:
        network, path: where it is served.
        source_key: the network's own key of the record.
        era, markup: the generation of the site, and which of its markups the page is written in.
        organisation: id in ``organisations.jsonl``.
        facts: ClusterProfile field -> value in its JSON form. A field that the page does not print, and that does not follow
            from what it prints, is absent: whatever a reader stores there is invented. Identity (network, source_key, url) is
            not repeated. ``extracts`` holds the text as far as 300 characters; bullets and list marks may be read differently.
        printed: ClusterProfile field -> the page's own words that say so, whitespace collapsed. ``organisation_type`` follows
            from where the page stands, and has no words.
        generated: fields whose value was invented for the replica.
    """

    network: str
    path: str
    source_key: str
    era: str
    markup: str
    organisation: str
    facts: Mapping[str, object]
    printed: Mapping[str, tuple[str, ...]]
    generated: frozenset[str]


@dataclass(frozen=True)
class TruthRecord:
    """What a network says of one record when the pages of both eras are put together: the newer era wins field by field."""

    source_key: str
    organisation: str
    facts: Mapping[str, object]
    pages: tuple[TruthPage, ...]


def records(pages: Iterable[TruthPage], eras: Sequence[str] = ("d7", "d9")) -> dict[str, TruthRecord]:
    """Source key -> record. ``eras``: oldest first. Pages of several networks must not be mixed."""
    of_key: defaultdict[str, list[TruthPage]] = defaultdict(list)
    for page in sorted(pages, key=lambda page: eras.index(page.era)):
        of_key[page.source_key].append(page)
    return {key: TruthRecord(key, same[0].organisation, {k: v for page in same for k, v in page.facts.items()}, tuple(same))
            for key, same in of_key.items()}  # fmt: skip


def same_organisation(pages: Iterable[TruthPage]) -> list[frozenset[str]]:
    """The source keys of each organisation, one set an organisation, also where it is a single key."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        keys[page.organisation].add(page.source_key)
    return [frozenset(found) for found in keys.values()]


def extract(text: str) -> str:
    """At most 300 characters of a text, cut between words, with an ellipsis where something was left out."""
    if len(text) <= EXTRACT_LENGTH:
        return text
    return text[: text.rindex(" ", 0, EXTRACT_LENGTH)].rstrip(" ,;•") + "…"
