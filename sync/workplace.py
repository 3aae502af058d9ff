"""Where a run does its work: alone, on the state, which it leaves behind with a copy that others may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sync.capture import Captures
from sync.files import copy_wholly, sweep
from sync.keeping import restore
from sync.lock import one_run_at_a_time
from sync.merging import SHIPPED
from sync.places import CAPTURES, DESK, METRICS, SNAPSHOT, STATE
from sync.settings_shape import Merge
from sync.withholding.forgetting import forget_kept_out
from sync.withholding.suppression import suppressions
from warehouse.state import State


@contextmanager
def at_work(var: Path, now: datetime, order: Merge = SHIPPED) -> Iterator[State]:
    """The state, for one run alone, without what is kept out; a restoration that was interrupted is ended first.

    Arguments:
        order: whose word an organisation shows; a run's own (``settings.merge``).

    Raises Locked naming the run that is under way, KeyLost where it cannot be told what is kept out.
    """
    with one_run_at_a_time(var, now):
        tidy_up(var)
        kept_out = suppressions(var)
        with State.open(var / STATE) as state:
            forget_kept_out(state, kept_out, order, var / DESK)
            yield state
        keep_snapshot(var)


def tidy_up(var: Path) -> None:
    """End a restoration that was interrupted, and remove what writers that were killed left half. Only under the run's lock."""
    restore.resume(var)
    sweep(var, (var / METRICS).parent, (var / SNAPSHOT).parent)
    Captures(var / CAPTURES).sweep()


def keep_snapshot(var: Path) -> None:
    """Copy the state as it stands. Only under the run's lock, and with the state closed."""
    (var / SNAPSHOT).parent.mkdir(exist_ok=True)
    copy_wholly(var / STATE, var / SNAPSHOT)
