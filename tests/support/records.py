"""Records in a state, as sameness sees them, without the run that would have brought them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from warehouse.connection import Connection

_COLUMNS = {
    "record_id": pa.int64(), "network": pa.string(), "source_key": pa.string(), "url": pa.string(), "first_seen_on": pa.date32(),
    "is_gone": pa.bool_(), "name": pa.string(), "native_name": pa.string(), "other_names": pa.list_(pa.string()),
    "acronym": pa.string(), "organisation_type": pa.string(), "country": pa.string(), "nuts2": pa.string(), "city": pa.string(),
    "domain": pa.string(), "website": pa.string(), "role_email": pa.string(), "phone": pa.string(), "founded_on": pa.date32(),
}  # fmt: skip
_GIVEN = {"network": "eccp", "source_key": "", "url": "", "is_gone": False, "other_names": [], "first_seen_on": date(2026, 11, 1)}


def know(con: Connection, records: Sequence[Mapping[str, Any]]) -> None:
    """These are the records from now on; what is not given is unknown. The view ``known_records`` becomes a table of them."""
    filled = [_GIVEN | dict(one) for one in records]
    table = pa.table({name: pa.array([one.get(name) for one in filled], kind) for name, kind in _COLUMNS.items()})
    kinds = con.execute("SELECT table_type FROM information_schema.tables WHERE table_name = 'known_records'").fetchall()
    if kinds:
        con.execute("DROP VIEW known_records" if kinds == [("VIEW",)] else "DROP TABLE known_records")
    con.register("given", table)
    con.execute("CREATE TABLE known_records AS SELECT *, hash(given) AS digest FROM given")
    con.unregister("given")
