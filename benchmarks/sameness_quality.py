"""``python -m benchmarks.sameness_quality``: how good sameness is where all is known, and how far to believe it.

``groups``: all records of the replicas, seated: pairs, B-cubed (Bagga and Baldwin 1998: of every record, which share of its
group is of its organisation, and which share of its organisation is in its group), and groups with records of several
organisations.

The rest is of probabilities: of every pair on the replicas that shares a key, of the pairs of ``matching/data/sameness.csv``
that were judged by hand, and of both together. The Brier score (Brier 1950: the mean squared distance of a probability from 1
or 0, whichever is the case) stands beside that of saying the same of all pairs; the expected calibration error (after Naeini et
al. 2015, over bands that follow the verdicts and not of equal width) is how far the mean probability of a band is from the
share that is true, averaged over all pairs. First with the weights as they are, set by hand, then trained on the same pairs:
what each kind of evidence counts, by logistic regression, every pair scored by a model that saw neither of its organisations.
Needs scikit-learn, which the program itself does not.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, combinations_with_replacement
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.grouped import Groups, quality
from benchmarks.label_pairs import FILE, known_replicas
from matching.command_line import Parser, printing
from matching.sameness.evaluation import as_facts, pair_of
from matching.sameness.evidence import Kind
from matching.sameness.judging import Opinion, judge
from matching.sameness.labour import Labour
from matching.sameness.memory import Memory
from matching.sameness.population import Population
from matching.sameness.records import from_rows
from matching.sameness.resolution import resolve
from matching.sameness.setwise.ragged import connected
from matching.sameness.weights import shipped

BANDS = (0.0, 0.05, 0.15, 0.35, 0.95)
"""From which probabilities on pairs are counted together: from the last two a person is asked, and the machine joins."""
_NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
_FOLDS, _SEED = 5, 20
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Pairs(NamedTuple):
    """Pairs of which it is known whether they are one organisation.

    Arguments:
        opinions: with the weights as they are.
        labels: whether they are.
        left, right: the sides, by any name of their own.
        ties: what else is one organisation, or may be because it is called the same: sides and names.
    """

    opinions: list[Opinion]
    labels: Flags
    left: list[Hashable]
    right: list[Hashable]
    ties: list[tuple[Hashable, Hashable]]

    @classmethod
    def of(cls, some: Sequence[Pairs]) -> Pairs:
        """All of these."""
        opinions, labels, *others = zip(*some, strict=True)
        left, right, ties = (list(chain.from_iterable(lists)) for lists in others)
        return cls(list(chain.from_iterable(opinions)), np.concatenate(labels), left, right, ties)

    def probabilities(self) -> Floats:
        return np.array([one.probability for one in self.opinions])

    def organisations(self) -> tuple[Ints, Ints]:
        """Of each pair a number of the left and of the right side's organisation; who is called the same counts as the same."""
        same = [pair for pair, is_same in zip(zip(self.left, self.right, strict=True), self.labels, strict=True) if is_same]
        ties = [*self.ties, *same]
        number = {one: at for at, one in enumerate(dict.fromkeys([*self.left, *self.right, *chain.from_iterable(ties)]))}
        one, other = (np.array([number[side] for side in sides]) for sides in zip(*ties, strict=True))
        first = connected(len(number), one, other)
        return first[[number[one] for one in self.left]], first[[number[one] for one in self.right]]


class Band(NamedTuple):
    """Pairs of similar probability.

    Arguments:
        least: from which probability on.
        mean, true: their mean probability, and which share of them is of one organisation.
    """

    least: float
    pairs: int
    mean: float
    true: float


@dataclass(frozen=True)
class Believable:
    """How far probabilities can be believed; the fields are explained above."""

    brier: float
    brier_of_the_mean: float
    calibration_error: float
    bands: list[Band]


def believable(probabilities: Floats, labels: Flags) -> Believable:
    """Compares probabilities with what is the case."""
    number = np.digitize(probabilities, BANDS[1:])
    members = [(least, number == at) for at, least in enumerate(BANDS) if (number == at).any()]
    bands = [
        Band(least, int(some.sum()), float(probabilities[some].mean()), float(labels[some].mean())) for least, some in members
    ]
    return Believable(
        brier=float(np.mean((probabilities - labels) ** 2)),
        brier_of_the_mean=float(np.mean((labels.mean() - labels) ** 2)),
        calibration_error=sum(band.pairs * abs(band.mean - band.true) for band in bands) / len(labels),
        bands=bands,
    )


