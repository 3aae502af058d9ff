"""Pages that are read again and say less: an edit is believed, a changed layout is not.

A layout does not change on one page: a field that many lose at once is a doubt about the network. And as a night may read few
pages, each of them is also looked at by itself. A page that is doubted counts as one that could not be read: its record keeps its
last good values until the page is believed again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from connectors.contract import ParsedProfile
from connectors.network import Expectations
from sync.normalise.eras import IMPORTED
from sync.normalise.texts import says_nothing
from sync.privacy.addresses import redact
from warehouse.rows import Finding, RecordInput

Unit = tuple[str, str]
"""Source key and era: what one generation of the network's site says of one cluster."""

_FOLLOWERS = frozenset(("domain", "founded_precision", "longitude", "nuts2", "staff_max"))
"""Fields read from the same words as another one: with it they are one loss, and without it the words still stand there."""
_NEVER_LOST = frozenset(("name", "organisation_type"))
"""A page without a name is none, and what kind of body it is may stand in network.toml."""
_FEW = 3
"""Fields that a page must have lost to be another page; clusters do empty one or two."""


@dataclass(frozen=True)
class Drift:
    """What the pages that were read again have lost.

    Arguments:
        doubted: source keys of records that are to keep their last good values.
        pages_changed: pages that lost so much that they are not the expected ones.
        doubts: reasons to hold the run, as sentences.
    """

    doubted: frozenset[str]
    pages_changed: int
    findings: tuple[Finding, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class _Again:
    """One page that was read before and is read again.

    Arguments:
        had: fields with a value before.
        has: fields with a value now.
        words: field -> what stands there now and is not understood.
        labels: unread labels that were not there before.
    """

    page: ParsedProfile
    had: frozenset[str]
    has: frozenset[str]
    words: Mapping[str, tuple[str, ...]]
    labels: tuple[str, ...]

    @property
    def counted(self) -> frozenset[str]:
        """Fields that count, each for words of its own."""
        return self.had - _FOLLOWERS - _NEVER_LOST

    @property
    def lost(self) -> tuple[str, ...]:
        """Of these the ones that it no longer says."""
        return tuple(sorted(self.counted - self.has))

    def is_other_page(self, loses_at_most: float) -> bool:
        """Whether it has lost more than an edit takes away: so many fields, and such a share (0 to 1) of them."""
        return len(self.lost) >= _FEW and len(self.lost) > loses_at_most * len(self.counted)

    @property
    def is_renamed(self) -> bool:
        """Whether what it no longer says may stand there in words that nobody knows yet."""
        return bool((self.lost and self.labels) or (self.had - self.has) & self.words.keys())


def examine(
    network: str,
    pages: Sequence[ParsedProfile],
    records: Collection[RecordInput],
    said_before: Mapping[Unit, frozenset[str]],
    labels_before: Mapping[str, Set[str]],
    expect: Expectations,
) -> Drift:
    """Compare what was read now with what the same pages said when they were last believed.

    Arguments:
        pages: that were parsed in this reading, of the network's own.
        records: what they make together.
        said_before: the ClusterProfile fields with a value, of what stands in the warehouse.
        labels_before: source key -> its unread labels when it was last believed.
    """
    every, most = _again(pages, records, said_before, labels_before), expect.page_loses_at_most
    needed = {one.page.source_key for one in every if one.is_other_page(most) or one.is_renamed}
    again = [one for one in every if one.page.source_key not in expect.may_lose]
    other = [one for one in again if one.is_other_page(most)]
    renamed = [one for one in again if one.is_renamed and not one.is_other_page(most)]
    return Drift(
        doubted=frozenset(one.page.source_key for one in (*other, *renamed)),
        pages_changed=len({one.page.page_digest for one in other}),
        findings=(
            *(_other_page(network, one) for one in other),
            *(finding for one in renamed for finding in _other_words(network, one)),
            *(_idle_exception(network, key) for key in expect.may_lose if key not in needed),
        ),
        doubts=tuple(_lost_by_many(again, expect)),
    )


def thinner(
    fill: Mapping[str, float],
    profiles: int,
    filled_before: Sequence[frozenset[str]],
    keeps_at_least: float,
    expect: Expectations,
) -> Iterator[str]:
    """Reasons to hold a run in which a field is rarer than in the last good one, as sentences.

    Arguments:
        fill: ClusterProfile field -> share (0 to 1) of the ``profiles`` of this run that have a value.
        filled_before: of each record of the last good run, the fields with a value.
        keeps_at_least: of its earlier share, what a field must keep.
    """
    counts = Counter(field for fields in filled_before for field in fields)
    for field, count in sorted(counts.items()):
        before, now = count / len(filled_before), fill.get(field, 0.0)
        if now < keeps_at_least * before and (before - now) * profiles >= expect.field_lost_from:
            yield (
                f"wanted {field} in at least {keeps_at_least * before:.1%} of profiles ({keeps_at_least:.0%} of its share in the "
                f"last good run), found it in {now:.1%}"
            )


def _again(
    pages: Iterable[ParsedProfile],
    records: Collection[RecordInput],
    said_before: Mapping[Unit, frozenset[str]],
    labels_before: Mapping[str, Set[str]],
) -> list[_Again]:
    has: defaultdict[Unit, set[str]] = defaultdict(set)
    words: defaultdict[Unit, dict[str, tuple[str, ...]]] = defaultdict(dict)
    read = {record.profile.source_key for record in records}
    for record in records:
        for claim in record.claims:
            unit = record.profile.source_key, claim.era
            if claim.value is not None:
                has[unit].add(claim.field)
            elif not all(map(says_nothing, claim.printed)):  # "n/a" is an empty field, and no riddle
                words[unit][claim.field] = claim.printed
    by_unit: dict[Unit, ParsedProfile] = {}
    labels: defaultdict[Unit, dict[str, None]] = defaultdict(dict)
    for page in pages:
        unit = page.source_key, page.era
        if page.source_key in read and unit in said_before and page.era != IMPORTED:
            by_unit.setdefault(unit, page)
            known = labels_before.get(page.source_key, frozenset())
            labels[unit].update(dict.fromkeys(label for label in map(redact, page.unread_labels) if label not in known))
    return [
        _Again(page, said_before[unit], frozenset(has[unit]), words[unit], tuple(labels[unit])) for unit, page in by_unit.items()
    ]


def _other_page(network: str, one: _Again) -> Finding:
    because = (
        f"wanted a page that says {len(one.counted)} things as before, found {len(one.lost)} of them missing "
        f"({', '.join(one.lost)}); its last good values stand"
    )
    return _finding(network, one, "page lost values", because)


def _other_words(network: str, one: _Again) -> Iterator[Finding]:
    lost = ", ".join(one.lost)
    for label in one.labels if one.lost else ():
        because = (
            f"wanted {lost} as before, found none, and the label {label!r} that was not there before; the last good values stand "
            "until the phrasebook knows the label, or ignores it"
        )
        yield _finding(network, one, "label may be renamed", because, lost, label)
    for field in sorted((one.had - one.has) & one.words.keys()):
        because = f"wanted {field} as before, found words that are not understood; the last good values stand until they are"
        yield _finding(network, one, "words no longer understood", because, field, one.words[field][0])


def _idle_exception(network: str, key: str) -> Finding:
    because = f"wanted {key!r} to lose values, as `may_lose` allows, found that it lost none; take it out there"
    return Finding("exception no longer needed", because, network, "may_lose", source_key=key)


def _finding(network: str, one: _Again, kind: str, because: str, field: str | None = None, printed: str | None = None) -> Finding:
    return Finding(kind, because, network, field, printed, one.page.source_key, one.page.url)


def _lost_by_many(again: Iterable[_Again], expect: Expectations) -> Iterator[str]:
    had: Counter[str] = Counter()
    has: Counter[str] = Counter()
    for one in again:
        had.update(one.had)
        has.update(one.had & one.has)
    for field, count in sorted(had.items()):
        if count >= expect.field_lost_from and count - has[field] > expect.field_lost_at_most * count:
            yield f"wanted {field} still in most of the {count} profiles read again that had it, found it in {has[field]}"
