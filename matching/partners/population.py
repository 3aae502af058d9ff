"""All organisations as partners see them: read once from the analysts' tables, then everything is computed on arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from sys import intern
from typing import Any

from matching.search.text import fold, words
from warehouse.connection import Connection
from warehouse.vocabulary import data_rows

AT_ONCE = 5_000
"""Rows that are held as the database gives them."""
_NUTS_COUNTRY = {"EL": "GR", "UK": "GB"}
"""NUTS writes two countries differently from ISO 3166-1."""


@dataclass(frozen=True)
class Label:
    """An excellence label, as of the day asked for."""

    level: str
    valid_until: date | None
    is_valid: bool | None
    """None: no date says until when."""
    network: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the features read of one organisation; the names are those of the table ``clusters``."""

    id: int
    name: str
    country: str | None
    type: str | None
    is_swedish: bool
    is_gone: bool
    nuts2: str | None
    members_total: int | None
    ecosystems: frozenset[str]
    sectors: frozenset[str]
    nace_divisions: frozenset[str]
    technologies: dict[str, str]
    """Folded to printed."""
    s3_priorities: dict[str, str]
    networks: dict[str, str]
    """Networks, memberships and partnerships together, folded to printed."""
    target_countries: frozenset[str]
    label: Label | None
    checked_on: date | None
    place: tuple[float, float] | None
    """Latitude and longitude in degrees."""
    place_of: str
    """What the place is that of: ``address``, ``region``, ``country``, or ``""``."""
    subjects: tuple[str, ...]
    """What it works on, in listed words: keywords, technologies, sectors and the like."""
    texts: tuple[str, ...]
    """The subjects and the extracts, without names and places."""
    own: tuple[str, ...] = ()
    """What it says in words of its own choice: names, keywords, technologies and extracts; nothing from a closed list."""
    domain: str | None = None
    """Of its website."""

    @property
    def subject_words(self) -> frozenset[str]:
        """The folded words of the subjects."""
        return _folded_words(self.subjects)


@lru_cache(maxsize=10_000)  # of each organisation they are asked for with every match that is explained
def _folded_words(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for text in texts for word in words(text))


@dataclass(frozen=True)
class Population:
    """All organisations, gone ones too, in the order of their numbers."""

    organisations: tuple[Organisation, ...]
    today: date

    def index(self, organisation_id: int) -> int:
        """Where an organisation stands. LookupError if it does not exist."""
        for number, organisation in enumerate(self.organisations):
            if organisation.id == organisation_id:
                return number
        raise LookupError(
            f"wanted organisation {organisation_id}, found no such number among {len(self.organisations)}; see search"
        )


_READ = """
SELECT organisation_id, name, native_name, domain, country, organisation_type, is_swedish, is_gone, nuts2, members_total,
       ecosystems, sectors, nace, technologies, s3_priorities, networks, memberships, partnerships, target_countries, checked_on,
       latitude, longitude, keywords, emerging_industries, map_values(extracts) AS texts
FROM clusters ORDER BY organisation_id
"""
_LABELS = """
SELECT organisation_id, CAST(level AS VARCHAR) AS level, valid_until, network, url
FROM labels WHERE level IS NOT NULL
ORDER BY organisation_id, valid_until NULLS FIRST, level, network, url
"""


def read_population(con: Connection, today: date) -> Population:
    """Read the tables ``clusters`` and ``labels``."""
    labels: dict[int, list[Label]] = {}
    for number, level, until, network, url in con.execute(_LABELS).fetchall():
        labels.setdefault(number, []).append(Label(level, until, None if until is None else until >= today, network, url))
    cursor = con.execute(_READ)
    columns = [column[0] for column in cursor.description or ()]
    found: list[Organisation] = []
    while rows := cursor.fetchmany(AT_ONCE):
        for values in rows:
            row = {column: _interned(value) for column, value in zip(columns, values, strict=True)}
            found.append(_organisation(row, labels.get(row["organisation_id"], [])))
    return Population(tuple(found), today)


def _organisation(row: dict[str, Any], labels: list[Label]) -> Organisation:
    place, place_of = _place(row)
    listed = ("keywords", "technologies", "sectors", "ecosystems", "s3_priorities", "emerging_industries")
    subjects = tuple(text for column in listed for text in row[column] or ())
    return Organisation(
        id=row["organisation_id"],
        name=row["name"],
        country=row["country"],
        type=row["organisation_type"],
        is_swedish=bool(row["is_swedish"]),
        is_gone=bool(row["is_gone"]),
        nuts2=row["nuts2"],
        members_total=row["members_total"],
        ecosystems=frozenset(row["ecosystems"] or ()),
        sectors=frozenset(row["sectors"] or ()),
        nace_divisions=frozenset(code[:2] for code in row["nace"] or () if code[:2].isdecimal()),
        technologies=_folded(row["technologies"]),
        s3_priorities=_folded(row["s3_priorities"]),
        networks=_folded([*(row["networks"] or ()), *(row["memberships"] or ()), *(row["partnerships"] or ())]),
        target_countries=frozenset(row["target_countries"] or ()),
        label=_best_label(labels),
        checked_on=row["checked_on"],
        place=place,
        place_of=place_of,
        subjects=subjects,
        texts=(*subjects, *(row["texts"] or ())),
        domain=row["domain"],
        own=tuple(text for text in _own(row) if text),
    )


def _interned(value: Any) -> Any:
    """The same value, with one string in place of equal ones: profiles choose most of them from the same few thousand."""
    return [intern(one) if isinstance(one, str) else one for one in value] if isinstance(value, list) else value


def _own(row: dict[str, Any]) -> Iterator[str | None]:
    yield row["name"]
    yield row["native_name"]
    for column in ("keywords", "technologies", "texts"):
        yield from row[column] or ()


def _folded(values: Sequence[str] | None) -> dict[str, str]:
    return {folded: value for value in reversed(values or ()) if (folded := _fold(value))}


# Profiles choose most of their values from the same few thousand.
_fold = lru_cache(maxsize=100_000)(fold)


def _best_label(labels: list[Label]) -> Label | None:
    """A label that is valid before one without a date before a lapsed one; then the highest level and the latest end."""
    order = {"bronze": 1, "silver": 2, "gold": 3}
    validity = {True: 2, None: 1, False: 0}
    return max(
        labels,
        default=None,
        key=lambda found: (validity[found.is_valid], order.get(found.level, 0), found.valid_until or date.min),
    )


def _place(row: dict[str, Any]) -> tuple[tuple[float, float] | None, str]:
    """The best known place: the address, else a point inside the region, else one inside the country."""
    latitude, longitude = row["latitude"], row["longitude"]
    if latitude is not None and longitude is not None:
        return (float(latitude), float(longitude)), "address"
    for key, what in ((row["nuts2"], "region"), (row["country"], "country")):
        if key in _points():
            return _points()[key], what
    return None, ""


@cache
def _points() -> dict[str, tuple[float, float]]:
    """One point inside each NUTS 2024 region and country, countries by their ISO code (Eurostat GISCO)."""
    found = {}
    for row in data_rows("nuts2024_points"):
        if row["level"] in ("0", "2"):
            found[_NUTS_COUNTRY.get(row["code"], row["code"])] = (float(row["lat"]), float(row["lon"]))
    return found
