"""What people's judgements will lead to, reckoned from an edition before a run carries them out; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from matching.sameness.grouping import Grouping, group, is_by_person, people_join
from warehouse import doubts
from warehouse.connection import Connection
from warehouse.decided import Decision, RecordKey
from warehouse.rows import Judgement


@dataclass(frozen=True)
class InTheWay:
    """A ``different`` that decides what comes of a judgement.

    Arguments:
        by: the judgement of a person; None: the machine judged so.
    """

    left: RecordKey
    right: RecordKey
    by: Decision | None


@dataclass(frozen=True)
class Parting:
    """A record that a ``same`` takes away from records with which it was one organisation.

    Arguments:
        record: one of the two that were judged.
        others: those that it is parted from, the oldest first.
        is_left: whether the oldest, and with it the organisation's number, is among ``others``; else it goes with ``record``.
        because: what does not let them follow.
    """

    record: RecordKey
    others: tuple[RecordKey, ...]
    is_left: bool
    because: InTheWay


@dataclass(frozen=True)
class Foreseen:
    """What comes of a ``same``.

    Arguments:
        forbidden_by: people's judgements in the way, the ``different`` first; none: it is carried out.
        partings: what else it changes.
    """

    forbidden_by: tuple[Decision, ...] = ()
    partings: tuple[Parting, ...] = ()


class Foresight:
    """The records of an edition and the machine's judgements on them, to try people's judgements on.

    It reads all it needs when it is made. The rules are those of the run itself: ``grouping.group``. What the machine does not
    say of a pair because a person judged it is not known before a run has looked.

    Arguments:
        con: an edition that tells of judgements.
        people_only: read nothing of the machine's; ``refused`` needs nothing.
    """

    def __init__(self, con: Connection, *, people_only: bool = False) -> None:
        self._numbers = doubts.record_numbers(con)
        self._keys = {number: key for key, number in self._numbers.items()}
        self._machine = [] if people_only else doubts.machine_judgements(con)

    def of_same(self, standing: Collection[Decision], made: Decision) -> Foreseen:
        """What comes of a ``same``.

        Arguments:
            standing: the judgements that stand, with or without ``made``.
        """
        others = [one for one in standing if one != made]
        before, after = self._group(others), self._group([*others, made])
        said = self._decisions([*others, made])
        for refusal in after.refusals:
            if is_by_person(refusal.wanted) and said[_pair(refusal.wanted)] == made:
                return Foreseen(tuple(said[_pair(one)] for one in (refusal.obstacle, *refusal.by_way_of)))
        partings = (self._parting(key, before, after, said) for key in (made.left, made.right))
        return Foreseen((), tuple(one for one in partings if one is not None))

    def joined_by(self, standing: Collection[Decision], left: RecordKey, right: RecordKey) -> tuple[Decision, ...]:
        """People's judgements, each ``same``, through which two records are one organisation; none: people do not join them."""
        if left not in self._numbers or right not in self._numbers:
            return ()
        said = self._decisions(standing)
        way = people_join(self._keys, self._judgements(standing), self._numbers[left], self._numbers[right])
        return tuple(said[_pair(one)] for one in way)

    def of_withdrawal(
        self, standing: Collection[Decision], withdrawn: Decision
    ) -> tuple[tuple[Decision, ...], tuple[Decision, ...]]:
        """Of the judgements that stand after a withdrawal those that are carried out for want of it, and those refused for that.

        Arguments:
            standing: without ``withdrawn``.
            withdrawn: as it was, or as it is now.
        """
        was, is_now = self.refused([*standing, withdrawn]), self.refused(standing)
        still = [one for one in standing if one != withdrawn]
        return tuple(one for one in still if one in was and one not in is_now), tuple(
            one for one in still if one in is_now and one not in was
        )

    def refused(self, decisions: Collection[Decision]) -> list[Decision]:
        """Of some judgements that stand those that the others forbid."""
        said = self._decisions(decisions)
        refusals = group(self._keys, self._judgements(decisions)).refusals
        return [said[_pair(one.wanted)] for one in refusals]

    def _group(self, decisions: Collection[Decision]) -> Grouping:
        return group(self._keys, [*self._machine, *self._judgements(decisions)])

    def _judgements(self, decisions: Iterable[Decision]) -> list[Judgement]:
        """Those on records that the edition has."""
        return [
            Judgement(*pair, one.verdict, 1.0, one.decided_by, "", one.decided_at)
            for pair, one in self._decisions(decisions).items()
        ]

    def _decisions(self, decisions: Iterable[Decision]) -> dict[tuple[int, int], Decision]:
        """By the numbers of the records; of two records one judgement stands at a time."""
        found = {}
        for one in decisions:
            left, right = self._numbers.get(one.left), self._numbers.get(one.right)
            if left is not None and right is not None:
                found[min(left, right), max(left, right)] = one
        return found

    def _parting(
        self, key: RecordKey, before: Grouping, after: Grouping, said: dict[tuple[int, int], Decision]
    ) -> Parting | None:
        number = self._numbers.get(key)
        if number is None:
            return None
        were, are = _seated_with(number, before), _seated_with(number, after)
        lost = sorted(were - are)
        if not lost:
            return None
        # They sat together by a ``same``; that one is refused now, or they would still.
        obstacle = next(
            one.obstacle
            for one in after.refusals
            if {one.wanted.left, one.wanted.right} & are and {one.wanted.left, one.wanted.right} & set(lost)
        )
        by = said[_pair(obstacle)] if is_by_person(obstacle) else None
        because = InTheWay(self._keys[obstacle.left], self._keys[obstacle.right], by)
        return Parting(key, tuple(self._keys[one] for one in lost), min(were) in lost, because)


def _pair(judgement: Judgement) -> tuple[int, int]:
    return judgement.left, judgement.right


def _seated_with(number: int, grouping: Grouping) -> set[int]:
    return next(set(seated) for seated in grouping.groups if number in seated)
