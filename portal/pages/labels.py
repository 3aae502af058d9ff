"""Labels of a cluster with their end: how long they still hold, or since when they do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from portal.rendering import bdi
from portal.tongue import Tongue

SOON_DAYS = 90
"""Until its end: a label that lapses so soon is marked."""


@dataclass(frozen=True)
class Label:
    """One label.

    Arguments:
        state: ``open`` (no end is said), ``holds``, ``soon`` or ``expired``.
        days: until its last day, which counts; below 0: since then; None: no end is said.
    """

    name: Markup
    state: str
    days: int | None
    until: str
    text: Markup


def labels(tongue: Tongue, whole: dict[str, Any], today: date) -> list[Label]:
    """Labels of a dossier: those that hold first, of these the next to lapse first; then the expired, the latest first."""
    said = (whole["values"].get("labels") or {"value": None})["value"] or []
    found = [_label(tongue, one, today) for one in said]
    return sorted(found, key=lambda one: (one.state == "expired", one.days is None, abs(one.days or 0)))


def _label(tongue: Tongue, said: dict[str, Any], today: date) -> Label:
    level = said.get("level")
    name = Markup(tongue.word("label", level)) if level else bdi(said.get("issuer") or "", 80)  # noqa: S704  a closed vocabulary
    until = said.get("valid_until")
    if not until:
        return Label(name, "open", None, "", tongue("label.no_end"))
    days = (date.fromisoformat(until) - today).days
    if days < 0:
        return Label(name, "expired", days, until, tongue("label.expired", count=-days, day=tongue.day(until)))
    text = tongue("label.lapses", count=days, day=tongue.day(until)) if days else tongue("label.lapses_today")
    return Label(name, "soon" if days <= SOON_DAYS else "holds", days, until, text)


def as_data(one: Label) -> dict[str, Any]:
    """A label for programs."""
    return {"label": one.name.striptags(), "state": one.state, "days": one.days, "valid_until": one.until or None}
