"""The programmes whose rules are known: when they were checked, and how far to trust them."""

from __future__ import annotations

from typing import Any

from matching.partners import programmes as known
from matching.partners.programmes import Programme
from portal.answers import Page
from portal.pages.trust import FOLDER
from portal.visit import Visit


def programmes(visit: Visit) -> Page:
    """All programmes with their rules."""
    found = list(known.programmes().values())
    values = {"programmes": found, "today": visit.today}
    return Page("programmes.html", values, [_data(one) for one in found], "/programmes")


def _data(one: Programme) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": dict(one.name),
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "checked_on": one.checked_on,
        "status": one.status.value,
        "trust": one.trust.value,
        "source": one.source,
        "file": f"{FOLDER}/{one.id}.toml",
        "note": dict(one.note),
        "participants": {
            "name": dict(one.participants.name),
            "countries": sorted(one.participants.countries),
            "unconfirmed": sorted(one.participants.unconfirmed),
            "status": one.participants.status.value,
        },
        "rules": [
            {
                "id": rule.id,
                "kind": rule.kind.value,
                "text": dict(rule.text),
                "status": rule.status.value,
                "trust": rule.trust.value,
                "source": rule.source,
                "is_advice": rule.is_advice,
            }
            for rule in one.rules
        ],
    }
