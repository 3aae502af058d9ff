"""Ten good partners that are not ten times the same: maximal marginal relevance, and a cap on each country.

Source: Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries",
SIGIR 1998.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from matching.partners.population import Population
from matching.partners.sets import Floats, Sets

RELEVANCE = 0.7
"""λ: how much the score counts; the rest is how unlike those already chosen."""
OF_ONE_COUNTRY = 3
IN_EVERY = 10
SPREAD = 30
"""Likeness is weighed against the spread of the best 30 scores."""
POOL = 150
"""So many of the best by score are looked at; those after them follow by score alone. Neither number depends on how many are
wanted, so that the first ten of fifty are the ten that one gets when asking for ten."""


@dataclass(frozen=True)
class Kinds:
    """What makes organisations alike: country (as a number) and ecosystems (0/1), for a whole population."""

    country: NDArray[np.int64]
    ecosystems: Floats

    def likeness(self, one: int, others: NDArray[np.int64]) -> Floats:
        """Half for the same country, half for the share of common ecosystems (Jaccard)."""
        shared = self.ecosystems[others] @ self.ecosystems[one]
        union = self.ecosystems[others].sum(axis=1) + self.ecosystems[one].sum() - shared
        return np.asarray(((self.country[others] == self.country[one]) + shared / np.maximum(union, 1)) / 2, dtype=np.float64)


def kinds(population: Population) -> Kinds:
    """The kinds of all organisations of a population."""
    everyone = population.organisations
    _, country = np.unique([organisation.country or "" for organisation in everyone], return_inverse=True)
    ecosystems = Sets.of([organisation.ecosystems for organisation in everyone])
    return Kinds(country.astype(np.int64), ecosystems.rows(range(len(everyone))))


def diverse(ranked: Sequence[int], scores: Floats, kinds: Kinds, top: int, *, cap_countries: bool) -> list[int]:
    """Choose ``top`` of the candidates, the best first.

    Arguments:
        ranked: indices of candidates, by score, the best first.
        scores: one for each index of the population.
        cap_countries: at most 3 of one country in the first 10, 6 in the first 20 and so on, as long as there are others.
    """
    pool = _pool(ranked, kinds, cap_countries)
    if not len(pool):
        return []
    best, worst = float(scores[ranked[0]]), float(scores[ranked[min(SPREAD, len(ranked)) - 1]])
    relevance = RELEVANCE * (scores[pool] - worst) / max(best - worst, 1e-12)
    countries = kinds.country[pool]
    taken = np.zeros(int(kinds.country.max()) + 1, dtype=np.int64)
    nearest = np.zeros(len(pool))
    free = np.ones(len(pool), dtype=bool)
    chosen: list[int] = []
    while len(chosen) < min(top, len(pool)):
        allowed = OF_ONE_COUNTRY * (len(chosen) // IN_EVERY + 1) if cap_countries else len(pool)
        open_to = free & (taken[countries] < allowed)
        open_to = open_to if open_to.any() else free
        place = int(np.argmax(np.where(open_to, relevance - (1 - RELEVANCE) * nearest, -np.inf)))
        chosen.append(int(pool[place]))
        free[place] = False
        taken[countries[place]] += 1
        nearest = np.maximum(nearest, kinds.likeness(int(pool[place]), pool))
    looked_at = set(pool.tolist())
    rest = (place for place in ranked if place not in looked_at)
    return chosen + list(islice(rest, top - len(chosen)))


def _pool(ranked: Sequence[int], kinds: Kinds, cap_countries: bool) -> NDArray[np.int64]:
    """The best by score, and the best of each country, which stay within reach also when one country is all of the best."""
    pool = list(ranked[:POOL])
    seen: Counter[int] = Counter()
    for place in ranked[POOL:] if cap_countries else ():
        country = int(kinds.country[place])
        seen[country] += 1
        if seen[country] <= OF_ONE_COUNTRY:
            pool.append(place)
    return np.array(pool, dtype=np.int64)
