"""By what hits are counted and filtered, gathered for the index."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa

from warehouse.connection import Connection

FACETS = ("country", "ecosystem", "label", "network")
_COLUMNS = {"country": "country", "ecosystem": "ecosystems", "network": "networks"}
_LABELS = """
SELECT l.organisation_id, coalesce(CAST(l.level AS VARCHAR), l.issuer) AS label, l.valid_until
FROM labels AS l
SEMI JOIN clusters AS c ON c.organisation_id = l.organisation_id AND NOT c.is_gone
WHERE coalesce(CAST(l.level AS VARCHAR), l.issuer) IS NOT NULL
"""


class Facets:
    """Which organisation that is not gone has which value: packed, because among very many there are millions."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, date | None], int] = {}
        self._values = array("i")
        self._owners = array("q")

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        """The values of organisations, from their columns of ``clusters``."""
        for row in rows:
            if not row["is_gone"]:
                for facet, column in _COLUMNS.items():
                    told = row[column] if isinstance(row[column], list) else [row[column]]
                    for value in dict.fromkeys(told):
                        self._add(row["organisation_id"], facet, value, None)

    def add_labels(self, con: Connection) -> None:
        """The labels of all organisations."""
        for owner, label, valid_until in dict.fromkeys(con.execute(_LABELS).fetchall()):
            self._add(owner, "label", label, valid_until)

    def _add(self, owner: int, facet: str, value: str | None, valid_until: date | None) -> None:
        if value is not None:
            self._values.append(self._numbers.setdefault((facet, value, valid_until), len(self._numbers)))
            self._owners.append(owner)

    def values(self) -> pa.Table:
        """The values by number."""
        facets, values, days = zip(*self._numbers, strict=True) if self._numbers else ((), (), ())
        return pa.table(
            {
                "value_id": pa.array(range(len(self._numbers)), pa.int32()),
                "facet": pa.array(facets, pa.string()),
                "value": pa.array(values, pa.string()),
                "valid_until": pa.array(days, pa.date32()),
            }
        )

    def owners(self) -> pa.Table:
        """Who has which value, by number of the value."""
        values, owners = np.array(self._values, dtype=np.int32), np.array(self._owners, dtype=np.int64)
        order = np.lexsort((owners, values))
        return pa.table({"value_id": values[order], "organisation_id": owners[order]})

    def digest(self) -> str:
        """Letters that change with any of it."""
        said = repr(list(self._numbers)).encode()
        return blake2b(b"".join((said, self._values, self._owners)), digest_size=8).hexdigest()
