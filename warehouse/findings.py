"""Findings over the years: how often each matter stands, since when, and how long the single ones are kept."""

from __future__ import annotations

from datetime import date

from warehouse.named_sql import Script
from warehouse.state import State


def count(state: State, run_id: int, network: str, today: date, *, is_whole: bool) -> None:
    """Bring the history up to what a run's findings on one network say; within the transaction that wrote them.

    Arguments:
        network: empty: those that are no single network's.
        is_whole: whether these are all that stand on it now, those of records that were not read again included.
    """
    script = Script(state.con, "findings", run_id=run_id, network=network, today=today, is_whole=is_whole)
    script.run("count_again")
    script.run("count_first")


def tidy(state: State, keep_runs: int) -> int:
    """Forget single findings of older runs, and never their history; how many.

    Arguments:
        keep_runs: of each network's runs so many keep theirs, and the last complete one in any case. At least 1.
    """
    if keep_runs < 1:
        raise ValueError(f"wanted to keep the findings of at least 1 run, found {keep_runs}")
    with state.transaction():
        return Script(state.con, "findings", keep_runs=keep_runs).run("tidy")
