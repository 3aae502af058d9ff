"""Reasons for a match, in the reader's language and with networks by their names."""

from __future__ import annotations

from matching.partners.explain import sentence
from matching.partners.phrases import MOST_NAMED
from portal.pages.naming import Naming
from warehouse.rows import MatchReason

LEAST_POINTS = 0.05
"""What is less is told as 0.0: it says nothing for or against."""


def told(naming: Naming, reason: MatchReason, home: str, partner: str, most: int = MOST_NAMED) -> str:
    """A reason's sentence.

    Arguments:
        most: values that it names before it counts the rest.
    """
    return sentence(reason, home, partner, naming.tongue.code, most, naming.titles)


def weighs(reason: MatchReason) -> bool:
    """Whether it is known and adds or takes points that can be seen."""
    return not reason.evidence.get("unknown") and abs(reason.contribution) >= LEAST_POINTS
