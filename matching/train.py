"""``python -m matching.train EDITION [FILE.json]``: learns the weights of the partner features.

Writes ``matching/weights/partners-learned.toml``, with the figures. The same edition and the same consortia give the same file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np

from matching.partners.baselines import BASELINES
from matching.partners.evaluation import Figures, Ranking, chosen_groups, figures, measure_all, ours
from matching.partners.features import Feature
from matching.partners.graph import read_known
from matching.partners.ground import Ground
from matching.partners.learning import LEARNED, Held, chosen_penalty, cross_validated, examples, fit, mean_auc
from matching.partners.partnerships import Partnership, parsed, trace
from matching.partners.protocol import METRICS, Query, queries
from matching.partners.ranking import read_ground
from matching.partners.recipe import Mode, Recipe, checked, recipe
from matching.partners.sets import Floats
from warehouse.connection import Connection
from warehouse.editions import EditionReader

TARGET = Path(__file__).parent / "weights" / "partners-learned.toml"
VERSION = 1
SEED = 8
LEAST_POINTS = 0.5
"""A weight below half a point is left out: it would be told as a reason and be none."""


def main(arguments: Sequence[str]) -> None:
    """Learn, measure and write. Raises OSError or ValueError where a file cannot be read."""
    if not 1 <= len(arguments) <= 2:
        sys.exit("usage: python -m matching.train EDITION [FILE.json]")
    shipped = files("matching").joinpath("data", "partnerships.json").read_text(encoding="utf-8")
    text = Path(arguments[1]).read_text(encoding="utf-8") if len(arguments) > 1 else shipped
    with EditionReader(Path(arguments[0])) as reader, reader.cursor() as con:
        learned = learn(con, parsed(json.loads(text)), sha256(text.encode()).hexdigest())
    TARGET.write_text(learned, encoding="utf-8")
    print(learned, end="")


def learn(con: Connection, partnerships: Sequence[Partnership], digest: str) -> str:
    """The weights as TOML, with what they were learned from and how good they are when whole consortia are set aside."""
    (number, day), *_ = con.execute("SELECT number, CAST(published_at AS DATE) FROM edition").fetchall()
    ground, known = read_ground(con, day), read_known(con)
    asked = queries(ground.population, partnerships, trace(con, partnerships).linked)
    held = cross_validated(ground, known, asked, LEARNED)
    given = examples(ground, known, asked, LEARNED)
    penalty = chosen_penalty(given)
    weights = points(fit(given, penalty))
    measured = _measured(ground, con, asked, held)
    lines = [
        "# Weights of the partner features, in points that sum to 100 in each mode; 0 is the mean foreign organisation as a",
        "# home sees it. Written by `python -m matching.train`; do not edit. [similar] is learned from funded consortia: that",
        "# two wrote a bid together, not that the match was good. [complement] is set by hand (partners-hand.toml), because",
        "# who completes a cluster cannot be learned from that; [balanced] is half of each.",
        'origins = { similar = "learned", complement = "hand", balanced = "half-learned" }',
        f"version = {VERSION}",
        f"learned_on = {day}",
        f'data_digest = "{digest}"',
        f'learned_from = "{len(asked)} queries in {len({one.fold for one in asked})} folds over {ground.size} organisations"',
        f"edition = {number}",
        f"penalty = {penalty}",
        f"points_per_log_odds = {_scale(fit(given, penalty)):.4f}",
    ]
    hand = dict(recipe(Mode.COMPLEMENT, file="hand").weights)
    modes = {Mode.SIMILAR: weights, Mode.COMPLEMENT: hand, Mode.BALANCED: half_of_each(weights, hand)}
    for mode, found in modes.items():
        lines += ["", f"[{mode}]", *(f"{feature} = {value:g}" for feature, value in _sorted(found))]
    for name, one in measured.items():
        lines += ["", *_figures(name, one)]
    chance = mean_auc(cross_validated(ground, known, asked, LEARNED, permuted_with=SEED))
    lines += ["", "[figures.auc]", f"learned = {mean_auc(held):.3f}", f"permuted_labels = {chance:.3f}"]
    return "\n".join(lines) + "\n"


def points(weights: Floats) -> dict[Feature, float]:
    """Weights in log-odds as points that sum to exactly 100 with one decimal; those of less than half a point are left out.

    Errors:
        ValueError: no weight is above 0.
    """
    total = float(weights.sum())
    if total <= 0:
        raise ValueError("wanted a weight above 0, found none: the consortia say nothing")
    kept = {one: float(weight) for one, weight in zip(LEARNED, weights, strict=True) if 100 * weight / total >= LEAST_POINTS}
    return _rounded({one: 100 * weight / sum(kept.values()) for one, weight in kept.items()})


def half_of_each(one: Mapping[Feature, float], other: Mapping[Feature, float]) -> dict[Feature, float]:
    """The mean of two recipes, in points that sum to 100."""
    return _rounded({feature: (one.get(feature, 0.0) + other.get(feature, 0.0)) / 2 for feature in {**one, **other}})


def _rounded(weights: Mapping[Feature, float]) -> dict[Feature, float]:
    """With one decimal; what is lost in that goes to the largest."""
    found = {feature: round(weight, 1) for feature, weight in weights.items()}
    largest = max(found, key=lambda feature: (found[feature], feature))
    found[largest] = round(found[largest] + 100 - sum(found.values()), 1)
    return {feature: weight for feature, weight in found.items() if weight > 0}


def _sorted(weights: Mapping[Feature, float]) -> list[tuple[Feature, float]]:
    return sorted(weights.items(), key=lambda item: (-item[1], item[0]))


def _scale(weights: Floats) -> float:
    return 100 / float(weights.sum())


def _measured(ground: Ground, con: Connection, asked: Sequence[Query], held: Sequence[Held]) -> dict[str, Figures]:
    """The figures of cross-validation: each query is ranked by weights that saw nothing of its consortium or its part."""
    recipes = {fold: _recipe(one.weights) for one in held for fold in one.folds}
    known = read_known(con)
    parts = {one.folds: [query for query in asked if query.fold in one.folds] for one in held}

    def learned(at: Ground, some: Sequence[Query]) -> Floats:
        return np.concatenate([ours(at, [query], recipes[query.fold]) for query in some])

    rankings: dict[str, Ranking] = {"ours": learned}
    for name, baseline in BASELINES.items():
        rankings[name] = lambda at, some, baseline=baseline: baseline(  # type: ignore[misc]
            at, np.array([query.home for query in some], dtype=np.int64)
        )
    values = {name: {metric: np.zeros(len(asked)) for metric in METRICS} for name in rankings}
    place = {id(query): number for number, query in enumerate(asked)}
    for folds, some in parts.items():
        rest = [row for row in known if row.fold not in folds]
        for name, found in measure_all(ground, rest, some, rankings).items():
            for metric, numbers in found.items():
                values[name][metric][[place[id(query)] for query in some]] = numbers
    return {
        name: figures([query for query in asked if chosen(query)], asked, values)
        for name, chosen in chosen_groups(ground).items()
    }


def _recipe(weights: Floats) -> Recipe:
    found = {one.value: float(weight) * _scale(weights) for one, weight in zip(LEARNED, weights, strict=True) if weight > 0}
    return checked("held", found)


def _figures(name: str, one: Figures) -> list[str]:
    lines = [f"[figures.{name}]", f"queries = {one.queries}", f"pairs = {one.pairs}"]
    for metric, value in one.ours.items():
        low, high = one.intervals[metric]
        lines.append(f"{metric} = {{ mean = {value:.3f}, low = {low:.3f}, high = {high:.3f} }}")
    if one.difference is not None and one.difference_interval is not None:
        low, high = one.difference_interval
        lines.append(f'best_baseline = "{one.best_baseline}"')
        lines.append(f"difference_recall_at_10 = {{ mean = {one.difference:.3f}, low = {low:.3f}, high = {high:.3f} }}")
    for baseline, found in one.baselines.items():
        lines.append(f"{baseline} = {{ recall_at_10 = {found['recall_at_10']:.3f}, mrr = {found['mrr']:.3f} }}")
    return lines


if __name__ == "__main__":
    main(sys.argv[1:])