def splits(pairs: Pairs) -> Iterator[tuple[Flags, Flags]]:
    """Pairs to train on and pairs to score: every pair is scored once, by a model that saw neither of its organisations."""
    left, right = pairs.organisations()
    fold = np.random.default_rng(_SEED).integers(0, _FOLDS, max(left.max(), right.max()) + 1)
    left, right = fold[left], fold[right]
    for one, other in combinations_with_replacement(range(_FOLDS), 2):
        scored = (np.minimum(left, right) == one) & (np.maximum(left, right) == other)
        if scored.any():
            yield ~np.isin(left, (one, other)) & ~np.isin(right, (one, other)), scored


def trained(pairs: Pairs) -> Floats:
    """Probabilities by a model of what each kind of evidence counts, trained as ``splits`` says."""
    from sklearn.linear_model import LogisticRegression

    kinds = list(Kind)
    rows = np.array([[sum(e.weight for e in one.evidence if e.kind is kind) for kind in kinds] for one in pairs.opinions])
    found = np.zeros(len(rows))
    for seen, scored in splits(pairs):
        model = LogisticRegression(max_iter=5000).fit(rows[seen], pairs.labels[seen])
        found[scored] = model.predict_proba(rows[scored])[:, 1]
    return found


def by_hand() -> Pairs:
    """The pairs of ``matching/data/sameness.csv`` that somebody judged."""
    with FILE.open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        rows = [pair_of(row, reader.line_num) for row in reader if row["origin"] == "hand"]
    known = {known: number for number, known in enumerate(dict.fromkeys(side for row in rows for side in (row.left, row.right)))}
    weights = shipped()
    # The side is a record's network, and two of one network are told apart more strictly.
    facts = {(side, one): as_facts(number, side, one) for one, number in known.items() for side in ("left", "right")}
    population = Population.of(tuple(facts["left", one] for one in known), weights)
    opinions = [judge(facts["left", row.left], facts["right", row.right], population, weights) for row in rows]
    left, right = [row.left for row in rows], [row.right for row in rows]
    return Pairs(opinions, np.array([row.is_same for row in rows]), left, right, [(one, _called(one[0])) for one in known])


def of_replicas() -> tuple[Pairs, Groups]:
    """Every pair of records that share a key, and what all records are grouped to."""
    with known_replicas() as (con, table, true):
        numbers = table["record_id"].to_pylist()
        one, other = (np.array(side) - 1 for side in zip(*sorted(true), strict=True))
        owner = connected(len(numbers), one, other)
        memory = Memory(con, shipped(), Labour())
        memory.begin(set())
        memory.find_pairs()
        left, right = (side.tolist() for side in memory.pairs())
        population = memory.population()
        said = {record.record_id: record for record in from_rows(memory.said(numbers))}
        opinions = [judge(said[one], said[other], population, shipped()) for one, other in zip(left, right, strict=True)]
        memory.forget()
        seated = resolve(con, now=_NOW, previous=()).organisations
    groups = quality([one.record_ids for one in seated], dict(zip(numbers, owner.tolist(), strict=True)))
    labels = np.array([pair in true for pair in zip(left, right, strict=True)])
    names = zip(
        numbers, table["name"].to_pylist(), table["native_name"].to_pylist(), table["other_names"].to_pylist(), strict=True
    )
    called = [(number, _called(name)) for number, *some, others in names for name in (*some, *(others or ())) if name]
    return Pairs(opinions, labels, left, right, [*sorted(true), *called]), groups


def _called(name: str) -> tuple[str, str]:
    return "called", " ".join(name.casefold().split())


def main(words: Sequence[str]) -> None:
    Parser("benchmarks.sameness_quality", __doc__).parse_args(words)
    replicas, groups = of_replicas()
    judged = by_hand()
    found: dict[str, object] = {"groups": asdict(groups)}
    for name, pairs in (("replicas", replicas), ("by hand", judged), ("both", Pairs.of([replicas, judged]))):
        ways = {"set by hand": pairs.probabilities(), "trained": trained(pairs)}
        found[name] = {
            way: asdict(one) | {"bands": [band._asdict() for band in one.bands]}
            for way, one in ((way, believable(scores, pairs.labels)) for way, scores in ways.items())
        }
    with printing() as target:
        print(json.dumps(found, indent=2), file=target)


if __name__ == "__main__":
    main(sys.argv[1:])
