"""All organisations as partners see them: read once from the analysts' tables, then everything is computed on arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from sys import intern
from typing import Any

from matching.garbage import without_collecting
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
SELECT
    organisation_id, name, native_name, domain, country, organisation_type, is_swedish, is_gone, nuts2, members_total, checked_on,
    latitude, longitude, ecosystems, sectors, nace, networks, memberships, partnerships, target_countries, keywords, technologies,
    s3_priorities, emerging_industries, map_values(extracts) AS extracts
FROM clusters
ORDER BY organisation_id
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
    found: list[Organisation] = []
    with without_collecting():
        while rows := cursor.fetchmany(AT_ONCE):
            found += [_organisation(row, labels.get(row[0], ())) for row in rows]
    return Population(tuple(found), today)


def _organisation(row: tuple[Any, ...], labels: Sequence[Label]) -> Organisation:
    number, name, native_name, domain, country, kind, is_swedish, is_gone, nuts2, members, checked_on, *rest = row
    latitude, longitude, *lists = rest
    (
        ecosystems, sectors, nace, networks, memberships, partnerships, targets, keywords, technologies, priorities, emerging,
        extracts,
    ) = map(_interned, lists)  # fmt: skip
    place, place_of = _place(latitude, longitude, nuts2, country)
    subjects = (*keywords, *technologies, *sectors, *ecosystems, *priorities, *emerging)
    own = (*((name,) if name else ()), *((native_name,) if native_name else ()), *keywords, *technologies, *extracts)
    return Organisation(
        id=number,
        name=name,
        country=country,
        type=kind,
        is_swedish=bool(is_swedish),
        is_gone=bool(is_gone),
        nuts2=nuts2,
        members_total=members,
        ecosystems=_set(ecosystems),
        sectors=_set(sectors),
        nace_divisions=_divisions(nace),
        technologies=_folded(technologies),
        s3_priorities=_folded(priorities),
        networks=_folded((*networks, *memberships, *partnerships)),
        target_countries=_set(targets),
        label=_best_label(labels),
        checked_on=checked_on,
        place=place,
        place_of=place_of,
        subjects=subjects,
        texts=(*subjects, *extracts),
        domain=domain,
        own=own if all(own) else tuple(filter(None, own)),
    )


def _interned(values: list[str] | None) -> tuple[str, ...]:
    """The same values, with one string in place of equal ones: profiles choose most of them from the same few thousand."""
    return tuple(map(intern, values)) if values else ()


# Profiles choose from closed lists, and many the same.
_set: Callable[[tuple[str, ...]], frozenset[str]] = lru_cache(maxsize=100_000)(frozenset)


@lru_cache(maxsize=100_000)
def _divisions(nace: tuple[str, ...]) -> frozenset[str]:
    return frozenset(code[:2] for code in nace if code[:2].isdecimal())


def _folded(values: Sequence[str]) -> dict[str, str]:
    return {folded: value for value in reversed(values) if (folded := _fold(value))}


# Profiles choose most of their values from the same few thousand.
_fold = lru_cache(maxsize=100_000)(fold)


def _best_label(labels: Sequence[Label]) -> Label | None:
    """A label that is valid before one without a date before a lapsed one; then the highest level and the latest end."""
    order = {"bronze": 1, "silver": 2, "gold": 3}
    validity = {True: 2, None: 1, False: 0}
    return max(
        labels,
        default=None,
        key=lambda found: (validity[found.is_valid], order.get(found.level, 0), found.valid_until or date.min),
    )


def _place(
    latitude: float | None, longitude: float | None, nuts2: str | None, country: str | None
) -> tuple[tuple[float, float] | None, str]:
    """The best known place: the address, else a point inside the region, else one inside the country."""
    if latitude is not None and longitude is not None:
        return (float(latitude), float(longitude)), "address"
    for key, what in ((nuts2, "region"), (country, "country")):
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
