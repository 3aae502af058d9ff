"""The truth beside the replicas: what a perfect reader would store from each page, computed from the facts, never by reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

EXTRACT_LENGTH = 300
MEMBERS = "members_"
"""The counts of members begin with it."""

ERAS = {"eccp": ("d7", "d9"), "tci": ("",), "eca": ("",), "clusters_of_sweden": ("sv", "en")}
"""Network -> generations of its pages, oldest first; for Clusters of Sweden languages: where both say something, English wins."""

RecordKey = tuple[str, str]
"""Network and source key."""


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
    """What a network says of one record when the pages of both eras are put together: the newer era wins."""

    source_key: str
    organisation: str
    facts: Mapping[str, object]
    pages: tuple[TruthPage, ...]


def records(pages: Iterable[TruthPage], network: str = "eccp", eras: Sequence[str] | None = None) -> dict[str, TruthRecord]:
    """Source key -> record of one network.

    Arguments:
        pages: of any networks; those of the others are passed over.
        eras: oldest first; None: those of ``ERAS``.
    """
    order = eras if eras is not None else ERAS[network]
    of_key: defaultdict[str, list[TruthPage]] = defaultdict(list)
    for page in sorted((page for page in pages if page.network == network), key=lambda page: order.index(page.era)):
        of_key[page.source_key].append(page)
    return {key: TruthRecord(key, same[0].organisation, _merged(same), tuple(same)) for key, same in of_key.items()}


def _merged(pages: Sequence[TruthPage]) -> dict[str, object]:
    """The pages' facts, oldest page first: the newer one's value wins, counts of members as a whole (they are of one day);
    texts are kept for every language that has one."""
    counts = [page.facts for page in pages if any(field.startswith(MEMBERS) for field in page.facts)][-1:]
    facts = {field: value for page in pages for field, value in page.facts.items() if not field.startswith(MEMBERS)}
    facts |= {field: value for newest in counts for field, value in newest.items() if field.startswith(MEMBERS)}
    texts = [page.facts.get("extracts") for page in pages]
    extracts = {language: text for found in texts if isinstance(found, Mapping) for language, text in found.items()}
    return facts | ({"extracts": extracts} if extracts else {})


def same_organisation(pages: Iterable[TruthPage]) -> list[frozenset[RecordKey]]:
    """The (network, source key) pairs of each organisation, one set an organisation, also where it is a single pair."""
    keys: defaultdict[str, set[RecordKey]] = defaultdict(set)
    for page in pages:
        keys[page.organisation].add((page.network, page.source_key))
    return [frozenset(found) for found in keys.values()]


def extract(text: str) -> str:
    """At most 300 characters of a text, cut between words, with an ellipsis where something was left out."""
    if len(text) <= EXTRACT_LENGTH:
        return text
    return text[: text.rindex(" ", 0, EXTRACT_LENGTH)].rstrip(" ,;•") + "…"
