"""Whether a country's organisations may take part in a programme, and how far that is to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from matching.partners.programmes import Answer, Programme, Status, programmes
from portal.pages.trust import FOLDER
from portal.rendering import part
from portal.tongue import Tongue

KEYS = {Answer.MET: "met", Answer.NOT_MET: "not_met", Answer.UNKNOWN: "unknown"}
_UNREAD = {Answer.MET: "likely", Answer.NOT_MET: "unlikely", Answer.UNKNOWN: "unknown"}
"""What an answer is worth that rests on memory or on a conclusion."""
MARKS = tuple(dict.fromkeys((*KEYS.values(), *_UNREAD.values())))


@dataclass(frozen=True)
class Badge:
    """What is known of one programme for one organisation.

    Arguments:
        key: ``met`` or ``not_met`` only where that was read at its source; else ``likely``, ``unlikely`` or ``unknown``.
        is_valid: whether the rules hold today.
    """

    programme: Programme
    answer: Answer
    key: str
    because: Markup
    is_valid: bool

    @property
    def trust(self) -> Status:
        """How far the answer can be trusted."""
        return self.programme.trust_of_entry

    @property
    def file(self) -> str:
        """Where the rules stand."""
        return f"{FOLDER}/{self.programme.id}.toml"


def badge(programme: Programme, country: str | None, tongue: Tongue, today: date) -> Badge:
    """Whether organisations of a country may take part, with funding."""
    answer = programme.participants.holds(country)
    key = (KEYS if programme.trust_of_entry is Status.SEEN else _UNREAD)[answer]
    group = programme.participants.name[tongue.code]
    because = tongue(f"eligible.because.{KEYS[answer]}", country=tongue.country(country), group=group)
    return Badge(programme, answer, key, because, programme.is_valid(today))


# There are few countries, and a list of partners asks for one's programmes again and again. Nothing of it hangs on an edition.
@lru_cache(maxsize=500)
def badges(country: str | None, tongue: Tongue, today: date) -> tuple[Badge, ...]:
    """All programmes."""
    return tuple(badge(one, country, tongue, today) for one in programmes().values())


@lru_cache(maxsize=500)
def badge_list(country: str | None, tongue: Tongue, today: date) -> Markup:
    """The same as HTML, programme by programme, with how far each answer can be trusted."""
    return part("badges.html", tongue, badges=badges(country, tongue, today))


def oldest_check() -> date:
    """When those rules were gone through that nobody has looked at for longest."""
    return min(one.checked_on for one in programmes().values())


def as_data(one: Badge) -> dict[str, Any]:
    """A badge for programs."""
    return {
        "programme": one.programme.id,
        "answer": KEYS[one.answer],
        "mark": one.key,
        "trust": one.trust.value,
        "because": str(one.because),
        "checked_on": one.programme.checked_on,
        "status": one.programme.participants.status.value,
        "file": one.file,
        "is_valid": one.is_valid,
    }
