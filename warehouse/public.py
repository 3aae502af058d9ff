"""What of an edition may be handed on: only what networks say whose permission allows it."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pyarrow as pa

from warehouse.connection import Connection

PUBLIC_ABOUT = (
    "Networks whose permission does not allow to hand their data on are left out: their rows, and every value of an organisation "
    "that no other network says."
)

_FREE = frozenset({"regions", "vocabularies", "data_dictionary", "edition"})
"""Tables that say nothing of any network."""
_OF_A_NETWORK = frozenset({"cluster_sources", "claims", "labels", "label_history", "network_memberships", "networks"})
_OF_OUR_OWN = frozenset(
    {"organisation_id", "networks", "is_swedish", "is_gone", "first_seen_on", "changed_on", "checked_on", "domain"}
)
"""Columns of clusters that are computed anew from what is left."""


def public_table(con: Connection, name: str, rows: pa.Table, networks: frozenset[str]) -> pa.Table | None:
    """What may be handed on of a table; None: nothing at all, not even its heading.

    Of tables that mix what all networks say, matches are kept where every network that ever listed the two organisations may be
    handed on; changes, judgements, runs and findings are left out as a whole.
    """
    if name in _FREE:
        return rows
    if name in _OF_A_NETWORK:
        return _having(rows, "network", set(networks))
    sources = con.execute("SELECT organisation_id, network FROM cluster_sources").fetchall()
    kept = {number for number, network in sources if network in networks}
    whole = kept - {number for number, network in sources if network not in networks}
    if name == "clusters":
        return _clusters(con, rows, networks, kept)
    if name == "sectors":
        said = _said(con, networks)
        pairs = zip(rows["organisation_id"].to_pylist(), rows["sector"].to_pylist(), strict=True)
        return rows.filter(pa.array([sector in said[number, "sectors"] for number, sector in pairs], pa.bool_()))
    if name in ("partner_matches", "match_reasons"):
        return _having(_having(rows, "organisation_id", whole), "partner_id", whole)
    if name == "known_partnerships":
        return _having(_having(rows, "organisation_id", kept), "partner_id", kept)
    if name == "redirects":
        return _having(rows, "organisation_id", kept)
    return None


def _having(rows: pa.Table, column: str, wanted: set[Any]) -> pa.Table:
    return rows.filter(pa.array([value in wanted for value in rows[column].to_pylist()], pa.bool_()))


def _said(con: Connection, networks: frozenset[str]) -> defaultdict[tuple[int, str], list[Any]]:
    """(organisation, field) -> all that these networks say of it now; of lists and maps their parts."""
    said: defaultdict[tuple[int, str], list[Any]] = defaultdict(list)
    rows = con.execute(
        """
        SELECT organisation_id, field, value
        FROM claims
        WHERE list_contains($networks, network) AND last_run IS NULL AND value IS NOT NULL
        ORDER BY organisation_id, record_id, is_shown DESC
        """,
        {"networks": sorted(networks)},
    ).fetchall()
    for number, field, text in rows:
        value = json.loads(text)
        parts = value if isinstance(value, list) else list(value.items()) if isinstance(value, dict) else [value]
        said[number, field] += parts
    return said


def _clusters(con: Connection, rows: pa.Table, networks: frozenset[str], kept: set[int]) -> pa.Table:
    said = _said(con, networks)
    seats = defaultdict(list)
    sql = """
        SELECT organisation_id, network, is_gone, first_seen_on, changed_on, checked_on, name
        FROM cluster_sources
        ORDER BY record_id
    """
    for row in con.execute(sql).fetchall():
        if row[1] in networks:
            seats[row[0]].append(row[1:])
    left = []
    for row in rows.to_pylist(maps_as_pydicts="strict"):
        number = row["organisation_id"]
        if number not in kept:
            continue
        left.append({column: _left(column, value, row, said, seats[number]) for column, value in row.items()})
    return pa.Table.from_pylist(left, schema=rows.schema)


def _left(column: str, value: Any, row: dict[str, Any], said: defaultdict[tuple[int, str], list[Any]], seats: list[Any]) -> Any:
    number = row["organisation_id"]
    own = said[number, column]
    if column in _OF_OUR_OWN:
        return _computed(column, value, number, said, seats)
    if column == "name":
        return value if value in own else seats[0][5]
    if column == "other_names":
        names = [*own, *said[number, "name"], *said[number, "native_name"]]
        return [name for name in value if name in names]
    if isinstance(value, dict):
        return [(key, part) for key, part in value.items() if (key, part) in own]
    if isinstance(value, list):
        return [part for part in value if part in own]
    if hasattr(value, "isoformat"):
        return value if value.isoformat() in map(_full_date, own) else None
    return value if value in own else None


def _full_date(written: str) -> str:
    """A printed date may lack its day or month; both then count as 1, as in clusters."""
    return written + "-01-01"[len(written) - 4 :]


def _computed(column: str, value: Any, number: int, said: defaultdict[tuple[int, str], list[Any]], seats: list[Any]) -> Any:
    if column == "networks":
        listed = {network for network, is_gone, *_ in seats if not is_gone} or {seat[0] for seat in seats}
        return [network for network in value if network in listed] or sorted(listed)
    if column == "is_gone":
        return all(seat[1] for seat in seats)
    if column == "is_swedish":  # otherwise it would tell who is on the association's list
        return "SE" in said[number, "country"]
    if column == "domain":
        return value if value in said[number, "domain"] else None
    if column in ("first_seen_on", "changed_on", "checked_on"):
        days = [seat[{"first_seen_on": 2, "changed_on": 3, "checked_on": 4}[column]] for seat in seats]
        return min(days) if column == "first_seen_on" else max(days)
    return value
