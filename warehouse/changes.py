"""What became of the organisations from run to run, told in the transaction that computes them: never twice, never not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from warehouse.named_sql import Script
from warehouse.state import State


@contextmanager
def told(state: State, run_id: int, now: datetime) -> Iterator[None]:
    """Tell, in ``ledger.changes``, what the block makes of the organisations: one transaction with all that the block writes.

    The block writes seats and redirects (``organisations.write``) and computes ``clusters`` and ``labels`` (``merge.rebuild``).
    A run that was killed before its block had ended told nothing; its changes are those of the next run. ``schema.toml`` says
    what each kind of change means.

    Arguments:
        now: the day of the changes, with a time zone; labels that have expired by then are lost.
    """
    script = Script(state.con, "changes", run_id=run_id, today=now.date())
    with state.transaction():
        for title in ("remember_clusters", "remember_labels", "remember_seats"):
            script.run(title)
        yield
        for title in (
            "find_clusters", "find_kin", "find_labels", "describe_arrivals", "tell_arrivals", "tell_merged", "tell_presence",
            "tell_names", "tell_labels", "tell_values", "tell_moves", "forget_erased", "forget_erased_others",
            "remember_telling", "tidy",
        ):  # fmt: skip
            script.run(title)
