"""Completes a consortium: greedily by what each further organisation adds, then by exchanges as long as one helps.

The worth of a team, from 0 to 1, is 0.5 × the mean fit of those added + 0.3 × what it covers of what the first members lack +
0.2 × its countries per organisation. Fit is linear and the other two have diminishing returns, so that each step can take the
best next one and stays close to the best team (Nemhauser, Wolsey, Fisher, "An analysis of approximations for maximizing
submodular set functions", Mathematical Programming 14, 1978).

What somebody asks for by name goes before worth, and the programme's rules before both; of these first those that a team of this
size can meet: else one that needs three where there are two would hide all others. See ``wanting.Standing``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.partners.checks import Member
from matching.partners.coverage import Coverage
from matching.partners.eligibility import shortfall
from matching.partners.programmes import Programme
from matching.partners.sets import Bools, Floats
from matching.partners.wanting import Wanting

FIT, COVERAGE, SPREAD = 0.5, 0.3, 0.2
STARTS = 8
FEWEST_STARTS = 2
"""Teams that are begun, each with another of the best first picks; fewer where many are picked, when the first decides less."""
PICKS_BEGUN = 60
"""So many picks in all the begun teams together, about."""
EXCHANGES = 20


@dataclass(frozen=True)
class Problem:
    """Whom to choose from.

    Arguments:
        members: all organisations; start: places of those that are in the team already, the lead first.
        allowed: who may be chosen.
        fit: N, from 0 to 1.
        coverage: what the start lacks and who has it.
        programme: whose rules are to be met; None: no rules.
        size: of the whole team.
    """

    members: tuple[Member, ...]
    start: tuple[int, ...]
    allowed: Bools
    fit: Floats
    coverage: Coverage
    programme: Programme | None
    size: int

    @property
    def most_of_one_country(self) -> int:
        """So that a team stays balanced: a third of it, rounded up."""
        return max(ceil(self.size / 3), 1)


@dataclass(frozen=True)
class Pick:
    """One organisation that was chosen, and what it adds to those before it.

    Arguments:
        place: in ``members``.
        fit: of this one; covers: names of what it is the first to cover; is_new_country: whether no one before is of its country.
        meets: ids of the rules that wanted someone and want fewer with it.
    """

    place: int
    fit: float
    covers: tuple[str, ...]
    is_new_country: bool
    meets: tuple[str, ...]


@dataclass(frozen=True)
class Team:
    """The outcome: who was added, in order, what the team is worth, and how many organisations the rules still want."""

    picks: tuple[Pick, ...]
    worth: float
    wanting: int


def suggest(problem: Problem) -> Team:
    """The best team that is found; the same for the same problem. Of equal ones the one with the lower places.

    Errors:
        ValueError: a size below that of the start, or no start.
    """
    if not problem.start or problem.size < len(problem.start):
        raise ValueError(f"wanted a size of at least {max(len(problem.start), 1)}, found {problem.size}")
    search = _Search(problem)
    picks = problem.size - len(problem.start)
    starts = min(max(PICKS_BEGUN // max(picks, 1), FEWEST_STARTS), STARTS)
    firsts = search.best_next((), starts) if picks else []
    teams = [search.exchanged(search.completed((first,))) for first in firsts] or [()]
    best = max(teams, key=lambda team: (search.key(team), [-place for place in sorted(team)]))
    ordered = search.ordered(best)
    return Team(search.explained(ordered), search.worth(ordered), search.wanting(ordered))


class _Search:
    """Values of teams, given as places of those added."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        members = problem.members
        names = sorted({one.country or "" for one in members})
        number = {name: place for place, name in enumerate(names)}
        self._country: NDArray[np.int64] = np.array([number[one.country or ""] for one in members], dtype=np.int64)
        self._countries = len(names)
        rules = problem.programme.rules if problem.programme else ()
        self._rules = [rule for rule in rules if not rule.is_advice]
        free = problem.allowed.copy()
        free[list(problem.start)] = False
        picks = problem.size - len(problem.start)
        self._wanting = Wanting(self._rules, members, problem.start, free, picks, problem.most_of_one_country)

    def key(self, team: Sequence[int]) -> tuple[int, int, int, float, float]:
        """The higher the better: minus what the rules want, then how much it has of what was asked for, then worth."""
        largest, together, also = self._wanting.standing(team)
        coverage = self._problem.coverage
        asked = round(coverage.share(team), 9) if coverage.is_asked_for else 0.0
        return -largest, -together, -also, asked, self.worth(team)

    def wanting(self, team: Sequence[int]) -> int:
        """How many organisations the rules still want: the most that one of them does."""
        return max(self._wanting.shortfalls(team), default=0)

    def worth(self, team: Sequence[int]) -> float:
        """As the module has it, rounded so that no last bit decides."""
        problem = self._problem
        worth = FIT * float(problem.fit[list(team)].sum()) / max(problem.size - len(problem.start), 1)
        worth += COVERAGE * problem.coverage.share(team)
        worth += SPREAD * len({int(self._country[place]) for place in (*problem.start, *team)}) / problem.size
        return round(worth, 9)

    def best_next(self, team: tuple[int, ...], number: int = 1) -> list[int]:
        """The best further ones, the best first; fewer where no more may be chosen.

        What the rules want counts as far as the places that are left then could not mend it any more.
        """
        problem = self._problem
        places = [*problem.start, *team]
        counts = np.bincount(self._country[places], minlength=self._countries)
        open_to = problem.allowed & (counts[self._country] < problem.most_of_one_country)
        open_to[places] = False
        if not open_to.any():
            return []
        gain = FIT * problem.fit / max(problem.size - len(problem.start), 1)
        covering = problem.coverage.gains(team)
        gain = gain + COVERAGE * covering
        gain = gain + SPREAD * (counts[self._country] == 0) / problem.size
        free = problem.size - len(places) - 1
        found = np.flatnonzero(open_to)
        over = np.maximum(self._wanting.with_each(team) - free, 0)[self._wanting.kind[found]]
        asked = [-np.round(covering[found], 9)] if problem.coverage.is_asked_for else []
        chosen: list[int] = found[_first(number, [*over.T, *asked, -np.round(gain[found], 9)])].tolist()
        return chosen

    def completed(self, team: tuple[int, ...]) -> tuple[int, ...]:
        """Add the best next one until the team is full or nobody is left."""
        while len(team) < self._problem.size - len(self._problem.start):
            following = self.best_next(team)
            if not following:
                break
            team = (*team, following[0])
        return team

    def exchanged(self, team: tuple[int, ...]) -> tuple[int, ...]:
        """Exchange one for a better one as long as that helps."""
        for _ in range(EXCHANGES):
            now = self.key(team)
            trials = []
            for leaving in team:
                rest = tuple(place for place in team if place != leaving)
                trials += [(*rest, following) for following in self.best_next(rest, 2)]
            best = max(trials, key=self.key, default=team)
            if self.key(best) <= now:
                return team
            team = best
        return team

    def ordered(self, team: Sequence[int]) -> tuple[int, ...]:
        """The members of a team so that each is the one that adds most to those before it."""
        rest, order = sorted(team), tuple[int, ...]()
        while rest:
            best = max(rest, key=lambda place: (self.key((*order, place)), -place))
            rest.remove(best)
            order = (*order, best)
        return order

    def explained(self, team: Sequence[int]) -> tuple[Pick, ...]:
        """What each adds to those before it."""
        problem, picks = self._problem, []
        for number, place in enumerate(team):
            before = tuple(team[:number])
            countries = {int(self._country[one]) for one in (*problem.start, *before)}
            members = [problem.members[one] for one in (*problem.start, *before)]
            meets = [
                rule.id for rule in self._rules if shortfall(rule, [*members, problem.members[place]]) < shortfall(rule, members)
            ]
            picks.append(
                Pick(
                    place,
                    float(problem.fit[place]),
                    problem.coverage.new(before, place),
                    int(self._country[place]) not in countries,
                    tuple(meets),
                )
            )
        return tuple(picks)


def _first(number: int, keys: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    """The rows that a sort by these keys, the first key first, would have in the first places, in that order.

    Of equal ones the lower row comes first. It takes a tenth of the time of sorting ten thousand rows.
    """
    rows = np.arange(len(keys[0]), dtype=np.int64)
    chosen: list[NDArray[np.int64]] = []
    wanted = number
    for key in keys:
        if len(rows) <= wanted:
            break
        own = key[rows]
        last = np.partition(own, wanted - 1)[wanted - 1]
        chosen.append(rows[own < last])
        wanted -= len(chosen[-1])
        rows = rows[own == last]
    found = np.sort(np.concatenate([*chosen, rows[:wanted]]))
    order: NDArray[np.int64] = found[np.lexsort([key[found] for key in reversed(keys)])]
    return order
