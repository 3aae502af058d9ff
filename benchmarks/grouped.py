"""How good groups of records are of which it is known whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


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
        groups: a record in none stands alone in pairs; for B-cubed every one stands in exactly one.
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
