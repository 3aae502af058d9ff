"""What each member of a shortlist is to its consortium: how it fits the one that leads, what it adds, how to reach it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.partners.programmes import Programme
from matching.partners.ranking import seen_from
from portal.opened import Opened
from portal.pages.naming import Naming
from portal.pages.reach import Reach, own_words, reach
from portal.pages.reasons import told, weighs
from warehouse.facets import Card, subjects
from warehouse.listed import Listed, team
from warehouse.rows import PartnerMatch

LEAST_TO_FIT = 2
"""A lead, and somebody who fits it."""
APART = ("known", "compatriot", "closed", "unranked")
"""Why a member has no points."""
MOST_ADDED = 4
"""Words of one field that a line names; the page of the organisation has all."""


@dataclass(frozen=True)
class Part:
    """One member's part.

    Arguments:
        points, why: how it looks to the one that leads, and what speaks most for that; None: it leads, or cannot be its partner.
        apart: one of ``APART``; None: there is nothing to say.
        adds: field -> values that nobody above has, and how many more than are named.
        words: language and text of what it says of itself.
    """

    points: float | None
    why: str | None
    apart: str | None
    adds: Mapping[str, tuple[tuple[str, ...], int]]
    reach: Reach
    words: tuple[str, str] | None


def fits(edition: Opened, entries: Sequence[Listed], programme: Programme | None) -> dict[int, PartnerMatch]:
    """How the others look to the one that leads, in the programme of the list."""
    ids = tuple(team(entries))
    if len(ids) < LEAST_TO_FIT:
        return {}

    def look() -> dict[int, PartnerMatch]:
        ground = edition.ground
        home = ground.population.index(ids[0])
        return seen_from(ground, home, ids[1:], edition.known_pairs, programme=programme)

    return edition.remembered(("fits", ids, programme and programme.id), look)


def added(own: Mapping[str, Sequence[str]], had: set[tuple[str, str]]) -> dict[str, list[str]]:
    """Field -> ecosystems, sectors and technologies that nobody above has; ``had`` gets them.

    Arguments:
        own: those of an organisation (``warehouse.facets.subjects``).
    """
    found = {}
    for field, values in own.items():
        new = [value for value in values if (field, value) not in had]
        had |= {(field, value) for value in new}
        if new:
            found[field] = new
    return found


def parts(edition: Opened, naming: Naming, entries: Sequence[Listed], programme: Programme | None) -> dict[int, Part]:
    """Entry -> its part; only of those that the edition knows."""
    cards = [one.card for one in entries if one.card]
    ids = [card.id for card in cards]
    ways, texts, own = reach(edition, cards), edition.extracts(ids), subjects(edition.con, ids)
    lead, looks = next((one for one in entries if one.counts), None), fits(edition, entries, programme)
    had: set[tuple[str, str]] = set()
    found = {}
    for one in entries:
        if one.card is None:
            continue
        number = one.card.id
        match = looks.get(number) if one.counts and one is not lead else None
        new = added(own[number], had) if one.counts else {}
        found[one.entry.number] = Part(
            match.score if match else None,
            _best(naming, match, lead, one) if match and lead else None,
            apart(edition, lead, one, programme, looks),
            words_of(naming, new) if one is not lead else {},
            ways[number],
            own_words(texts.get(number, {}), naming.tongue.code),
        )
    return found


def _best(naming: Naming, match: PartnerMatch, lead: Listed, one: Listed) -> str | None:
    """What speaks most for it."""
    known = [reason for reason in match.reasons if weighs(reason) and reason.contribution > 0]
    best = max(known, key=lambda reason: reason.contribution, default=None)
    return told(naming, best, lead.name, one.name) if best else None


def apart(
    edition: Opened, lead: Listed | None, one: Listed, programme: Programme | None, looks: Mapping[int, PartnerMatch]
) -> str | None:
    """One of ``APART``: the first that holds of what keeps a member from being ranked as a partner of the one that leads.

    None: it leads, has points, or is not counted.

    Arguments:
        looks: ``fits``.
    """
    if lead is None or lead.card is None or one.card is None or not one.counts:
        return None
    if one.card.id == lead.card.id or one.card.id in looks:
        return None
    return kept_apart(edition, lead.card, one.card, programme)


def kept_apart(edition: Opened, home: Card, one: Card, programme: Programme | None) -> str:
    """Why an organisation without points has none in the eyes of another."""
    if (home.id, one.id) in edition.known_pairs:
        return "known"
    if one.country == home.country or (one.is_swedish and home.is_swedish):
        return "compatriot"
    if programme and programme.closed_to([one.country or ""]):
        return "closed"
    return "unranked"


def words_of(naming: Naming, new: Mapping[str, Sequence[str]]) -> dict[str, tuple[tuple[str, ...], int]]:
    """What is added, in the reader's language: field -> values that are named, and how many more there are."""
    kinds = {"ecosystems": "ecosystem", "sectors": "sector", "technologies": "technology"}
    return {
        field: (tuple(naming.tongue.word(kinds[field], value) for value in values[:MOST_ADDED]), max(len(values) - MOST_ADDED, 0))
        for field, values in new.items()
    }
