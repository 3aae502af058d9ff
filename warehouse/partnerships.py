"""Who shares partners with whom, and for whom partners are looked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.facets import Card
from warehouse.named_sql import Script


@dataclass(frozen=True)
class Shared:
    """An organisation that has had the same partners.

    Arguments:
        through: numbers and names of those partners.
    """

    id: int
    name: str
    country: str | None
    is_swedish: bool
    through: tuple[tuple[int, str], ...]


def shared_partners(
    organisation_id: int,
    partners: Mapping[int, Set[int]],
    cards: Callable[[Sequence[int]], Mapping[int, Card]],
    alphabet: Mapping[int, int],
    most: int,
) -> list[Shared]:
    """Who has had partners in common with an organisation and was never its partner: who could introduce the two exists.

    Those across the Swedish border come first, then those with the most partners in common. Those that are gone are left out.

    Arguments:
        partners: by number, the numbers of all that it has been a partner of.
        cards: of numbers, what is known of them.
        alphabet: by number, its place in the order in which those stand that are alike in this.
    """
    own = partners.get(organisation_id, frozenset())
    through: dict[int, list[int]] = {}
    for between in own:
        for other in partners.get(between, ()):
            if other != organisation_id and other not in own:
                through.setdefault(other, []).append(between)
    known = cards([organisation_id, *own, *through])
    if organisation_id not in known:
        return []
    home = known[organisation_id]
    found = [known[number] for number in through if number in known and not known[number].is_gone]
    found.sort(key=lambda one: (one.is_swedish == home.is_swedish, -len(through[one.id]), alphabet[one.id]))
    return [
        Shared(
            one.id,
            one.name,
            one.country,
            one.is_swedish,
            tuple((number, known[number].name) for number in sorted(through[one.id], key=alphabet.__getitem__)),
        )
        for one in found[:most]
    ]


def members(con: Connection) -> list[tuple[int, str]]:
    """Numbers and names of the Swedish clusters, by name."""
    return Script(con, "partnerships").rows("members")
