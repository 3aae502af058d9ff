"""Whether a reading of saved pages may be believed, and what of it is remembered: as the whole network, or as an addition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from connectors import registry
from connectors.contract import PageKind, ParsedProfile
from connectors.network import Canary, Expectations
from sync.crawled import Crawl
from sync.drift import thinner
from sync.member_lists import imported
from sync.reading import believed, evidence_of, normalise_all
from sync.saved.reading import SavedReading, some
from sync.unused import idle
from sync.verdict import Evidence, ceilings, doubts
from warehouse.rows import Doubted, Finding, NetworkRun, Outcome, PageMemory, RecordInput


def judged_whole(one: SavedReading, expect: Expectations, keeps_at_least: float) -> NetworkRun:
    """The run as a nightly one that had read these pages: floors, canaries and absence count."""
    crawl, before = one.crawl, one.before
    _miss_profiles(one)
    named = crawl.named_keys
    rows, lost = imported.read_beside(one.network, one.store, before.imports, before.page_keys, crawl)
    records, told, notes = normalise_all(one.network, [*crawl.profiles, *rows], one.started_at.date())
    crawl.note(notes)
    crawl.set_aside(_keys(crawl.profiles) - _record_keys(records), one.own)
    records, drifted = believed(one.network, crawl, records, before, expect)
    kept = frozenset(crawl.unchanged_keys | crawl.unread_keys) & named
    evidence = replace(evidence_of(crawl, records, kept, before), withheld=one.withheld)
    findings = [*lost, *told, *_missing_starts(one), *ceilings(evidence, expect, one.name)]
    unfinished = [*_list_doubts(one), *crawl.doubts]
    reasons = [*unfinished, *drifted, *doubts(evidence, expect, _canaries(one), keeps_at_least)]
    reasons += thinner(evidence.fill, evidence.profiles, before.crawl_filled, keeps_at_least, expect)
    remembered = (*crawl.pages.values(), *imported.beside(before.imports, crawl.pages))
    if not reasons:
        findings += idle(one.network, remembered, named | _record_keys(records))
    doubted = _doubted(crawl, reasons, unfinished)
    return _run(one, records, findings, doubted, remembered, crawl.unchanged_keys, crawl.unread_keys)


def _canaries(one: SavedReading) -> tuple[Canary, ...]:
    """The well-known profiles, apart from those that are kept out."""
    return tuple(each for each in one.network.facts.canaries if not one.kept_out.has_record(one.name, each.source_key))


def _doubted(crawl: Crawl, reasons: list[str], unfinished: list[str]) -> Doubted | None:
    """What is kept of a reading that is held, for a person's decision; None: there is no reason to hold it."""
    if not reasons:
        return None
    return Doubted(
        reasons=tuple(reasons),
        unfinished=tuple(unfinished),
        profile_pages=crawl.profile_pages,
        pages_unread=crawl.pages_unread,
        set_aside=tuple(crawl.pages_set_aside),
    )


def _miss_profiles(one: SavedReading) -> None:
    """Count profiles that are announced and not there as pages that could not be had."""
    absent, crawl = one.saved.absent_profiles, one.crawl
    if not absent:
        return
    crawl.profile_pages += len(absent)
    crawl.pages_unread += len(absent)
    for url in absent & one.known.keys():
        crawl.unread_keys.update(one.known[url].source_keys)
        if url in one.own:
            crawl.pages[url] = one.own[url]
    crawl.unread_keys -= _keys(crawl.profiles)
    why = f"wanted every profile that a saved list leads to, found no saved page of {some(sorted(absent))}"
    one.findings.append(Finding("profile not saved", why, network=one.name))


def _list_doubts(one: SavedReading) -> list[str]:
    reasons = list(one.saved.unreadable_lists)
    if one.saved.absent_lists:
        wanted = "wanted every page of a list that a saved one announces"
        reasons.append(f"{wanted}, found no saved page of {some(one.saved.absent_lists)}")
    if not one.saved.lists:
        begins = some(one.saved.absent_starts)
        reasons.append(f"wanted a saved list that tells what the network has, found none; it begins at {begins}")
    return reasons


def _missing_starts(one: SavedReading) -> list[Finding]:
    """That a list is not there at all: reported, as in a nightly run, while there is another."""
    if not one.saved.lists or not one.saved.absent_starts:
        return []
    why = f"wanted every list among the saved pages, found none that begins at {some(one.saved.absent_starts)}"
    return [Finding("no listing", why, network=one.name)]


