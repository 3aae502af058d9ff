"""Sameness: from the known records to organisations. Reads the state, decides, and returns; the run writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
import pyarrow as pa

from matching.garbage import give_back, without_collecting
from matching.sameness import numbering
from matching.sameness.hands import Numbers, judged, rehearse, weighed
from matching.sameness.labour import MUCH, PAIRS_OF_A_RECORD, Common, Labour, portions
from matching.sameness.memory import Memory
from matching.sameness.seating import seat
from matching.sameness.setwise.ragged import coded, distinct
from matching.sameness.weights import Weights, shipped
from warehouse.connection import Connection
from warehouse.judged import Judgements
from warehouse.organisations import MACHINE, judgements_by_people
from warehouse.rows import Finding, Judgement, Organisation
from warehouse.seats import Seats

MANY = 300
"""Pairs from which weighing them all at once is quicker than one by one."""
_PIECE = 150_000
"""Pairs that are in memory with all their names at a time."""
_PIECES = 6
"""Of fewer pairs, too, so many pieces are made where processes share the work: enough that two are done at the same time."""
AUTHOR = f"{MACHINE} sameness 2"
"""What stands in ``decided_by``: the method and the version of its weights."""


@dataclass(frozen=True)
class Resolution:
    """What sameness found.

    Arguments:
        judgements: the machine's, in no order, each pair once; none on a pair that a person has judged.
        organisations: every record stands in exactly one.
        refused: joins that contradict a ``different``, for a person to look at.
    """

    judgements: Judgements
    organisations: Seats
    refused: tuple[Finding, ...]


def resolve(
    con: Connection,
    *,
    now: datetime,
    previous: Sequence[Organisation],
    weights: Weights | None = None,
    labour: Labour | None = None,
) -> Resolution:
    """Works out which of the known records are one organisation.

    Arguments:
        con: the state: the view ``known_records``, the table ``judgements``, and the tables ``sameness_…``, which it writes.
        now: the date of the judgements, timezone-aware.
        previous: the organisations of the last time, whose numbers live on.
        weights: other than the shipped ones.
        labour: who does the work where there is much; None: a process for each processor.
    """
    weights = weights or shipped()
    with without_collecting(), labour or Labour(rehearse=rehearse) as hands:
        people = judgements_by_people(con)
        memory = Memory(con, weights, hands)
        with memory.written() as night:
            judgements = Judgements.by(_opinions(memory, weights, hands, people), AUTHOR, now)
            # Seating asks nothing of the database, which meanwhile writes the night down.
            night.carry_out()
            if memory.is_first:
                give_back()
            seated = seat(memory.records, people, judgements)
            organisations = numbering.numbered(seated.records, seated.organisations, Seats.of(previous))
        return Resolution(judgements, organisations, seated.refused)


def _opinions(memory: Memory, weights: Weights, hands: Labour, people: Sequence[Judgement]) -> pa.Table:
    """The machine's opinion on every pair that is worth noting, those left to people on which they have a word.

    Only pairs are looked at on which another opinion than the last time is possible; what was remembered of the others stands.
    """
    memory.begin({(one.left, one.right) for one in people})
    memory.find_pairs()
    memory.remember(_noted(memory, weights, hands))
    return memory.opinions()


def _noted(memory: Memory, weights: Weights, hands: Labour) -> Iterator[pa.Table]:
    """What is worth noting of the pairs to weigh: few are judged one by one, many all at once."""
    left, right = memory.pairs()
    if not len(left):
        return
    population = memory.population()
    if len(left) < MANY:
        said = memory.said([*left.tolist(), *right.tolist()])
        yield judged(said, zip(left.tolist(), right.tolist(), strict=True), population, weights)
        return
    yield from hands.map(
        partial(weighed, Common((population, weights))), _pieces(memory, left, right), len(left) // PAIRS_OF_A_RECORD
    )


def _pieces(memory: Memory, left: Numbers, right: Numbers) -> Iterator[tuple[Numbers, Numbers, pa.Table]]:
    """The pairs with what is told of their records, country by country, so that a piece has few records."""
    step = len(left) if len(left) <= 2 * _PIECE else _PIECE
    size = min(step, _PIECE, -(-len(left) // _PIECES) if len(left) >= MUCH * PAIRS_OF_A_RECORD else step)
    for start in range(0, len(left), step):
        some = left[start : start + step], right[start : start + step]
        told = memory.told(distinct(np.concatenate(some)))
        numbers = told["record_id"].to_numpy()
        country, _ = coded(told["country"])
        order = np.argsort(country[np.searchsorted(numbers, some[0])], kind="stable")
        for portion in portions(len(order), size):
            one, other = (side[order[portion]] for side in some)
            theirs = np.searchsorted(numbers, distinct(np.concatenate([one, other])))
            yield one, other, told if len(theirs) == len(told) else told.take(theirs)
