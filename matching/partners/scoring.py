"""Scores of some homes towards everyone, a few homes at a time so that memory stays small however many there are.

A score is in points: the sum over the features of weight × (value - mean), the mean being that of this home's candidates where
the feature is known. So 0 is the mean foreign organisation as this home sees it, and weights sum to 100. What is not known adds
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from matching.partners.features import Feature, Measure, measure
from matching.partners.ground import Ground
from matching.partners.recipe import Recipe
from matching.partners.sets import Bools, Floats

AT_A_TIME = 2
"""Features that are measured at the same time, among so many pairs:"""
WORTH_THREADS = 50_000
AT_ONCE = 300_000
"""Pairs that are scored at once: a feature takes 2.4 MB of them, and its part in the score as much."""


@dataclass(frozen=True)
class Scores:
    """Scores of some homes towards all organisations.

    Arguments:
        homes: index in the population of each row.
        candidates: homes × organisations, who may be ranked.
        measures: each feature of the recipe.
        score: homes × organisations, in points; meaningful where ``candidates``.
        contributions: each feature's part, of the same shape; they sum to the score.
    """

    ground: Ground
    homes: tuple[int, ...]
    candidates: Bools
    recipe: Recipe
    measures: dict[Feature, Measure]
    score: Floats
    contributions: dict[Feature, Floats]


def score(ground: Ground, homes: Sequence[int], gate: Bools, used: Recipe) -> Scores:
    """Score everyone for every home in one computation.

    Arguments:
        homes: indices in the population.
        gate: homes × organisations, who may be ranked.
    """

    def part(feature: Feature) -> tuple[Measure, Floats]:
        found = measure(ground, feature, homes)
        return found, used.weights[feature] * centred(found, gate)

    if gate.size < WORTH_THREADS:
        parts = {feature: part(feature) for feature in used.weights}
    else:
        # It is arithmetic on arrays, during which the interpreter is free for another feature.
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            parts = dict(zip(used.weights, pool.map(part, used.weights), strict=True))
    measures = {feature: found for feature, (found, _) in parts.items()}
    contributions = {feature: points for feature, (_, points) in parts.items()}
    total = np.sum(list(contributions.values()), axis=0)
    return Scores(ground, tuple(homes), gate, used, measures, total, contributions)


def blocks(ground: Ground, homes: Sequence[int], gate: Bools, used: Recipe) -> Iterator[Scores]:
    """As ``score``, some homes after the others, in their order."""
    step = max(AT_ONCE // max(ground.size, 1), 1)
    for first in range(0, len(homes), step):
        yield score(ground, homes[first : first + step], gate[first : first + step], used)


def centred(found: Measure, gate: Bools) -> Floats:
    """Each value less the mean of the home's candidates of which it is known; 0 where not known."""
    counted = found.known & gate
    number = counted.sum(axis=1, keepdims=True)
    total = np.where(counted, found.value, 0).sum(axis=1, keepdims=True)
    mean = np.divide(total, number, out=np.zeros_like(total), where=number > 0)
    return np.where(found.known, found.value - mean, 0.0)
