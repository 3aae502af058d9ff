"""What became of the organisations from run to run, told in the transaction that computes them: never twice, never not at all."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from typing import Any, TypedDict, Unpack

from warehouse.atom import AUTHORITY
from warehouse.connection import Connection
from warehouse.named_sql import Script, statements
from warehouse.state import State

TAG = f"{AUTHORITY}/changes"
"""The name of all changes, with which those of each begin. Never to be altered."""


class Kind(StrEnum):
    """What can happen to an organisation, in the order in which to tell of it; ``schema.toml`` says what each means."""

    NEW = "new"
    GONE = "gone"
    RETURNED = "returned"
    MERGED = "merged"
    SPLIT = "split"
    RENAMED = "renamed"
    LABEL_GAINED = "label_gained"
    LABEL_LOST = "label_lost"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One row of ``changes``, ready to show.

    Arguments:
        organisation_id: the number that it had then.
        name, country: of the organisation that the number leads to today; None where that is not said.
        old, new: the values, from JSON.
    """

    run_id: int
    organisation_id: int
    name: str | None
    country: str | None
    kind: Kind
    field: str | None
    old: object
    new: object
    changed_on: date


@dataclass(frozen=True)
class Beginning:
    """A run since which networks are read, and who is new for that alone: they are many, and no news.

    Arguments:
        networks: those that were read for the first time, by their short names, and list one of them.
        organisations: by their numbers then.
        is_first: nothing was told before.
    """

    run_id: int
    changed_on: date
    networks: tuple[str, ...]
    organisations: tuple[int, ...]
    is_first: bool


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
            "find_clusters", "find_kin", "find_labels", "describe_arrivals", "tell_arrivals", "tell_merged", "keep_absorbed",
            "tell_presence", "tell_names", "tell_labels", "tell_values", "tell_moves", "forget_erased", "forget_erased_others",
            "forget_erased_former", "remember_telling", "tidy",
        ):  # fmt: skip
            script.run(title)


def day_of_last_run(con: Connection) -> date | None:
    """The day on which the last run of an edition that read a network began; None: it holds none."""
    found: date | None = Script(con, "told").value("day_of_last_run")
    return found


class Narrowing(TypedDict, total=False):
    """Which changes are asked for; what is left out narrows nothing.

    Arguments:
        since: those of this day and later; None: of all days.
        run_id: those of this run; None: of all runs.
        kinds: those of these kinds; none: of all kinds.
        countries, networks: those of organisations that are in one of these countries, or listed by one of these networks, today;
            none: of all.
    """

    since: date | None
    run_id: int | None
    kinds: Collection[Kind]
    countries: Collection[str]
    networks: Collection[str]


def count(con: Connection, *, without: Collection[Beginning] = (), **narrowing: Unpack[Narrowing]) -> dict[Kind, int]:
    """How many changes of each kind an edition tells; ``without`` as of ``read``."""
    sql, values = _asked("count", narrowing)
    rows = con.execute(sql, {**values, **_numbers(without)}).fetchall()
    return {Kind(kind): times for kind, times in rows}


def read(
    con: Connection,
    *,
    limit: int,
    first: int = 0,
    language: str = "en",
    without: Collection[Beginning] = (),
    **narrowing: Unpack[Narrowing],
) -> list[Change]:
    """The changes that an edition tells, the newest run first, and within a run by kind and name.

    Arguments:
        limit: the most to return; first: how many to pass over.
        language: in whose order the names stand.
        without: leave out who is new by these; whoever tells of them tells of them in one sentence each.
    """
    sql, values = _asked("read", narrowing)
    values |= _numbers(without)
    rows = con.execute(sql, {**values, "limit": limit, "first": first, "language": language}).fetchall()
    return [
        Change(run, number, name, country, Kind(kind), field, _value(old), _value(new), day)
        for run, number, name, country, kind, field, old, new, day in rows
    ]


def beginnings(con: Connection, **narrowing: Unpack[Narrowing]) -> list[Beginning]:
    """The runs since which networks are read, the newest first."""
    rows = con.execute(*_asked("begun", narrowing)).fetchall()
    found = []
    for run, those in groupby(rows, key=lambda row: row[0]):
        members = list(those)
        listing = sorted({network for *_, names in members for network in names})
        found.append(Beginning(run, members[0][1], tuple(listing), tuple(row[3] for row in members), members[0][2]))
    return found


def _numbers(without: Collection[Beginning]) -> dict[str, list[int]]:
    pairs = [(one.run_id, number) for one in without for number in one.organisations]
    return {"begun_runs": [run for run, _ in pairs], "begun": [number for _, number in pairs]}


def tag(change: Change) -> str:
    """The change's name for ever; two changes of one field in one run, such as two labels gained, differ by their values."""
    values = sha256(json.dumps([change.old, change.new], sort_keys=True).encode()).hexdigest()[:12]
    return "/".join((TAG, str(change.run_id), str(change.organisation_id), change.kind.value, change.field or "whole", values))


def tag_of_beginning(one: Beginning) -> str:
    """A beginning's name for ever."""
    return f"{TAG}/{one.run_id}/begun"


def as_data(change: Change) -> dict[str, Any]:
    """A change for programs."""
    return {
        "id": change.organisation_id,
        "name": change.name,
        "country": change.country,
        "kind": change.kind.value,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "run": change.run_id,
        "changed_on": change.changed_on.isoformat(),
    }


def _asked(title: str, narrowing: Narrowing) -> tuple[str, dict[str, object]]:
    kinds = narrowing.get("kinds", ())
    asked: dict[str, object] = {
        "since": narrowing.get("since"),
        "run_id": narrowing.get("run_id"),
        "kinds": [kind.value for kind in Kind if not kinds or kind in kinds],
        "countries": list(narrowing.get("countries", ())),
        "networks": list(narrowing.get("networks", ())),
    }
    return statements("told")[title], asked


def _value(text: str | None) -> object:
    return None if text is None else json.loads(text)
