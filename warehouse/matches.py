"""Writing what partner matching computes; each time whole, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from warehouse.named_sql import staged
from warehouse.rows import PartnerMatch
from warehouse.state import State


class PartnershipRow(Protocol):
    """A past or present partnership of two organisations that a public source tells of."""

    @property
    def organisation_id(self) -> int: ...
    @property
    def partner_id(self) -> int: ...
    @property
    def programme(self) -> str | None: ...
    @property
    def partnership(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def source_urls(self) -> Sequence[str]: ...
    @property
    def fold(self) -> str | None: ...


def write(state: State, matches: Sequence[PartnerMatch]) -> None:
    """Make these the partner matches, with their reasons in the order given."""
    ranked = pa.table(
        {
            "organisation_id": pa.array([match.swedish for match in matches], pa.int64()),
            "partner_id": pa.array([match.partner for match in matches], pa.int64()),
            "rank": pa.array([match.rank for match in matches], pa.int32()),
            "score": pa.array([match.score for match in matches], pa.float64()),
            "recipe": pa.array([match.recipe for match in matches], pa.string()),
        }
    )
    rows = [(match, place, reason) for match in matches for place, reason in enumerate(match.reasons, start=1)]
    evidence = [json.dumps(dict(reason.evidence), ensure_ascii=False, default=str) for _, _, reason in rows]
    reasons = pa.table(
        {
            "organisation_id": pa.array([match.swedish for match, _, _ in rows], pa.int64()),
            "partner_id": pa.array([match.partner for match, _, _ in rows], pa.int64()),
            "recipe": pa.array([match.recipe for match, _, _ in rows], pa.string()),
            "position": pa.array([place for _, place, _ in rows], pa.int32()),
            "feature": pa.array([reason.feature for _, _, reason in rows], pa.string()),
            "contribution": pa.array([reason.contribution for _, _, reason in rows], pa.float64()),
            "text": pa.array([reason.text for _, _, reason in rows], pa.string()),
            "evidence": pa.array(evidence, pa.string()),
        }
    )
    _replace(state, partner_matches=ranked, match_reasons=reasons)


def write_partnerships(state: State, rows: Sequence[PartnershipRow]) -> None:
    """Make these the known partnerships."""
    table = pa.table(
        {
            "organisation_id": pa.array([row.organisation_id for row in rows], pa.int64()),
            "partner_id": pa.array([row.partner_id for row in rows], pa.int64()),
            "programme": pa.array([row.programme for row in rows], pa.string()),
            "partnership": pa.array([row.partnership for row in rows], pa.string()),
            "year": pa.array([row.year for row in rows], pa.int32()),
            "source_urls": pa.array([list(row.source_urls) for row in rows], pa.list_(pa.string())),
            "fold": pa.array([row.fold for row in rows], pa.string()),
        }
    )
    _replace(state, known_partnerships=table)


def _replace(state: State, **tables: pa.Table) -> None:
    """Empty each table and fill it again, all or nothing."""
    with staged(state.con, **{f"staged_{name}": table for name, table in tables.items()}), state.transaction():
        for name in tables:
            state.con.execute(f"DELETE FROM {name}")  # noqa: S608  our own names
            state.con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM staged_{name}")  # noqa: S608
