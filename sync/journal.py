"""The journal: what happens, as JSON lines in a file and as lines on the terminal.

Neither holds a person's address, nor characters that a terminal obeys.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

import structlog
from structlog.typing import FilteringBoundLogger, Processor

from sync.clock import Clock, SystemClock
from sync.files import written_wholly
from sync.places import LOGS
from sync.privacy.strip import redact
from sync.taming import tame

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
Event = MutableMapping[str, Any]


@contextmanager
def journal(
    var: Path,
    *,
    quiet: bool = False,
    verbose: bool = False,
    clock: Clock | None = None,
    people: TextIO | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[FilteringBoundLogger]:
    """The journal of one command; use it in a ``with``.

    Everything goes to ``var/logs/clusterbridge-YYYY-MM-DD.jsonl`` (UTC), one object a line. On a terminal people read along
    from ``info`` on (``quiet``: from ``error``, ``verbose``: everything); where stderr is no terminal, from ``warning`` on, so
    that a cron job writes a mail only when something is wrong. ``NO_COLOR`` (https://no-color.org) is honoured.

    Arguments:
        clock: stamps the lines; None: the machine's.
        people: where people read; None: stderr.
        env: environment variables; None: the process's.
    """
    stream = sys.stderr if people is None else people
    is_terminal = stream.isatty()
    heard_from = "debug" if verbose else "error" if quiet else "info" if is_terminal else "warning"
    has_colours = is_terminal and not (os.environ if env is None else env).get("NO_COLOR")
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        _Stamp(clock or SystemClock()),
        _without_persons,
        _File(var / LOGS, stream),
        _Hush(LEVELS[heard_from]),
        structlog.dev.ConsoleRenderer(colors=has_colours, exception_formatter=structlog.dev.plain_traceback, sort_keys=False),
    ]
    logger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS["debug"]),
        cache_logger_on_first_use=True,
    )
    yield cast(FilteringBoundLogger, logger)


def forget_lines(var: Path, is_to_go: Callable[[str], bool]) -> int:
    """Take lines out of the journal's days; how many they were.

    What another process writes meanwhile, to a day that loses a line, may be lost.
    """
    removed = 0
    for path in sorted((var / LOGS).glob("*.jsonl")):
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not is_to_go(line.decode("utf-8", errors="replace"))]
        if len(kept) < len(lines):
            removed += len(lines) - len(kept)
            with written_wholly(path) as file:
                file.writelines(kept)
    return removed


class _Stamp:
    """Puts the time first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        return {"timestamp": self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"), **event}


def _without_persons(_logger: Any, _method: str, event: Event) -> Event:
    return {key: _plain(value, keep="\n\t" if key == "exception" else "") for key, value in event.items()}


def _plain(value: Any, keep: str = "") -> Any:
    """A value as JSON has it, without persons' addresses and characters that a terminal obeys.

    Arguments:
        keep: such characters that may stay.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {_text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return _text(value if isinstance(value, str) else str(value), keep)


def _text(text: str, keep: str = "") -> str:
    return tame(redact(text), keep)


class _File:
    """Appends each event to its day's file, opened anew for every line: two processes may write at once, and midnight passes."""

    def __init__(self, folder: Path, people: TextIO) -> None:
        self._folder = folder
        self._people = people
        self._has_complained = False

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / f"clusterbridge-{event['timestamp'][:10]}.jsonl").open("ab", buffering=0) as file:
                file.write(line.encode("utf-8", errors="backslashreplace"))
        except OSError as error:  # a full disk must not hide, by failing here, what the journal was about to say
            if not self._has_complained:
                self._people.write(f"the journal cannot be written to {self._folder}: {error.strerror}\n")
            self._has_complained = True
        return event


class _Hush:
    """Keeps from people what is below a level; the file has it already."""

    def __init__(self, level: int) -> None:
        self._level = level

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        if LEVELS.get(event["level"], LEVELS["critical"]) < self._level:
            raise structlog.DropEvent
        return event
