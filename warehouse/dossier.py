"""One organisation with every value, who said it, where and when, and what others say instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from warehouse.connection import Connection
from warehouse.merge_fields import SHAPES
from warehouse.profile import written_date
from warehouse.vocabulary import FoundedPrecision

_NO_CONFLICT = frozenset({"completeness", "profile_updated_on", "founded_precision"})
"""Of the profile and not of the organisation; or how finely something was printed."""

_HEAD = ("name", "country", "organisation_type", "is_swedish", "is_gone", "first_seen_on", "changed_on", "checked_on")

_SHOWN = "SELECT organisation_id, * EXCLUDE (organisation_id) FROM clusters"
_RECORDS = """
    SELECT organisation_id, network, source_key, url, first_seen_on, changed_on, checked_on, missing_since, is_gone
    FROM cluster_sources
"""
_LABELS = "SELECT DISTINCT organisation_id, level, issuer, awarded, valid_until FROM labels"
_CLAIMS = """
    SELECT
        organisation_id, field, value, printed, network, source_key, era, url, first_seen_on, checked_on, is_shown, because
    FROM claims
"""
_OF_ONE = {
    "shown": f"{_SHOWN} WHERE organisation_id = $organisation_id",
    "claims": f"""{_CLAIMS} WHERE organisation_id = $organisation_id AND last_run IS NULL
        ORDER BY field, is_shown DESC, network, source_key, era DESC""",
    "labels": f"{_LABELS} WHERE organisation_id = $organisation_id ORDER BY level, issuer, awarded",
    "records": f"{_RECORDS} WHERE organisation_id = $organisation_id ORDER BY network, source_key",
}
_OF_ALL = {
    "shown": f"{_SHOWN} ORDER BY organisation_id",
    "claims": f"""{_CLAIMS} WHERE last_run IS NULL
        ORDER BY organisation_id, field, is_shown DESC, network, source_key, era DESC""",
    "labels": f"{_LABELS} ORDER BY organisation_id, level, issuer, awarded",
    "records": f"{_RECORDS} ORDER BY organisation_id, network, source_key",
}
"""The same of everyone, in the same order within each."""

Rows = list[dict[str, Any]]
Part = Callable[[str], Rows]
"""What there is of an organisation by the name of a statement, its rows in order."""


def dossier(con: Connection, organisation_id: int) -> dict[str, Any] | None:
    """Everything that is known of an organisation, ready for JSON; None where there is no such number.

    ``values`` maps each ClusterProfile field to the value shown and why, all ``sources`` of that field with what each says and
    printed, whether and why that is shown, and ``conflict``: whether two sources say different things of which one is shown.
    Lists, labels and texts are joined, so they have none; nor has what is said of the profile and not of the organisation.
    """

    def part(name: str) -> Rows:
        cursor = con.execute(_OF_ONE[name], {"organisation_id": organisation_id})
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return _dossier(organisation_id, part)


@dataclass(frozen=True)
class Dossiers:
    """What all dossiers are made from, in memory as columns: some 6 KB an organisation.

    To plan the four questions of one dossier takes the engine ten times as long as to look into these.

    Arguments:
        tables: by the name of a statement, its rows by number of the organisation; starts: where those of each begin, and end.
    """

    tables: Mapping[str, pa.Table]
    starts: Mapping[str, Mapping[int, tuple[int, int]]]

    @classmethod
    def read(cls, con: Connection) -> Dossiers:
        """All of an edition."""
        tables, starts = {}, {}
        for name, sql in _OF_ALL.items():
            table = con.sql(sql).to_arrow_table().combine_chunks()
            numbers = table.column("organisation_id").to_numpy()
            found, first = np.unique(numbers, return_index=True)
            ends = [*first[1:].tolist(), len(numbers)]
            tables[name] = table
            starts[name] = dict(zip(found.tolist(), zip(first.tolist(), ends, strict=False), strict=False))
        return cls(tables, starts)

    def of(self, organisation_id: int) -> dict[str, Any] | None:
        """As ``dossier``."""

        def part(name: str) -> Rows:
            start, end = self.starts[name].get(organisation_id, (0, 0))
            rows: Rows = self.tables[name].slice(start, end - start).to_pylist(maps_as_pydicts="strict")
            return rows

        return _dossier(organisation_id, part)


def _dossier(organisation_id: int, part: Part) -> dict[str, Any] | None:
    found = _rows(part("shown"))
    if not found:
        return None
    [shown] = found
    head = {name: shown[name] for name in _HEAD}
    claims = _rows(part("claims"))
    if any(claim["field"] == "labels" for claim in claims):
        shown["labels"] = _rows(part("labels"))
    if shown["founded_on"] is not None:
        shown["founded_on"] = written_date(date.fromisoformat(shown["founded_on"]), FoundedPrecision(shown["founded_precision"]))
    values: dict[str, dict[str, Any]] = {}
    for claim in claims:
        field = claim.pop("field")
        claim["value"] = None if claim["value"] is None else json.loads(claim["value"])
        entry = values.setdefault(field, {"value": shown.get(field), "because": None, "conflict": False, "sources": []})
        if claim["is_shown"]:
            entry["because"] = entry["because"] or claim["because"]
        entry["sources"].append(claim)
    for field, entry in values.items():
        said = {json.dumps(source["value"], sort_keys=True) for source in entry["sources"] if source["value"] is not None}
        if field == "founded_on":
            said = _finest(said)
        entry["conflict"] = len(said) > 1 and field not in SHAPES and field not in _NO_CONFLICT
    return {
        "id": organisation_id,
        **head,
        "records": _rows(part("records")),
        "values": values,
    }


def _finest(days: set[str]) -> set[str]:
    """Days without those that another says more finely: "1999" does not differ from "1999-03-01".

    Arguments:
        days: as JSON, in quotes.
    """
    return {one for one in days if not any(other != one and other.startswith(one[:-1]) for other in days)}


def _rows(rows: Rows) -> Rows:
    """Rows without the number, which is known."""
    return [{name: _plain(value) for name, value in row.items() if name != "organisation_id"} for row in rows]


def _plain(value: Any) -> Any:
    """Dates as ISO text; everything else is JSON already."""
    return value.isoformat() if hasattr(value, "isoformat") else value
