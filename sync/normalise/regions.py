"""Printed names of regions, in any script, to NUTS 2024 level 2, and to the country that they lie in."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from anyascii import anyascii

from sync.normalise.countries import country_named
from sync.normalise.readings import Kind, Read, shown, unread
from warehouse import vocabulary

_BRACKETED = re.compile(r"(?P<outer>.+?)\s*\((?P<inner>[^()]+)\)\s*")
_ISO_OF_NUTS = {"EL": "GR", "UK": "GB"}


@dataclass(frozen=True)
class Region:
    """Where a region's name leads: its country (ISO 3166-1), and its level 2 code where the name tells one."""

    country: str
    nuts2: str | None


def read_region(printed: str, country: str | None = None) -> Read[Region]:
    """The region that ``printed`` names.

    Arguments:
        printed: a name of level 1, 2 or 3 in any script, also with its transliteration or its country in brackets. A name of
            level 1 gives the country only, one of level 3 its parent of level 2.
        country: ISO 3166-1, where the page says it: tells homonyms apart.

    In a country outside NUTS every region is taken as it stands, with no code. A homonym without a country is doubted.
    """
    if country is not None and country not in _countries():
        return Read(Region(country, None))
    elsewhere: set[str] = set()
    for name, hint in _forms(printed):
        candidates = _table().get(_key(name), frozenset())
        where = hint or country
        here = {code for code in candidates if _country(code) == where} if where else _likely(candidates)
        if here and country in (None, where):
            countries = {_country(code) for code in here}
            if len(countries) == 1:
                return Read(Region(countries.pop(), _level_2(here)))
            listed = " and ".join(sorted(countries))
            return unread(Kind.AMBIGUOUS_REGION, f"wanted one region, found {shown(printed)}, which lies in {listed}")
        elsewhere |= {_country(code) for code in here or candidates}
    if elsewhere and country:
        listed = " or ".join(sorted(elsewhere))
        return unread(Kind.CONTRADICTION, f"the page says {country}, but {shown(printed)} lies in {listed}")
    named = country_named(printed)
    if named and named == (country or named):
        return Read(Region(named, None))
    return unread(Kind.UNKNOWN_REGION, f"wanted the name of a NUTS 2024 region, found {shown(printed)}")


@lru_cache(maxsize=16_384)
def is_region(text: str) -> bool:
    """Whether ``text`` names a region of NUTS, in whichever country."""
    return any(_key(name) in _table() for name, _ in _forms(text))


def _forms(printed: str) -> list[tuple[str, str | None]]:
    """The names to look for, most telling first, each with the country that stands beside it in brackets."""
    forms: list[tuple[str, str | None]] = [(printed, None)]
    if match := _BRACKETED.fullmatch(printed):
        outer, inner = match["outer"], match["inner"].strip()
        hint = country_named(inner)
        forms += [(outer, hint)] if hint else [(outer, None), (inner, None)]
    return [(name, hint) for name, hint in forms if _key(name)]


def _likely(codes: frozenset[str]) -> set[str]:
    """``codes`` without the level 3 homonyms abroad: the networks print level 2, so that Freiburg is DE13, not CH022."""
    countries = {_country(code) for code in codes if len(code) < 5}
    return {code for code in codes if not countries or _country(code) in countries}


def _level_2(codes: set[str]) -> str | None:
    """The one level 2 region that ``codes`` (of one country) name or lie in."""
    for level in (4, 5):
        named = {code[:4] for code in codes if len(code) == level}
        if named:
            return named.pop() if len(named) == 1 else None
    return None


def _country(code: str) -> str:
    return _ISO_OF_NUTS.get(code[:2], code[:2])


@lru_cache(maxsize=16_384)
def _key(name: str) -> str:
    return re.sub("[^a-z0-9]", "", anyascii(name).casefold())


@cache
def _countries() -> frozenset[str]:
    """Countries that have, or had, regions in NUTS."""
    return frozenset(_country(code) for codes in _table().values() for code in codes)


@cache
def _table() -> dict[str, frozenset[str]]:
    """Folded name -> codes: 3 to 5 characters for levels 1 to 3, the country alone (2) for a region of an earlier NUTS."""
    ours = tomllib.loads(files("sync.normalise").joinpath("regions.toml").read_text(encoding="utf-8"))
    table: defaultdict[str, set[str]] = defaultdict(set)
    for row in vocabulary.data_rows("nuts2024_codes"):
        code = row["code"]
        if code.endswith("Z"):  # Extra-Regio: no place
            continue
        names = {row["label"], row["label_latin"], *row["label"].split("/"), code}
        names |= {match["outer"] for name in names if (match := _BRACKETED.fullmatch(name))}
        for name in names:
            table[_key(name)].add(code)
    for codes in (ours["names"], ours["former"]):
        for code, names in codes.items():
            for name in names:
                table[_key(name)].add(code)
    return {key: frozenset(codes) for key, codes in table.items() if key}
