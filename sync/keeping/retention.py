"""What is kept for a while only: the bodies of stored pages, and the days of the journal. What was read from them stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sync.capture import Captures
from sync.places import CAPTURES, LOGS
from sync.settings_shape import Keep
from warehouse import ledger
from warehouse.state import State


@dataclass(frozen=True)
class Tidied:
    """How many stored pages and days of the journal were deleted."""

    captures: int
    logs: int


def tidy(state: State, var: Path, keep: Keep, now: datetime) -> Tidied:
    """Delete what has been kept for long enough. Only under the run's lock.

    A page's time begins anew whenever its network sends or confirms the same bytes; that of a page which nothing remembers, when
    it was stored. A member list stays as long as its records come from it: nobody could be asked for it again. Whatever else is
    still remembered needs no body to be known as unchanged; where one is needed, it is asked for again.

    Arguments:
        now: with a time zone.
    """
    captures = Captures(var / CAPTURES)
    uses = ledger.uses_of_captures(state)
    oldest = now - timedelta(days=keep.capture_bodies_days)
    removed = 0
    for digest, path in list(captures.stored()):
        use = uses.get(digest)
        if use is not None and use.is_list:
            continue
        last_seen = use.last_seen if use else datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if last_seen < oldest:
            captures.remove(digest)
            removed += 1
    return Tidied(removed, _tidy_logs(var, (now - timedelta(days=keep.logs_days)).date()))


def _tidy_logs(var: Path, oldest: date) -> int:
    removed = 0
    for path in (var / LOGS).glob("clusterbridge-????-??-??.jsonl"):
        if path.stem.removeprefix("clusterbridge-") < oldest.isoformat():
            path.unlink(missing_ok=True)
            removed += 1
    return removed
