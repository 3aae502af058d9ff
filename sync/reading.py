"""One network's part of a run: read it, normalise what it prints, and say whether to believe it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from structlog.typing import FilteringBoundLogger

from connectors.contract import Connector, PageChanged, PageKind, ParsedProfile
from connectors.network import Expectations, Network
from sync import drift
from sync.capture import CannotStore
from sync.crawl import Reading
from sync.crawled import Crawl, Fetches, Notes
from sync.fetch import BudgetSpent, Refused, Unreachable
from sync.member_lists import imported
from sync.normalise.eras import merge_eras, merge_findings
from sync.normalise.profile import normalise
from sync.normalise.readings import Normalised
from sync.privacy.addresses import redact
from sync.privacy.run import impersonal
from sync.stopping import Stopped
from sync.unused import idle
from sync.verdict import Evidence, ceilings, doubts
from sync.withholding.pages import Rewrites, Withholding
from sync.withholding.run import left_out
from sync.withholding.suppression import NOTHING, Suppressions
from warehouse.rows import Doubted, Finding, NetworkRun, Outcome, PageMemory, RecordInput


@dataclass(frozen=True)
class Before:
    """What the warehouse knew of a network before the run.

    Arguments:
        pages: remembered pages of the network itself, by address.
        filled: source key -> the ClusterProfile fields that have a value.
        last_good: number of records of the last good run; None: there was none.
        imports: remembered lists and saved pages that were imported, the latest first.
        said: (source key, era) -> the ClusterProfile fields for which the pages of that generation have a value.
    """

    pages: Mapping[str, PageMemory]
    filled: Mapping[str, frozenset[str]]
    last_good: int | None
    imports: tuple[PageMemory, ...] = ()
    said: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    @property
    def crawl_filled(self) -> list[frozenset[str]]:
        """What each record that the network's own pages name has a value for."""
        return [fields for key, fields in self.filled.items() if not self.imports or key in self.page_keys]

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
    store: Rewrites,
    before: Before,
    *,
    kept_out: Suppressions = NOTHING,
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
        kept_out: what is neither asked for nor stored.
        is_full: ask for every page anew, whatever is remembered.
        is_stopping: whether to end after the current page.
        progress: called with (profile pages done, profile pages known of so far).
        log: hears of faults of ours.
    """
    started_at = now()
    withholding = Withholding(network, connector, fetcher, kept_out, started_at) if kept_out else None
    reading = Reading(
        withholding or connector,
        withholding or fetcher,
        store,
        before.pages,
        now,
        log,
        is_full=is_full,
        is_stopping=is_stopping,
        progress=progress,
    )
    crawl = reading.crawl
    outcome, because, doubted = Outcome.COMPLETE, "", None
    drifted: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()
    records: list[RecordInput] = []
    findings: list[Finding] = []
    try:
        reading.run()
        if withholding is not None:
            withholding.strip_guides(crawl, store)
        named = crawl.named_keys
        rows, lost = imported.read_beside(network, store, before.imports, before.page_keys, crawl)
        records, findings, notes = normalise_all(network, [*crawl.profiles, *rows], started_at.date())
        findings += lost
        crawl.note(notes)
        crawl.set_aside({page.source_key for page in crawl.profiles} - {one.profile.source_key for one in records}, before.pages)
        records, drifted = believed(network, crawl, records, before, expect)
        kept = frozenset(crawl.unchanged_keys | crawl.unread_keys) & named
    except Refused as refused:
        outcome, because = Outcome.REFUSED, refused.told(network.facts.name)
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
    findings = [*crawl.findings, *findings, *left_out(network.facts.name, len(withholding.met) if withholding else 0)]
    if outcome is Outcome.COMPLETE:
        evidence = evidence_of(crawl, records, kept, before)
        evidence = replace(evidence, withheld=len(withholding.met) if withholding else 0)
        canaries = tuple(one for one in network.facts.canaries if not kept_out.has_record(network.facts.name, one.source_key))
        findings.extend(ceilings(evidence, expect, network.facts.name))
        reasons = [*crawl.doubts, *drifted, *doubts(evidence, expect, canaries, keeps_at_least)]
        reasons += drift.thinner(evidence.fill, evidence.profiles, before.crawl_filled, keeps_at_least, expect)
        if reasons:
            outcome, because = Outcome.HELD, "; ".join(reasons)
            doubted = Doubted(
                reasons=tuple(reasons),
                unfinished=tuple(crawl.doubts),
                profile_pages=crawl.profile_pages,
                pages_unread=crawl.pages_unread,
                set_aside=tuple(crawl.pages_set_aside),
            )
    pages = (*crawl.pages.values(), *imported.beside(before.imports, crawl.pages))
    if outcome is Outcome.COMPLETE:
        findings.extend(idle(network, pages, crawl.named_keys | {record.profile.source_key for record in records}))
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
        pages=pages,
        unchanged_keys=frozenset(crawl.unchanged_keys),
        unread_keys=frozenset(crawl.unread_keys),
        doubted=doubted,
    )
    if withholding is not None:
        crawl.learnt, crawl.recognised_at = withholding.learnt, withholding.recognised_at
    return impersonal(run), crawl


def believed(
    network: Network, crawl: Crawl, records: list[RecordInput], before: Before, expect: Expectations
) -> tuple[list[RecordInput], tuple[str, ...]]:
    """The records without those whose pages have drifted, and reasons to hold the run, as sentences.

    The pages that drifted are set aside, and the crawl says why.
    """
    shown: defaultdict[str, set[str]] = defaultdict(set)
    for page in before.pages.values():
        for key in page.source_keys:
            shown[key].update(page.unread_labels)
    found = drift.examine(network.facts.name, crawl.profiles, records, before.said, shown, expect)
    crawl.set_aside(found.doubted, before.pages)
    crawl.pages_changed += found.pages_changed
    crawl.findings += found.findings
    return [record for record in records if record.profile.source_key not in found.doubted], found.doubts


def normalise_all(
    network: Network, profiles: list[ParsedProfile], today: date
) -> tuple[list[RecordInput], list[Finding], dict[str, Notes]]:
    """The records that the profiles make, one a source key; all findings; and what to note of each page, by its digest."""
    by_key: defaultdict[str, list[tuple[str, Normalised]]] = defaultdict(list)
    findings: list[Finding] = []
    notes: defaultdict[str, Notes] = defaultdict(Notes)
    for parsed in profiles:
        findings.extend(_unread_labels(network.facts.name, parsed))
        page = normalise(parsed, network, today=today)
        by_key[parsed.source_key].append((parsed.era, page))
        notes[parsed.page_digest].phrases.update(parsed.phrases, page.phrases)
        notes[parsed.page_digest].labels.update(map(redact, parsed.unread_labels))
    records = []
    for _, pages in sorted(by_key.items()):
        findings.extend(merge_findings([page for _, page in pages]))
        if any(page.profile is not None for _, page in pages):
            records.append(merge_eras(network, pages))
    return records, findings, notes


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


def evidence_of(crawl: Crawl, records: list[RecordInput], kept: frozenset[str], before: Before) -> Evidence:
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
        for name in fields:
            counts[name] += 1
    return Evidence(
        profiles=len(listed),
        profile_pages=crawl.profile_pages,
        pages_changed=crawl.pages_changed,
        pages_unread=crawl.pages_unread,
        unread=frozenset(crawl.unread_keys),
        fill={name: count / len(listed) for name, count in counts.items()},
        read=read,
        listed=listed,
        last_good=before.last_good_crawl,
    )
