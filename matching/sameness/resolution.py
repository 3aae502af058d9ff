"""Sameness: from the known records to organisations. Reads the database, decides, and returns; the run writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.sameness import candidates, grouping, numbering
from matching.sameness.judging import judge
from matching.sameness.records import Facts, Population, read_records
from matching.sameness.weights import Weights, shipped
from warehouse.connection import Connection
from warehouse.organisations import MACHINE
from warehouse.organisations import judgements as standing_judgements
from warehouse.rows import Finding, Judgement, Organisation

AUTHOR = f"{MACHINE} sameness 1"
"""What stands in ``decided_by``: the method and the version of its weights."""


@dataclass(frozen=True)
class Resolution:
    """What sameness found.

    Arguments:
        judgements: the machine's, by pair; none on a pair that a person has judged.
        organisations: every record stands in exactly one.
        refused: joins that contradict a ``different``, for a person to look at.
    """

    judgements: tuple[Judgement, ...]
    organisations: tuple[Organisation, ...]
    refused: tuple[Finding, ...]


def resolve(con: Connection, *, now: datetime, previous: Sequence[Organisation], weights: Weights | None = None) -> Resolution:
    """Works out which of the known records are one organisation.

    Arguments:
        con: has the view ``known_records`` and the table ``judgements``; only read (a temporary table comes and goes).
        now: the date of the judgements, timezone-aware.
        previous: the organisations of the last time, whose numbers live on.
        weights: other than the shipped ones.
    """
    weights = weights or shipped()
    records = read_records(con)
    people = [judgement for judgement in standing_judgements(con) if grouping.is_by_person(judgement)]
    judgements = opinions(con, records, weights, now, {(one.left, one.right) for one in people})
    grouped = grouping.group((record.record_id for record in records), [*people, *judgements])
    return Resolution(judgements, numbering.number(grouped.groups, previous), grouped.refused)


def opinions(
    con: Connection, records: Sequence[Facts], weights: Weights, now: datetime, decided: set[tuple[int, int]]
) -> tuple[Judgement, ...]:
    """The machine's judgement on every candidate pair that is worth noting, ``decided`` ones left to the people who did."""
    population = Population(records, weights)
    by_number = {record.record_id: record for record in records}
    noted = []
    for left, right in candidates.pairs(con, records, population, weights.candidates):
        if (left, right) in decided:
            continue
        opinion = judge(by_number[left], by_number[right], population, weights)
        if opinion.verdict is not None:
            noted.append(Judgement(left, right, opinion.verdict, round(opinion.probability, 6), AUTHOR, opinion.because, now))
    return tuple(noted)
