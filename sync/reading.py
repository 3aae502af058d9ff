"""One network's part of a run: read it, normalise what it prints, and say whether to believe it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from structlog.typing import FilteringBoundLogger

from connectors.contract import Connector, PageChanged, PageKind, ParsedProfile
from connectors.network import Expectations, Network
from sync import imported
from sync.capture import CannotStore
from sync.crawl import Reading
from sync.crawled import Crawl, Fetches, Store
from sync.fetch import BudgetSpent, Refused, Unreachable
from sync.normalise.eras import merge_eras, merge_findings
from sync.normalise.profile import normalise
from sync.normalise.readings import Normalised
from sync.privacy_run import impersonal
from sync.stopping import Stopped
from sync.verdict import Evidence, ceilings, doubts
from warehouse.rows import Finding, NetworkRun, Outcome, PageMemory, RecordInput


@dataclass(frozen=True)
class Before:
    """What the warehouse knew of a network before the run.

    Arguments:
        pages: remembered pages of the network itself, by address.
        filled: source key -> the ClusterProfile fields that have a value.
        last_good: number of records of the last good run; None: there was none.
        imports: remembered lists that were imported, the latest first.
    """

    pages: Mapping[str, PageMemory]
    filled: Mapping[str, frozenset[str]]
    last_good: int | None
    imports: tuple[PageMemory, ...] = ()

    @property
    def page_keys(self) -> frozenset[str]:
        """The records that the network's own pages name."""
        return imported.keys_of(page for page in self.pages.values() if page.kind == PageKind.PROFILE)

    @property
    def last_good_crawl(self) -> int | None:
        """Number of records that the network's own pages named in the last good run; None: they never did."""
        return (len(self.page_keys) or None) if self.imports else self.last_good


def read_network(
    network: Network,
    connector: Connector,
    fetcher: Fetches,
    store: Store,
    before: Before,
    *,
    expect: Expectations,
    keeps_at_least: float,
    now: Callable[[], datetime],
    is_full: bool,
    is_stopping: Callable[[], bool],
    progress: Callable[[int, int], None],
    log: FilteringBoundLogger,
) -> tuple[NetworkRun, Crawl]:
    """Read one network and judge the reading; never raises for what the network does.

    Raises:
        CannotStore: for what the disk does.
        Stopped: when told to stop; what was read by then is no reading of the network.

    Arguments:
        is_full: ask for every page anew, whatever is remembered.
        is_stopping: whether to end after the current page.
        progress: called with (profile pages done, profile pages known of so far).
        log: hears of faults of ours.
    """
    started_at = now()
    reading = Reading(
        connector, fetcher, store, before.pages, now, log, is_full=is_full, is_stopping=is_stopping, progress=progress
    )
    crawl = reading.crawl
    outcome, because = Outcome.COMPLETE, ""
    kept: frozenset[str] = frozenset()
    records: list[RecordInput] = []
    findings: list[Finding] = []
    try:
        reading.run()
        named = crawl.named_keys
        rows, lost = imported.read_beside(network, store, before.imports, before.page_keys, crawl)
        records, findings = normalise_all(network, [*crawl.profiles, *rows], started_at.date())
        findings += lost
        crawl.set_aside({profile.source_key for profile in crawl.profiles} - {one.profile.source_key for one in records})
        kept = frozenset(crawl.unchanged_keys | crawl.unread_keys) & named
    except Refused as refused:
        outcome, because = Outcome.REFUSED, str(refused)
    except Unreachable as trouble:
        outcome, because = Outcome.FAILED, str(trouble)
    except (PageChanged, BudgetSpent) as doubt:
        outcome, because = Outcome.HELD, str(doubt)
    except (CannotStore, Stopped):  # no network could be read now
        raise
    except Exception as fault:
        # A fault of ours on one network must not cost the others their night; the journal has the traceback.
        log.exception("reading crashed", network=network.facts.name)
        outcome, because = Outcome.FAILED, f"our own program failed on it, see the journal: {type(fault).__name__}: {fault}"
    findings = [*crawl.findings, *findings]
    if outcome is Outcome.COMPLETE:
        evidence = _evidence(crawl, records, kept, before)
        findings.extend(ceilings(evidence, expect, network.facts.name))
        reasons = crawl.doubts + doubts(evidence, expect, network.facts.canaries, keeps_at_least)
        if reasons:
            outcome, because = Outcome.HELD, "; ".join(reasons)
    run = NetworkRun(
        network=network.facts.name,
        outcome=outcome,
        because=because,
        started_at=started_at,
        ended_at=now(),
        pages_fetched=crawl.requests,
        pages_unchanged=crawl.pages_unchanged,
        pages_changed=crawl.pages_changed,
        records=tuple(records),
        findings=tuple(findings),
        pages=(*crawl.pages.values(), *before.imports),
        unchanged_keys=frozenset(crawl.unchanged_keys),
        unread_keys=frozenset(crawl.unread_keys),
    )
    return impersonal(run), crawl


def normalise_all(network: Network, profiles: list[ParsedProfile], today: date) -> tuple[list[RecordInput], list[Finding]]:
    """The records that the profiles make, one a source key, and all findings."""
    by_key: defaultdict[str, list[tuple[str, Normalised]]] = defaultdict(list)
    findings: list[Finding] = []
    for parsed in profiles:
        findings.extend(_unread_labels(network.facts.name, parsed))
        by_key[parsed.source_key].append((parsed.era, normalise(parsed, network, today=today)))
    records = []
    for _, pages in sorted(by_key.items()):
        findings.extend(merge_findings([page for _, page in pages]))
        if any(page.profile is not None for _, page in pages):
            records.append(merge_eras(network, pages))
    return records, findings


def _unread_labels(network: str, parsed: ParsedProfile) -> list[Finding]:
    return [
        Finding(
            "unread label",
            f"the phrasebook does not know the label {label!r}",
            network=network,
            printed=label,
            source_key=parsed.source_key,
            url=parsed.url,
        )
        for label in parsed.unread_labels
    ]


def _evidence(crawl: Crawl, records: list[RecordInput], kept: frozenset[str], before: Before) -> Evidence:
    """What the network's own pages show; an imported list does not make up for pages that are not there.

    Arguments:
        kept: records that the network lists and that were not read anew.
    """
    fresh = {profile.source_key for profile in crawl.profiles}
    read = {record.profile.source_key: record.profile for record in records if record.profile.source_key in fresh}
    listed = frozenset(read) | kept
    filled = [frozenset(name for name, value in profile if value not in (None, (), {})) for profile in read.values()]
    filled += [before.filled.get(key, frozenset()) for key in kept]
    counts: defaultdict[str, int] = defaultdict(int)
    for fields in filled:
        for field in fields:
            counts[field] += 1
    return Evidence(
        profiles=len(listed),
        profile_pages=crawl.profile_pages,
        pages_changed=crawl.pages_changed,
        pages_unread=crawl.pages_unread,
        unread=frozenset(crawl.unread_keys),
        fill={field: count / len(listed) for field, count in counts.items()},
        read=read,
        listed=listed,
        last_good=before.last_good_crawl,
    )
