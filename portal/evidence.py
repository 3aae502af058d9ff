"""What the machine says for and against two records being one organisation, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from matching.sameness.evidence import Said, Shared
from matching.sameness.likeness import Likeness
from portal.tongue import Tongue
from warehouse.doubts import Reason

KEYS = {clause.value: clause.name.lower() for kind in (Shared, Said, Likeness) for clause in kind}
"""Clause -> what its text is called in the catalogues."""
_CODE = re.compile(r"[A-Z]{2}")
_YEARS = re.compile(r"founded (\d+) years apart")


def clause(tongue: Tongue, reason: Reason) -> str:
    """A reason's clause; one that no catalogue knows stays as the machine says it."""
    if reason.because in KEYS:
        return str(tongue(f"evidence.{KEYS[reason.because]}").unescape())
    years = _YEARS.fullmatch(reason.because)
    return str(tongue("evidence.years_apart", count=int(years[1])).unescape()) if years else reason.because


def worded(tongue: Tongue, reason: Reason, value: str, region: Callable[[str], str]) -> str:
    """What a record says: countries, regions and kinds of bodies by their names, days as here, all else as it stands.

    Arguments:
        region: what a NUTS 2 code is called.
    """
    match KEYS.get(reason.because):
        case "same_country" | "other_country" if _CODE.fullmatch(value):
            return tongue.country(value)
        case "same_region" | "other_region":
            return region(value)
        case "other_kind" | "other_kind_and_name":
            return str(tongue("evidence.a_host").unescape()) if value == "host" else tongue.word("organisation_type", value)
        case "same_year" if _is_day(value):
            # Whoever gives the year alone is kept as its first of January, which nobody said.
            return value[:4]
    return tongue.day(value) if _is_day(value) else value


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
