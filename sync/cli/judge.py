"""Commands by which people say what is one organisation and what is not: judge same, different, withdraw, list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from matching.sameness import verdicts
from matching.sameness.foresight import Foresight
from matching.sameness.verdicts import Done, Joined
from sync.cli import consequences
from sync.cli.ask import edition_path, opened
from sync.cli.context import Asked
from sync.cli.look import home
from sync.cli.output import Json, Stop, brief, print_json, print_table, say, warn
from sync.cli.records import decision_as_json, judged_edition, keys_meant, line, record_meant, to_withdraw
from sync.clock import SystemClock
from sync.exits import Exit
from sync.journal import journal
from sync.lock import Locked
from sync.pipeline import RunReport
from sync.places import DESK, EDITIONS
from sync.publishing import publish_anew
from sync.settings import Settings
from sync.taming import tame
from sync.withholding import suppression
from warehouse import decided, doubts, editions, seated
from warehouse.connection import Connection, DatabaseError
from warehouse.decided import LONGEST_REASON, Contradicted, Decision, RecordKey
from warehouse.desk import Desk
from warehouse.doubts import Side
from warehouse.rows import Verdict
from warehouse.seated import Moved, Seating

app = typer.Typer(no_args_is_help=True, help="Say which records are one organisation, and which are not.")

WHO = "An organisation (number, exact name, alias or part of a name: its oldest record is meant), or one record as NETWORK/KEY."
One = Annotated[str, typer.Argument(metavar="A", help=WHO)]
Other = Annotated[str, typer.Argument(metavar="B", help="The same of the other.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it; it is kept here and never published.")]
Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; it is kept here and never published.")]
Publish = Annotated[bool, typer.Option("--publish", help="Carry it out now and publish an edition; asks no network.")]


@app.command()
def same(ctx: typer.Context, a: One, b: Other, by: By, because: Because, is_now: Publish = False, as_json: Json = False) -> None:
    """Say that A and B are one organisation."""
    _judge(ctx.obj, Verdict.SAME, a, b, by, because, is_now=is_now, as_json=as_json)


@app.command()
def different(
    ctx: typer.Context, a: One, b: Other, by: By, because: Because, is_now: Publish = False, as_json: Json = False
) -> None:
    """Say that A and B are two organisations; to part one, name two of its records."""
    _judge(ctx.obj, Verdict.DIFFERENT, a, b, by, because, is_now=is_now, as_json=as_json)


def _judge(asked: Asked, verdict: Verdict, a: str, b: str, by: str, because: str, *, is_now: bool, as_json: bool) -> None:
    settings, by, because = _at_home(asked), tame(by.strip()), tame(because.strip())
    _check_signature(by, because)
    var, now = settings.paths.var, SystemClock().now()
    with judged_edition(edition_path(var)) as con:
        one, other = record_meant(con, a), record_meant(con, b)
        _check_pair(con, verdict, one, other)
        kept_out = suppression.suppressions(var)
        if any(kept_out.keeps_out_side(side) for side in (one, other)):
            raise Stop(Exit.USAGE, "one of the two is kept out on request, and no judgement brings it back")
        foresight = Foresight(con)
    with Desk.open(var / DESK) as desk:
        try:
            done = verdicts.judge(desk, foresight, one, other, verdict, by=by, because=because, at=now)
        except Contradicted as standing:
            raise Stop(
                Exit.USAGE, f"{standing}; to say otherwise withdraw that first: {to_withdraw(standing.standing)}"
            ) from standing
        except Joined as joined:
            raise Stop(Exit.USAGE, consequences.forbidden(one, other, joined.by)) from joined
    _end(asked, settings, done, is_now=is_now, as_json=as_json)


def _check_signature(by: str, because: str) -> None:
    try:
        decided.check_signature(by, because)
    except ValueError as trouble:
        raise Stop(Exit.USAGE, str(trouble)) from trouble


def _check_pair(con: Connection, verdict: Verdict, one: Side, other: Side) -> None:
    if one.record != other.record:
        return
    records = doubts.records_of(con, one.organisation_id)
    found = f"wanted two records, found {one.record} twice, of number {one.organisation_id}, {one.name}"
    if verdict is Verdict.DIFFERENT and len(records) > 1:
        listed = "\n".join(f"  {line(side)}" for side in records)
        raise Stop(Exit.USAGE, f"{found}; to part it, name two of its records:\n{listed}")
    if len(records) > 1:
        raise Stop(Exit.USAGE, f"{found}: they are one organisation already")
    raise Stop(Exit.USAGE, f"{found}; it has no other record")


def _end(asked: Asked, settings: Settings, done: Done, *, is_now: bool, as_json: bool) -> None:
    """Say what was done and, where it is wanted, publish."""
    for warning in consequences.warnings(done):
        warn(warning)
    report, moved = _publish(asked, settings) if is_now else (None, None)
    if as_json:
        print_json({**consequences.as_json(done), "published": report and _report_as_json(report, moved)})
    else:
        say(consequences.said(done))
        for side in done.sides:
            say(f"  {line(side)}", indent=4)
        _say_what_follows(report, moved, is_refused=bool(done.forbidden_by))
    if report is not None and report.edition_held:
        raise typer.Exit(Exit.HELD)


def _say_what_follows(report: RunReport | None, moved: Sequence[Moved] | None, *, is_refused: bool) -> None:
    if report is None and is_refused:
        say("it is kept, refused, until it or one of those is withdrawn")
    elif report is None:
        say("the next run carries it out; --publish does it at once")
    elif report.edition_held:
        warn(f"the edition is held back, the last good one stays: {report.edition_held}")
    else:
        if moved is not None:
            say("since the last edition:" if moved else "since the last edition no record changed its organisation")
        for one in moved or ():
            say(f"  {consequences.moved(one)}", indent=4)
        say(f"{report.organisations} organisations, {report.swedish} of them Swedish\npublished {report.edition}")


def _report_as_json(report: RunReport, moved: Sequence[Moved] | None) -> dict[str, Any]:
    return {
        "run": report.run_id,
        "organisations": report.organisations,
        "edition": None if report.edition is None else str(report.edition),
        "edition_held": report.edition_held,
        "moved": None if moved is None else [consequences.moved_as_json(one) for one in moved],
    }


def _publish(asked: Asked, settings: Settings) -> tuple[RunReport, Sequence[Moved] | None]:
    """What the run came to, and which numbers changed from the edition that was current before it to the one that it published.

    None for the numbers where there are not two editions to compare: the first one, one that is held, one that cannot be read.
    """
    before = _seating(editions.current(settings.paths.var / EDITIONS))  # read now: the run may delete it
    try:
        with journal(settings.paths.var, quiet=asked.quiet) as log:
            report = publish_anew(settings, SystemClock(), log)
    except Locked as locked:
        raise Stop(Exit.LOCKED, f"{locked}; what was judged is on the desk, and the next run carries it out") from locked
    after = _seating(report.edition)  # not the current one: another run may have published since
    return report, seated.moved(before, after) if before and after else None


def _seating(path: Path | None) -> Seating | None:
    """Who is what in an edition; None where there is none, or, with a warning, where it cannot be read."""
    if path is None:
        return None
    try:
        with opened(path) as con:
            return seated.read(con)
    except (editions.EditionMissing, editions.EditionOlder, DatabaseError, OSError):
        warn(f"which numbers changed cannot be told: {path.name} cannot be read")
        return None


@app.command()
def withdraw(
    ctx: typer.Context, a: One, b: Other, by: By, because: Because, is_now: Publish = False, as_json: Json = False
) -> None:
    """Take back what a person judged of A and B: the pair is the machine's again. The judgement stays on record."""
    asked: Asked = ctx.obj
    settings, by, because = _at_home(asked), tame(by.strip()), tame(because.strip())
    _check_signature(by, because)
    var, now = settings.paths.var, SystemClock().now()
    with Desk.open(var / DESK) as desk, _edition(settings) as con:
        one, sides = _standing_between(con, decided.standing(desk), a, b)
        foresight = None if con is None else Foresight(con)
        done = verdicts.withdraw(desk, foresight, one.number, sides, by=by, because=because, at=now)
        if done is None:
            raise Stop(Exit.TRY_AGAIN, f"somebody else has just withdrawn it; see `clusterbridge judge list` ({one.number})")
    _end(asked, settings, done, is_now=is_now, as_json=as_json)


