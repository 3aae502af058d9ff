"""Whether a country's organisations may take part in a programme, and how far that is to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from matching.partners.programmes import Answer, Programme, programmes
from portal.tongue import Tongue

KEYS = {Answer.MET: "met", Answer.NOT_MET: "not_met", Answer.UNKNOWN: "unknown"}
FOLDER = "matching/programmes"


@dataclass(frozen=True)
class Badge:
    """What is known of one programme for one organisation.

    Arguments:
        key: ``met``, ``not_met`` or ``unknown``.
        is_valid: whether the rules hold today.
    """

    programme: Programme
    key: str
    because: Markup
    is_valid: bool

    @property
    def file(self) -> str:
        """Where the rules stand."""
        return f"{FOLDER}/{self.programme.id}.toml"


def badge(programme: Programme, country: str | None, tongue: Tongue, today: date) -> Badge:
    """Whether organisations of a country may take part, with funding."""
    key = KEYS[programme.participants.holds(country)]
    group = programme.participants.name[tongue.code]
    because = tongue(f"eligible.because.{key}", country=tongue.country(country), group=group)
    return Badge(programme, key, because, programme.is_valid(today))


def badges(country: str | None, tongue: Tongue, today: date) -> list[Badge]:
    """All programmes."""
    return [badge(one, country, tongue, today) for one in programmes().values()]


def as_data(one: Badge) -> dict[str, Any]:
    """A badge for programs."""
    return {
        "programme": one.programme.id,
        "answer": one.key,
        "because": str(one.because),
        "checked_on": one.programme.checked_on,
        "status": one.programme.participants.status.value,
        "file": one.file,
        "is_valid": one.is_valid,
    }
