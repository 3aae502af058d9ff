"""How many of the pairs that are one organisation come to be compared at all, and how many others with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matching.sameness.evaluation import LabelledPair, as_facts
from matching.sameness.hands import Pair
from matching.sameness.labour import Labour
from matching.sameness.memory import Memory
from matching.sameness.reading import as_table
from matching.sameness.records import COLUMNS, Facts
from matching.sameness.weights import Weights, shipped
from warehouse.connection import Connection
from warehouse.named_sql import staged
from warehouse.state import State


@dataclass(frozen=True)
class Blocking:
    """What the keys bring together.

    Arguments:
        true: pairs of one organisation that there are.
        kept: those of them that share a key which few have.
        per_record: candidates of a record on average.
    """

    true: int
    kept: int
    per_record: float

    @property
    def completeness(self) -> float:
        """The share of true pairs that is kept."""
        return self.kept / self.true if self.true else 1.0


def measure(con: Connection, true: Iterable[Pair], weights: Weights | None = None) -> Blocking:
    """Of the records in ``known_records``, with a memory that is empty. What it finds out it leaves there.

    Arguments:
        true: pairs of record numbers that are one organisation, the smaller first.
    """
    memory = Memory(con, weights or shipped(), Labour())
    memory.begin(set())
    memory.find_pairs()
    left, right = memory.pairs()
    candidates = set(zip(left.tolist(), right.tolist(), strict=True))
    wanted = set(true)
    (count,) = con.execute("SELECT count(*) FROM known_records").fetchall()[0]
    return Blocking(len(wanted), len(wanted & candidates), 2 * len(candidates) / count if count else 0.0)


def measure_labelled(pairs: Sequence[LabelledPair], weights: Weights | None = None) -> Blocking:
    """Of the records in labelled pairs: whatever is said in the same words is one record."""
    records: dict[object, Facts] = {}
    true = set()
    for pair in pairs:
        numbers = [
            records.setdefault(known, as_facts(len(records) + 1, side, known)).record_id
            for side, known in (("left", pair.left), ("right", pair.right))
        ]
        if pair.is_same and numbers[0] != numbers[1]:
            true.add((min(numbers), max(numbers)))
    table = as_table(list(records.values()))
    with State.memory() as state:
        state.con.execute("DROP VIEW known_records")
        with staged(state.con, labelled_arrow=table):
            state.con.execute(f"CREATE TABLE known_records AS SELECT {', '.join(COLUMNS)}, NULL AS digest FROM labelled_arrow")  # noqa: S608  ours
        return measure(state.con, true, weights)
