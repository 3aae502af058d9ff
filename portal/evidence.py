"""What the machine says for and against two records being one organisation, in the reader's language."""

from __future__ import annotations

import re

from matching.sameness.evidence import Said, Shared
from matching.sameness.likeness import Likeness
from portal.tongue import Tongue
from warehouse.doubts import Reason

KEYS = {clause.value: clause.name.lower() for kind in (Shared, Said, Likeness) for clause in kind}
"""Clause -> what its text is called in the catalogues."""
_YEARS = re.compile(r"founded (\d+) years apart")


def clause(tongue: Tongue, reason: Reason) -> str:
    """A reason's clause; one that no catalogue knows stays as the machine says it."""
    if reason.because in KEYS:
        return str(tongue(f"evidence.{KEYS[reason.because]}"))
    years = _YEARS.fullmatch(reason.because)
    return str(tongue("evidence.years_apart", count=int(years[1]))) if years else reason.because
