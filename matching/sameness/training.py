"""``python -m matching.sameness.training PAIRS.csv[:WEIGHT] ... > names.toml``: weighs the traits of names from labelled pairs.

Each file is in the form of ``matching.pairs``; WEIGHT is what one of its rows counts. Needs scikit-learn, which the program
itself does not. The figures that are written beside the weights are cross-validated: no pair was scored by a model that had
seen it.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.sameness.naming import TRAITS, NamingWeights, score, traits

_THRESHOLD = 0.35
"""Where precision and recall of the cross-validated scores are about even on all files."""
_TRUE_COUNTS = 1.5
"""A pair of one organisation counts as so many of two: in a list of all pairs they are few."""
_FOLDS, _SEEDS = 5, (0, 1, 2)
_PROBE = NamingWeights(threshold=0.5, prior=0.0, traits=dict.fromkeys(TRAITS, 0.0))
"""Scores exactly 0.5 whatever the traits: below it a pair was never looked at."""


@dataclass(frozen=True)
class _Set:
    """Labelled pairs of one file: those that have traits at all, and how many true ones there are with the others."""

    path: Path
    weight: float
    rows: NDArray[np.float64]
    labels: NDArray[np.bool_]
    true: int


def _read(argument: str) -> _Set:
    name, _, weight = argument.partition(":")
    rows, labels, true = [], [], 0
    with Path(name).open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            left, right, is_same = row["left_name"], row["right_name"], row["label"] == "1"
            true += is_same
            if score(left, right, _PROBE) == 0.5:
                found = traits(left, right)
                rows.append([found.get(trait, 0.0) for trait in TRAITS])
                labels.append(is_same)
    return _Set(Path(name), float(weight or 1), np.array(rows), np.array(labels), true)


def _f1(scores: NDArray[np.float64], labels: NDArray[np.bool_], true: int) -> float:
    said = scores >= _THRESHOLD
    return 2 * float((said & labels).sum()) / float(said.sum() + true)


def train(sets: Sequence[_Set]) -> str:
    """The weights as TOML."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    rows = np.vstack([one.rows for one in sets])
    labels = np.concatenate([one.labels for one in sets])
    origin = np.concatenate([np.full(len(one.labels), at) for at, one in enumerate(sets)])
    counts = np.concatenate([np.full(len(one.labels), one.weight) for one in sets]) * np.where(labels, _TRUE_COUNTS, 1.0)
    scores = np.zeros(len(labels))
    for seed in _SEEDS:
        folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
        for seen, unseen in folds.split(rows, origin * 2 + labels):
            model = LogisticRegression(max_iter=5000).fit(rows[seen], labels[seen], sample_weight=counts[seen])
            scores[unseen] += model.predict_proba(rows[unseen])[:, 1] / len(_SEEDS)
    model = LogisticRegression(max_iter=5000).fit(rows, labels, sample_weight=counts)
    lines = ["# Weights of the traits of two names, log-odds; what each trait is says matching/sameness/naming.py."]
    lines.append("# Trained by `python -m matching.sameness.training`; F1 at the threshold, cross-validated (5 parts, 3 times):")
    for at, one in enumerate(sets):
        found = _f1(scores[origin == at], one.labels, one.true)
        lines.append(f"#   {one.path.name}: {one.true} true pairs, each row counted {one.weight:g}: F1 {found:.3f}")
    lines += ["", f"threshold = {_THRESHOLD}", f"prior = {model.intercept_[0]:.2f}", "", "[traits]"]
    lines += [f"{trait} = {weight:.2f}" for trait, weight in zip(TRAITS, model.coef_[0], strict=True)]
    return "\n".join(lines)


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.stdout.write(train([_read(argument) for argument in sys.argv[1:]]) + "\n")


if __name__ == "__main__":
    main()