def _standing_between(con: Connection | None, standing: list[Decision], a: str, b: str) -> tuple[Decision, tuple[Side, ...]]:
    """The one judgement that stands on records of A and B, and its records, A's first. Stops where there is none, or several.

    No records where the edition does not have both.
    """
    known = {key for one in standing for key in (one.left, one.right)}
    (own, everyone), (others_own, others) = keys_meant(con, a, known), keys_meant(con, b, known)
    found = decided.between(standing, own, others_own)
    if not found:
        own, others_own = everyone, others
        found = decided.between(standing, own, others_own)
    if len(found) == 1:
        return found[0], _sides(con, found[0], own, others_own)
    if not found:
        raise Stop(
            Exit.USAGE, f"no judgement by a person stands on {a!r} and {b!r}; `clusterbridge judge list` shows those that do"
        )
    listed = "\n".join(f"  {one.verdict.value}, by {one.decided_by}: {to_withdraw(one)}" for one in found)
    raise Stop(Exit.USAGE, f"{len(found)} judgements stand on {a!r} and {b!r}; say which:\n{listed}")


def _sides(con: Connection | None, one: Decision, of_a: set[RecordKey], of_b: set[RecordKey]) -> tuple[Side, ...]:
    typed = (one.left, one.right) if one.left in of_a and one.right in of_b else (one.right, one.left)
    found = [None if con is None else doubts.record(con, key) for key in typed]
    return tuple(side for side in found if side is not None) if None not in found else ()


