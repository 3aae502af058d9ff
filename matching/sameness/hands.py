"""What is done with a piece of the records or pairs, here or in another process; it needs no database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.sameness import candidates
from matching.sameness.judging import Opinion, judge
from matching.sameness.population import Population, bearer
from matching.sameness.records import Facts, from_rows
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.described import NAME, described
from matching.sameness.setwise.weighing import weigh
from matching.sameness.weights import Weights

Pair = tuple[int, int]
Numbers = NDArray[np.int64]
"""Of records."""
Rows = list[tuple[Any, ...]]
Noted = tuple[int, int, str, float, str]
"""Left and right record, verdict, probability, reasons."""

_READINGS = pa.schema(
    [
        ("record_id", pa.int64()), ("network", pa.string()), ("country", pa.string()), ("strong", pa.list_(pa.string())),
        ("acronyms", pa.list_(pa.string())), ("initials", pa.list_(pa.string())), ("key_words", pa.list_(pa.string())),
        ("places", pa.list_(pa.string())), ("names", pa.list_(NAME)), ("bearer", pa.string()),
        ("words", pa.list_(pa.string())), ("site", pa.string()), ("mail", pa.string()), ("phone", pa.string()),
    ]
)  # fmt: skip


def readings(said: Rows) -> pa.Table:
    """What is remembered of records, a row each; there is at least one."""
    rows = [_reading(record) for record in from_rows(said)]
    return pa.table(list(map(list, zip(*rows, strict=True))), _READINGS)


def _reading(record: Facts) -> tuple[object, ...]:
    """In the order of ``_READINGS``."""
    borne = bearer(record)
    return (
        record.record_id,
        record.network,
        record.country or "",
        list(candidates.strong_keys(record)),
        list(candidates.acronyms(record)),
        list(candidates.all_initials(record)),
        list(candidates.words(record)),
        candidates.places(record),
        [described(one) for one in record.names],
        borne.identity if borne else "",
        borne.words if borne else (),
        record.host,
        record.mail_domain,
        record.phone,
    )


def judged(said: Rows, pairs: Iterable[Pair], population: Population, weights: Weights) -> list[Noted]:
    """The opinions on some pairs that are worth noting, from what their records say."""
    records = {record.record_id: record for record in from_rows(said)}
    opinions = ((pair, judge(records[pair[0]], records[pair[1]], population, weights)) for pair in pairs)
    return [_noted(*pair, opinion) for pair, opinion in opinions if opinion.verdict is not None]


def weighed(columns: Columns, left: Numbers, right: Numbers, weights: Weights) -> list[Noted]:
    """The same of many pairs, all at once."""
    numbers = columns.record_id
    places = np.searchsorted(numbers, left), np.searchsorted(numbers, right)
    opinions = weigh(columns, *places, weights)
    return [_noted(int(numbers[one.left]), int(numbers[one.right]), one.opinion) for one in opinions]


def _noted(left: int, right: int, opinion: Opinion) -> Noted:
    return left, right, str(opinion.verdict), round(opinion.probability, 6), opinion.because
