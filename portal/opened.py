"""An edition as one visit reads it: a cursor on its file, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from matching.partners.ground import Ground
from matching.partners.ranking import KnownPartner, all_known, known, known_pairs, read_ground
from matching.search.browse import Shelf
from matching.search.everyone import hold
from portal.remembering import Memory, Pairs
from warehouse.connection import Connection
from warehouse.dossier import Dossiers, dossier
from warehouse.facets import Card, Imprint, Profile, all_cards, cards, extracts, imprint, profiles
from warehouse.ordering import alphabet
from warehouse.partnerships import Shared, shared_partners

T = TypeVar("T")
MOST_CARDS = 20_000
"""Of an edition with more organisations, what is shown of them is read as it is asked for."""


@dataclass(frozen=True)
class Opened:
    """An edition, open for one visit.

    Arguments:
        today: the day for which labels are looked at.
        path: its file; desk: the one that belongs to it.
    """

    today: date
    path: Path
    desk: Path
    _cursor: Callable[[], Connection]
    _memory: Memory

    @cached_property
    def con(self) -> Connection:
        """A cursor on it, of this visit alone. Many visits find all in memory, and never open one."""
        return self._cursor()

    @cached_property
    def imprint(self) -> Imprint:
        """What it says of itself."""
        return self._memory.imprint.get(lambda: imprint(self.con))

    @cached_property
    def shelf(self) -> Shelf:
        """All values that search can be narrowed by."""
        return self._memory.shelf.get(lambda: Shelf.read(self.con, self.today))

    @cached_property
    def ground(self) -> Ground:
        """What partners are ranked on."""
        return self._memory.ground.get(lambda: read_ground(self.con, self.today))

    @cached_property
    def known_pairs(self) -> Pairs:
        """Numbers of organisations that have been partners, both ways."""
        return self._memory.known_pairs.get(lambda: known_pairs(self.con))

    @cached_property
    def partners_of(self) -> Mapping[int, Set[int]]:
        """By number, the numbers of all that it has been a partner of."""
        return self._memory.partners_of.get(lambda: _grouped(self.known_pairs))

    def known_partners(self, number: int) -> list[KnownPartner]:
        """Whom an organisation has been a partner of: hardly one in ten has, and only of those it is read."""
        if number not in self.partners_of:
            return []
        if self._is_large:
            return known(self.con, number)
        return self._memory.known.get(lambda: all_known(self.con)).get(number, [])

    def shared_partners(self, number: int, most: int, language: str) -> list[Shared]:
        """Who has had partners in common with an organisation."""
        return shared_partners(number, self.partners_of, self.cards, self.alphabet(language), most)

    def cards(self, numbers: Sequence[int]) -> dict[int, Card]:
        """What a list shows of these organisations, by number; those that are not there are left out."""
        if self._is_large:
            return cards(self.con, numbers, self.today)
        return _of(self._all_cards, numbers)

    def profiles(self, numbers: Sequence[int]) -> dict[int, tuple[Profile, ...]]:
        """By number, the pages of networks on these organisations."""
        if self._is_large or not numbers:
            return profiles(self.con, numbers) if numbers else {}
        return _of(self._memory.profiles.get(lambda: profiles(self.con, list(self._all_cards))), numbers)

    def extracts(self, numbers: Sequence[int]) -> dict[int, Mapping[str, str]]:
        """By number, the own words of these organisations by language; those without any are left out."""
        if self._is_large:
            return dict(extracts(self.con, numbers))
        return _of(self._memory.extracts.get(lambda: extracts(self.con, list(self._all_cards))), numbers)

    def dossier(self, number: int) -> dict[str, Any] | None:
        """Everything that is known of an organisation; None where there is no such number."""
        if self._is_large:
            return dossier(self.con, number)
        return self._memory.dossiers.get(lambda: Dossiers.read(self.con)).of(number)

    def alphabet(self, language: str) -> Mapping[int, int]:
        """The number of every organisation -> its place in the alphabet of a language."""
        return self.remembered(("alphabet", language), lambda: alphabet(self.con, language))

    def remembered(self, asked: Hashable, make: Callable[[], T]) -> T:
        """What this edition answers on this day to a question; made where it was not asked lately.

        Arguments:
            asked: all that the answer depends on beside the edition and the day. Nothing that people write may be among it.
        """
        return self._memory.latest.get(asked, make)

    def read_ahead(self, languages: Sequence[str]) -> None:
        """Read all that pages remember of an edition, in the order in which a first visit would ask for it.

        Of very many organisations the ground of partners takes minutes and gigabytes: it waits for who asks for it.
        """
        _ = self.imprint, self.shelf
        hold(self.con)
        for language in languages:
            self.alphabet(language)
        if not self._is_large:
            self.profiles(list(self._all_cards))
            self.extracts(list(self._all_cards))
            self._memory.dossiers.get(lambda: Dossiers.read(self.con))
            self._memory.known.get(lambda: all_known(self.con))
            _ = self.ground
        _ = self.partners_of

    @property
    def _is_large(self) -> bool:
        return len(self.shelf.ids) > MOST_CARDS

    @property
    def _all_cards(self) -> Mapping[int, Card]:
        return self._memory.cards.get(lambda: all_cards(self.con, self.today))


def _of(everyone: Mapping[int, T], numbers: Sequence[int]) -> dict[int, T]:
    return {number: everyone[number] for number in numbers if number in everyone}


def _grouped(pairs: Pairs) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        if one != other:
            found.setdefault(one, set()).add(other)
    return found
