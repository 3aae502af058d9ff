"""An import: member lists that somebody hands us become records of their network, by the same verdict and into the same edition.

An import needs no permission: it asks nobody for anything, and the lists are the operator's own.

A list stands beside the network's pages (``sync.member_lists.imported``). What a whole list no longer names, and no page either,
is missing as after a nightly run; an earlier list is forgotten. A list that is ``additional`` adds and updates only: nothing
counts as missing, earlier lists stay, and no floor applies to it. (What was missing counts as seen again: its absence
begins anew.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from structlog.typing import FilteringBoundLogger

from connectors import registry
from connectors.contract import Connector, ParsedProfile
from connectors.network import Expectations, Network
from sync.capture import CaptureDamaged, CaptureMissing, Captures
from sync.clock import Clock
from sync.crawled import noted
from sync.member_lists import imported
from sync.member_lists.columns import Column, ColumnUnknown, Headings
from sync.member_lists.rows import Members, members_of, profiles_of, values_of, written
from sync.member_lists.tables import Table, TableUnreadable, read_table
from sync.member_lists.tables_shape import HANDED_OVER, Limits
from sync.normalise.profile import normalise
from sync.normalise.readings import Normalised
from sync.pipeline import RunReport, begin, dated, finish, known_before, load_run
from sync.reading import Before, normalise_all
from sync.settings import NetworkSettings, Settings
from sync.unused import idle
from sync.verdict import Evidence, ceilings, doubts
from sync.withholding.rows import members_without
from sync.withholding.run import left_out
from sync.withholding.suppression import suppressions
from sync.workplace import at_work
from warehouse.rows import Doubted, Finding, NetworkRun, Outcome, PageMemory, RecordInput

__all__ = ["ColumnUnknown", "Looked", "MemberList", "TableUnreadable", "bring", "preview", "read_list", "run"]


FIRST_VALUES = 3
"""Of a column, to recognise it by."""


@dataclass(frozen=True)
class MemberList:
    """One file, read.

    Arguments:
        name: the file's, without its folder.
        table: all of it; lives in memory only.
        members: what may be stored of it.
        chosen: heading -> field, as the operator said.
    """

    name: str
    table: Table
    columns: tuple[Column, ...]
    members: Members
    chosen: Mapping[str, str]

    def first_values(self, column: Column) -> tuple[str, ...]:
        """Different values of a column to show to whoever brings the list, at most ``FIRST_VALUES``.

        A column that is not read has none: of its cells nothing is kept.
        """
        found: dict[str, None] = {}
        for row in self.members.rows:
            found |= dict.fromkeys(values_of(column.field or "", row.cells[column.place]))
            if len(found) >= FIRST_VALUES:
                break
        return tuple(found)[:FIRST_VALUES]


def read_list(
    network: Network,
    name: str,
    body: bytes,
    *,
    chosen: Mapping[str, str],
    sheet: str | None = None,
    limits: Limits = HANDED_OVER,
) -> MemberList:
    """Read a file as a member list of the network.

    Arguments:
        chosen: heading -> printed field, ``source_key``, ``url``, or ``-`` to set the column aside.
        sheet: of a workbook; None: the first with a heading.
        limits: of a workbook.

    Raises TableUnreadable or ColumnUnknown.
    """
    headings = Headings(network.phrasebook, chosen)
    table = read_table(body, headings.field_of, sheet=sheet, limits=limits)
    columns = headings.columns(table)
    return MemberList(name, table, columns, members_of(table, columns, network.facts.name), chosen)


@dataclass(frozen=True)
class Looked:
    """What a list would make.

    Arguments:
        rows: of organisations; organisations: how many they make: rows of one key are one, and one without a usable name is none.
        profiles: the first, in our words.
        findings: all that is odd about the file, its rows and what any of them says.
    """

    rows: int
    organisations: int
    profiles: tuple[Normalised, ...]
    findings: tuple[Finding, ...]


def preview(network: Network, one: MemberList, today: date, most: int) -> Looked:
    """What a list would make, read whole as an import reads it; nothing is stored.

    Arguments:
        most: profiles to return.
    """
    printed, findings = profiles_of(one.members, network.facts, digest="")
    read = [normalise(profile, network, today=today) for profile in printed]
    return Looked(
        rows=len(one.members.rows),
        organisations=sum(each.profile is not None for each in read),
        profiles=tuple(read[:most]),
        findings=(*one.members.findings, *findings, *(found for each in read for found in each.findings)),
    )


def run(
    settings: Settings,
    network: Network,
    lists: Sequence[MemberList],
    clock: Clock,
    log: FilteringBoundLogger,
    *,
    is_additional: bool = False,
) -> RunReport:
    """Import lists of one network, which together are its whole list, and publish an edition.

    Raises:
        Locked: another run holds the lock.
    """
    name = network.facts.name
    var = settings.paths.var
    ours = settings.networks.get(name, NetworkSettings())
    with at_work(var, clock.now(), settings.merge) as state:
        kept_out = suppressions(var)
        before = sum(len(one.members.rows) for one in lists)
        lists = [replace(one, members=members_without(one.members, network, kept_out, clock.now().date())) for one in lists]
        withheld = before - sum(len(one.members.rows) for one in lists)
        run_id, steady = begin(state, clock)
        log.info("import began", run=run_id, network=name, lists=len(lists))
        network_run, captures_new = bring(
            network,
            lists,
            Captures(var / "captures"),
            known_before(state, name),
            connect=lambda base: registry.connector(name, base),
            expect=ours.expectations(network.facts.expect),
            keeps_at_least=settings.run.keeps_at_least,
            is_additional=is_additional,
            withheld=withheld,
            now=clock.now,
        )
        report = load_run(settings, state, run_id, dated(network_run, steady), captures_new, steady, log)
        return finish(settings, state, run_id, (report,), {}, steady, log)


def bring(
    network: Network,
    lists: Sequence[MemberList],
    captures: Captures,
    before: Before,
    *,
    connect: Callable[[str], Connector],
    expect: Expectations,
    keeps_at_least: float,
    is_additional: bool,
    withheld: int = 0,
    now: Callable[[], datetime],
) -> tuple[NetworkRun, int]:
    """Store the lists and judge them; the network's part of a run, and how many lists were not stored before.

    Arguments:
        connect: the network's connector for pages that were read at an address (scheme and host).
        withheld: rows that are kept out on request, and not among the lists any more.
    """
    started_at = now()
    pages, profiles, findings, captures_new = _stored(network, lists, captures, is_additional, started_at)
    named = {profile.source_key for profile in profiles}
    earlier = [page for page in imported.lists(before.imports) if page.url not in pages]
    saved = [page for page in before.imports if page.kind == imported.SAVED]
    kept = earlier if is_additional else []
    for page in kept:
        profiles += [row for row in _read_again(page, network, captures, findings) if row.source_key in named]
    touched = named if is_additional else named | imported.keys_of(imported.lists(before.imports))
    own_pages, own_profiles = imported.read_touched(
        (*before.pages.values(), *saved), touched, network, captures, lambda _name, base: connect(base), findings
    )
    records, told, notes = normalise_all(network, [*profiles, *own_profiles], started_at.date())
    findings += [*told, *left_out(network.facts.name, withheld)]
    remembered = noted((*pages.values(), *kept, *own_pages), notes)
    read = frozenset(record.profile.source_key for record in records)
    named_by_pages = before.page_keys | imported.keys_of(saved)
    unread = (named_by_pages | (frozenset(before.filled) if is_additional else frozenset())) - read
    outcome, because, doubted = Outcome.COMPLETE, "", None
    if not is_additional:
        evidence = replace(_evidence(lists, records, named, before), withheld=withheld)
        findings += ceilings(evidence, expect, network.facts.name)
        reasons = _doubts(evidence, _said(records), expect, keeps_at_least)
        if reasons:
            outcome, because = Outcome.HELD, "; ".join(reasons)
            doubted = Doubted(tuple(reasons), is_import=True, profile_pages=evidence.profile_pages)
    if outcome is Outcome.COMPLETE:
        findings += idle(network, remembered, read | unread)
    network_run = NetworkRun(
        network=network.facts.name,
        outcome=outcome,
        because=because,
        started_at=started_at,
        ended_at=now(),
        pages_fetched=0,
        pages_unchanged=len(pages) - captures_new,
        pages_changed=0,
        records=tuple(records),
        findings=tuple(findings),
        pages=remembered,
        unread_keys=unread,
        doubted=doubted,
    )
    return network_run, captures_new


def _stored(
    network: Network, lists: Sequence[MemberList], captures: Captures, is_additional: bool, now: datetime
) -> tuple[dict[str, PageMemory], list[ParsedProfile], list[Finding], int]:
    """Store the lists: what to remember of each by its address, what they print, what was found, how many were new."""
    pages: dict[str, PageMemory] = {}
    profiles: dict[str, ParsedProfile] = {}
    findings: list[Finding] = []
    captures_new = 0
    for one in lists:
        digest, is_new = captures.put(written(one.members))
        captures_new += is_new
        url = imported.address(one.name, digest, one.chosen, is_additional=is_additional)
        rows, repeated = profiles_of(one.members, network.facts, digest)
        findings += [replace(finding, url=url) for finding in (*one.members.findings, *repeated)]
        for row in rows:
            first = profiles.setdefault(row.source_key, row)
            if first.printed != row.printed:
                key = row.source_key
                why = f"{one.name} and an earlier list both have the key {key!r} and say different things; the first is kept"
                findings.append(Finding("row repeats a key", why, network=network.facts.name, source_key=key, url=url))
        keys = tuple(row.source_key for row in rows)
        pages[url] = PageMemory(url, imported.KIND, digest, now, "utf-8", url, source_keys=keys)
    return pages, list(profiles.values()), findings, captures_new


def _read_again(page: PageMemory, network: Network, captures: Captures, findings: list[Finding]) -> list[ParsedProfile]:
    try:
        return imported.reread(page, network, captures)[0]
    except (CaptureMissing, CaptureDamaged):
        why = f"wanted the list {page.url} to read it again beside this one, found that it is no longer stored; import it again"
        findings.append(Finding("list not stored", why, network=network.facts.name, url=page.url))
        return []


def _said(records: Iterable[RecordInput]) -> frozenset[str]:
    """The fields of which any record prints something, understood or not."""
    return frozenset(claim.field for record in records for claim in record.claims)


def _evidence(lists: Sequence[MemberList], records: Sequence[RecordInput], named: set[str], before: Before) -> Evidence:
    """What the lists show, against the last whole list, or where there is none against all that is known of the network."""
    whole = [page for page in imported.lists(before.imports) if not imported.is_additional(page)]
    read = {record.profile.source_key: record.profile for record in records if record.profile.source_key in named}
    counts: dict[str, int] = {}
    for profile in read.values():
        for field, value in profile:
            counts[field] = counts.get(field, 0) + (value not in (None, (), {}))
    return Evidence(
        profiles=len(read),
        profile_pages=sum(len(one.members.rows) + one.members.rows_doubted for one in lists),
        pages_changed=sum(one.members.rows_doubted for one in lists),
        fill={field: count / len(read) for field, count in counts.items()},
        read=read,
        listed=frozenset(read),
        last_good=len(imported.keys_of(whole)) if whole else before.last_good,
    )


def _doubts(evidence: Evidence, said: frozenset[str], expect: Expectations, keeps_at_least: float) -> list[str]:
    """Every reason to hold the import.

    A list has other columns than a page has labels: only what it says anything of can fall below a floor, and no canary is asked
    for. One bad row in a short list is a finding and not a doubt about the list.
    """
    floors = {field: floor for field, floor in expect.fill_at_least.items() if field in said}
    ours = expect.model_copy(update={"fill_at_least": floors, "pages_changed_at_most": 1.0})
    reasons = doubts(evidence, ours, (), keeps_at_least)
    if evidence.pages_changed > max(1, expect.pages_changed_at_most * evidence.profile_pages):
        reasons.append(
            f"wanted at most {expect.pages_changed_at_most:.0%} of rows that are not aligned with the heading or have no name, "
            f"found {evidence.pages_changed} of {evidence.profile_pages}"
        )
    return reasons
