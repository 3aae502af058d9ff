"""The last door before the state: one network's part of a run, without what is kept out, however it was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sync.withholding.suppression import Suppressions
from sync.withholding.values import without_values
from warehouse.erasing import claim_without, profile_without
from warehouse.rows import Doubted, Finding, NetworkRun, PageMemory, RecordInput
from warehouse.stored import stored_profile, stored_text

WITHHELD = "withheld on request"
"""The kind of the finding that says how many organisations were left out, and never which."""


def left_out(network: str, number: int) -> list[Finding]:
    """How many organisations were left out, as a finding; none where there was none."""
    what = "1 organisation or page is" if number == 1 else f"{number} organisations or pages are"
    return [Finding(WITHHELD, f"{what} kept out on request; see `clusterbridge privacy list`", network=network)] if number else []


def without_kept_out(run: NetworkRun, kept_out: Suppressions) -> NetworkRun:
    """A run as it may be loaded; the very run where nothing is kept out."""
    if not kept_out:
        return run
    clean = partial(without_values, kept_out=kept_out)
    records = [record for record in run.records if not kept_out.keeps_out(record.profile)]
    dropped = {record.profile.source_key for record in run.records} - {record.profile.source_key for record in records}

    def is_dropped(key: str) -> bool:
        return key in dropped or kept_out.has_record(run.network, key)

    def pages(remembered: tuple[PageMemory, ...]) -> tuple[PageMemory, ...]:
        return tuple(_pages_without(run.network, remembered, kept_out, is_dropped))

    findings = [one for one in run.findings if not _is_of_dropped(run.network, one, kept_out, is_dropped)]
    return replace(
        run,
        because=clean(run.because),
        records=tuple(_record_without(record, clean) for record in records),
        findings=(*(_finding_without(one, clean) for one in findings), *left_out(run.network, len(dropped))),
        pages=pages(run.pages),
        unchanged_keys=frozenset(key for key in run.unchanged_keys if not is_dropped(key)),
        unread_keys=frozenset(key for key in run.unread_keys if not is_dropped(key)),
        doubted=None if run.doubted is None else _doubted_without(run.doubted, pages, clean),
    )


def _record_without(record: RecordInput, clean: Callable[[str], str]) -> RecordInput:
    text = stored_text(record.profile)
    left = profile_without(text, clean)
    claims = tuple(found for claim in record.claims if (found := claim_without(claim, clean)) is not None)
    return record if left == text and claims == record.claims else RecordInput(stored_profile(left), claims)


def _pages_without(
    network: str, pages: tuple[PageMemory, ...], kept_out: Suppressions, is_dropped: Callable[[str], bool]
) -> list[PageMemory]:
    left = []
    for page in pages:
        keys = tuple(key for key in page.source_keys if not is_dropped(key))
        if not kept_out.has_page(network, page.url) and (keys or not page.source_keys):
            left.append(page if keys == page.source_keys else replace(page, source_keys=keys))
    return left


def _is_of_dropped(network: str, one: Finding, kept_out: Suppressions, is_dropped: Callable[[str], bool]) -> bool:
    return (one.source_key is not None and is_dropped(one.source_key)) or (
        one.url is not None and kept_out.has_page(network, one.url)
    )


def _finding_without(one: Finding, clean: Callable[[str], str]) -> Finding:
    printed = None if one.printed is None else clean(one.printed)
    return replace(one, because=clean(one.because), printed=printed)


def _doubted_without(
    doubted: Doubted, pages: Callable[[tuple[PageMemory, ...]], tuple[PageMemory, ...]], clean: Callable[[str], str]
) -> Doubted:
    return replace(
        doubted,
        reasons=tuple(map(clean, doubted.reasons)),
        unfinished=tuple(map(clean, doubted.unfinished)),
        set_aside=pages(doubted.set_aside),
    )
