"""What comes after a run, whatever came of it: the status for machines, the message for the operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from structlog.typing import FilteringBoundLogger

from connectors.registry import UnknownNetwork
from sync.capture import CaptureDamaged, CaptureMissing
from sync.clock import Clock
from sync.exits import Exit
from sync.files import write_whole
from sync.keeping.storage import storage_trouble
from sync.lock import Locked
from sync.pipeline import RunReport
from sync.places import METRICS
from sync.settings import Settings
from sync.telling import telling
from sync.telling.memory import Wrong
from sync.telling.metrics import metrics
from sync.telling.reporting import STATUS, Status, status_of_run, status_of_trouble
from warehouse.migrate import SchemaNewer, SchemaOlder
from warehouse.state import StateDamaged, StateLocked

OUR_WORDS = (StateDamaged, SchemaNewer, SchemaOlder, CaptureMissing, CaptureDamaged)
"""Errors whose words are ours. Those of any other may be a page's, and so a person's."""


def accounted(settings: Settings, clock: Clock, log: FilteringBoundLogger, run: Callable[[], RunReport]) -> RunReport:
    """Do a run and give account of it; what it raises is raised on.

    A run that finds another under way gives none: the other will. Nor does one that could not be begun as it was asked for.
    """
    began_at, var = clock.now(), settings.paths.var
    try:
        report = run()
    except (Locked, StateLocked, UnknownNetwork):
        raise
    except Exception as error:
        trouble = storage_trouble(error)
        code, because = (trouble.code, trouble.because) if trouble else (Exit.UNEXPECTED, _fault(error))
        log.error("run broke off", because=because)
        log.debug("what broke it off", exc_info=True)  # for the file; on the terminal it stands already, where it is a fault
        now = clock.now()
        _account(settings, status_of_trouble(var, code, because, began_at, now), telling.judged_of_trouble(because), clock, log)
        raise
    _account(settings, status_of_run(var, report, began_at, clock.now()), telling.judged_of_run(report), clock, log)
    return report


def _fault(error: Exception) -> str:
    """What broke a run off, in words that anybody may read."""
    if isinstance(error, OUR_WORDS):
        return str(error)
    return f"a fault of ours ({type(error).__name__}); the journal has its traceback"


def _account(
    settings: Settings, status: Status, judged: Mapping[str, Wrong | None], clock: Clock, log: FilteringBoundLogger
) -> None:
    """Write and tell. What the disk does to that is said in the journal: a run that is done does not fail by its report."""
    var = settings.paths.var
    try:
        write_whole(var / STATUS, status.model_dump_json(indent=2).encode() + b"\n")
        write_whole(var / METRICS, metrics(status))
    except OSError as error:
        log.error("status not written", because=f"{error.strerror} at {error.filename}", mend="`clusterbridge doctor` says more")
    telling.tell(settings, judged, status, clock.now(), log)