@app.command("list")
def list_all(ctx: typer.Context, as_json: Json = False) -> None:
    """List what people judged, the latest first, what was withdrawn included, and what came of it."""
    settings = _at_home(ctx.obj)
    found = []
    if (settings.paths.var / DESK).exists():  # who only looks makes none
        with Desk.open(settings.paths.var / DESK) as desk, _edition(settings) as con:
            refused = verdicts.refused(con, decided.standing(desk))
            found = [(one, verdicts.outcome(con, one, refused).value) for one in decided.decisions(desk)]
    if as_json:
        print_json([{**decision_as_json(one), "outcome": outcome} for one, outcome in found])
        return
    if not found:
        say("nobody has judged anything yet; `clusterbridge duplicates` lists what is in doubt")
        return
    columns = ("number", "verdict", "records", "on", "by", "because", "outcome")
    print_table(columns, [_row(one, outcome) for one, outcome in found])


def _row(one: Decision, outcome: str) -> tuple[object, ...]:
    back = one.withdrawn
    if back is not None:
        outcome = f"withdrawn on {back.at:%Y-%m-%d} by {back.by}: {_short(back.because)}"
    on = f"{one.decided_at:%Y-%m-%d}"
    return (one.number, one.verdict.value, f"{one.left} {one.right}", on, one.decided_by, _short(one.because), outcome)


def _short(because: str) -> str:
    """A reason in a table; the JSON has all of it."""
    return brief(because, LONGEST_REASON)  # earlier versions kept longer ones


@contextmanager
def _edition(settings: Settings) -> Iterator[Connection | None]:
    """A cursor on the current edition; None where there is none."""
    path = editions.current(settings.paths.var / EDITIONS)
    if path is None:
        yield None
        return
    with judged_edition(path) as con:
        yield con


def _at_home(asked: Asked) -> Settings:
    """The settings, with the folder of the live state; the demo's where only the demo has one."""
    settings = asked.settings
    return settings.model_copy(update={"paths": settings.paths.model_copy(update={"var": home(asked)})})
