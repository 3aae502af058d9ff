"""From judgements to organisations: strongest first, and never two records together that are judged different."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.organisations import MACHINE
from warehouse.rows import Finding, Judgement, Verdict

REFUSED = "refused join"
"""The kind of the finding that says so."""


@dataclass(frozen=True)
class Refusal:
    """A ``same`` that could not be had.

    Arguments:
        wanted: the ``same``.
        obstacle: the ``different`` that forbids it.
        by_way_of: of a person's ``same``, those through which it would have seated the records of the obstacle together.
    """

    wanted: Judgement
    obstacle: Judgement
    by_way_of: tuple[Judgement, ...] = ()


@dataclass(frozen=True)
class Grouping:
    """The outcome.

    Arguments:
        groups: the records of each organisation in order, groups by their first record; every record stands in exactly one.
        refusals: one for every ``same`` that could not be had: people's, the oldest first, then the machine's, strongest first.
    """

    groups: tuple[tuple[int, ...], ...]
    refusals: tuple[Refusal, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        """A finding for each refusal."""
        return tuple(map(finding, self.refusals))


def is_by_person(judgement: Judgement) -> bool:
    """Whether a person decided, not the machine."""
    return not judgement.decided_by.startswith(MACHINE)


def standing(judgements: Iterable[Judgement]) -> list[Judgement]:
    """One judgement a pair: the withdrawn are left out, a person's goes before the machine's, the later before the earlier."""
    best: dict[tuple[int, int], Judgement] = {}
    for judgement in judgements:
        if judgement.withdrawn_at is None:
            pair = (judgement.left, judgement.right)
            rival = best.get(pair)
            if rival is None or _authority(judgement) > _authority(rival):
                best[pair] = judgement
    return [best[pair] for pair in sorted(best)]


def _authority(judgement: Judgement) -> tuple[bool, float, float, str, str]:
    return (is_by_person(judgement), judgement.decided_at.timestamp(), judgement.score, judgement.verdict, judgement.because)


def group(records: Iterable[int], judgements: Iterable[Judgement]) -> Grouping:
    """Seats records together, whatever the order in which records and judgements come.

    People's judgements are carried out first, every ``different`` and then each ``same``, the oldest first: no later ``same``
    undoes what stood before it. Then the machine's, the most probable first.
    A ``same`` that would seat two records together that are judged ``different`` is refused and reported. A machine's
    ``different`` about two records that people have seated together no longer counts.

    Arguments:
        records: every record number; a judgement on an unknown one is left out (its record was erased).
    """
    known = set(records)
    said = _that_count(known, judgements)
    # Whom nobody judges sits alone: nearly all. Only the others need a table.
    tables = _Tables({record for one in said for record in (one.left, one.right)})
    people: list[Judgement] = []
    machine: list[Judgement] = []
    for one in said:
        (people if is_by_person(one) else machine).append(one)
    refusals = tables.carry_out(people, by_people=True) + tables.carry_out(machine, by_people=False)
    alone = ((record,) for record in known - tables.records)
    return Grouping(tuple(sorted([*tables.groups(), *alone])), tuple(refusals))


def people_join(records: Iterable[int], judgements: Iterable[Judgement], one: int, other: int) -> tuple[Judgement, ...]:
    """The people's judgements, each ``same``, that make two records one organisation, from the one to the other.

    None where people have not joined them, whatever the machine thinks.

    Arguments:
        records, judgements: as for ``group``.
    """
    said = [judgement for judgement in _that_count(set(records), judgements) if is_by_person(judgement)]
    tables = _Tables({record for judgement in said for record in (judgement.left, judgement.right)})
    tables.carry_out(said, by_people=True)
    return tables.way(one, other)


def _that_count(known: set[int], judgements: Iterable[Judgement]) -> list[Judgement]:
    # What stands of an earlier judgement is found first: an ``unsure`` by a person takes the machine's ``same`` away.
    said = [one for one in standing(judgements) if one.verdict is not Verdict.UNSURE]
    return [one for one in said if one.left in known and one.right in known]


def _oldest_first(judgement: Judgement) -> tuple[float, float, int, int]:
    return judgement.decided_at.timestamp(), *_surest_first(judgement)


def _surest_first(judgement: Judgement) -> tuple[float, int, int]:
    return -judgement.score, judgement.left, judgement.right


def finding(refusal: Refusal) -> Finding:
    """What a person should look at."""
    wanted, obstacle = refusal.wanted, refusal.obstacle
    return Finding(
        REFUSED,
        f"records {wanted.left} and {wanted.right} look like one organisation ({_said(wanted)}), but this would seat records "
        f"{obstacle.left} and {obstacle.right} together, which are judged different ({_said(obstacle)}); judge one of the two "
        "pairs anew, or withdraw what was judged of it",
        printed=f"{wanted.left} {wanted.right}",
    )


def _said(judgement: Judgement) -> str:
    """Who judged, and why. Findings are published: of a person neither the name nor the words."""
    if is_by_person(judgement):
        return f"a person, {judgement.decided_at:%Y-%m-%d}"
    return f"{judgement.decided_by}, {judgement.decided_at:%Y-%m-%d}, {judgement.score:.2f}: {judgement.because}"


class _Tables:
    """Union-find that remembers who may not sit together."""

    def __init__(self, records: set[int]) -> None:
        self.records = records
        self._table = {record: record for record in records}
        self._seated: dict[int, list[int]] = {record: [record] for record in records}
        self._apart: dict[int, dict[int, Judgement]] = defaultdict(dict)
        """Record -> record judged different from it -> the judgement."""
        self._joined: dict[int, list[Judgement]] = defaultdict(list)
        """Record -> what people judged ``same`` with it, and was carried out."""

    def carry_out(self, judgements: Iterable[Judgement], *, by_people: bool) -> list[Refusal]:
        """Notes every ``different``, then carries out each ``same`` in its order; those that are forbidden.

        Arguments:
            judgements: all by people, or all by the machine.
        """
        refusals = []
        wanted = []
        for judgement in judgements:
            if judgement.verdict is Verdict.DIFFERENT:
                self.keep_apart(judgement)
            else:
                wanted.append(judgement)
        for judgement in sorted(wanted, key=_oldest_first if by_people else _surest_first):
            obstacle = self.join(judgement)
            if obstacle is not None:
                refusals.append(Refusal(judgement, obstacle, self._between(judgement, obstacle)))
            elif by_people:
                self._joined[judgement.left].append(judgement)
                self._joined[judgement.right].append(judgement)
        return refusals

    def keep_apart(self, judgement: Judgement) -> None:
        """Notes a ``different``, unless the two already sit together."""
        if self._table[judgement.left] != self._table[judgement.right]:
            self._apart[judgement.left][judgement.right] = judgement
            self._apart[judgement.right][judgement.left] = judgement

    def join(self, judgement: Judgement) -> Judgement | None:
        """Seats two tables together; the judgement that forbids it, where one does."""
        one, other = self._table[judgement.left], self._table[judgement.right]
        if one == other:
            return None
        if (len(self._seated[one]), -one) < (len(self._seated[other]), -other):
            one, other = other, one
        forbidding = [
            judged
            for guest in self._seated[other]
            if guest in self._apart
            for stranger, judged in self._apart[guest].items()
            if self._table[stranger] == one
        ]
        if forbidding:
            return min(forbidding, key=lambda judged: (judged.left, judged.right))
        for guest in self._seated.pop(other):
            self._table[guest] = one
            self._seated[one].append(guest)
        return None

    def way(self, one: int, other: int) -> tuple[Judgement, ...]:
        """The fewest of people's judgements that lead from one record to another; none where they do not."""
        came: dict[int, Judgement | None] = {one: None}
        waiting = deque([one])
        while waiting and other not in came:
            guest = waiting.popleft()
            for judgement in self._joined.get(guest, ()):
                neighbour = judgement.right if judgement.left == guest else judgement.left
                if neighbour not in came:
                    came[neighbour] = judgement
                    waiting.append(neighbour)
        steps = []
        at = other
        while (step := came.get(at)) is not None:
            steps.append(step)
            at = step.left if step.right == at else step.right
        return tuple(reversed(steps))

    def _between(self, wanted: Judgement, obstacle: Judgement) -> tuple[Judgement, ...]:
        """What led people from the wanted pair to the forbidden one; of the machine's wishes that is not asked."""
        if not is_by_person(wanted):
            return ()
        left, right = obstacle.left, obstacle.right
        if self._table[left] != self._table[wanted.left]:
            left, right = right, left
        return self.way(left, wanted.left) + self.way(wanted.right, right)

    def groups(self) -> list[tuple[int, ...]]:
        """Who sits with whom."""
        return [tuple(sorted(table)) for table in self._seated.values()]
