"""The closed vocabularies that a value must belong to; an unknown word is a finding, never a default."""

from __future__ import annotations

import csv
from enum import StrEnum
from functools import cache
from importlib.resources import files


class OrganisationType(StrEnum):
    """What kind of body a record describes."""

    CLUSTER = "cluster"
    CLUSTER_ASSOCIATION = "cluster_association"
    SCIENCE_PARK = "science_park"
    AGENCY = "agency"
    GOVERNMENT = "government"
    RESEARCH = "research"
    COMPANY = "company"
    OTHER = "other"


class FoundedPrecision(StrEnum):
    """How much of a founding date was printed; the parts that were not are set to 1."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class LabelLevel(StrEnum):
    """Levels of the cluster excellence label (ESCA, EUCLES)."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


def data_rows(name: str) -> list[dict[str, str]]:
    """The rows of ``warehouse/data/<name>.csv``."""
    text = files("warehouse").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def ecosystems() -> tuple[str, ...]:
    """The EU's 14 industrial ecosystems, spelt as in the ECCP typology."""
    return tuple(row["value"] for row in data_rows("ecosystems"))


@cache
def sectors() -> tuple[str, ...]:
    """The 51 sectoral industries of ECCP (traded clusters of the European Cluster Panorama)."""
    return tuple(row["value"] for row in data_rows("sectors"))


@cache
def emerging_industries() -> tuple[str, ...]:
    """The 10 emerging industries of the European Cluster Panorama."""
    return tuple(row["value"] for row in data_rows("emerging_industries"))


SCHEMES = ("ecosystems", "sectors", "emerging_industries")
"""Vocabularies whose values have names in other languages: columns of their tables, called by the language's code."""


def label(scheme: str, code: str, lang: str) -> str:
    """What a value of a vocabulary is called in a language; the value itself where it has no name there.

    Arguments:
        scheme: one of ``SCHEMES``.
        code: the value, as profiles have it.
        lang: ``en``, ``sv``.
    Errors:
        ValueError: another scheme.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"wanted a vocabulary among {', '.join(SCHEMES)}, found {scheme!r}")
    return _labels(scheme, lang).get(code, code)


@cache
def _labels(scheme: str, lang: str) -> dict[str, str]:
    return {row["value"]: row[lang] for row in data_rows(scheme) if row.get(lang)}


@cache
def nuts2_codes() -> frozenset[str]:
    """Codes of level 2 of NUTS 2024 and of the statistical regions of its neighbours."""
    return frozenset(row["code"] for row in data_rows("nuts2024_codes") if row["level"] == "2")
