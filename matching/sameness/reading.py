"""Records taken apart, here or in another process, which therefore loads no more than that needs."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from matching.sameness import candidates
from matching.sameness.population import bearer
from matching.sameness.records import Facts, from_rows
from matching.sameness.setwise.described import NAME, described

Rows = list[tuple[Any, ...]]
"""What records say, as ``records.COLUMNS``."""
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
