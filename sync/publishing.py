"""Publishing anew without reading any network: what people judged since the last run is carried out at once."""

from __future__ import annotations

from structlog.typing import FilteringBoundLogger

from sync.clock import Clock
from sync.pipeline import RunReport, begin, finish
from sync.settings import Settings
from sync.workplace import at_work


def publish_anew(settings: Settings, clock: Clock, log: FilteringBoundLogger) -> RunReport:
    """A run that reads nothing: group, merge and rank what is known, obeying the desk, and publish an edition.

    Raises Locked where another run is under way: it, or the next one, carries the judgements out.
    """
    with at_work(settings.paths.var, clock.now(), settings.merge) as state:
        run_id, steady = begin(state, clock)
        log.info("run began", run=run_id, networks=[])
        return finish(settings, state, run_id, (), {}, steady, log)
