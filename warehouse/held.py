"""Held runs that wait for a person's decision: what they read, and who accepted it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from warehouse.connection import Connection
from warehouse.ledger import page_memory
from warehouse.named_sql import Script, statements
from warehouse.rows import Doubted, Finding, NetworkRun, Outcome, PageMemory
from warehouse.state import State, aware, utc


@dataclass(frozen=True)
class HeldRun:
    """What a held run read of one network.

    Arguments:
        doubted: why it was held, and what else is kept of it.
        pages: what it would have remembered of each page.
        pages_changed: pages that were not the expected ones.
        unchanged_keys: records that stood as before and were not read again.
        unread_keys: records that the network listed and that could not be read.
        findings: what it found of pages and of the network as a whole; not what it found in records.
    """

    run_id: int
    network: str
    started_at: datetime
    ended_at: datetime
    doubted: Doubted
    pages: tuple[PageMemory, ...]
    pages_changed: int
    unchanged_keys: frozenset[str]
    unread_keys: frozenset[str]
    findings: tuple[Finding, ...]


def note(con: Connection, run_id: int, run: NetworkRun) -> None:
    """Keep what a held run read, and who accepted one; part of ``load`` and of its transaction.

    A held run that was cut short leaves what an earlier one read: that is still the last that is known of the whole network.
    """
    script = Script(con, "held", run_id=run_id, network=run.network)
    if run.outcome is Outcome.COMPLETE or run.doubted is not None:
        script.run("forget_run")
        script.run("forget_pages")
    if run.doubted is not None:
        script.run(
            "keep_run",
            reasons=list(run.doubted.reasons),
            unfinished=list(run.doubted.unfinished),
            is_import=run.doubted.is_import,
            profile_pages=run.doubted.profile_pages,
            pages_unread=run.doubted.pages_unread,
            unchanged_keys=sorted(run.unchanged_keys),
            unread_keys=sorted(run.unread_keys),
        )
        script.run("keep_pages")
    if run.acceptance is not None:
        script.run(
            "note_acceptance",
            accepted_run=run.acceptance.accepted_run,
            accepted_by=run.acceptance.accepted_by,
            because=run.acceptance.because,
            reasons=list(run.acceptance.reasons),
            accepted_at=utc(run.acceptance.accepted_at),
        )


def waiting(state: State) -> dict[str, HeldRun]:
    """The held runs that can be accepted, by network: the last of each that came to its end, where none was complete since."""
    found = {}
    for row in state.con.execute(statements("held")["read_runs"]).fetchall():
        run_id, network, reasons, unfinished, is_import, profile_pages, pages_unread, unchanged, unread = row[:9]
        kept = state.con.execute(statements("held")["read_pages"], {"network": network}).fetchall()
        said = state.con.execute(statements("held")["read_findings"], {"run_id": run_id, "network": network}).fetchall()
        found[network] = HeldRun(
            run_id=run_id,
            network=network,
            started_at=aware(row[9]),
            ended_at=aware(row[10]),
            doubted=Doubted(
                reasons=tuple(reasons),
                unfinished=tuple(unfinished),
                is_import=is_import,
                profile_pages=profile_pages,
                pages_unread=pages_unread,
                set_aside=tuple(page_memory(page) for page in kept if page[-1]),
            ),
            pages=tuple(page_memory(page) for page in kept if not page[-1]),
            pages_changed=row[11],
            unchanged_keys=frozenset(unchanged),
            unread_keys=frozenset(unread),
            findings=tuple(Finding(*finding) for finding in said),
        )
    return found


def outcomes(state: State, run_id: int) -> dict[str, tuple[Outcome, str]]:
    """How each network of a run ended, and why; empty: no network came to an end in such a run."""
    rows = state.con.execute(
        "SELECT network, outcome, because FROM ledger.network_runs WHERE run_id = ? ORDER BY network", [run_id]
    ).fetchall()
    return {network: (Outcome(outcome), because) for network, outcome, because in rows}
