"""Learns the weights of the features from consortia: a conditional logistic model with weights that are never negative.

The partner of a home is explained among all its candidates: P(other) is proportional to exp(sum of weight × centred value) times
how common such others are among partners at large. That last factor takes the place of sampling unlabelled pairs with the same
mix of countries and popularity as the partners have: the weights cannot learn who is famous. Source: McFadden, "Conditional logit
analysis of qualitative choice behavior" (1974); offsets for sampling: King and Zeng, "Logistic Regression in Rare Events Data",
Political Analysis 9 (2001).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.partners.features import Feature, measure
from matching.partners.graph import Graph, KnownRow
from matching.partners.ground import Ground
from matching.partners.protocol import Query, askable, foreign
from matching.partners.scoring import centred
from matching.partners.sets import Bools, Floats, Ints

LEARNED = (
    Feature.ECOSYSTEMS,
    Feature.SECTORS,
    Feature.RELATED_VARIETY,
    Feature.TECHNOLOGIES,
    Feature.TEXT,
    Feature.FIELD,
    Feature.MEANING,
    Feature.GEOGRAPHY,
    Feature.TIES,
)
"""What the consortia's organisations are known by. Members, labels, interests, priorities and networks are not: on the replicas
they are generated, or for too few."""

PENALTIES = (0.3, 3.0, 30.0)
"""Strengths of the ridge penalty among which each training chooses, by cross-validation inside what it is given."""
PARTS = 10
INNER_PARTS = 4
ROUNDS = 60


@dataclass(frozen=True)
class Example:
    """A query with what the model sees of it.

    Arguments:
        values: features × candidates, centred as they are when scored.
        places: of the candidates in the population.
        is_relevant: candidates.
        kind: for each candidate, its country and whether it was in a partnership before; a number.
    """

    query: Query
    values: Floats
    places: Ints
    is_relevant: Bools
    kind: Ints


def examples(
    ground: Ground, known: Sequence[KnownRow], asked: Sequence[Query], features: Sequence[Feature], hidden: Collection[str] = ()
) -> list[Example]:
    """What the model sees of queries, with past partnerships as of the year before and without the queries' own folds.

    Arguments:
        hidden: further folds of which nothing is known.
    """
    allowed = askable(ground.population)
    countries = {code: place for place, code in enumerate(sorted({one.country or "" for one in ground.population.organisations}))}
    country = np.array([countries[one.country or ""] for one in ground.population.organisations], dtype=np.int64)
    still = [feature for feature in features if feature is not Feature.TIES]
    homes = sorted({query.home for query in asked})
    row = {home: place for place, home in enumerate(homes)}
    gate = np.stack([foreign(ground.population, home, allowed) for home in homes]) if homes else np.zeros((0, ground.size), bool)
    fixed = {feature: centred(measure(ground, feature, homes), gate) for feature in still}
    found = []
    for query in asked:
        graph = Graph.of(ground.population, known, before=query.year, without={*hidden, query.fold})
        candidates = gate[row[query.home]]
        parts = dict.fromkeys(features, np.zeros(ground.size)) | {one: values[row[query.home]] for one, values in fixed.items()}
        if Feature.TIES in parts:
            ties = measure(ground.with_graph(graph), Feature.TIES, [query.home])
            parts[Feature.TIES] = centred(ties, candidates[None, :])[0]
        places = np.flatnonzero(candidates)
        is_relevant = np.isin(places, list(query.relevant))
        kind = 2 * country[places] + (graph.counts[places] > 0)
        found.append(Example(query, np.stack([parts[one][places] for one in features]), places, is_relevant, kind))
    return found


def offsets(given: Sequence[Example]) -> dict[int, float]:
    """For each kind of candidate the log of how much commoner it is among partners than among candidates.

    Kinds that are rare in both are drawn towards 0: as if a partner more of every kind's fair share had been seen.
    """
    partners: Counter[int] = Counter()
    others: Counter[int] = Counter()
    for one in given:
        partners.update(one.kind[one.is_relevant].tolist())
        others.update(one.kind.tolist())
    total, everyone = max(partners.total(), 1), max(others.total(), 1)
    return {
        kind: float(np.log((partners[kind] + 1) / (total * number / everyone + 1))) for kind, number in sorted(others.items())
    }


def fit(given: Sequence[Example], penalty: float) -> Floats:
    """The weights, one a feature, in log-odds a unit of the feature.

    Minimises the mean over queries of the negative log-likelihood of their partners plus a ridge penalty on weight × spread, with
    weights of 0 or more, by projected Newton steps (Bertsekas, SIAM Journal on Control and Optimization 20, 1982).

    Arguments:
        penalty: of the ridge, shared out over the queries.
    """
    used = [one for one in given if one.is_relevant.any()]
    if not used:
        return np.zeros(len(given[0].values)) if given else np.zeros(0)
    common = offsets(used)
    spread = np.sqrt(np.mean([(one.values**2).mean(axis=1) for one in used], axis=0))
    scale = np.where(spread > 0, 1 / np.maximum(spread, 1e-12), 0.0)
    prepared = [
        (one.values * scale[:, None], one.is_relevant, np.array([common[kind] for kind in one.kind.tolist()])) for one in used
    ]
    ridge = penalty / len(used)
    weights = np.full(len(scale), 0.1)
    loss, slope, bend = _loss(weights, prepared, ridge)
    for _ in range(ROUNDS):
        bound = (weights <= 0) & (slope > 0)
        free = np.flatnonzero(~bound)
        if not len(free) or float(np.abs(slope[free]).max()) < 1e-7:
            break
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)] + 1e-9 * np.eye(len(free)), slope[free])
        length = 1.0
        while length > 1e-6:
            trial = np.maximum(weights - length * step, 0)
            new = _loss(trial, prepared, ridge)
            if new[0] < loss - 1e-12:
                break
            length /= 2
        else:
            break
        weights, (loss, slope, bend) = trial, new
    return np.asarray(weights * scale, dtype=np.float64)


def _loss(weights: Floats, prepared: Sequence[tuple[Floats, Bools, Floats]], ridge: float) -> tuple[float, Floats, Floats]:
    """The loss, its slope and its bend."""
    loss = float(ridge * (weights @ weights) / 2)
    slope, bend = ridge * weights, ridge * np.eye(len(weights))
    for values, is_relevant, common in prepared:
        score = weights @ values + common
        top = float(score.max())
        likely = np.exp(score - top)
        total = float(likely.sum())
        likely /= total
        mean = values @ likely
        loss -= (float(score[is_relevant].mean()) - top - float(np.log(total))) / len(prepared)
        slope = slope - (values[:, is_relevant].mean(axis=1) - mean) / len(prepared)
        bend = bend + ((values * likely) @ values.T - np.outer(mean, mean)) / len(prepared)
    return loss, slope, bend


def parts(folds: Collection[str], number: int, seed: int = 8) -> dict[str, int]:
    """Which of so many parts each fold belongs to, drawn once."""
    names = sorted(folds)
    order = np.random.default_rng(seed).permutation(len(names))
    return {names[place]: rank % number for rank, place in enumerate(order.tolist())}


def recall(one: Example, weights: Floats, at: int = 10) -> float:
    """Recall at 10 of an example, among those of its partners that are candidates."""
    order = np.argsort(-np.round(weights @ one.values, 9), kind="stable")
    return float(one.is_relevant[order[:at]].sum()) / min(at, max(int(one.is_relevant.sum()), 1))


def chosen_penalty(given: Sequence[Example]) -> float:
    """The penalty with the best recall at 10 when parts of what is given are set aside in turn; of equals the strongest."""
    if len(PENALTIES) == 1:
        return PENALTIES[0]
    part = parts({one.query.fold for one in given}, INNER_PARTS)
    found = {}
    for penalty in PENALTIES:
        values = []
        for aside in range(INNER_PARTS):
            held = [one for one in given if part[one.query.fold] == aside]
            if held:
                weights = fit([one for one in given if part[one.query.fold] != aside], penalty)
                values += [recall(one, weights) for one in held]
        found[penalty] = float(np.mean(values)) if values else 0.0
    return max(PENALTIES, key=lambda penalty: (found[penalty], penalty))


@dataclass(frozen=True)
class Held:
    """A part of the folds, and the weights that were learned without it.

    Arguments:
        aside: what the model sees of the part's queries.
    """

    folds: frozenset[str]
    penalty: float
    weights: Floats
    aside: tuple[Example, ...]


def cross_validated(
    ground: Ground,
    known: Sequence[KnownRow],
    asked: Sequence[Query],
    features: Sequence[Feature],
    *,
    number: int = PARTS,
    permuted_with: int | None = None,
) -> list[Held]:
    """Weights for each part of the folds, learned without it: neither as examples, nor as past partnerships, nor for a choice.

    Arguments:
        number: of parts.
        permuted_with: a seed; the partners of each query are then drawn by lot, and nothing should be learned.
    """
    part = parts({query.fold for query in asked}, number)
    found = []
    for aside in range(number):
        folds = frozenset(fold for fold, of in part.items() if of == aside)
        if not folds:
            continue
        every = examples(ground, known, asked, features, hidden=folds)
        if permuted_with is not None:
            every = permuted(every, permuted_with)
        given = [one for one in every if one.query.fold not in folds]
        penalty = chosen_penalty(given)
        held = tuple(one for one in every if one.query.fold in folds)
        found.append(Held(folds, penalty, fit(given, penalty), held))
    return found


def permuted(given: Sequence[Example], seed: int) -> list[Example]:
    """The same with as many partners of the same countries and popularity, drawn by lot."""
    rng = np.random.default_rng(seed)
    found = []
    for one in given:
        is_relevant = np.zeros_like(one.is_relevant)
        for kind, times in Counter(one.kind[one.is_relevant].tolist()).items():
            is_relevant[rng.choice(np.flatnonzero(one.kind == kind), times, replace=False)] = True
        found.append(replace(one, is_relevant=is_relevant))
    return found


def mean_auc(held: Sequence[Held]) -> float:
    """The mean of ``auc`` over all queries, each with the weights that were learned without it. NaN without any."""
    values = [value for part in held for one in part.aside if (value := auc(one, part.weights)) is not None]
    return float(np.mean(values)) if values else float("nan")


def auc(one: Example, weights: Floats) -> float | None:
    """How often a partner scores above another candidate of its own country and popularity; None where there is no other."""
    score = np.round(weights @ one.values, 9)
    wins = []
    for place in np.flatnonzero(one.is_relevant):
        rivals = score[(one.kind == one.kind[place]) & ~one.is_relevant]
        if len(rivals):
            wins.append(float((score[place] > rivals).mean() + (score[place] == rivals).mean() / 2))
    return float(np.mean(wins)) if wins else None
