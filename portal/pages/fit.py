"""Why an organisation fits the one that partners are sought for: reasons and points of the ranking, told wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.partners.explain import as_data
from matching.partners.ranking import seen_from
from portal.opened import Opened
from portal.pages.eligible import Badge, badge
from portal.pages.naming import Naming
from portal.pages.purpose import Purpose
from portal.pages.reasons import told, weighs
from portal.pages.team import added, kept_apart, words_of
from portal.visit import Visit
from warehouse.facets import Card, subjects
from warehouse.rows import MatchReason, PartnerMatch

MOST_REASONS = 4
"""Shown at once; the others open."""


@dataclass(frozen=True)
class Why:
    """One reason: its sentence, and what it adds to the score; None: it is not known, and counts neither for nor against."""

    text: str
    points: float | None


@dataclass(frozen=True)
class Whys:
    """The reasons of a match, the weightiest first: those shown at once, the others, and what is not known."""

    first: tuple[Why, ...]
    more: tuple[Why, ...]
    unknown: tuple[Why, ...]


def whys(naming: Naming, match: PartnerMatch, home: str, partner: str) -> Whys:
    """A match in words."""

    def why(reason: MatchReason) -> Why:
        points = None if reason.evidence.get("unknown") else reason.contribution
        return Why(told(naming, reason, home, partner), points)

    reasons = sorted(match.reasons, key=lambda reason: -abs(reason.contribution))
    known = [why(reason) for reason in reasons if weighs(reason)]
    unknown = tuple(why(reason) for reason in reasons if reason.evidence.get("unknown"))
    return Whys(tuple(known[:MOST_REASONS]), tuple(known[MOST_REASONS:]), unknown)


@dataclass(frozen=True)
class Fit:
    """How an organisation looks to a home.

    Arguments:
        match, whys: None: it cannot be a partner of the home, and apart says why (``portal.pages.team.APART``).
        adds: field -> values that the home does not have, and how many more than are named.
        badge: whether it may take part in the programme that was chosen; None: none was.
    """

    home: Card
    match: PartnerMatch | None
    whys: Whys | None
    apart: str | None
    adds: Mapping[str, tuple[tuple[str, ...], int]]
    badge: Badge | None


def fit(visit: Visit, edition: Opened, aim: Purpose, card: Card) -> Fit | None:
    """How an organisation looks to the home of a purpose, ranked as there; None: it has no home."""
    home, programme = aim.home, aim.programme
    if home is None:
        return None

    def look() -> PartnerMatch | None:
        place = edition.ground.population.index(home.id)
        found = seen_from(edition.ground, place, [card.id], edition.known_pairs, mode=aim.mode, programme=programme)
        return found.get(card.id)

    match = edition.remembered(("fit", home.id, card.id, aim.mode, programme and programme.id), look)
    naming = Naming(visit.tongue, edition.imprint)
    own = subjects(edition.con, [home.id, card.id])
    had = {(field, value) for field, values in own[home.id].items() for value in values}
    return Fit(
        home,
        match,
        whys(naming, match, home.name, card.name) if match else None,
        None if match else kept_apart(edition, home, card, programme),
        words_of(naming, added(own[card.id], had)),
        badge(programme, card.country, visit.tongue, visit.today) if programme else None,
    )


def reasons_data(naming: Naming, match: PartnerMatch, home: str, partner: str) -> list[dict[str, Any]]:
    """The reasons of a match for programs, in both languages."""
    titles = naming.titles
    return [as_data(reason, home, partner, titles) for reason in match.reasons]


def fit_data(naming: Naming, found: Fit, aim: Purpose, partner: str) -> dict[str, Any]:
    """The same for programs."""
    match = found.match
    return {
        "home": {"id": found.home.id, "name": found.home.name, "country": found.home.country},
        "mode": aim.mode.value,
        "programme": aim.programme.id if aim.programme else None,
        "score": match.score if match else None,
        "recipe": match.recipe if match else None,
        "reasons": reasons_data(naming, match, found.home.name, partner) if match else [],
        "apart": found.apart,
        "adds": {field: {"values": values, "more": more} for field, (values, more) in found.adds.items()},
    }
