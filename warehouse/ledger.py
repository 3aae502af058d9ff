"""The run history, and what a run needs to know of those before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warehouse import findings as history
from warehouse.connection import Connection
from warehouse.rows import Finding, Outcome, PageMemory
from warehouse.state import State, aware, utc


@dataclass(frozen=True)
class LastGood:
    """A network's last complete run.

    Arguments:
        profiles: how many records the network listed.
        fill: ClusterProfile field -> share (0 to 1) of these with a value.
    """

    run_id: int
    ended_at: datetime
    profiles: int
    fill: dict[str, float]


@dataclass(frozen=True)
class LastTry:
    """A network's last run, whatever came of it."""

    run_id: int
    ended_at: datetime
    outcome: Outcome
    because: str
    profiles: int


@dataclass(frozen=True)
class NetworkStatus:
    """One network as ``status`` shows it: two facts, and how much is known from it.

    Arguments:
        records: records that the network lists, as of its last complete run.
        records_missing: of these, not found in the last complete run, but not yet gone.
        records_gone: records that it listed once.
        findings: of the last try.
    """

    network: str
    last_try: LastTry
    last_good: LastGood | None
    records: int
    records_missing: int
    records_gone: int
    findings: int


_RUN_COLUMNS = "run_id, ended_at, outcome, because, profiles, fill, findings"


def begin(state: State, now: datetime) -> int:
    """Begin a run; its number, from 1."""
    found = state.con.execute(
        """
        INSERT INTO ledger.runs (run_id, started_at)
        SELECT coalesce(max(run_id), 0) + 1, $now FROM ledger.runs
        RETURNING run_id
        """,
        {"now": utc(now)},
    ).fetchall()
    return int(found[0][0])


def end(state: State, run_id: int, now: datetime) -> None:
    """Note that a run came to its end. Raises ValueError where there is no such run under way."""
    found = state.con.execute(
        "UPDATE ledger.runs SET ended_at = $now WHERE run_id = $run_id AND ended_at IS NULL RETURNING run_id",
        {"now": utc(now), "run_id": run_id},
    ).fetchall()
    if not found:
        raise ValueError(f"wanted a run under way, found none with number {run_id}")


def last_moment(con: Connection) -> datetime | None:
    """The latest moment that any run wrote down; None: there was none."""
    rows = con.execute(
        """
        SELECT max(moment)
        FROM (
            SELECT greatest(started_at, ended_at) AS moment FROM ledger.runs
            UNION ALL
            SELECT greatest(started_at, ended_at) FROM ledger.network_runs
            UNION ALL
            SELECT greatest(decided_at, withdrawn_at) FROM judgements
            UNION ALL
            SELECT last_published_at FROM ledger.numbers
        ) AS moments
        """
    ).fetchall()
    return None if rows[0][0] is None else aware(rows[0][0])


