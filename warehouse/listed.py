"""A shortlist against an edition: which organisation each entry is now, whatever was merged or split since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.facets import Card, organisations_of
from warehouse.shortlist_shapes import Contents, Entry, Status


@dataclass(frozen=True)
class Listed:
    """An entry, and the organisation that it is now.

    Arguments:
        card: None: the edition no longer has it; ``entry`` says what it was called.
        is_renumbered: it has another number than when it was added.
        is_twice: another entry is the same organisation now.
    """

    entry: Entry
    card: Card | None
    is_renumbered: bool = False
    is_twice: bool = False

    @property
    def name(self) -> str:
        """What it is called now, or was."""
        return self.card.name if self.card else self.entry.name

    @property
    def country(self) -> str | None:
        """Where it is now, or was."""
        return self.card.country if self.card else self.entry.country

    @property
    def counts(self) -> bool:
        """Whether it is counted in the consortium: known, and has not said no."""
        return self.card is not None and self.entry.status.status is not Status.NO


def listed(con: Connection, cards: Callable[[Sequence[int]], Mapping[int, Card]], contents: Contents) -> list[Listed]:
    """The entries in their order. An entry is a record: its organisation is the one that the record belongs to now.

    Arguments:
        cards: what is shown of organisations, by number.
    """
    now = organisations_of(con, [(*entry.record, entry.organisation_id) for entry in contents.entries])
    known = cards([number for number in now.values() if number])
    numbers = [now.get(entry.record) for entry in contents.entries]
    times = Counter(number for number in numbers if number is not None)
    return [
        Listed(
            entry,
            known.get(number) if number else None,
            is_renumbered=number is not None and number != entry.organisation_id,
            is_twice=number is not None and times[number] > 1,
        )
        for entry, number in zip(contents.entries, numbers, strict=True)
    ]


def counted(entries: Sequence[Listed]) -> list[int]:
    """Entries of those that are counted, each organisation once, the lead first."""
    first: dict[int, int] = {}
    for one in entries:
        if one.card and one.counts:
            first.setdefault(one.card.id, one.entry.number)
    return list(first.values())


def team(entries: Sequence[Listed]) -> list[int]:
    """Numbers of those that are counted, each once, the lead first."""
    return list(dict.fromkeys(one.card.id for one in entries if one.card and one.counts))
