"""Measures the ranking of partners on consortia that it was not trained on, beside the simple rankings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.partners.baselines import BASELINES, SINGLE
from matching.partners.graph import Graph, KnownRow, read_known
from matching.partners.ground import Ground
from matching.partners.partnerships import Partner, Partnership, shipped_partnerships, trace
from matching.partners.protocol import METRICS, Query, Resample, askable, foreign, measured, queries
from matching.partners.ranking import read_ground
from matching.partners.recipe import Mode, Recipe, recipe
from matching.partners.scoring import score
from matching.partners.sets import Floats
from warehouse.connection import Connection

HOME = "SE"
DATED = frozenset({"ours", "hand_set", "popularity"})
"""Rankings that may look at past partnerships."""
Ranking = Callable[[Ground, Sequence[Query]], Floats]
Values = Mapping[str, Floats]
"""Metric -> one value for each query."""


@dataclass(frozen=True)
class Figures:
    """How good rankings are on some queries.

    Arguments:
        pairs: relevant partners over all queries.
        ours, baselines: metric -> mean over the queries; None without queries.
        intervals: metric -> between what 95 of 100 draws of consortia lie.
        best_baseline: the single baseline with the highest recall at 10; the difference to it, with its paired interval.
    """

    queries: int
    pairs: int
    ours: dict[str, float | None]
    intervals: dict[str, tuple[float, float]]
    baselines: dict[str, dict[str, float | None]]
    best_baseline: str | None
    difference: float | None
    difference_interval: tuple[float, float] | None

    def as_json(self) -> dict[str, object]:
        """With our own metrics beside the counts, as the command prints them."""
        return {
            "queries": self.queries,
            "pairs": self.pairs,
            **self.ours,
            "intervals": self.intervals,
            "baselines": self.baselines,
            "best_baseline": self.best_baseline,
            "difference_recall_at_10": self.difference,
            "difference_interval": self.difference_interval,
        }


@dataclass(frozen=True)
class Evaluation:
    """The outcome: for all Europe, Sweden alone and newcomers alone; names that are no organisation of the edition."""

    recipe: str
    groups: dict[str, Figures]
    unmatched: tuple[Partner, ...]


def evaluate(con: Connection, partnerships: Sequence[Partnership], *, today: date) -> Evaluation:
    """Rank for each query with what was known the year before, and without anything of these partnerships.

    Arguments:
        con: an edition.
    """
    ground = read_ground(con, today)
    linking = trace(con, partnerships)
    known = read_known(con)
    mine = {one.fold for one in partnerships}
    names = {one.partnership for one in partnerships}
    rest = [row for row in known if row.fold not in mine and row.partnership not in names]
    asked = queries(ground.population, partnerships, linking.linked, _strong_folds(rest))
    used = recipe(Mode.SIMILAR)
    rankings: dict[str, Ranking] = {"ours": lambda at, some: ours(at, some, used)}
    for name, baseline in BASELINES.items():
        rankings[name] = lambda at, some, baseline=baseline: baseline(  # type: ignore[misc]
            at, np.array([query.home for query in some], dtype=np.int64)
        )
    values = measure_all(ground, rest, asked, rankings)
    groups = {
        name: figures([query for query in asked if chosen(query)], asked, values)
        for name, chosen in chosen_groups(ground).items()
    }
    return Evaluation(used.name, groups, linking.unmatched)


def chosen_groups(ground: Ground) -> dict[str, Callable[[Query], bool]]:
    """The groups of queries that are reported."""
    everyone = ground.population.organisations
    return {
        "all": lambda query: bool(query.relevant),
        "sweden": lambda query: everyone[query.home].country == HOME,
        "newcomers": lambda query: query.is_newcomer,
    }


def ours(ground: Ground, asked: Sequence[Query], used: Recipe) -> Floats:
    """Queries × N: our scores."""
    allowed = askable(ground.population)
    gate = np.stack([foreign(ground.population, query.home, allowed) for query in asked])
    return score(ground, [query.home for query in asked], gate, used).score


def measure_all(
    ground: Ground, known: Sequence[KnownRow], asked: Sequence[Query], rankings: Mapping[str, Ranking]
) -> dict[str, Values]:
    """The metrics of each ranking, one value for each query; past partnerships as of the year before."""
    allowed = askable(ground.population)
    tie_breaker = np.random.default_rng(8).random(ground.size)
    found = {name: {metric: np.zeros(len(asked)) for metric in METRICS} for name in rankings}
    by_year: defaultdict[int, list[int]] = defaultdict(list)
    for number, query in enumerate(asked):
        by_year[query.year].append(number)
    gates = {home: foreign(ground.population, home, allowed) for home in {query.home for query in asked}}

    def note(name: str, at: Ground, numbers: Sequence[int]) -> None:
        some = [asked[number] for number in numbers]
        for number, query, scores in zip(numbers, some, rankings[name](at, some), strict=True):
            for metric, value in measured(scores, gates[query.home], query.relevant, tie_breaker).items():
                found[name][metric][number] = value

    for name in [name for name in rankings if name not in DATED]:
        if asked:
            note(name, ground, range(len(asked)))
    for year, numbers in sorted(by_year.items()):
        then = ground.with_graph(Graph.of(ground.population, known, before=year))
        for name in [name for name in rankings if name in DATED]:
            note(name, then, numbers)
    return {name: dict(values) for name, values in found.items()}


def figures(chosen: Sequence[Query], asked: Sequence[Query], values: Mapping[str, Values]) -> Figures:
    """The means over some of the queries, with intervals by drawing consortia."""
    number = {id(query): place for place, query in enumerate(asked)}
    places = [number[id(query)] for query in chosen]
    means = {name: {metric: _mean(one[metric][places]) for metric in METRICS} for name, one in values.items()}
    pairs = sum(len(query.relevant) for query in chosen)
    baselines = {name: means[name] for name in means if name != "ours"}
    if not places:
        return Figures(0, 0, means["ours"], {}, baselines, None, None, None)
    resample = Resample.of(chosen)
    intervals = {metric: resample.interval(values["ours"][metric][places]) for metric in METRICS}
    best = max(SINGLE, key=lambda name: (baselines[name]["recall_at_10"] or 0.0, name))
    difference = values["ours"]["recall_at_10"][places] - values[best]["recall_at_10"][places]
    return Figures(
        len(places), pairs, means["ours"], intervals, baselines, best, float(difference.mean()), resample.interval(difference)
    )


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None


def _strong_folds(known: Sequence[KnownRow]) -> dict[int, frozenset[str]]:
    """Of the known partnerships, organisation -> folds of strong consortia that it was in."""
    strong = {one.fold for one in shipped_partnerships() if one.is_strong}
    found: defaultdict[int, set[str]] = defaultdict(set)
    for row in known:
        if row.fold in strong:
            found[row.organisation_id].add(row.fold)
            found[row.partner_id].add(row.fold)
    return {number: frozenset(folds) for number, folds in found.items()}
