"""Who has been a partner of whom: the graph of past partnerships, as of a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from matching.partners.population import Population
from matching.partners.sets import Floats
from warehouse.connection import Connection


class Known(Protocol):
    """A row of the table ``known_partnerships``."""

    @property
    def organisation_id(self) -> int: ...
    @property
    def partner_id(self) -> int: ...
    @property
    def partnership(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def fold(self) -> str | None: ...


@dataclass(frozen=True)
class Tie:
    """That two organisations were in one partnership; indices in the population."""

    one: int
    other: int
    partnership: str
    year: int | None


@dataclass(frozen=True)
class Graph:
    """Past partnerships among a population.

    Arguments:
        size: organisations in the population.
    """

    size: int
    ties: tuple[Tie, ...]

    @classmethod
    def of(
        cls, population: Population, rows: Iterable[Known], *, before: int | None = None, without: Collection[str] = ()
    ) -> Graph:
        """The partnerships that were known at a time.

        Arguments:
            before: only those of earlier years; one without a year is then left out.
            without: folds that are set aside.
        """
        place = {organisation.id: number for number, organisation in enumerate(population.organisations)}
        return cls(
            len(place),
            tuple(
                Tie(place[row.organisation_id], place[row.partner_id], row.partnership, row.year)
                for row in rows
                if row.organisation_id in place
                and row.partner_id in place
                and row.fold not in without
                and (before is None or (row.year is not None and row.year < before))
            ),
        )

    @cached_property
    def partners(self) -> Mapping[int, frozenset[int]]:
        """For each organisation that has any, its partners."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for tie in self.ties:
            found[tie.one].add(tie.other)
            found[tie.other].add(tie.one)
        return {one: frozenset(others - {one}) for one, others in found.items()}

    @cached_property
    def counts(self) -> Floats:
        """How many partnerships (not partners) each organisation was in."""
        named: defaultdict[int, set[tuple[str, int | None]]] = defaultdict(set)
        for tie in self.ties:
            named[tie.one].add((tie.partnership, tie.year))
            named[tie.other].add((tie.partnership, tie.year))
        return np.array([float(len(named.get(one, ()))) for one in range(self.size)])

    def adamic_adar(self, home: int) -> Floats:
        """N: the sum over common partners of 1 / ln(their partners + 1).

        Source: Adamic and Adar, "Friends and neighbors on the Web", Social Networks 25 (2003); one is added so that a partner of
        these two alone counts too.
        """
        total = np.zeros(self.size)
        for between in self.partners.get(home, ()):
            others = self.partners[between]
            total[list(others - {home})] += 1 / np.log(len(others) + 1)
        return total

    def between(self, one: int, other: int) -> list[tuple[int, Tie]]:
        """The common partners, each with the latest tie that joins it to ``one``; in order of their place."""
        common = self.partners.get(one, frozenset()) & self.partners.get(other, frozenset())
        return [
            (middle, max((tie for tie in self._of.get(middle, ()) if one in (tie.one, tie.other)), key=lambda tie: tie.year or 0))
            for middle in sorted(common)
        ]

    @cached_property
    def _of(self) -> Mapping[int, list[Tie]]:
        found: defaultdict[int, list[Tie]] = defaultdict(list)
        for tie in self.ties:
            found[tie.one].append(tie)
            found[tie.other].append(tie)
        return found


@dataclass(frozen=True)
class KnownRow:
    """A row of ``known_partnerships`` as it is read back."""

    organisation_id: int
    partner_id: int
    partnership: str
    year: int | None
    fold: str | None


def read_known(con: Connection) -> list[KnownRow]:
    """The table ``known_partnerships``, in order."""
    rows = con.execute(
        "SELECT organisation_id, partner_id, partnership, year, fold FROM known_partnerships"
        " ORDER BY organisation_id, partner_id, year, partnership"
    ).fetchall()
    return [KnownRow(*row) for row in rows]
