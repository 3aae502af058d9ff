"""What speaks for and against pairs of records, reason by reason: for those that a person should look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from matching.sameness.judging import judge
from matching.sameness.labour import Labour
from matching.sameness.memory import Memory, Pair
from matching.sameness.records import COLUMNS, from_rows
from matching.sameness.weights import Weights, shipped
from warehouse.connection import Connection
from warehouse.doubts import Reason
from warehouse.named_sql import staged


def reasons(con: Connection, pairs: Sequence[Pair], weights: Weights | None = None) -> Iterator[tuple[Pair, tuple[Reason, ...]]]:
    """The evidence on each pair, strongest first, as the machine weighed it.

    Arguments:
        con: the state, after ``resolution.resolve``.
        pairs: record numbers.
        weights: other than the shipped ones.
    """
    if not pairs:
        return
    weights = weights or shipped()
    population = Memory(con, weights, Labour()).population()
    wanted = pa.table({"record_id": pa.array(sorted({number for pair in pairs for number in pair}), pa.int64())})
    with staged(con, wanted_arrow=wanted):
        rows = con.execute(
            f"SELECT {', '.join(COLUMNS)} FROM sameness_records SEMI JOIN wanted_arrow USING (record_id)"  # noqa: S608  our own names
        ).fetchall()
    records = {record.record_id: record for record in from_rows(rows)}
    for left, right in pairs:
        opinion = judge(records[left], records[right], population, weights)
        yield (
            (left, right),
            tuple(Reason(one.kind.value, one.weight, one.left, one.right, one.because) for one in opinion.evidence),
        )
