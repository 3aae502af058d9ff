"""Where everything comes from: networks as an edition has them, its data dictionary, and how far to trust vocabularies."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from warehouse.connection import Connection
from warehouse.named_sql import Script
from warehouse.state import aware
from warehouse.vocabulary import SCHEMES, data_rows

FOLDER = "warehouse/data"


@dataclass(frozen=True)
class Origin:
    """A network, as an edition has it.

    Arguments:
        licence: under which terms it was read.
        last_outcome, last_because, last_try_at: of the last run that tried; last_good_at: when
            the data that stand here were read.
        held_since: since when its runs are doubted; None: they are not.
        records, records_gone: that it lists now, and listed once; organisations: how many these are.
    """

    network: str
    title: str | None
    home: str | None
    licence: str | None
    last_outcome: str | None
    last_because: str | None
    last_try_at: datetime | None
    last_good_at: datetime | None
    held_since: datetime | None
    records: int
    records_gone: int
    organisations: int


def origins(con: Connection) -> list[Origin]:
    """All networks, by their short names; moments have a time zone."""
    return [
        Origin(*row[:6], *(None if moment is None else aware(moment) for moment in row[6:9]), *row[9:])
        for row in Script(con, "sources").rows("networks")
    ]


@dataclass(frozen=True)
class Column:
    """A column of an edition's table; ``unit``: what its values are: a unit, a form or a vocabulary."""

    name: str
    data_type: str
    about: str
    unit: str | None


@dataclass(frozen=True)
class Table:
    """A table or macro of an edition, as its data dictionary describes it; ``source``: where its data come from."""

    name: str
    about: str
    source: str | None
    columns: tuple[Column, ...]


def dictionary(con: Connection) -> list[Table]:
    """All tables, by name, with their columns in order."""
    rows = Script(con, "sources").rows("dictionary")
    columns: dict[str, list[Column]] = {}
    for table, column, data_type, about, unit, _ in rows:
        if column is not None:
            columns.setdefault(table, []).append(Column(column, data_type, about, unit))
    return [
        Table(table, about, source, tuple(columns.get(table, [])))
        for table, column, _, about, _, source in rows
        if column is None
    ]


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary that values are put into.

    Arguments:
        name: of its file; file: where it stands.
        words: how many it has; statuses: how many of them are SEEN on a page, INFERRED, RECALLED or OURS.
        checked_on: the day on which the words and their statuses were last gone through.
    """

    name: str
    file: str
    words: int
    statuses: Mapping[str, int]
    checked_on: date


@cache
def vocabularies() -> tuple[Vocabulary, ...]:
    """All vocabularies, in the order of ``SCHEMES``. Raises KeyError for one that nobody says to have gone through."""
    days = tomllib.loads(files("warehouse").joinpath("data", "checked_on.toml").read_text(encoding="utf-8"))
    found = []
    for name in SCHEMES.values():
        rows = data_rows(name)
        found.append(Vocabulary(name, f"{FOLDER}/{name}.csv", len(rows), Counter(row["status"] for row in rows), days[name]))
    return tuple(found)
