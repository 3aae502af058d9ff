"""What is done with a piece of the records or pairs, here or in another process; it needs no database."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from matching.sameness import candidates
from matching.sameness.judging import judge
from matching.sameness.labour import Common
from matching.sameness.population import Population, bearer
from matching.sameness.records import Facts, from_rows
from matching.sameness.weights import Weights

Pair = tuple[int, int]
Rows = list[tuple[Any, ...]]
Noted = tuple[int, int, str, float, str]
"""Left and right record, verdict, probability, reasons."""

_READINGS = pa.schema(
    [
        ("record_id", pa.int64()), ("network", pa.string()), ("country", pa.string()), ("strong", pa.list_(pa.string())),
        ("acronyms", pa.list_(pa.string())), ("initials", pa.list_(pa.string())), ("key_words", pa.list_(pa.string())),
        ("places", pa.list_(pa.string())), ("letters", pa.list_(pa.string())), ("spelt", pa.list_(pa.string())),
        ("telling", pa.list_(pa.list_(pa.string()))), ("bearer", pa.string()),
        ("words", pa.list_(pa.string())), ("site", pa.string()), ("mail", pa.string()), ("phone", pa.string()),
    ]
)  # fmt: skip


def readings(said: Rows) -> pa.Table:
    """What is remembered of records, a row each; there is at least one."""
    rows = [_reading(record) for record in from_rows(said)]
    return pa.table(list(map(list, zip(*rows, strict=True))), _READINGS)


def _reading(record: Facts) -> tuple[object, ...]:
    """In the order of ``_READINGS``."""
    borne, named = bearer(record), candidates.named(record)
    return (
        record.record_id,
        record.network,
        record.country or "",
        list(candidates.strong_keys(record)),
        list(candidates.acronyms(record)),
        list(candidates.all_initials(record)),
        list(candidates.words(record)),
        candidates.places(record),
        list(candidates.letters(record)),
        [spelt for spelt, _ in named],
        [telling for _, telling in named],
        borne.identity if borne else "",
        borne.words if borne else (),
        record.host,
        record.mail_domain,
        record.phone,
    )


def judged(common: Common[tuple[Population, Weights]], piece: tuple[list[Pair], Rows]) -> list[Noted]:
    """The opinions on some pairs that are worth noting, from what their records say."""
    population, weights = common.value
    pairs, said = piece
    records = {record.record_id: record for record in from_rows(said)}
    noted = []
    for left, right in pairs:
        opinion = judge(records[left], records[right], population, weights)
        if opinion.verdict is not None:
            noted.append((left, right, opinion.verdict.value, round(opinion.probability, 6), opinion.because))
    return noted
