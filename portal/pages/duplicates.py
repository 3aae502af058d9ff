"""The same or not: pairs of records of which only a person can say whether they are one organisation, and what people said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from matching.sameness import verdicts
from matching.sameness.foresight import Foresight, Parting
from matching.sameness.verdicts import Act, Done, Joined, Outcome, Way, decision_as_json, outcome, side_as_json, ways
from portal.answers import Answer, Page, Redirect, Refusal
from portal.evidence import clause, worded
from portal.hostile import short, visible
from portal.opened import Opened
from portal.pages.naming import Naming
from portal.pages.records import Records
from portal.pages.shortlists import named, signature
from portal.tongue import Tongue
from portal.visit import Visit, reading, whole_number, writing
from warehouse import decided, doubts
from warehouse.decided import LONGEST_REASON, Contradicted, Decision, RecordKey
from warehouse.desk import Desk
from warehouse.doubts import Doubt, Doubts, Side
from warehouse.rows import Verdict

PER_PAGE = 10
LATELY = 20
"""Judgements that can be undone from the page; the command line lists all."""
STAFF = "staff"
"""Who signs on the desk where nobody signs in and nobody gave a name; readers see it in their language."""
UNDONE = "undone on the staff page"


@dataclass(frozen=True)
class Judged:
    """What somebody said of two records, what came of it, and what the two are called; None: the edition has not both."""

    decision: Decision
    outcome: Outcome
    left: Side | None
    right: Side | None

    @property
    def key(self) -> str:
        """What the outcome is called in the catalogues."""
        return self.outcome.name.lower()


@dataclass(frozen=True)
class Pair:
    """A doubt, what can be decided of it, and what speaks for and against, the strongest first."""

    doubt: Doubt
    ways: dict[str, Way]
    reasons: tuple[tuple[float, str, str, str], ...]


@dataclass(frozen=True)
class Notice:
    """What came of a form, where there is more to say than that it was done.

    Arguments:
        key: of the text (``judged.contradicted``); is_refused: whether nothing was written.
        told: judgements that it speaks of, each of which can be undone.
        lines: sentences more.
    """

    key: str
    is_refused: bool
    told: tuple[Decision, ...] = ()
    lines: tuple[str, ...] = ()


def duplicates(visit: Visit) -> Page:
    """The page: what is in doubt, the most probable first, and what was judged lately."""
    return _page(visit)


def _page(visit: Visit, notice: Notice | None = None) -> Page:
    with _judged_edition(visit) as edition:
        with reading(edition.desk) as desk:
            standing, said = (decided.standing(desk), decided.decisions(desk)[:LATELY]) if desk else ([], [])
        found = doubts.read(edition.con, standing)
        refused = verdicts.refused(edition.con, standing)
        lately = [_judged(edition, one, refused) for one in said]
        last = max(-(-len(found.found) // PER_PAGE), 1)
        number = visit.asked.number("page", 1, 1, last)
        shown = found.found[(number - 1) * PER_PAGE : number * PER_PAGE]
        naming = Naming(visit.tongue, edition.imprint)
        pairs = [_pair(naming, one) for one in shown]
        records = Records.read(edition.con, naming, _spoken_of(pairs, said, notice))
    values = {
        "pairs": pairs,
        "total": len(found.found),
        "waiting": found.waiting,
        "organisations": found.organisations,
        "lately": lately,
        "notice": notice,
        "number": number,
        "last": last,
        "naming": naming,
        "records": records,
        "by": lambda name: str(visit.tongue("duplicates.staff").unescape()) if name == STAFF else name,
        "longest_reason": LONGEST_REASON,
    }
    permalink = "/duplicates" if number == 1 else f"/duplicates?page={number}"
    status = 409 if notice is not None and notice.is_refused else 200
    return Page("duplicates.html", values, _data(found, shown, lately, number, last), permalink, status=status)


@contextmanager
def _judged_edition(visit: Visit) -> Iterator[Opened]:
    """The edition; Refusal where an earlier version made it, which told of no judgements."""
    with visit.edition() as edition:
        if not doubts.is_told(edition.con):
            raise Refusal(503, "edition_older")
        yield edition


def _spoken_of(pairs: Sequence[Pair], said: Sequence[Decision], notice: Notice | None) -> Iterator[RecordKey]:
    """The records that the page names."""
    for pair in pairs:
        couples = [(pair.doubt.left.record, pair.doubt.right.record)]
        couples += [(way.left, way.right) for way in pair.ways.values()]
        couples += [(pair.doubt.obstacle.left, pair.doubt.obstacle.right)] if pair.doubt.obstacle else []
        yield from (key for couple in couples for key in couple)
    for one in (*said, *(notice.told if notice else ())):
        yield from (one.left, one.right)


def _pair(naming: Naming, one: Doubt) -> Pair:
    t, region = naming.tongue, naming.region
    reasons = tuple(
        (each.weight, clause(t, each), worded(t, each, each.left, region), worded(t, each, each.right, region))
        for each in one.reasons
    )
    return Pair(one, {verdict.value: way for verdict, way in ways(one).items()}, reasons)


def _judged(edition: Opened, one: Decision, refused: Sequence[Decision]) -> Judged:
    return Judged(
        one, outcome(edition.con, one, refused), doubts.record(edition.con, one.left), doubts.record(edition.con, one.right)
    )


def decide(visit: Visit) -> Answer:
    """Do what a form asks: ``do`` is ``same``, ``different`` or ``withdraw``, of the records ``left`` and ``right``; or
    ``undo:12``, of a judgement."""
    verb, _, about = visit.form.one("do").partition(":")
    session = named(visit)
    by = signature(visit, session) or STAFF
    with _judged_edition(visit) as edition:
        if verb == "undo":
            done = _undo(visit, edition, whole_number(about), by)
        elif verb in set(Act):
            done = _do(visit, edition, Act(verb), by)
        else:
            raise Refusal(400, "unfit")
        if isinstance(done, Done):
            one = done.decision
            both = Records.read(edition.con, Naming(visit.tongue, edition.imprint), (one.left, one.right))
    if isinstance(done, Notice):
        return _page(visit, done)
    key = "said.undone" if done.decision.withdrawn else f"said.judged_{done.decision.verdict.value}"
    names = [side.name for side in done.sides] or [both.told(one.left), both.told(one.right)]
    left, right = (short(visible(name), 80) for name in names)
    return Redirect("/duplicates", session=session.saying(key, left=left, right=right))


def _do(visit: Visit, edition: Opened, act: Act, by: str) -> Done | Notice:
    left, right = _record(visit.form.one("left")), _record(visit.form.one("right"))
    if act is Act.WITHDRAW:
        with reading(edition.desk) as desk:
            found = decided.between(decided.standing(desk) if desk else [], [left], [right])
        return _undo(visit, edition, found[0].number if found else None, by)
    one, other = doubts.record(edition.con, left), doubts.record(edition.con, right)
    if one is None or other is None or left == right:
        raise Refusal(409, "no_pair")
    if any(visit.options.is_kept_out(edition.desk, side) for side in (one, other)):
        raise Refusal(409, "kept_out")
    foresight = Foresight(edition.con)
    verdict = Verdict.SAME if act is Act.SAME else Verdict.DIFFERENT
    because = visible(" ".join(visit.form.one("because").split()))
    with writing(edition.desk) as desk:
        try:
            done = verdicts.judge(desk, foresight, one, other, verdict, by=visible(by), because=because, at=visit.now)
        except Contradicted as contradicted:
            return Notice("judged.contradicted", is_refused=True, told=(contradicted.standing,))
        except Joined as joined:
            return Notice("judged.joined", is_refused=True, told=joined.by)
        except ValueError as error:
            raise Refusal(400, "no_signature") from error
    return _consequences(visit, edition, done)


def _undo(visit: Visit, edition: Opened, number: int | None, by: str) -> Done | Notice:
    foresight = Foresight(edition.con)
    with writing(edition.desk) as desk:
        one = _decision(desk, number)
        found = [doubts.record(edition.con, key) for key in (one.left, one.right)] if one else []
        sides = tuple(side for side in found if side is not None) if None not in found else ()
        try:
            done = number and verdicts.withdraw(
                desk, foresight, number, sides, by=visible(by), because=UNDONE, at=visit.now
            )  # fmt: skip
        except ValueError as error:
            raise Refusal(400, "no_signature") from error
    if not done:
        return Notice("judged.undone_already", is_refused=True)
    return _consequences(visit, edition, done)


def _decision(desk: Desk, number: int | None) -> Decision | None:
    return next((one for one in decided.decisions(desk) if one.number == number), None)


def _consequences(visit: Visit, edition: Opened, done: Done) -> Done | Notice:
    """What was done, as a notice where that is not all that there is to say."""
    if not done.is_new:
        key = "judged.refused_already" if done.forbidden_by else "judged.already"
        return Notice(key, is_refused=False, told=(done.decision, *done.forbidden_by))
    if done.forbidden_by:
        return Notice("judged.refused", is_refused=False, told=done.forbidden_by)
    t = visit.tongue
    causes = [(one.because.left, one.because.right) for one in done.partings]
    couples = [*causes, *((one.left, one.right) for one in (*done.freed, *done.refused))]
    keys = [*(key for couple in couples for key in couple), *(other for one in done.partings for other in one.others)]
    records = Records.read(edition.con, Naming(t, edition.imprint), (*keys, *(one.record for one in done.partings)))
    lines = [_parting(t, records, one, done.sides) for one in done.partings]
    lines += [str(t("judged.frees", told=_told(t, records, one)).unescape()) for one in done.freed]
    lines += [str(t("judged.refuses", told=_told(t, records, one)).unescape()) for one in done.refused]
    if not lines:
        return done
    return Notice("judged.undone" if done.decision.withdrawn else "judged.done", is_refused=False, lines=tuple(lines))


def _told(t: Tongue, records: Records, one: Decision) -> str:
    """A judgement as a clause."""
    left, right = records.told(one.left), records.told(one.right)
    by = t("duplicates.staff") if one.decided_by == STAFF else one.decided_by
    verdict = t(f"verdict.{one.verdict.value}")
    return str(t("judged.told", left=left, right=right, verdict=verdict, by=by, day=t.day(one.decided_at)).unescape())


def _parting(t: Tongue, records: Records, one: Parting, sides: tuple[Side, ...]) -> str:
    side = next(each for each in sides if each.record == one.record)
    left, right = records.told(one.because.left), records.told(one.because.right)
    because = (
        _told(t, records, one.because.by)
        if one.because.by
        else t("judged.machine", left=left, right=right).unescape()
    )  # fmt: skip
    values = {"record": records.told(side.record), "number": side.organisation_id, "name": side.name, "because": because}
    values["others"] = ", ".join(map(records.told, one.others))
    return str(t.filled("judged.leaves" if one.is_left else "judged.takes", values).unescape())


def _record(text: str) -> RecordKey:
    network, slash, key = text.partition("/")
    if not slash or not network or not key or len(text) > 2_000:
        raise Refusal(400, "unfit")
    return RecordKey(network, key)


def _data(found: Doubts, shown: tuple[Doubt, ...], lately: list[Judged], number: int, last: int) -> dict[str, Any]:
    return {
        "total": len(found.found),
        "waiting_for_the_next_run": found.waiting,
        "page": number,
        "pages": last,
        "pairs": [
            {
                "verdict": one.verdict.value,
                "is_refused": one.is_refused,
                "probability": one.probability,
                "pairs": one.pairs,
                "left": side_as_json(one.left),
                "right": side_as_json(one.right),
                "reasons": [each._asdict() for each in one.reasons],
                "decide": {
                    verdict.value: {"do": way.act.value, "left": str(way.left), "right": str(way.right)}
                    for verdict, way in ways(one).items()
                },
            }
            for one in shown
        ],
        "judged_lately": [{**decision_as_json(one.decision), "outcome": one.outcome.value} for one in lately],
    }
