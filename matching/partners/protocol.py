"""How good a ranking is: whole consortia are set aside, and each of their partners asks for the others.

A query is a linked partner of a strong funded consortium; a consortium and its successors (``fold``) are one. Relevant are its
partners there from other countries, as far as the pair rule calls them partners. Candidates are all organisations of other
countries of a type that can be a partner. That a bid was funded shows that two wrote it together, not that the match was good.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.partners.gate import PARTNER_TYPES
from matching.partners.partnerships import Partner, Partnership, pairs
from matching.partners.population import Population
from matching.partners.sets import Bools, Floats

METRICS = ("recall_at_10", "recall_at_20", "mrr", "ndcg_at_10")
DRAWS = 2_000


@dataclass(frozen=True)
class Query:
    """One organisation that asks for its partners.

    Arguments:
        fold: the consortium and its successors.
        home: its place in the population.
        relevant: places of its partners of other countries.
        year: of the first of the consortia; what it rests on is to be known before.
        is_newcomer: in no strong funded consortium of another fold.
    """

    fold: str
    home: int
    relevant: frozenset[int]
    year: int
    is_newcomer: bool


def queries(
    population: Population,
    partnerships: Sequence[Partnership],
    linked: Mapping[Partner, int],
    others: Mapping[int, frozenset[str]] | None = None,
) -> list[Query]:
    """All queries of some partnerships, by fold and place.

    Arguments:
        linked: partners to numbers of organisations.
        others: number of an organisation -> folds of strong consortia, besides those of ``partnerships``, that it was in.
    """
    place = {one.id: number for number, one in enumerate(population.organisations)}
    relevant: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    years: dict[tuple[str, int], int] = {}
    folds = defaultdict(set, {place[number]: set(found) for number, found in (others or {}).items() if number in place})
    for one in partnerships:
        if not one.is_strong:
            continue
        for left, right in pairs(one):
            if left in linked and right in linked and linked[left] != linked[right]:
                a, b = place[linked[left]], place[linked[right]]
                for home, other in ((a, b), (b, a)):
                    folds[home].add(one.fold)
                    if population.organisations[home].country != population.organisations[other].country:
                        key = (one.fold, home)
                        relevant[key].add(other)
                        years[key] = min(years.get(key, one.year), one.year)
    return [
        Query(fold, home, frozenset(found), years[fold, home], is_newcomer=folds[home] <= {fold})
        for (fold, home), found in sorted(relevant.items())
    ]


def askable(population: Population) -> Bools:
    """N: who can be a candidate; ``gate.candidates`` without the home."""
    return np.array([one.type in PARTNER_TYPES and bool(one.country) for one in population.organisations], dtype=bool)


def foreign(population: Population, home: int, allowed: Bools) -> Bools:
    """N: the candidates of a home."""
    own = population.organisations[home].country
    found: Bools = allowed & np.array([one.country != own for one in population.organisations], dtype=bool)
    return found


def measured(score: Floats, candidates: Bools, relevant: Iterable[int], tie_breaker: Floats) -> dict[str, float]:
    """The metrics of one query.

    Arguments:
        score: N, the higher the better.
        tie_breaker: N; of equal scores the lower comes first.

    Recall at k is hits / min(k, relevant); MRR is one over the place of the first relevant one; nDCG at 10 has gain 1 for each
    relevant one (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20, 2002).
    """
    wanted = set(relevant)
    allowed = np.flatnonzero(candidates)
    order = allowed[np.lexsort((tie_breaker[allowed], -np.round(score[allowed], 9)))]
    hits = np.array([place in wanted for place in order.tolist()], dtype=bool)
    places = np.flatnonzero(hits) + 1
    gains = 1 / np.log2(np.arange(2, 12))
    return {
        "recall_at_10": float(hits[:10].sum()) / min(10, len(wanted)),
        "recall_at_20": float(hits[:20].sum()) / min(20, len(wanted)),
        "mrr": 1 / float(places[0]) if len(places) else 0.0,
        "ndcg_at_10": float((hits[:10] * gains[: len(hits[:10])]).sum() / gains[: min(10, len(wanted))].sum()),
    }


@dataclass(frozen=True)
class Resample:
    """Draws of whole folds, with replacement; the same for all rankings, so that their differences are paired.

    Arguments:
        times: draws × queries, how often each query is drawn.
    """

    times: Floats

    @classmethod
    def of(cls, asked: Sequence[Query], draws: int = DRAWS, seed: int = 8) -> Resample:
        """Draw as many folds as there are."""
        folds = sorted({query.fold for query in asked})
        number = {fold: place for place, fold in enumerate(folds)}
        drawn = np.random.default_rng(seed).multinomial(len(folds), np.full(len(folds), 1 / len(folds)), size=draws)
        return cls(drawn[:, [number[query.fold] for query in asked]].astype(np.float64))

    def interval(self, values: Floats) -> tuple[float, float]:
        """Between what 95 of 100 draws lie: of the mean of one value for each query."""
        weight = self.times.sum(axis=1)
        means = (self.times[weight > 0] @ values) / weight[weight > 0]
        low, high = np.percentile(means, [2.5, 97.5])
        return float(low), float(high)
