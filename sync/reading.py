"""One network's part of a run: read it, normalise what it prints, and say whether to believe it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from structlog.typing import FilteringBoundLogger

from connectors.contract import Connector, PageChanged, ParsedProfile
from connectors.network import Expectations, Network
from sync.crawl import Crawl, Fetches, Reading, Store
from sync.fetch import BudgetSpent, Refused, Unreachable
from sync.normalise.eras import merge_eras, merge_findings
from sync.normalise.profile import normalise
from sync.normalise.readings import Normalised
from sync.verdict import Evidence, ceilings, doubts
from warehouse.profile import ClusterProfile
from warehouse.rows import Finding, NetworkRun, Outcome, PageMemory, RecordInput


@dataclass(frozen=True)
class Before:
    """What the warehouse knew of a network before the run.

    Arguments:
        pages: remembered pages, by address.
        filled: source key -> the ClusterProfile fields that have a value.
        last_good: number of records of the last good run; None: there was none.
    """

    pages: Mapping[str, PageMemory]
    filled: Mapping[str, frozenset[str]]
    last_good: int | None


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
    progress: Callable[[int, int], None],
    log: FilteringBoundLogger,
) -> tuple[NetworkRun, Crawl]:
    """Read one network and judge the reading; never raises for what the network does.

    Arguments:
        is_full: ask for every page anew, whatever is remembered.
        progress: called with (profile pages done, profile pages known of so far).
        log: hears of faults of ours.
    """
    started_at = now()
    reading = Reading(connector, fetcher, store, before.pages, now, is_full=is_full, progress=progress)
    crawl = reading.crawl
    outcome, because = Outcome.COMPLETE, ""
    records: list[RecordInput] = []
    findings: list[Finding] = []
    try:
        reading.run()
        records, findings = normalise_all(network, crawl.profiles, started_at.date())
    except Refused as refused:
        outcome, because = Outcome.REFUSED, str(refused)
    except Unreachable as trouble:
        outcome, because = Outcome.FAILED, str(trouble)
    except (PageChanged, BudgetSpent) as doubt:
        outcome, because = Outcome.HELD, str(doubt)
    except Exception as fault:
        # A fault of ours on one network must not cost the others their night; the journal has the traceback.
        log.exception("reading crashed", network=network.facts.name)
        outcome, because = Outcome.FAILED, f"our own program failed on it, see the journal: {type(fault).__name__}: {fault}"
    findings = [*crawl.findings, *findings]
    if outcome is Outcome.COMPLETE:
        evidence = _evidence(crawl, records, before)
        findings.extend(ceilings(evidence, expect, network.facts.name))
        reasons = doubts(evidence, expect, network.facts.canaries, keeps_at_least)
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
        pages=tuple(crawl.pages.values()),
        unchanged_keys=frozenset(crawl.unchanged_keys),
        unread_keys=frozenset(crawl.unread_keys),
    )
    return run, crawl


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


def _evidence(crawl: Crawl, records: list[RecordInput], before: Before) -> Evidence:
    read: dict[str, ClusterProfile] = {record.profile.source_key: record.profile for record in records}
    kept = crawl.unchanged_keys | crawl.unread_keys
    listed = frozenset(read) | frozenset(kept)
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
        fill={field: count / len(listed) for field, count in counts.items()},
        read=read,
        listed=listed,
        last_good=before.last_good,
    )
