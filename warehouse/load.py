"""Loading one network's part of a run: one transaction, and a second time changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from warehouse import findings as history
from warehouse import held
from warehouse.named_sql import Script, staged
from warehouse.rows import ClaimInput, Finding, Loaded, NetworkRun, Outcome, PageMemory, RecordInput
from warehouse.state import State, utc
from warehouse.stored import stored_text

_TEXTS = pa.list_(pa.string())


def load(state: State, run_id: int, run: NetworkRun, now: datetime, *, gone_after: int = 2) -> Loaded:
    """Load one network's part of a run, whole or not at all.

    Every outcome leaves its row and its findings. Only a complete one brings records, claims and remembered pages, and
    counts for absence. The pages of a complete run replace those remembered of its network. What a held run read is kept for
    a person's decision (``warehouse.held``) in place of what an earlier one read, until a run of the network is complete.

    Arguments:
        run_id: as ``ledger.begin`` gave it; each network once a run.
        now: the day of all dates written; with a time zone.
        gone_after: a record that is not listed in so many complete runs on end is gone.

    Raises ValueError for a run that contradicts itself (a record or claim twice, another network's profile).
    """
    _check(state, run_id, run, gone_after)
    script = Script(state.con, "load", run_id=run_id, network=run.network, today=now.date(), gone_after=gone_after)
    with (
        staged(
            state.con,
            staged_records=_records(run.records),
            staged_claims=_claims(run.records),
            staged_seen=_seen(run),
            staged_pages=_pages(run.pages),
            staged_set_aside=_pages(run.doubted.set_aside if run.doubted else ()),
            staged_findings=_findings(run.findings),
        ),
        state.transaction(),
    ):
        script.run("note_findings")
        findings = len(run.findings)
        loaded, profiles, fill = Loaded(run_id, 0, 0, 0, 0, 0), len(run.records) + len(run.unchanged_keys), {}
        if run.outcome is Outcome.COMPLETE:
            loaded = _load_complete(script, run_id)
            profiles, fill = script.value("count_seen"), script.value("measure_fill")
            findings += script.run("carry_findings")
            loaded = replace(loaded, findings=findings)
            script.run("tidy")
        script.run(
            "note_network_run",
            outcome=run.outcome.value,
            because=run.because,
            started_at=utc(run.started_at),
            ended_at=utc(run.ended_at),
            pages_fetched=run.pages_fetched,
            pages_unchanged=run.pages_unchanged,
            pages_changed=run.pages_changed,
            profiles=profiles,
            findings=findings,
            records_new=loaded.records_new,
            records_changed=loaded.records_changed,
            records_missing=loaded.records_missing,
            claims_opened=loaded.claims_opened,
            claims_closed=loaded.claims_closed,
            fill=fill,
        )
        history.count(state, run_id, run.network, now.date(), is_whole=run.outcome is Outcome.COMPLETE)
        held.note(state.con, run_id, run)
    return loaded


def _load_complete(script: Script, run_id: int) -> Loaded:
    """The steps, in the only order in which each finds what it needs."""
    records_new = script.run("number_new_records")
    script.run("remember_numbers")
    script.run("see")
    script.run("compare_profiles")
    records_changed = script.value("count_changed_records")
    script.run("number_claims")
    script.run("find_stale_claims")
    claims_closed = script.run("close_claims")
    claims_opened = script.run("open_claims")
    script.run("update_profiles")
    script.run("clear_absence")
    script.run("check_records")
    records_missing = script.run("count_absence")
    script.run("end_listings")
    script.run("begin_listings")
    script.run("forget_pages")
    script.run("remember_pages")
    return Loaded(run_id, records_new, records_changed, records_missing, claims_opened, claims_closed)


def _check(state: State, run_id: int, run: NetworkRun, gone_after: int) -> None:
    if gone_after < 1:
        raise ValueError(f"wanted gone_after of at least 1 run, found {gone_after}")
    begun, noted = state.con.execute(
        """
        SELECT
            (SELECT count(*) FROM ledger.runs WHERE run_id = $run_id),
            (SELECT count(*) FROM ledger.network_runs WHERE run_id = $run_id AND network = $network)
        """,
        {"run_id": run_id, "network": run.network},
    ).fetchall()[0]
    if not begun:
        raise ValueError(f"wanted a run that ledger.begin has begun, found {run_id}")
    if noted:
        raise ValueError(f"wanted {run.network!r} once in run {run_id}, found it loaded already")
    _no_strangers(run)
    _no_twins(f"record of {run.network}", (record.profile.source_key for record in run.records))
    _no_twins(
        f"claim of {run.network}",
        ((record.profile.source_key, claim.era, claim.field) for record in run.records for claim in record.claims),
    )


def _no_strangers(run: NetworkRun) -> None:
    for record in run.records:
        if record.profile.network != run.network:
            raise ValueError(f"wanted profiles of {run.network!r}, found {record.profile.url} of {record.profile.network!r}")


def _no_twins(what: str, keys: Iterable[object]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise ValueError(f"wanted each {what} once, found {key!r} {times} times")


def _records(records: tuple[RecordInput, ...]) -> pa.Table:
    return pa.table(
        {
            "source_key": pa.array([record.profile.source_key for record in records], pa.string()),
            "url": pa.array([record.profile.url for record in records], pa.string()),
            "profile": pa.array([stored_text(record.profile) for record in records], pa.string()),
        }
    )


def _claims(records: tuple[RecordInput, ...]) -> pa.Table:
    rows: list[tuple[str, ClaimInput]] = [(record.profile.source_key, claim) for record in records for claim in record.claims]
    return pa.table(
        {
            "source_key": pa.array([key for key, _ in rows], pa.string()),
            "era": pa.array([claim.era for _, claim in rows], pa.string()),
            "field": pa.array([claim.field for _, claim in rows], pa.string()),
            "value": pa.array([claim.value for _, claim in rows], pa.string()),
            "printed": pa.array([claim.printed for _, claim in rows], _TEXTS),
            "url": pa.array([claim.url for _, claim in rows], pa.string()),
            "page_digest": pa.array([claim.page_digest for _, claim in rows], pa.string()),
        }
    )


def _seen(run: NetworkRun) -> pa.Table:
    """Every key once: read beats unchanged, unchanged beats unread. Keys without a record (a page without a name) fall away."""
    read = {record.profile.source_key for record in run.records}
    checked = read | run.unchanged_keys
    keys = sorted(checked | run.unread_keys)
    return pa.table(
        {
            "source_key": pa.array(keys, pa.string()),
            "is_read": pa.array([key in read for key in keys], pa.bool_()),
            "is_checked": pa.array([key in checked for key in keys], pa.bool_()),
        }
    )


def _pages(pages: tuple[PageMemory, ...]) -> pa.Table:
    moment = pa.timestamp("us")
    return pa.table(
        {
            "url": pa.array([page.url for page in pages], pa.string()),
            "kind": pa.array([page.kind for page in pages], pa.string()),
            "digest": pa.array([page.digest for page in pages], pa.string()),
            "fetched_at": pa.array([utc(page.fetched_at) for page in pages], moment),
            "charset": pa.array([page.charset for page in pages], pa.string()),
            "final_url": pa.array([page.final_url for page in pages], pa.string()),
            "source_keys": pa.array([page.source_keys for page in pages], _TEXTS),
            "changed_at": pa.array([page.changed_at and utc(page.changed_at) for page in pages], moment),
            "etag": pa.array([page.etag for page in pages], pa.string()),
            "last_modified": pa.array([page.last_modified for page in pages], pa.string()),
            "carried": pa.array([list(page.carried.items()) for page in pages], pa.map_(pa.string(), pa.string())),
            "phrases": pa.array([page.phrases for page in pages], _TEXTS),
            "unread_labels": pa.array([page.unread_labels for page in pages], _TEXTS),
            "is_doubted": pa.array([page.is_doubted for page in pages], pa.bool_()),
        }
    )


def _findings(findings: tuple[Finding, ...]) -> pa.Table:
    columns = ("network", "kind", "because", "field", "printed", "source_key", "url")
    return pa.table({name: pa.array([getattr(finding, name) for finding in findings], pa.string()) for name in columns})
