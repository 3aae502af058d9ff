"""``python -m matching.sameness.training FILE.csv[:WEIGHT] ... [--output names.toml]``: weighs the traits of names.

Each file holds labelled pairs, as ``matching.pairs`` writes them; WEIGHT is what one of its rows counts, 1 where it is left out.
The shipped weights were trained with ``nomenklatura.csv:4 ror.csv --output matching/weights/names.toml``. Without ``--output``
they go to stdout; the file is replaced once all is done, so that trouble leaves it as it was. Needs scikit-learn, which the
program itself does not. The figures that are written beside the weights are cross-validated: no pair was scored by a model that
had seen it.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.command_line import NotATable, Parser, table
from matching.sameness.evaluation import NotLabelledPairs, check_columns, label_of
from matching.sameness.naming import TRAITS, NamingWeights, score, traits

_THRESHOLD = 0.35
"""Where precision and recall of the cross-validated scores are about even on all files."""
_TRUE_COUNTS = 1.5
"""A pair of one organisation counts as so many of two: in a list of all pairs they are few."""
_FOLDS, _SEEDS = 5, (0, 1, 2)
_COLUMNS = ("left_name", "right_name", "label")
_PROBE = NamingWeights(threshold=0.5, prior=0.0, traits=dict.fromkeys(TRAITS, 0.0))
"""Scores exactly 0.5 whatever the traits: below it a pair was never looked at."""


class NotTrainable(ValueError):  # noqa: N818  says what is the matter
    """What was given cannot be trained on."""


@dataclass(frozen=True)
class _Set:
    """Labelled pairs of one file: those that have traits at all, and how many true ones there are with the others."""

    path: Path
    weight: float
    rows: NDArray[np.float64]
    labels: NDArray[np.bool_]
    true: int


def _read(argument: str) -> _Set:
    """The pairs of ``FILE.csv`` or ``FILE.csv:WEIGHT``.

    Raises:
        NotTrainable: the weight is no positive number, or the pairs are too few.
        NotATable: the file cannot be read.
        NotLabelledPairs: a column is missing, or a label is none; the message has the file, and the line.
    """
    path, weight = _weighed(argument)
    rows, labels, true = [], [], 0
    with table(path) as reader:
        try:
            check_columns(reader.fieldnames or (), _COLUMNS)
            for row in reader:
                left, right = row["left_name"] or "", row["right_name"] or ""
                is_same = label_of(row["label"], "label", reader.line_num)
                true += is_same
                if score(left, right, _PROBE) == 0.5:
                    found = traits(left, right)
                    rows.append([found.get(trait, 0.0) for trait in TRAITS])
                    labels.append(is_same)
        except NotLabelledPairs as error:
            raise NotLabelledPairs(f"{path}: {error}") from error
    of_one, of_two = sum(labels), len(labels) - sum(labels)
    if min(of_one, of_two) < _FOLDS:
        wanted = f"wanted at least {_FOLDS} pairs of each label whose names have something in common"
        raise NotTrainable(f"{path}: {wanted}, found {of_one} with label 1 and {of_two} with 0; add pairs")
    return _Set(path, weight, np.array(rows), np.array(labels), true)


def _weighed(argument: str) -> tuple[Path, float]:
    name, colon, printed = argument.rpartition(":")
    if not colon or Path(argument).exists():  # a file may have a colon in its name
        return Path(argument), 1.0
    try:
        weight = float(printed)
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        raise NotTrainable(f"wanted FILE.csv, or FILE.csv:WEIGHT with a positive number, found {argument!r}")
    return Path(name), weight


def _f1(scores: NDArray[np.float64], labels: NDArray[np.bool_], true: int) -> float:
    said = scores >= _THRESHOLD
    return 2 * float((said & labels).sum()) / float(said.sum() + true)


def train(sets: Sequence[_Set]) -> str:
    """The weights as TOML. Each set has at least as many pairs of either label as there are parts to cross-validate with."""
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


def _replace(path: Path, text: str) -> None:
    """Puts a file in the place of another, whole or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fchmod(file.fileno(), 0o644)  # a temporary file is its owner's alone; weights are for whoever runs the program
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:  # a full disk, a Ctrl-C: leave no half file behind
        part.unlink(missing_ok=True)
        raise


def _check_target(path: Path) -> None:
    """Raises NotTrainable where there can be no such file: said before minutes of training, not after."""
    if path.is_dir():
        raise NotTrainable(f"wanted a file to write the weights to, found the folder {path}; name a file in it")
    if not path.parent.is_dir():
        raise NotTrainable(f"wanted a folder {path.parent} to write the weights in, found none; make it, or check the path")


def main(words: Sequence[str]) -> None:
    parser = Parser("matching.sameness.training", __doc__)
    parser.add_argument("files", metavar="FILE.csv[:WEIGHT]", nargs="+", help="labelled pairs, and what a row of them counts")
    parser.add_argument("--output", metavar="FILE.toml", type=Path, help="where to write the weights; left out: to stdout")
    asked = parser.parse_args(words)
    output: Path | None = asked.output
    if find_spec("sklearn") is None:
        parser.trouble("wanted scikit-learn to train with, found none; install it with `pip install scikit-learn`")
    try:
        if output is not None:
            _check_target(output)
        text = train([_read(argument) for argument in asked.files]) + "\n"
    except (NotTrainable, NotATable, NotLabelledPairs) as error:
        parser.trouble(error)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        _replace(output, text)
    except OSError as error:
        parser.trouble(f"wanted to write the weights to {output}, found that it cannot be done ({error.strerror})")


if __name__ == "__main__":
    main(sys.argv[1:])
