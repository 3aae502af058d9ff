"""One organisation with every value, who said it, where and when, and what others say instead."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from warehouse.connection import Connection
from warehouse.merge_fields import SHAPES
from warehouse.profile import written_date
from warehouse.vocabulary import FoundedPrecision

_NO_CONFLICT = frozenset({"completeness", "profile_updated_on", "founded_precision"})
"""Of the profile and not of the organisation; or how finely something was printed."""

_HEAD = ("name", "country", "organisation_type", "is_swedish", "is_gone", "first_seen_on", "changed_on", "checked_on")

_RECORDS = """
    SELECT network, source_key, url, first_seen_on, changed_on, checked_on, missing_since, is_gone
    FROM cluster_sources
    WHERE organisation_id = ?
    ORDER BY network, source_key
"""

_LABELS = """
    SELECT DISTINCT level, issuer, awarded, valid_until
    FROM labels
    WHERE organisation_id = ?
    ORDER BY level, issuer, awarded
"""

_CLAIMS = """
    SELECT field, value, printed, network, source_key, era, url, first_seen_on, checked_on, is_shown, because
    FROM claims
    WHERE organisation_id = ? AND last_run IS NULL
    ORDER BY field, is_shown DESC, network, source_key, era DESC
"""


def dossier(con: Connection, organisation_id: int) -> dict[str, Any] | None:
    """Everything that is known of an organisation, ready for JSON; None where there is no such number.

    ``values`` maps each ClusterProfile field to the value shown and why, all ``sources`` of that field with what each says and
    printed, whether and why that is shown, and ``conflict``: whether two sources say different things of which one is shown.
    Lists, labels and texts are joined, so they have none; nor has what is said of the profile and not of the organisation.
    """
    found = _rows(con, "SELECT * EXCLUDE (organisation_id) FROM clusters WHERE organisation_id = ?", organisation_id)
    if not found:
        return None
    [shown] = found
    head = {name: shown[name] for name in _HEAD}
    claims = _rows(con, _CLAIMS, organisation_id)
    if any(claim["field"] == "labels" for claim in claims):
        shown["labels"] = _rows(con, _LABELS, organisation_id)
    if shown["founded_on"] is not None:
        shown["founded_on"] = written_date(date.fromisoformat(shown["founded_on"]), FoundedPrecision(shown["founded_precision"]))
    values: dict[str, dict[str, Any]] = {}
    for claim in claims:
        field = claim.pop("field")
        claim["value"] = None if claim["value"] is None else json.loads(claim["value"])
        entry = values.setdefault(field, {"value": _plain(shown.get(field)), "because": None, "conflict": False, "sources": []})
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
        "records": _rows(con, _RECORDS, organisation_id),
        "values": values,
    }


def _finest(days: set[str]) -> set[str]:
    """Days without those that another says more finely: "1999" does not differ from "1999-03-01".

    Arguments:
        days: as JSON, in quotes.
    """
    return {one for one in days if not any(other != one and other.startswith(one[:-1]) for other in days)}


def _rows(con: Connection, sql: str, *parameters: object) -> list[dict[str, Any]]:
    cursor = con.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    """Dates as ISO text; everything else is JSON already."""
    return value.isoformat() if hasattr(value, "isoformat") else value
