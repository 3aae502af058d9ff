"""``python -m benchmarks.sameness_quality``: how good sameness is where all is known, and how far to believe it.

``groups``: all records of the replicas, seated: pairs, B-cubed (Bagga and Baldwin 1998: of every record, which share of its
group is of its organisation, and which share of its organisation is in its group), and groups with records of several
organisations.

The rest is of probabilities: of every pair on the replicas that shares a key, of the pairs of ``matching/data/sameness.csv``
that were judged by hand, and of both together. The Brier score (Brier 1950: the mean squared distance of a probability from 1
or 0, whichever is the case) stands beside that of saying the same of all pairs; the expected calibration error (Naeini et al.
2015) is how far the mean probability of a band is from the share that is true, averaged over all pairs. First with the weights
as they are, set by hand, then trained on the same pairs: what each kind of evidence counts, by logistic regression, every pair
scored by a model that saw none of its organisations. Needs scikit-learn, which the program itself does not.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.label_pairs import FILE, replica_records
from matching.sameness.evaluation import as_facts, labelled
from matching.sameness.evidence import Kind
from matching.sameness.judging import Opinion, judge
from matching.sameness.labour import Labour
from matching.sameness.memory import Memory
from matching.sameness.population import Population
from matching.sameness.records import from_rows
from matching.sameness.resolution import resolve
from matching.sameness.setwise.ragged import connected
from matching.sameness.weights import shipped
from warehouse.state import State

BANDS = (0.0, 0.05, 0.15, 0.35, 0.95)
"""From which probabilities on pairs are counted together: from the last two a person is asked, and the machine joins."""
_NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
_FOLDS, _SEED = 5, 20
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Groups:
    """How good groups are.

    Arguments:
        true, found: pairs of records of one organisation, and pairs that stand in one group.
        precision, recall, f1: of these pairs.
        b_cubed_precision, b_cubed_recall: means over all records.
        over_merged: groups that hold records of more than one organisation.
    """

    true: int
    found: int
    precision: float
    recall: float
    f1: float
    b_cubed_precision: float
    b_cubed_recall: float
    over_merged: int


def quality(groups: Iterable[Sequence[int]], owners: Mapping[int, object]) -> Groups:
    """Compares groups of records with whose they are.

    Arguments:
        groups: every record stands in exactly one.
        owners: of each record the organisation.
    """
    sizes, together = Counter(owners.values()), [Counter(owners[record] for record in group) for group in groups]
    pairs = sum(times * (times - 1) // 2 for group in together for times in group.values())
    found = sum(group.total() * (group.total() - 1) // 2 for group in together)
    true = sum(size * (size - 1) // 2 for size in sizes.values())
    shared = [(times, group.total(), sizes[owner]) for group in together for owner, times in group.items()]
    return Groups(
        true,
        found,
        precision=pairs / found if found else 1.0,
        recall=pairs / true if true else 1.0,
        f1=2 * pairs / (found + true) if found + true else 1.0,
        b_cubed_precision=sum(times * times / size for times, size, _ in shared) / len(owners),
        b_cubed_recall=sum(times * times / size for times, _, size in shared) / len(owners),
        over_merged=sum(len(group) > 1 for group in together),
    )


class Pairs(NamedTuple):
    """Pairs of which it is known whether they are one organisation.

    Arguments:
        opinions: with the weights as they are.
        labels: whether they are.
        block: by which pairs hang together: those of the same one may share an organisation, those of two never do.
    """

    opinions: list[Opinion]
    labels: Flags
    block: Ints

    @classmethod
    def of(cls, some: Sequence[Pairs]) -> Pairs:
        """All of these, which share no organisation."""
        block = np.cumsum([0, *(one.block.max() + 1 for one in some[:-1])])
        blocks = [one.block + begin for one, begin in zip(some, block.tolist(), strict=True)]
        opinions = [opinion for one in some for opinion in one.opinions]
        return cls(opinions, np.concatenate([one.labels for one in some]), np.concatenate(blocks))

    def probabilities(self) -> Floats:
        return np.array([one.probability for one in self.opinions])


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


def trained(pairs: Pairs) -> Floats:
    """Probabilities by a model of what each kind of evidence counts, each pair's by one that saw none of its organisations."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    kinds = list(Kind)
    rows = np.array([[sum(e.weight for e in one.evidence if e.kind is kind) for kind in kinds] for one in pairs.opinions])
    found = np.zeros(len(rows))
    for seen, unseen in GroupKFold(_FOLDS, shuffle=True, random_state=_SEED).split(rows, pairs.labels, pairs.block):
        model = LogisticRegression(max_iter=5000).fit(rows[seen], pairs.labels[seen])
        found[unseen] = model.predict_proba(rows[unseen])[:, 1]
    return found


def by_hand() -> Pairs:
    """The pairs of ``matching/data/sameness.csv`` that somebody judged."""
    with FILE.open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        rows = labelled((row for row in reader if row["origin"] == "hand"), reader.fieldnames or ())
    known = {known: number for number, known in enumerate(dict.fromkeys(side for row in rows for side in (row.left, row.right)))}
    weights = shipped()
    # The side is a record's network, and two of one network are told apart more strictly.
    facts = {(side, one): as_facts(number, side, one) for one, number in known.items() for side in ("left", "right")}
    population = Population.of(tuple(facts["left", one] for one in known), weights)
    opinions = [judge(facts["left", row.left], facts["right", row.right], population, weights) for row in rows]
    left, right = (np.array([known[side] for side in sides]) for sides in zip(*((r.left, r.right) for r in rows), strict=True))
    return Pairs(opinions, np.array([row.is_same for row in rows]), connected(len(known), left, right)[left])


def of_replicas() -> tuple[Pairs, Groups]:
    """Every pair of records that share a key, and what all records are grouped to."""
    table, true = replica_records()
    numbers = table["record_id"].to_numpy()
    one, other = (np.array(side) - 1 for side in zip(*sorted(true), strict=True))
    owner = connected(len(numbers), one, other)
    with State.memory() as state:
        state.con.execute("DROP VIEW known_records")
        state.con.register("replicas", table)
        state.con.execute("CREATE TABLE known_records AS SELECT *, hash(replicas) AS digest FROM replicas")
        memory = Memory(state.con, shipped(), Labour())
        memory.begin(set())
        memory.find_pairs()
        left, right = memory.pairs()
        population = memory.population()
        said = {record.record_id: record for record in from_rows(memory.said(numbers.tolist()))}
        opinions = [
            judge(said[one], said[other], population, shipped()) for one, other in zip(left.tolist(), right.tolist(), strict=True)
        ]
        memory.forget()
        seated = resolve(state.con, now=_NOW, previous=()).organisations
    groups = quality([one.record_ids for one in seated], dict(zip(numbers.tolist(), owner.tolist(), strict=True)))
    labels = owner[left - 1] == owner[right - 1]
    return Pairs(opinions, labels, owner[left - 1]), groups


def main() -> None:
    replicas, groups = of_replicas()
    judged = by_hand()
    found: dict[str, object] = {"groups": asdict(groups)}
    for name, pairs in (("replicas", replicas), ("by hand", judged), ("both", Pairs.of([replicas, judged]))):
        ways = {"set by hand": pairs.probabilities(), "trained": trained(pairs)}
        found[name] = {
            way: asdict(one) | {"bands": [band._asdict() for band in one.bands]}
            for way, one in ((way, believable(scores, pairs.labels)) for way, scores in ways.items())
        }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