def judged_addition(one: SavedReading, expect: Expectations, connect: imported.Connect = registry.connector) -> NetworkRun:
    """The run that adds and updates what these pages say, beside all that is known.

    Arguments:
        connect: the network's connector for pages that were read at an address (scheme and host).
    """
    crawl, before = one.crawl, one.before
    touched = _keys(crawl.profiles)
    findings: list[Finding] = []
    own, own_profiles = _beside(one, one.own, touched, connect, findings)
    imports, other_profiles = _beside(one, one.imports, touched, connect, findings)
    profiles = [*own_profiles, *crawl.profiles, *other_profiles]
    records, told, notes = normalise_all(one.network, profiles, one.started_at.date())
    crawl.note(notes)
    crawl.set_aside(touched - _record_keys(records), one.own)
    records, drifted = believed(one.network, crawl, records, before, expect)
    read = _record_keys(records)
    added = _added(one)
    checked = _checked(one) - read
    known = frozenset(before.filled) | before.page_keys | imported.keys_of(before.imports)
    findings += [*told, *(Finding("page changed", why, network=one.name) for why in one.saved.unreadable_lists)]
    reasons = [*drifted, *_addition_doubts(one, [record for record in records if record.profile.source_key in touched], expect)]
    remembered = (*added.values(), *imported.beside((*own, *imports), added))
    return _run(one, records, findings, _doubted(crawl, reasons, []), remembered, checked, known - read - checked)


def _beside(
    one: SavedReading,
    pages: Mapping[str, PageMemory],
    touched: set[str],
    connect: imported.Connect,
    findings: list[Finding],
) -> tuple[list[PageMemory], list[ParsedProfile]]:
    """Remembered pages, and what those say of the records that the saved ones touch.

    A page that a saved one takes the place of says nothing any more; one that was read just now has said it already.
    """
    replaced = _added(one)
    said = {profile.page_digest for profile in one.crawl.profiles}
    silent = [page for url, page in pages.items() if url in replaced or page.digest in said]
    others = [page for url, page in pages.items() if url not in replaced and page.digest not in said]
    kept, profiles = imported.read_touched(others, touched, one.network, one.store, connect, findings)
    return [*kept, *silent], profiles


def _added(one: SavedReading) -> dict[str, PageMemory]:
    """What to remember of the saved pages: those that say something new, or say the same at a later time.

    One of the network's own pages that is still the same stays its own.
    """
    added = {}
    for url, memory in one.crawl.pages.items():
        is_own_still = url in one.own and one.own[url].digest == memory.digest
        if memory.kind == PageKind.PROFILE and memory.source_keys and one.is_later(url) and not is_own_still:
            added[url] = replace(memory, kind=imported.SAVED)
    return added


def _checked(one: SavedReading) -> set[str]:
    """Records whose pages say the same as before, and were saved later than they were last read."""
    later = {key for url, memory in one.crawl.pages.items() if one.is_later(url) for key in memory.source_keys}
    return one.crawl.unchanged_keys & later


def _addition_doubts(one: SavedReading, records: list[RecordInput], expect: Expectations) -> list[str]:
    """Every reason to hold an addition; of what may be a single page's trouble, one page is none."""
    crawl, total = one.crawl, len(records)
    if not records and not crawl.unchanged_keys:
        return ["wanted a profile among the saved pages, found none that can be read"]
    counts: dict[str, int] = {}
    for record in records:
        for field, value in record.profile:
            counts[field] = counts.get(field, 0) + (value not in (None, (), {}))
    read = {record.profile.source_key: record.profile for record in records}
    evidence = Evidence(
        profiles=total,
        profile_pages=crawl.profile_pages,
        pages_changed=crawl.pages_changed if crawl.pages_changed > 1 else 0,
        fill={field: count / total for field, count in counts.items()},
        read=read,
        listed=frozenset(read),
        last_good=None,
    )
    floors = {field: floor for field, floor in expect.fill_at_least.items() if total - counts.get(field, 0) > 1}
    ours = expect.model_copy(update={"profiles_at_least": 0, "fill_at_least": floors})
    canaries = tuple(canary for canary in one.network.facts.canaries if canary.source_key in read)
    return doubts(evidence, ours, canaries, 0.0)


def _run(
    one: SavedReading,
    records: list[RecordInput],
    findings: list[Finding],
    doubted: Doubted | None,
    pages: tuple[PageMemory, ...],
    unchanged: Iterable[str],
    unread: Iterable[str],
) -> NetworkRun:
    return NetworkRun(
        network=one.name,
        outcome=Outcome.HELD if doubted else Outcome.COMPLETE,
        because="; ".join(doubted.reasons) if doubted else "",
        started_at=one.started_at,
        ended_at=one.started_at,
        pages_fetched=one.crawl.requests,
        pages_unchanged=one.crawl.pages_unchanged,
        pages_changed=one.crawl.pages_changed,
        records=tuple(records),
        findings=(*one.crawl.findings, *one.findings, *findings),
        pages=pages,
        unchanged_keys=frozenset(unchanged),
        unread_keys=frozenset(unread),
        doubted=doubted,
    )


def _keys(profiles: list[ParsedProfile]) -> set[str]:
    return {profile.source_key for profile in profiles}


def _record_keys(records: list[RecordInput]) -> set[str]:
    return {record.profile.source_key for record in records}
