"""Very many records to organisations: ``grouping.group``, which seats one judgement after the other, only where that matters.

Where nothing but the machine's ``same`` holds records together, and no ``different`` lies within, nothing can be refused, and
whoever is connected is one organisation. Nearly all are so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.sameness.grouping import Grouping, Refusal, finding, group
from matching.sameness.setwise.ragged import Flags, Ints, connected, positions
from warehouse.judged import Judgements
from warehouse.rows import Finding, Judgement, Verdict


@dataclass(frozen=True)
class Seating:
    """The outcome.

    Arguments:
        records: every record number once, in order.
        organisations: for each the oldest record of its organisation.
        refusals: as in ``Grouping``.
    """

    records: Ints
    organisations: Ints
    refusals: tuple[Refusal, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """A finding for each refusal."""
        return tuple(map(finding, self.refusals))

    def grouping(self) -> Grouping:
        """The same, as ``group`` says it."""
        groups: dict[int, list[int]] = {}
        for record, organisation in zip(self.records.tolist(), self.organisations.tolist(), strict=True):
            groups.setdefault(organisation, []).append(record)
        return Grouping(tuple(tuple(groups[number]) for number in sorted(groups)), self.refusals)


def seat(records: Ints, people: Sequence[Judgement], machine: Judgements) -> Seating:
    """What ``group`` says of all the judgements together.

    Arguments:
        records: every record number once, in order; a judgement on an unknown one is left out.
        people: their judgements that stand.
        machine: its own, of each pair at most one.
    """
    by_people = Judgements.of(people)
    left, right = (np.concatenate(both) for both in ((machine.left, by_people.left), (machine.right, by_people.right)))
    one, other = (positions(records, side) for side in (left, right))
    is_known = (one >= 0) & (other >= 0)
    one, other = one[is_known], other[is_known]
    is_same, is_different = (
        np.concatenate([machine.are(verdict), by_people.are(verdict)])[is_known] for verdict in (Verdict.SAME, Verdict.DIFFERENT)
    )
    is_by_people = (np.arange(len(left)) >= len(machine))[is_known]
    first = connected(len(records), one[is_same], other[is_same])
    is_tangled = np.zeros(len(records), np.bool_)
    is_tangled[first[one[is_different & (first[one] == first[other])]]] = True
    is_tangled[first[one[is_by_people]]] = is_tangled[first[other[is_by_people]]] = True
    is_asked: Flags = is_tangled[first]
    asked = np.nonzero(is_known)[0][is_asked[one] & is_asked[other]]
    by_machine = Judgements(machine.table.take(asked[asked < len(machine)]))
    said = [*by_machine, *(people[at - len(machine)] for at in asked[asked >= len(machine)].tolist())]
    tangled = group(records[is_asked].tolist(), said)
    organisations = records[first]
    for some in tangled.groups:
        organisations[np.searchsorted(records, some)] = some[0]
    return Seating(records, organisations, tangled.refusals)
