"""What a team lacks and who has it: ecosystems and technologies of its field, or those that somebody asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.partners.features import belonging
from matching.partners.ground import Ground, co_occurrence
from matching.partners.sets import Floats, Sets
from matching.search.text import fold

PER_PICK = 5
"""So many of the weightiest values each of those added is expected to bring: what full coverage means."""
LEAST_BELONGING = 0.25
"""A technology of which a smaller part of its holders is in our ecosystems is not of our field."""


class NothingToCover(ValueError):  # noqa: N818  says what is the matter
    """No organisation has what is asked for."""


@dataclass(frozen=True)
class Coverage:
    """Values that are wanted.

    Arguments:
        sets: who has which of all values.
        weight: V, 0 for what is not wanted or there already.
        full: the weight that counts as covering everything.
        is_asked_for: whether somebody named the values; else they are what belongs to the field.
    """

    sets: Sets
    weight: Floats
    full: float
    is_asked_for: bool = False

    def share(self, team: Sequence[int]) -> float:
        """How much of it the team covers, 0 to 1."""
        covered = self._covered(team)
        return min(float(self.weight[covered].sum()) / self.full, 1.0) if self.full > 0 else 0.0

    def gains(self, team: Sequence[int]) -> Floats:
        """N: how much each adds to the share that the team covers."""
        if self.full <= 0:
            return np.zeros(len(self.sets))
        left = self.weight.copy()
        covered = self._covered(team)
        left[covered] = 0.0
        have = float(self.weight[covered].sum())
        after = np.minimum(have + self.sets.sums(left[None, :])[0], self.full)
        return np.asarray(after / self.full - min(have / self.full, 1.0), dtype=np.float64)

    def new(self, team: Sequence[int], place: int) -> tuple[str, ...]:
        """Names of what one adds to what the team covers, the weightiest first."""
        before = set(self._covered(team).tolist())
        own = [value for value in self._covered([place]).tolist() if value not in before]
        return tuple(self.sets.names[value] for value in sorted(own, key=lambda value: (-self.weight[value], value)))

    def missing(self, team: Sequence[int]) -> tuple[str, ...]:
        """Names of what is wanted and the team does not have, the weightiest first."""
        covered = set(self._covered(team).tolist())
        left = [value for value in np.flatnonzero(self.weight > 0).tolist() if value not in covered]
        return tuple(self.sets.names[value] for value in sorted(left, key=lambda value: (-self.weight[value], value)))

    def _covered(self, team: Sequence[int]) -> NDArray[np.int64]:
        """The wanted values that a team has."""
        values = [self.sets.values[self.sets.starts[place] : self.sets.starts[place + 1]] for place in team]
        found = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *values]))
        wanted: NDArray[np.int64] = found[self.weight[found] > 0]
        return wanted


def coverage(ground: Ground, start: Sequence[int], picks: int, wanted: Sequence[str] = ()) -> Coverage:
    """What the first members lack: as ``wanted`` says, else what belongs to their field.

    A missing ecosystem weighs what it goes together with ours in the population (the smaller conditional probability, the best of
    ours); a missing technology how far it belongs to our ecosystems × ln(1 + holders), because what one organisation alone names
    is often a name of its own. Both halves weigh the same.

    Arguments:
        wanted: names of ecosystems or technologies; of a name that none bears whole, any of which it is a part will do.
    Errors:
        NothingToCover: nothing bears one of the names.
    """
    ecosystems, technologies = ground.ecosystems.sets, ground.technologies.sets
    shown = {key: name for one in ground.population.organisations for key, name in one.technologies.items()}
    names = [*ecosystems.names, *(shown[key] for key in technologies.names)]
    joint = _joined(ecosystems, technologies, names)
    if wanted:
        asked = _asked(joint, wanted)
        lacking = 1 - asked.rows(start).max(axis=0)
        return Coverage(asked, lacking, float(lacking.sum()), is_asked_for=True)
    have = joint.rows(start).max(axis=0)
    own = ecosystems.rows(start).max(axis=0)
    related = (co_occurrence(ecosystems.rows(range(len(ecosystems)))) * own[:, None]).max(axis=0, initial=0)
    belongs = belonging(ground, own[None, :])[0]
    holders = np.bincount(technologies.values, minlength=len(technologies.names))
    technology = np.where(belongs >= LEAST_BELONGING, belongs * np.log1p(holders), 0.0)
    halves = [half * (1 - part) for half, part in ((related, have[: len(related)]), (technology, have[len(related) :]))]
    scaled = [half / max(float(np.sort(half)[-PER_PICK * max(picks, 1) :].sum()), 1e-12) for half in halves]
    weight = np.concatenate(scaled)
    return Coverage(joint, weight, float(sum(bool(half.any()) for half in halves)))


def _joined(one: Sets, other: Sets, names: Sequence[str]) -> Sets:
    """The values of both, those of the first before those of the second."""
    counts = one.counts + other.counts
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    owner = np.concatenate([one.owners, other.owners])
    values = np.concatenate([one.values, other.values + len(one.names)])
    order = np.lexsort((values, owner))
    return Sets(tuple(names), starts, values[order])


def _asked(sets: Sets, wanted: Sequence[str]) -> Sets:
    """Who has what is asked for: one value for each name, as the organisations write it, or as it was asked for."""
    folded = [fold(name) for name in sets.names]
    groups: dict[str, list[int]] = {}
    for words in wanted:
        asked = fold(words)
        found = [place for place, name in enumerate(folded) if name == asked]
        shown = sets.names[found[0]] if found else words
        found = found or [place for place, name in enumerate(folded) if asked and asked in name]
        if not found:
            raise NothingToCover(f"wanted an ecosystem or technology that someone names, found none called {words!r}")
        groups[shown] = found
    having: list[set[str]] = [set() for _ in range(len(sets))]
    for shown, values in groups.items():
        for owner in sets.owners[np.isin(sets.values, values)].tolist():
            having[owner].add(shown)
    return Sets.of(having)
