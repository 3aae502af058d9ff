"""Erasing: what is kept out from now on is also taken out of everything that this installation has stored.

A plan on the disk says what is being erased until all of it is gone: an erasure that was killed is ended by the next one. It is
the only place where it stands in clear, and it goes last.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from structlog.typing import FilteringBoundLogger

from connectors import registry
from sync import exporting
from sync.capture import CaptureDamaged, CaptureMissing, Captures
from sync.clock import Clock
from sync.files import written_wholly
from sync.journal import forget_lines
from sync.lake import FoundInLake, found_in_lake, mark_erasure
from sync.lock import one_run_at_a_time
from sync.member_lists import imported
from sync.member_lists.columns import Headings
from sync.member_lists.rows import members_of, stored_table, written
from sync.pipeline import finish
from sync.places import CAPTURES, DESK, EDITIONS, STATE
from sync.settings import Settings
from sync.withholding.forgetting import forget_kept_out, telling
from sync.withholding.rows import members_without
from sync.withholding.stored_texts import in_capture, in_text
from sync.withholding.suppression import Decided, Kind, MarkKind, Suppressions, decide, desk_of, suppressions
from sync.workplace import keep_snapshot, tidy_up
from warehouse import editions, erasing, ledger
from warehouse.edition_folder import POINTER, drafts, numbered, sync_to_disk
from warehouse.profile import ClusterProfile
from warehouse.state import State

PLAN = ".erasing.json"
Step = Callable[[str], None]
"""Hears of each thing that is done, as a sentence."""


class ErasureUnfinished(Exception):  # noqa: N818  it says what is the case
    """Something still holds it. What was asked for is kept out all the same; the message says what to do."""


@dataclass
class Erased:
    """What was erased.

    Arguments:
        editions: names of the files that are gone; readers that have one open keep it until they close it.
        edition: the one that was published in their place.
        set_aside: folders of earlier states that are gone.
        lake: what the lake has of it until the next push and tidying; None: there is no lake.
        exports: folders whose exports of those editions are gone.
    """

    records: int = 0
    captures: int = 0
    lists: int = 0
    log_lines: int = 0
    editions: list[str] = field(default_factory=list)
    edition: Path | None = None
    set_aside: list[str] = field(default_factory=list)
    lake: FoundInLake | None = None
    exports: list[str] = field(default_factory=list)


def is_unfinished(var: Path) -> bool:
    """Whether an erasure was begun and not ended."""
    return (var / PLAN).exists()


def plan(var: Path, texts: Sequence[str], decided: Sequence[Decided] = ()) -> None:
    """Write down what is to be erased, beside what an unfinished erasure has to. Only under the run's lock.

    Arguments:
        texts: what it is called in clear.
        decided: what is to be kept out with it; whoever ends the erasure decides it too where that was not done.
    """
    before = _planned(var)
    whole = {
        "texts": sorted({*before["texts"], *texts}),
        "decided": before["decided"] + [_written(one) for one in decided],
    }
    with written_wholly(var / PLAN, mode=0o600) as file:
        file.write(json.dumps(whole, ensure_ascii=False).encode())
    sync_to_disk(var)


def _planned(var: Path) -> dict[str, list[Any]]:
    try:
        return dict(json.loads((var / PLAN).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {"texts": [], "decided": []}


def _written(one: Decided) -> dict[str, Any]:
    marks = [[kind.value, mark.hex()] for kind, mark in one.marks]
    return {"kind": one.kind.value, "marks": marks, "by": one.by, "because": one.because, "at": one.at.isoformat()}


def _decide_planned(var: Path) -> None:
    """Keep out what an erasure was to keep out that was killed before it could say so."""
    planned = _planned(var)["decided"]
    if not planned:
        return
    with desk_of(var) as desk:
        for one in planned:
            marks = [(MarkKind(kind), bytes.fromhex(mark)) for kind, mark in one["marks"]]
            decide(desk, Decided(Kind(one["kind"]), marks, one["by"], one["because"], datetime.fromisoformat(one["at"])))


def carry_out(settings: Settings, clock: Clock, log: FilteringBoundLogger) -> Erased:
    """Erase what is planned, and all that is kept out. Only where no run is under way.

    Raises:
        Locked: a run, or an export, is under way.
        KeyLost: it cannot be told what is kept out.
        ErasureUnfinished: the new edition is held back, so the old one stays.
    """
    var = settings.paths.var
    done = Erased()
    with one_run_at_a_time(var, clock.now()), exporting.alone(var, clock.now()):
        tidy_up(var)  # what was left half may hold it
        for draft in drafts(var / EDITIONS):
            draft.unlink()
        _decide_planned(var)
        kept_out = suppressions(var)
        Captures(var / CAPTURES).sweep()
        with State.open(var / STATE) as state:
            known = forget_kept_out(state, kept_out, settings.merge, var / DESK).records
            done.records = len(known)
            texts = [*_planned(var)["texts"], *telling(known), *texts_in_editions(var, kept_out)]
            plan(var, texts)
            done.lists = _rewrite_lists(state, var, kept_out, clock)
            held = _publish_anew(settings, state, texts, clock, log, done)
        erasing.write_afresh(var / STATE)
        keep_snapshot(var)
        done.captures = _remove_captures(var, texts, kept_out)
        done.log_lines = forget_lines(var, lambda line: in_text(line, texts, kept_out))
        for folder in sorted(var.glob("before-restore-*")):
            shutil.rmtree(folder)
            done.set_aside.append(folder.name)
        left = [path for path in numbered(var / EDITIONS).values() if not (held and holds(path, texts))]
        done.exports = [str(folder) for folder in exporting.remove(var, [_as_exported(path) for path in left])]
        if held:
            raise ErasureUnfinished(
                f"erased everywhere but in the editions, because the new one is held back: {held}; the older ones stay until "
                "`clusterbridge privacy erase` (without a value) can publish one"
            )
        if texts:
            mark_erasure(settings, var)
            done.lake = found_in_lake(settings, var, texts)
        (var / PLAN).unlink(missing_ok=True)
        sync_to_disk(var)
    return done


def _publish_anew(
    settings: Settings, state: State, texts: Sequence[str], clock: Clock, log: FilteringBoundLogger, done: Erased
) -> str | None:
    """Publish an edition without it and remove those that have it; why the new one is held back, if it is."""
    folder = settings.paths.var / EDITIONS
    doomed = [path for path in numbered(folder).values() if holds(path, texts)]
    if not doomed and not done.records:
        return None
    run_id = ledger.begin(state, clock.now())
    report = finish(settings, state, run_id, (), {}, clock, log)
    if report.edition_held:
        return report.edition_held
    done.edition = report.edition
    for path in doomed:
        path.unlink(missing_ok=True)  # tidying may have been here
        done.editions.append(path.name)
    if report.edition is None and doomed:  # nothing is left to publish
        (folder / POINTER).unlink(missing_ok=True)
    if folder.is_dir():
        sync_to_disk(folder)
    return None


def holds(path: Path, texts: Sequence[str]) -> dict[str, int]:
    """In how many rows of each table of an edition one of the texts stands."""
    if not texts:
        return {}
    with editions.EditionReader(path) as reader, reader.cursor() as con:
        return erasing.holding(con, texts)


def _as_exported(path: Path) -> tuple[int, str]:
    with editions.EditionReader(path) as reader, reader.cursor() as con:
        return exporting.edition_of(con)


def texts_in_editions(var: Path, kept_out: Suppressions) -> list[str]:
    """What the published editions call those that are kept out, also where the state has forgotten them."""
    texts: set[str] = set()
    for path in numbered(var / EDITIONS).values():
        with editions.EditionReader(path) as reader, reader.cursor() as con:
            for said, sources in erasing.published(con):
                for network, source_key, url in sources:
                    profile = ClusterProfile(network=network, source_key=source_key, url=url, **said)
                    if kept_out.keeps_out(profile) or kept_out.has_page(network, url):
                        texts.update(erasing.strings_of(erasing.KnownRecord(0, network, source_key, url, said)))
    return sorted(texts)


def _rewrite_lists(state: State, var: Path, kept_out: Suppressions, clock: Clock) -> int:
    """Store imported lists anew without the rows that are kept out; how many that were."""
    captures, changed = Captures(var / CAPTURES), 0
    for name, url, digest in erasing.lists(state):
        network = registry.network(name)
        try:
            table = stored_table(captures.get(digest))
        except (CaptureMissing, CaptureDamaged):
            continue
        columns = Headings(network.phrasebook, imported.chosen(url)).columns(table)
        members = members_of(table, columns, name)
        left = members_without(members, network, kept_out, clock.now().date())
        if left.rows == members.rows:
            continue
        new_digest, _ = captures.put(written(left))
        erasing.put_list_afresh(state, url, digest, url.replace(digest[:16], new_digest[:16]), new_digest)
        captures.remove(digest)
        changed += 1
    return changed


def _remove_captures(var: Path, texts: Sequence[str], kept_out: Suppressions) -> int:
    """Delete stored pages in which it stands; the run asks for those that it needs again. How many they were."""
    captures, removed = Captures(var / CAPTURES), 0
    for digest, _ in list(captures.stored()):
        if in_capture(captures, digest, texts, kept_out):
            captures.remove(digest)
            removed += 1
    return removed
