"""Checks and completes consortia of the organisations of an edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.partners.checks import Check, Member
from matching.partners.consortium import Problem, Team, suggest
from matching.partners.coverage import coverage
from matching.partners.eligibility import check
from matching.partners.explain import explain
from matching.partners.gate import candidates
from matching.partners.ground import Ground
from matching.partners.population import Organisation
from matching.partners.programmes import Programme
from matching.partners.recipe import Mode, recipe
from matching.partners.scoring import Scores, score
from matching.partners.sets import Bools
from warehouse.rows import MatchReason

MOST_REASONS = 2


@dataclass(frozen=True)
class Chosen:
    """One who was added to a team.

    Arguments:
        fit: 0: like the mean foreign organisation, 1: like the best, as the lead sees it.
        covers: what it is the first to cover of what the first members lack, or of what was asked for; meets: rules that want
            fewer with it.
        is_asked_for: whether ``covers`` was asked for.
        reasons: what speaks most for it, as the lead sees it; nothing that does not speak for it.
    """

    member: Member
    fit: float
    covers: tuple[str, ...]
    is_asked_for: bool
    is_new_country: bool
    meets: tuple[str, ...]
    reasons: tuple[MatchReason, ...]


@dataclass(frozen=True)
class Suggestion:
    """A completed team and how it stands against the programme.

    Arguments:
        without: what was asked for and nobody of the team has.
    """

    chosen: tuple[Chosen, ...]
    worth: float
    check: Check
    without: tuple[str, ...] = ()


def members(ground: Ground, ids: Sequence[int]) -> list[Member]:
    """Organisations by number, as the rules see them. Raises LookupError where there is none."""
    return [_member(ground.population.organisations[ground.population.index(number)]) for number in ids]


def checked(ground: Ground, programme: Programme, ids: Sequence[int], today: date) -> Check:
    """Check a team; for what is wanting those are named who fit its members best. The first leads."""
    places = [ground.population.index(number) for number in ids]
    scores, gate = _scores(ground, places, programme)
    fit = np.where(gate, scores.score.mean(axis=0), -np.inf)
    best = [place for place in np.argsort(-np.round(fit, 9), kind="stable").tolist() if gate[place]]
    everyone = ground.population.organisations
    return check(programme, members(ground, ids), today, [_member(everyone[place]) for place in best])


def completed(
    ground: Ground,
    programme: Programme,
    ids: Sequence[int],
    size: int,
    today: date,
    *,
    countries: Sequence[str] = (),
    cover: Sequence[str] = (),
) -> Suggestion:
    """Complete a team to a size.

    Arguments:
        ids: who is in it already, the lead first.
        countries: choose from these only (ISO 3166-1).
        cover: ecosystems or technologies that are wanted, instead of what belongs to the field.
    Errors:
        LookupError: no such organisation. ValueError: a size below the number of members. NothingToCover.
    """
    places = list(dict.fromkeys(ground.population.index(number) for number in ids))
    scores, gate = _scores(ground, places, programme)
    everyone = ground.population.organisations
    if countries:
        gate = gate & np.array([one.country in countries for one in everyone], dtype=bool)
    total = np.where(gate, scores.score.mean(axis=0), 0.0)
    fit = np.clip(total / max(float(total.max(initial=0.0)), 1e-12), 0, 1)
    team_members = tuple(_member(one) for one in everyone)
    wanted = coverage(ground, places, size - len(places), cover)
    problem = Problem(team_members, tuple(places), gate, fit, wanted, programme, size)
    team = suggest(problem)
    whole = [*places, *(pick.place for pick in team.picks)]
    return Suggestion(
        _chosen(team, scores, team_members, has_asked=wanted.is_asked_for),
        team.worth,
        check(programme, [team_members[place] for place in whole], today),
        wanted.missing([pick.place for pick in team.picks]) if wanted.is_asked_for else (),
    )


def _chosen(team: Team, scores: Scores, all_members: Sequence[Member], *, has_asked: bool) -> tuple[Chosen, ...]:
    found = []
    for pick in team.picks:
        parts = {feature: float(part[0, pick.place]) for feature, part in scores.contributions.items()}
        speaking = tuple(one for one in explain(scores, 0, pick.place, parts) if one.contribution > 0)
        asked = has_asked and bool(pick.covers)
        member = all_members[pick.place]
        found.append(Chosen(member, pick.fit, pick.covers, asked, pick.is_new_country, pick.meets, speaking[:MOST_REASONS]))
    return tuple(found)


def _scores(ground: Ground, places: Sequence[int], programme: Programme) -> tuple[Scores, Bools]:
    """How each member sees everyone; and who may join: foreign to the lead, open to the programme, not a member."""
    closed = programme.closed_to({one.country for one in ground.population.organisations if one.country})
    gate = candidates(ground.population, places, closed_to=closed)
    scores = score(ground, places, gate, recipe(Mode.BALANCED))
    may_join: Bools = gate[0].copy()
    may_join[list(places)] = False
    return scores, may_join


def _member(one: Organisation) -> Member:
    return Member(one.id, one.name, one.country, one.type, one.domain)
