"""What this installation holds: of all that it reads, and of one organisation, address, domain or number, for whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sync import exporting
from sync.capture import Captures
from sync.erasing import holds, is_unfinished
from sync.exporting import InExport
from sync.lake import FoundInLake
from sync.places import CAPTURES, DESK, EDITIONS, LOGS
from sync.withholding.stored_texts import in_capture, in_text
from sync.withholding.suppressing import Meant
from sync.withholding.suppression import Suppressions
from warehouse import decided, erasing, opinions, removals, searches, shortlists_withheld
from warehouse.desk import Desk
from warehouse.edition_folder import numbered
from warehouse.state import State


@dataclass(frozen=True)
class Source:
    """A page that says something of it.

    Arguments:
        since, checked_on: days (YYYY-MM-DD) on which it was first and last found there.
    """

    network: str
    url: str
    name: str
    since: str
    checked_on: str


@dataclass(frozen=True)
class Held:
    """What is held about one thing, and where.

    Arguments:
        tables: rows of each table of the state in which it stands.
        editions: names of the files in which it stands.
        captures: stored pages in which it stands.
        log_lines: lines of the journal in which it stands.
        judgements: what people judged of its records, or where they named it, on the desk.
        shortlists: entries and notes of shortlists, and opinions on partners, on the desk that are of its records, or name it.
        exports: every export, and whether it stands there.
        set_aside: folders of earlier states, which may hold it.
        is_kept_out: whether it is suppressed already.
        edition: the edition that told what it is and who says it, where the state no longer has it.
        lake: what the lake has of it; None: there is no lake.
    """

    said: str
    sources: tuple[Source, ...]
    tables: dict[str, int]
    editions: tuple[str, ...]
    captures: int
    log_lines: int
    judgements: int
    shortlists: int
    exports: tuple[InExport, ...]
    set_aside: tuple[str, ...]
    is_kept_out: bool
    edition: str | None = None
    lake: FoundInLake | None = None

    @property
    def is_anything(self) -> bool:
        """Whether it stands anywhere at all."""
        here = (self.sources, self.tables, self.editions, self.captures, self.log_lines, self.judgements, self.shortlists)
        taken_away = any(one.is_holding for one in self.exports)
        return any(here) or taken_away or (self.lake is not None and bool(self.lake.found))


def held(state: State, var: Path, kept_out: Suppressions, one: Meant) -> Held:
    """Everything that is held about one thing."""
    values = Suppressions(kept_out.marker, one.marks)
    captures = Captures(var / CAPTURES)
    return Held(
        said=one.said,
        sources=_sources(state, one),
        tables=erasing.holding(state.con, one.texts) if one.texts else {},
        editions=tuple(path.name for path in numbered(var / EDITIONS).values() if holds(path, one.texts)),
        captures=sum(in_capture(captures, digest, one.texts, values) for digest, _ in captures.stored()),
        log_lines=sum(in_text(line, one.texts, values) for path in _logs(var) for line in _lines(path)),
        judgements=_judgements(var, one, values),
        shortlists=_shortlists(var, one, values),
        exports=tuple(exporting.holding(var, one.texts, values)),
        set_aside=tuple(sorted(path.name for path in var.glob("before-restore-*"))),
        is_kept_out=not one.marks.isdisjoint(kept_out.marks),
        edition=one.edition,
    )


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def _logs(var: Path) -> list[Path]:
    return sorted((var / LOGS).glob("*.jsonl"))


def _judgements(var: Path, one: Meant, values: Suppressions) -> int:
    keys = {(each.network, each.source_key) for each in one.records}
    with Desk.open(var / DESK) as desk:
        found = decided.decisions(desk)
    return sum(
        each.left in keys
        or each.right in keys
        or in_text(f"{each.because} {each.withdrawn.because if each.withdrawn else ''}", one.texts, values)
        for each in found
    )


def _shortlists(var: Path, one: Meant, values: Suppressions) -> int:
    keys = {(each.network, each.source_key) for each in one.records}
    with Desk.open(var / DESK) as desk:
        found = removals.mentions(desk, lambda text: in_text(text, one.texts, values))
        for kind in (shortlists_withheld, opinions, searches):
            found += kind.mentions(desk, keys.__contains__, lambda text: in_text(text, one.texts, values))
    return found


def _sources(state: State, one: Meant) -> tuple[Source, ...]:
    dates = one.dates or {record_id: (since, checked_on) for record_id, since, checked_on in erasing.dates(state)}
    return tuple(Source(each.network, each.url, each.profile["name"], *map(str, dates[each.record_id])) for each in one.records)


@dataclass(frozen=True)
class Holdings:
    """What the installation holds at all.

    Arguments:
        tables: rows of each table of the state.
        captures, capture_bytes, oldest_capture: stored pages, their compressed size, and the day of the oldest.
        exports: folders that exports were written into.
        suppressions: that hold now.
    """

    tables: dict[str, int]
    captures: int
    capture_bytes: int
    oldest_capture: str | None
    editions: Sequence[str]
    exports: Sequence[str]
    logs: Sequence[str]
    is_erasing: bool


def holdings(state: State, var: Path) -> Holdings:
    """What the installation holds: kinds of data and how much of each."""
    stats = [path.stat() for _, path in Captures(var / CAPTURES).stored()]
    oldest = min((stat.st_mtime for stat in stats), default=None)
    return Holdings(
        tables=erasing.rows(state.con),
        captures=len(stats),
        capture_bytes=sum(stat.st_size for stat in stats),
        oldest_capture=None if oldest is None else datetime.fromtimestamp(oldest, UTC).date().isoformat(),
        editions=[path.name for path in numbered(var / EDITIONS).values()],
        exports=[str(one.folder) for one in exporting.registered(var)],
        logs=[path.name for path in _logs(var)],
        is_erasing=is_unfinished(var),
    )
