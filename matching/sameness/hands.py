"""What is done with a piece of the pairs, here or in another process; it needs no database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.sameness.judging import judge
from matching.sameness.labour import Common
from matching.sameness.population import Population
from matching.sameness.reading import as_table, mail_domains, taken_apart
from matching.sameness.records import Facts, from_rows
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.weighing import weigh
from matching.sameness.weights import Weights

Pair = tuple[int, int]
Numbers = NDArray[np.int64]
"""Of records."""
Rows = list[tuple[Any, ...]]
"""What records say, as ``records.COLUMNS``."""
NOTED = pa.schema(
    [
        ("left_id", pa.int64()), ("right_id", pa.int64()), ("verdict", pa.string()), ("score", pa.float64()),
        ("because", pa.string()),
    ]
)  # fmt: skip
"""An opinion that is worth noting: left and right record, verdict, probability, reasons."""
_DIGITS = 6
"""Of a probability, behind the point."""


def judged(said: Rows, pairs: Iterable[Pair], population: Population, weights: Weights) -> pa.Table:
    """The opinions on some pairs that are worth noting, from what their records say."""
    records = {record.record_id: record for record in from_rows(said)}
    opinions = ((pair, judge(records[pair[0]], records[pair[1]], population, weights)) for pair in pairs)
    noted = [
        (*pair, str(opinion.verdict), round(opinion.probability, _DIGITS), opinion.because)
        for pair, opinion in opinions
        if opinion.verdict is not None
    ]
    columns = list(map(list, zip(*noted, strict=True))) or [[]] * len(NOTED)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, NOTED.types, strict=True)], NOTED)


def weighed(common: Common[tuple[Population, Weights]], piece: tuple[Numbers, Numbers, pa.Table]) -> pa.Table:
    """The same of many pairs, all at once.

    Arguments:
        piece: of each pair the two records, and what ``Memory.told`` says of all of them.
    """
    population, weights = common.value
    left, right, told = piece
    columns = Columns(told, population)
    numbers = columns.record_id
    found = weigh(columns, np.searchsorted(numbers, left), np.searchsorted(numbers, right), weights)
    probability = pa.array([round(one, _DIGITS) for one in found.probability.tolist()], pa.float64())
    return pa.table([numbers[found.left], numbers[found.right], found.verdicts, probability, found.because], NOTED)


def rehearse() -> None:
    """Takes a record apart: what that needs is then read."""
    said = as_table([Facts(1, "", "Zephyr Möbel Cluster (ZMC)", country="SE", nuts2="SE11", city="Lund", domain="zephyr.se")])
    taken_apart((said, mail_domains(said)))
