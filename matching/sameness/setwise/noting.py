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
    clauses: list[str]


def opinions(left: Ints, right: Ints, found: list[Found], table: VerdictWeights) -> Iterator[Weighed]:
    """The opinions on pairs that are worth noting, in order.

    Arguments:
        left, right: the records of each pair.
        found: all evidence, in the order in which ``judging`` gathers what is of one kind.
    """
    found = sorted(found, key=lambda one: one.kind)
    weights = np.stack([one.weight for one in found], axis=1) if len(left) else np.zeros((0, len(found)))
    probability = [logistic(table.prior + math.fsum(row)) for row in weights.tolist()]
    verdicts = _verdicts(np.array(probability), weights, [one.kind for one in found], table)
    order = np.argsort(-np.abs(weights), axis=1, kind="stable")
    in_order = np.take_along_axis(weights, order, axis=1).tolist()
    told = zip(left.tolist(), right.tolist(), verdicts, probability, _because(found, weights, order), in_order, strict=True)
    for one, other, verdict, likely, because, row in told:
        if verdict is not None:
            yield Weighed(one, other, verdict, likely, because, tuple([weight for weight in row if weight]))


def _verdicts(probability: Floats, weights: Floats, kinds: list[Kind], table: VerdictWeights) -> list[Verdict | None]:
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
    chosen = np.select([way for way, _ in ways], [verdict for _, verdict in ways], 0)
    named = (None, Verdict.SAME, Verdict.UNSURE, Verdict.DIFFERENT)
    return [named[one] for one in chosen.tolist()]


def _reaches(weights: Floats, limit: float) -> Flags:
    """Whether the weights of each pair come to a limit."""
    total = weights.sum(axis=1)
    found: Flags = total >= limit
    for at in np.nonzero(np.abs(total - limit) < HAIR)[0].tolist():
        found[at] = math.fsum(weights[at].tolist()) >= limit
    return found


def _because(found: list[Found], weights: Floats, order: Ints) -> list[str]:
    """The reasons for and against each pair, as ``Opinion.because`` words them."""
    place = np.argsort(order, axis=1)
    column, pair = np.nonzero(weights.T)
    clauses = pa.array([clause for one in found for clause in one.clauses], pa.string())
    speaks_against = weights[pair, column] < 0
    sorting = np.lexsort((place[pair, column], speaks_against, pair))
    sides = np.bincount(2 * pair + speaks_against, minlength=2 * len(weights))
    joined = pc.binary_join(pa.ListArray.from_arrays(ends(sides).astype(np.int32), clauses.take(sorting)), "; ").to_pylist()
    return [AGAINST.join((speaking or NOTHING, against)) if against else speaking or NOTHING
            for speaking, against in zip(joined[::2], joined[1::2], strict=True)]  # fmt: skip
