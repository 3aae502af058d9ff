"""What organisations can be told apart by on a page: facet by facet, who has which value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from types import MappingProxyType

from warehouse.connection import Connection
from warehouse.named_sql import statements
from warehouse.state import aware

SUBJECTS = ("ecosystems", "sectors", "technologies")
"""What an organisation works on, as columns of ``clusters``."""

FACETS = ("country", "ecosystem", "sector", "technology", "region", "label", "size", "network", "type")
"""In the order in which a page shows them. A region is a NUTS 2 code, a size one of ``SIZES``."""

SIZES = ("1-49", "50-99", "100-249", "250-499", "500-", "unknown")
"""Bands of the number of members, both ends included; an organisation that says it has none is in no band."""


def read_facets(con: Connection, today: date) -> tuple[list[int], dict[str, list[tuple[int, str]]]]:
    """The numbers of all organisations that are not gone, ascending, and for each facet pairs of number and value.

    Arguments:
        con: a cursor on an edition.
        today: labels that ended before it do not count.
    """
    named = statements("facets")
    ids = [row[0] for row in con.execute(named["organisations"]).fetchall()]
    entries: dict[str, list[tuple[int, str]]] = {facet: [] for facet in FACETS}
    for facet, number, value in con.execute(named["values"], {"today": today}).fetchall():
        entries[facet].append((number, value))
    return ids, entries


@dataclass(frozen=True)
class Absent:
    """A network that listed an organisation and does not any more, since the first night on which all of it was missing there."""

    network: str
    since: date


@dataclass(frozen=True)
class Profile:
    """A page of a network on an organisation; None: the network gave no address."""

    network: str
    url: str | None


@dataclass(frozen=True)
class Card:
    """What a list shows of one organisation.

    Arguments:
        labels: those valid today, a level or another label's text.
        members: how many it has; None: not said.
        absent: networks that no longer list it, the earliest first; others may list it still.
    """

    id: int
    name: str
    native_name: str | None
    acronym: str | None
    type: str | None
    country: str | None
    city: str | None
    region: str | None
    members: int | None
    ecosystems: tuple[str, ...]
    networks: tuple[str, ...]
    is_swedish: bool
    is_gone: bool
    first_seen_on: date
    changed_on: date
    checked_on: date
    website: str | None
    domain: str | None
    role_email: str | None
    phone: str | None
    labels: tuple[str, ...]
    absent: tuple[Absent, ...]


def cards(con: Connection, ids: Sequence[int], today: date) -> dict[int, Card]:
    """What a list shows of these organisations, by number; those that are not there are left out."""
    rows = con.execute(statements("facets")["cards"], {"ids": list(ids), "today": today}).fetchall()
    lists = {"ecosystems", "networks", "labels"}
    names = [field.name for field in fields(Card)]
    known = [dict(zip(names, row, strict=True)) for row in rows]
    for one in known:
        one |= {name: tuple(one[name] or ()) for name in lists}
        one["absent"] = tuple(Absent(**each) for each in one["absent"])
    return {one["id"]: Card(**one) for one in known}


def all_cards(con: Connection, today: date) -> dict[int, Card]:
    """What a list shows of every organisation, also of those that are gone, by number."""
    return cards(con, [row[0] for row in con.execute(statements("facets")["everyone"]).fetchall()], today)


@dataclass(frozen=True)
class NetworkCard:
    """A network as a page names it."""

    network: str
    title: str
    home: str
    licence: str
    last_outcome: str | None
    last_good_at: datetime | None
    records: int


@dataclass(frozen=True)
class Imprint:
    """Which edition a page shows, and the names that it shows in place of codes.

    Arguments:
        published_at: with a time zone.
        regions: NUTS 2 code -> name.
        networks: by their short names.
    """

    number: int
    published_at: datetime
    run_id: int
    regions: Mapping[str, str]
    networks: Mapping[str, NetworkCard]


def imprint(con: Connection) -> Imprint:
    """What an edition says of itself."""
    named = statements("facets")
    [(number, published_at, run_id)] = con.execute(named["edition"]).fetchall()
    networks = [
        NetworkCard(network, title, home, licence, outcome, None if good_at is None else aware(good_at), records)
        for network, title, home, licence, outcome, good_at, records in con.execute(named["networks"]).fetchall()
    ]
    return Imprint(
        number,
        aware(published_at),
        run_id,
        MappingProxyType(dict(con.execute(named["regions"]).fetchall())),
        MappingProxyType({one.network: one for one in networks}),
    )


def nights_missed(con: Connection, organisation_id: int) -> dict[tuple[str, str], int]:
    """(network, source_key) -> in how many complete runs its network no longer had it; only records that are missing."""
    rows = con.execute(statements("facets")["nights_missed"], {"organisation_id": organisation_id}).fetchall()
    return {(network, key): nights for network, key, nights in rows}


def organisations_of(con: Connection, records: Sequence[tuple[str, str, int]]) -> dict[tuple[str, str], int | None]:
    """(network, source_key) -> the organisation that the record belongs to now; None: the edition knows neither.

    Arguments:
        records: network, source_key, and the number that its organisation had once.
    """
    if not records:
        return {}
    networks, keys, numbers = zip(*records, strict=True)
    asked = {"networks": list(networks), "keys": list(keys), "numbers": list(numbers)}
    rows = con.execute(statements("facets")["organisations_of"], asked).fetchall()
    return {(network, key): number for network, key, number in rows}


def profiles(con: Connection, ids: Sequence[int]) -> dict[int, tuple[Profile, ...]]:
    """Number -> its pages at networks, those that still list it first."""
    found: dict[int, list[Profile]] = defaultdict(list)
    for number, network, url in con.execute(statements("facets")["profiles"], {"ids": list(ids)}).fetchall() if ids else ():
        found[number].append(Profile(network, url))
    return {number: tuple(pages) for number, pages in found.items()}


def subjects(con: Connection, ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Number -> its ecosystems, sectors and technologies."""
    rows = con.execute(statements("facets")["subjects"], {"ids": list(ids)}).fetchall() if ids else []
    return {number: dict(zip(SUBJECTS, map(list, values), strict=True)) for number, *values in rows}


def extracts(con: Connection, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Number -> its own words by language; those without any are left out."""
    rows = con.execute(statements("facets")["extracts"], {"ids": list(ids)}).fetchall() if ids else []
    return {number: dict(texts) for number, texts in rows}


def oldest_record(con: Connection, organisation_id: int) -> tuple[str, str] | None:
    """Network and key of an organisation's oldest record; None: there is no such organisation."""
    records = records_of(con, organisation_id)
    return records[0] if records else None


def named_records(con: Connection, ids: Sequence[int]) -> list[tuple[int, str, str | None, list[tuple[str, str]]]]:
    """Of these organisations number, name, country, and network and key of all records, the oldest first; by number."""
    rows = con.execute(statements("facets")["named_records"], {"ids": list(ids)}).fetchall()
    return [
        (number, name, country, [(one["network"], one["source_key"]) for one in records])
        for number, name, country, records in rows
    ]


def records_of(con: Connection, organisation_id: int) -> list[tuple[str, str]]:
    """Network and key of all records of an organisation, the oldest first."""
    return con.execute(statements("facets")["records_of"], {"organisation_id": organisation_id}).fetchall()
