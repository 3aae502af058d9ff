"""What is done with a piece of the pairs, here or in another process; it needs no database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.sameness.judging import Opinion, judge
from matching.sameness.labour import Common
from matching.sameness.population import Population
from matching.sameness.records import from_rows
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.noting import Weighed
from matching.sameness.setwise.weighing import weigh
from matching.sameness.weights import Weights

Pair = tuple[int, int]
Numbers = NDArray[np.int64]
"""Of records."""
Rows = list[tuple[Any, ...]]
"""What records say, as ``records.COLUMNS``."""
Noted = tuple[int, int, str, float, str]
"""Left and right record, verdict, probability, reasons."""


def judged(said: Rows, pairs: Iterable[Pair], population: Population, weights: Weights) -> list[Noted]:
    """The opinions on some pairs that are worth noting, from what their records say."""
    records = {record.record_id: record for record in from_rows(said)}
    opinions = ((pair, judge(records[pair[0]], records[pair[1]], population, weights)) for pair in pairs)
    return [_noted(*pair, opinion) for pair, opinion in opinions if opinion.verdict is not None]


class Told(NamedTuple):
    """What ``setwise.columns.Columns`` is made of, so that it is made where it is needed."""

    records: pa.Table
    names: pa.Table


def weighed(common: Common[tuple[Population, Weights]], piece: tuple[Numbers, Numbers, Told]) -> list[Noted]:
    """The same of many pairs, all at once.

    Arguments:
        piece: of each pair the two records, and what is told of all of them.
    """
    population, weights = common.value
    left, right, told = piece
    columns = Columns(told.records, told.names, population)
    numbers = columns.record_id
    opinions = weigh(columns, np.searchsorted(numbers, left), np.searchsorted(numbers, right), weights)
    return [_noted(int(numbers[one.left]), int(numbers[one.right]), one) for one in opinions]


def _noted(left: int, right: int, opinion: Opinion | Weighed) -> Noted:
    return left, right, str(opinion.verdict), round(opinion.probability, 6), opinion.because