def note(state: State, run_id: int, findings: Sequence[Finding], now: datetime) -> None:
    """Keep findings that are no single network's: of what sameness refused, a handful a run."""
    with state.transaction():
        for one in findings:
            state.con.execute(
                """
                INSERT INTO ledger.findings (run_id, network, kind, because, field, printed, source_key, url)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [run_id, one.network, one.kind, one.because, one.field, one.printed, one.source_key, one.url],
            )
        for network in sorted({one.network for one in findings}):
            history.count(state, run_id, network, now.date(), is_whole=not network)


def describe(state: State, network: str, *, title: str, home: str, licence: str) -> None:
    """Keep what a network calls itself, for the table ``networks``."""
    with state.transaction():
        state.con.execute("DELETE FROM ledger.network_facts WHERE network = ?", [network])
        state.con.execute(
            "INSERT INTO ledger.network_facts (network, title, home, licence) VALUES (?, ?, ?, ?)",
            [network, title, home, licence],
        )


def last_good(state: State, network: str) -> LastGood | None:
    """The network's last complete run; None: there was none."""
    row = _last_run(state.con, network, "outcome = 'complete'")
    return None if row is None else LastGood(row[0], aware(row[1]), row[4], dict(row[5]))


def last_try(state: State, network: str) -> LastTry | None:
    """The network's last run, whatever came of it; None: it was never tried."""
    row = _last_run(state.con, network, "TRUE")
    return None if row is None else LastTry(row[0], aware(row[1]), Outcome(row[2]), row[3], row[4])


def _last_run(con: Connection, network: str, condition: str) -> tuple | None:  # type: ignore[type-arg]
    rows = con.execute(
        f"SELECT {_RUN_COLUMNS} FROM ledger.network_runs WHERE network = ? AND {condition} ORDER BY run_id DESC LIMIT 1",  # noqa: S608
        [network],
    ).fetchall()
    return rows[0] if rows else None


def networks(state: State) -> list[NetworkStatus]:
    """Every network that was ever tried, by name."""
    counts = {
        network: (records, missing, gone)
        for network, records, missing, gone in state.con.execute(
            """
            SELECT
                network, count(*) FILTER (WHERE NOT is_gone), count(*) FILTER (WHERE missing_runs > 0 AND NOT is_gone),
                count(*) FILTER (WHERE is_gone)
            FROM ledger.records
            GROUP BY network
            """
        ).fetchall()
    }
    found = []
    for (network,) in state.con.execute("SELECT DISTINCT network FROM ledger.network_runs ORDER BY network").fetchall():
        row = _last_run(state.con, network, "TRUE")
        assert row is not None  # noqa: S101  we have just read that there is one
        tried = LastTry(row[0], aware(row[1]), Outcome(row[2]), row[3], row[4])
        records, missing, gone = counts.get(network, (0, 0, 0))
        found.append(NetworkStatus(network, tried, last_good(state, network), records, missing, gone, row[6]))
    return found


def remembered_pages(state: State, network: str) -> dict[str, PageMemory]:
    """What the last complete run remembers of each page, by the address asked for."""
    rows = state.con.execute(
        """
        SELECT
            url, kind, digest, fetched_at, charset, final_url, source_keys, changed_at, etag, last_modified, carried, phrases,
            unread_labels, is_doubted
        FROM ledger.pages
        WHERE network = ?
        """,
        [network],
    ).fetchall()
    return {row[0]: page_memory(row) for row in rows}


def page_memory(row: tuple[Any, ...]) -> PageMemory:
    """The page that a row of ``ledger.pages`` remembers, its columns from ``url`` to ``is_doubted``."""
    return PageMemory(
        url=row[0],
        kind=row[1],
        digest=row[2],
        fetched_at=aware(row[3]),
        charset=row[4],
        final_url=row[5],
        source_keys=tuple(row[6]),
        changed_at=None if row[7] is None else aware(row[7]),
        etag=row[8],
        last_modified=row[9],
        carried=dict(row[10]),
        phrases=None if row[11] is None else tuple(row[11]),
        unread_labels=tuple(row[12] or ()),
        is_doubted=bool(row[13]),
    )


@dataclass(frozen=True)
class CaptureUse:
    """What a stored page is remembered for.

    Arguments:
        last_seen: when its network last sent or confirmed it.
        is_list: whether it is a member list that was imported.
    """

    last_seen: datetime
    is_list: bool


def uses_of_captures(state: State) -> dict[str, CaptureUse]:
    """What each page is remembered for whose bytes may be stored, by digest, those of held runs included."""
    rows = state.con.execute(
        """
        SELECT digest, max(fetched_at), bool_or(kind = 'import')
        FROM (
            SELECT digest, fetched_at, kind FROM ledger.pages
            UNION ALL
            SELECT digest, fetched_at, kind FROM ledger.held_pages
        ) AS remembered
        GROUP BY digest
        """
    ).fetchall()
    return {digest: CaptureUse(aware(last_seen), is_list) for digest, last_seen, is_list in rows}


def filled_fields(state: State, network: str) -> dict[str, frozenset[str]]:
    """The ClusterProfile fields that each of the network's records has a value for, by source key; without those gone."""
    rows = state.con.execute(
        "SELECT source_key, json_keys(profile) FROM ledger.records WHERE network = ? AND NOT is_gone", [network]
    ).fetchall()
    return {source_key: frozenset(fields) for source_key, fields in rows}


def said_fields(state: State, network: str) -> dict[tuple[str, str], frozenset[str]]:
    """The ClusterProfile fields for which a page of each record has a value, by (source_key, era); also of records gone."""
    rows = state.con.execute(
        """
        SELECT r.source_key, c.era, list(c.field)
        FROM ledger.claims AS c
        JOIN ledger.records AS r ON r.record_id = c.record_id
        WHERE r.network = ? AND c.last_run IS NULL AND c.value IS NOT NULL
        GROUP BY r.source_key, c.era
        """,
        [network],
    ).fetchall()
    return {(source_key, era): frozenset(fields) for source_key, era, fields in rows}


def profiles(state: State, network: str) -> dict[str, dict[str, object]]:
    """What each of the network's records says (``stored.stored_text``), by source key; without those gone."""
    rows = state.con.execute(
        "SELECT source_key, profile FROM ledger.records WHERE network = ? AND NOT is_gone", [network]
    ).fetchall()
    return {source_key: json.loads(profile) for source_key, profile in rows}
