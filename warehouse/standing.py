"""How things stand after a run: what the operator's reports are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from warehouse import ledger
from warehouse.ledger import NetworkStatus
from warehouse.named_sql import statements
from warehouse.state import State, aware


@dataclass(frozen=True)
class Standing:
    """What the ledger says after a run.

    Arguments:
        began_at: when the run began.
        networks: every network that was ever tried, by name.
        findings_new: network -> kind -> findings of this run that its last complete run before did not have.
    """

    began_at: datetime
    networks: tuple[NetworkStatus, ...]
    findings_new: Mapping[str, Mapping[str, int]]


def standing(state: State, run_id: int) -> Standing:
    """How things stand after a run. Raises ValueError where there is no such run."""
    began = state.con.execute("SELECT started_at FROM ledger.runs WHERE run_id = ?", [run_id]).fetchall()
    if not began:
        raise ValueError(f"wanted the run {run_id} in the ledger, found no such run")
    new: dict[str, dict[str, int]] = {}
    counted = state.con.execute(statements("standing")["count_new_findings"], {"run_id": run_id}).fetchall()
    for network, kind, times in counted:
        new.setdefault(network, {})[kind] = times
    return Standing(aware(began[0][0]), tuple(ledger.networks(state)), new)
