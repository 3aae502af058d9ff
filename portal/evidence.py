"""What the machine says for and against two records being one organisation, in the reader's language."""

from __future__ import annotations

import re
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


def worded(tongue: Tongue, reason: Reason, value: str) -> str:
    """What a record says: countries by their names and days as the page writes them, all else as it stands."""
    key = KEYS.get(reason.because)
    if key in ("same_country", "other_country") and _CODE.fullmatch(value):
        return tongue.country(value)
    return tongue.day(value) if _is_day(value) else value


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
