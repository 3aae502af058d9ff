"""What a programme's rules want of a team that is being completed, and of it with each kind of organisation added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.partners.checks import Member
from matching.partners.eligibility import shortfall
from matching.partners.programmes import Rule
from matching.partners.sets import Bools, Ints


class Standing(NamedTuple):
    """What the rules want of a team, the less the better, the first number first.

    Arguments:
        largest: the largest shortfall of a rule that can be met: as one organisation may serve several rules at once, so many
            organisations are wanting at least.
        together: the shortfalls of those rules together.
        also: those and, of each rule that no team of this size can meet, what is wanting beyond the least that some team leaves.
    """

    largest: int
    together: int
    also: int


class Wanting:
    """The rules of a team, which see of an organisation no more than its kind: country and type.

    Arguments:
        rules: those that are required.
        members: all organisations; start: places of those that are in the team already.
        free: who may be added; picks: how many are; most_of_one_country: in the whole team.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        members: Sequence[Member],
        start: Sequence[int],
        free: Bools,
        picks: int,
        most_of_one_country: int,
    ) -> None:
        kinds = {(one.country, one.type): one for one in members}
        number = {kind: row for row, kind in enumerate(kinds)}
        self.kind: Ints = np.array([number[one.country, one.type] for one in members], dtype=np.int64)
        """N: the number of each organisation's kind."""
        self._kinds = list(kinds.values())
        self._rules = rules
        self._start = tuple(start)
        self._remembered: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._remembered_with: dict[tuple[int, ...], NDArray[np.int64]] = {}
        left = np.bincount(self.kind[free], minlength=len(self._kinds)).tolist()
        self._least = [self._least_shortfall(rule, left, picks, most_of_one_country) for rule in rules]

    def standing(self, team: Sequence[int]) -> Standing:
        """How a team stands, given as places of those added."""
        return self._standing(self.shortfalls(team))

    def shortfalls(self, team: Sequence[int]) -> tuple[int, ...]:
        """What each rule wants of a team."""
        return self._shortfalls(self._kinds_of(team))

    def with_each(self, team: Sequence[int]) -> NDArray[np.int64]:
        """Kinds × 3: how the team stands when one of each kind is added."""
        kinds = self._kinds_of(team)
        if kinds not in self._remembered_with:
            members = [self._kinds[kind] for kind in kinds]
            wanting = self._shortfalls(kinds)
            # One more takes nothing away from a rule that is met.
            rows = [
                [short and shortfall(rule, [*members, one]) for rule, short in zip(self._rules, wanting, strict=True)]
                for one in self._kinds
            ]
            self._remembered_with[kinds] = np.array([self._standing(row) for row in rows], dtype=np.int64)
        return self._remembered_with[kinds]

    def _kinds_of(self, team: Sequence[int]) -> tuple[int, ...]:
        """The kinds of a whole team, the start's too."""
        return tuple(sorted(self.kind[[*self._start, *team]].tolist()))

    def _shortfalls(self, kinds: tuple[int, ...]) -> tuple[int, ...]:
        if kinds not in self._remembered:
            members = [self._kinds[kind] for kind in kinds]
            self._remembered[kinds] = tuple(shortfall(rule, members) for rule in self._rules)
        return self._remembered[kinds]

    def _standing(self, shortfalls: Sequence[int]) -> Standing:
        can_be_met = [short for short, least in zip(shortfalls, self._least, strict=True) if not least]
        beyond = [short - least for short, least in zip(shortfalls, self._least, strict=True) if least]
        together = sum(can_be_met)
        return Standing(max(can_be_met, default=0), together, together + sum(beyond))

    def _least_shortfall(self, rule: Rule, free: Sequence[int], picks: int, most_of_one_country: int) -> int:
        """What is wanting for a rule when the whole team is chosen for it alone.

        Any further one that helps is as good as another: the rules count organisations or countries, one for each that is added.

        Arguments:
            free: how many of each kind may be added.
        """
        members = [self._kinds[self.kind[place]] for place in self._start]
        left = list(free)
        wanting = shortfall(rule, members)
        for _ in range(picks):
            countries = [one.country for one in members]
            open_to = [
                kind for kind, one in enumerate(self._kinds) if left[kind] and countries.count(one.country) < most_of_one_country
            ]
            helping = next((kind for kind in open_to if shortfall(rule, [*members, self._kinds[kind]]) < wanting), None)
            if not wanting or helping is None:
                break
            members.append(self._kinds[helping])
            left[helping] -= 1
            wanting = shortfall(rule, members)
        return wanting
