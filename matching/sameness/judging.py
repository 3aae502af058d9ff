"""From evidence to an opinion: a probability, a verdict, and the reasons in one sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from matching.sameness import evidence, name_evidence
from matching.sameness.evidence import Evidence, Kind
from matching.sameness.population import Population
from matching.sameness.records import Facts
from matching.sameness.weights import Weights
from warehouse.rows import Verdict

TELLING = frozenset({Kind.NAME, Kind.ADDRESS, Kind.PHONE, Kind.FOUNDED})
"""One of these at least must speak for two records before a thought is given to them: many bodies share a city and a year."""
NOTHING, AGAINST = "nothing in common", ". Against: "
"""What stands where nothing speaks for two records, and before what speaks against them."""


@dataclass(frozen=True)
class Opinion:
    """What the machine thinks of two records.

    Arguments:
        verdict: None where nothing is worth noting: too little speaks for sameness, and nothing much against it.
        probability: of one organisation, 0 to 1.
        evidence: all of it, strongest first, whichever way it points.
    """

    verdict: Verdict | None
    probability: float
    evidence: tuple[Evidence, ...]

    @property
    def because(self) -> str:
        """The reasons for and against in words."""
        speaking_for = "; ".join(clause(one.because, one.left, one.right) for one in self.evidence if one.weight > 0)
        against = "; ".join(clause(one.because, one.left, one.right) for one in self.evidence if one.weight < 0)
        return AGAINST.join(part for part in (speaking_for or NOTHING, against) if part)


def clause(because: str, left: str, right: str) -> str:
    """A reason, and what the two records say."""
    return f"{because} ('{left}')" if left == right else f"{because} ('{left}' and '{right}')"


def judge(left: Facts, right: Facts, population: Population, weights: Weights) -> Opinion:
    """Weighs two records."""
    return judge_evidence(_gather(left, right, population, weights), weights)


def judge_evidence(gathered: Iterable[Evidence], weights: Weights) -> Opinion:
    """What all the evidence on two records comes to.

    ``same`` needs the probability and two kinds of evidence for it: never a name alone, never an address alone.
    ``different`` is noted of pairs that look alike and contradict each other: the joins that a chain must not make.
    """
    found = sorted(gathered, key=_rank)
    table = weights.verdict
    probability = logistic(table.prior + math.fsum([one.weight for one in found]))
    speaking = [one for one in found if one.weight > 0]
    kinds = {one.kind for one in speaking}
    speaking_for = math.fsum([one.weight for one in speaking])
    against = -math.fsum([one.weight for one in found if one.weight < 0])
    if not kinds & TELLING:
        verdict = None
    elif probability >= table.same_from and len(kinds) >= table.kinds_of_evidence:
        verdict = Verdict.SAME
    elif probability >= table.unsure_from:
        verdict = Verdict.UNSURE
    elif probability < table.different_below and speaking_for >= table.looks_alike_from and against >= table.contradiction_from:
        verdict = Verdict.DIFFERENT
    else:
        verdict = None
    return Opinion(verdict, probability, tuple(found))


def _rank(one: Evidence) -> tuple[float, str]:
    return -abs(one.weight), one.kind


def _gather(left: Facts, right: Facts, population: Population, weights: Weights) -> list[Evidence]:
    naming = name_evidence.names(left, right, population, weights)
    singly = (
        None if naming is None else naming.evidence,
        evidence.address(left, right, population, weights),
        evidence.phone(left, right, population, weights),
        evidence.country(left, right, weights),
        evidence.place(left, right, weights),
        evidence.founded(left, right, weights),
    )
    found = [one for one in singly if one is not None]
    found.extend(evidence.body(left, right, None if naming is None else naming.likeness, weights))
    return found


def logistic(log_odds: float) -> float:
    """1 / (1 + exp(-log_odds)), safe for large negative values."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1 + odds)
