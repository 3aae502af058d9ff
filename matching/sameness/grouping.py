"""From judgements to organisations: strongest first, and never two records together that are judged different."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.organisations import MACHINE
from warehouse.rows import Finding, Judgement, Verdict

REFUSED = "refused join"
"""The kind of the finding that says so."""


@dataclass(frozen=True)
class Grouping:
    """The outcome.

    Arguments:
        groups: the records of each organisation in order, groups by their first record; every record stands in exactly one.
        refused: one finding for every ``same`` that could not be had, strongest first.
    """

    groups: tuple[tuple[int, ...], ...]
    refused: tuple[Finding, ...]


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

    People's judgements are carried out first, the latest first; then the machine's, the most probable first.
    A ``same`` that would seat two records together that are judged ``different`` is refused and reported. A machine's
    ``different`` about two records that people have seated together no longer counts.

    Arguments:
        records: every record number; a judgement on an unknown one is left out (its record was erased).
    """
    known = set(records)
    # What stands of an earlier judgement is found first: an ``unsure`` by a person takes the machine's ``same`` away.
    said = [one for one in standing(judgements) if one.verdict is not Verdict.UNSURE]
    all_standing = [one for one in said if one.left in known and one.right in known]
    # Whom nobody judges sits alone: nearly all. Only the others need a table.
    tables = _Tables({record for one in all_standing for record in (one.left, one.right)})
    refused: list[Finding] = []
    for by_person in (True, False):
        mine = [one for one in all_standing if is_by_person(one) is by_person]
        for judgement in mine:
            if judgement.verdict is Verdict.DIFFERENT:
                tables.keep_apart(judgement)
        for judgement in sorted((one for one in mine if one.verdict is Verdict.SAME), key=_order):
            obstacle = tables.join(judgement)
            if obstacle is not None:
                refused.append(_finding(judgement, obstacle))
    alone = ((record,) for record in known - tables.records)
    return Grouping(tuple(sorted([*tables.groups(), *alone])), tuple(refused))


def _order(judgement: Judgement) -> tuple[float, float, int, int]:
    when = -judgement.decided_at.timestamp() if is_by_person(judgement) else 0.0
    return (when, -judgement.score, judgement.left, judgement.right)


def _finding(wanted: Judgement, obstacle: Judgement) -> Finding:
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
            for stranger, judged in self._apart[guest].items()
            if self._table[stranger] == one
        ]
        if forbidding:
            return min(forbidding, key=lambda judged: (judged.left, judged.right))
        for guest in self._seated.pop(other):
            self._table[guest] = one
            self._seated[one].append(guest)
        return None

    def groups(self) -> list[tuple[int, ...]]:
        """Who sits with whom."""
        return [tuple(sorted(table)) for table in self._seated.values()]
