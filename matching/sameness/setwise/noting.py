"""Opinions on very many pairs from what each kind of evidence weighs and says: ``judging.judge_evidence`` over arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.evidence import Kind
from matching.sameness.judging import AGAINST, NOTHING, TELLING, logistic
from matching.sameness.setwise.ragged import Flags, Floats, Ints, ends
from matching.sameness.weights import VerdictWeights
from warehouse.rows import Verdict

HAIR = 1e-9
"""Sums that are nearer to a limit than this are added up exactly before it is said on which side they are."""


class Weighed(NamedTuple):
    """A pair of which an opinion is worth noting.

    Arguments:
        left, right: the positions of its records.
        weights: of the evidence in the order of ``Opinion.evidence``; without what weighs nothing.
    """

    left: int
    right: int
    verdict: Verdict
    probability: float
    because: str
    weights: tuple[float, ...]


class Found(NamedTuple):
    """One kind of evidence on pairs.

    Arguments:
        weight: of each pair; 0 for none.
        clauses: of those that it weighs with, what ``judging.clause`` says.
    """

    kind: Kind
    weight: Floats
    clauses: pa.Array


class Opinions:
    """The opinions on pairs that are worth noting, in order.

    Arguments:
        left, right: the records of each pair.
        found: all evidence, in the order in which ``judging`` gathers what is of one kind.
    """

    def __init__(self, left: Ints, right: Ints, found: list[Found], table: VerdictWeights) -> None:
        found = sorted(found, key=lambda one: one.kind)
        weights = np.stack([one.weight for one in found], axis=1) if len(left) else np.zeros((0, len(found)))
        probability = np.array([logistic(table.prior + math.fsum(row)) for row in weights.tolist()])
        verdict = _verdicts(probability, weights, [one.kind for one in found], table)
        order = np.argsort(-np.abs(weights), axis=1, kind="stable")
        some = np.nonzero(verdict)[0]
        self.left, self.right, self.probability = left[some], right[some], probability[some]
        self.because: pa.Array = _because(found, weights, order).take(some)
        self._verdict, self._weights = verdict[some], np.take_along_axis(weights, order, axis=1)[some]

    @property
    def verdicts(self) -> pa.Array:
        """In words."""
        return _WORDS.take(self._verdict)

    def __iter__(self) -> Iterator[Weighed]:
        told = zip(
            self.left.tolist(), self.right.tolist(), self._verdict.tolist(), self.probability.tolist(), self.because.to_pylist(),
            self._weights.tolist(), strict=True,
        )  # fmt: skip
        for left, right, verdict, probability, because, row in told:
            yield Weighed(left, right, _NAMED[verdict], probability, because, tuple([weight for weight in row if weight]))


_NAMED = {1: Verdict.SAME, 2: Verdict.UNSURE, 3: Verdict.DIFFERENT}
_WORDS = pa.array([None, *(verdict.value for verdict in _NAMED.values())], pa.string())


def _verdicts(probability: Floats, weights: Floats, kinds: list[Kind], table: VerdictWeights) -> Ints:
    """Numbers of ``_NAMED``; 0 for none."""
    speaks = weights > 0
    is_telling: Flags = np.logical_or.reduce(speaks[:, [kind in TELLING for kind in kinds]], axis=1)
    number = list(dict.fromkeys(kinds))
    many = np.sum([speaks[:, [kind is one for kind in kinds]].any(axis=1) for one in number], axis=0)
    contradicts: Flags = _reaches(np.where(speaks, weights, 0.0), table.looks_alike_from)
    opposes = _reaches(-np.where(weights < 0, weights, 0.0), table.contradiction_from)
    ways = [
        (~is_telling, 0),
        ((probability >= table.same_from) & (many >= table.kinds_of_evidence), 1),
        (probability >= table.unsure_from, 2),
        ((probability < table.different_below) & contradicts & opposes, 3),
    ]
    return np.select([way for way, _ in ways], [verdict for _, verdict in ways], 0)


def _reaches(weights: Floats, limit: float) -> Flags:
    """Whether the weights of each pair come to a limit."""
    total = weights.sum(axis=1)
    found: Flags = total >= limit
    for at in np.nonzero(np.abs(total - limit) < HAIR)[0].tolist():
        found[at] = math.fsum(weights[at].tolist()) >= limit
    return found


def _because(found: list[Found], weights: Floats, order: Ints) -> pa.Array:
    """The reasons for and against each pair, as ``Opinion.because`` words them."""
    place = np.argsort(order, axis=1)
    column, pair = np.nonzero(weights.T)
    clauses = pa.concat_arrays([one.clauses for one in found])
    speaks_against = weights[pair, column] < 0
    sorting = np.lexsort((place[pair, column], speaks_against, pair))
    sides = np.bincount(2 * pair + speaks_against, minlength=2 * len(weights))
    joined = pc.binary_join(pa.ListArray.from_arrays(ends(sides).astype(np.int32), clauses.take(sorting)), "; ")
    speaking, against = (joined.take(np.arange(side, 2 * len(weights), 2)) for side in (0, 1))
    speaking = pc.if_else(pc.equal(speaking, ""), NOTHING, speaking)
    return pc.if_else(pc.equal(against, ""), speaking, pc.binary_join_element_wise(speaking, against, AGAINST))
