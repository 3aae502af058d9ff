"""Commands for those who ask what is held about them, or to be kept out: privacy suppress, erase, report, list, allow."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from sync import erasing, inbox
from sync.cli import privacy_requests
from sync.cli.context import Asked
from sync.cli.output import Json, Stop, print_json, print_table, say
from sync.cli.privacy_told import print_erased, print_held, print_holdings
from sync.clock import SystemClock
from sync.erasing import ErasureUnfinished
from sync.exits import Exit
from sync.holdings import held
from sync.journal import journal
from sync.lake import found_in_lake
from sync.places import CAPTURES, DESK, EDITIONS, STATE
from sync.settings import Settings
from sync.withholding import suppression
from sync.withholding.forgetting import forget_kept_out
from sync.withholding.stored_texts import in_text
from sync.withholding.suppressing import CannotTell, Meant, meant
from sync.withholding.suppression import NOTHING, Kind, Suppressions
from sync.workplace import at_work
from warehouse.desk import Desk
from warehouse.removals import Outcome
from warehouse.state import State

app = typer.Typer(no_args_is_help=True, help="What is held about somebody, and what is kept out for ever.")

VALUE_HELP = "An organisation (number or exact name), a domain, a mail address or a telephone number."
Value = Annotated[str, typer.Argument(metavar="VALUE", help=VALUE_HELP)]
MaybeValue = Annotated[str | None, typer.Argument(metavar="[VALUE]", help=VALUE_HELP)]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it; it is kept.")]
Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; it is kept. Do not name whom it protects.")]
As = Annotated[Kind | None, typer.Option("--as", help="What VALUE is, where its form misleads.")]
Country = Annotated[
    str | None,
    typer.Option("--country", metavar="CC", help="ISO 3166-1: of a number without prefix, or of an organisation not read yet."),
]
Request = Annotated[
    int | None, typer.Option("--request", metavar="NUMBER", help="The request that this answers, as `privacy requests` lists it.")
]


@app.command()
def suppress(
    ctx: typer.Context,
    value: Value,
    by: By,
    because: Because,
    kind: As = None,
    country: Country = None,
    request: Request = None,
    as_json: Json = False,
) -> None:
    """Keep it out of every run and every edition from now on. Stored pages and editions stay as they are: see erase."""
    settings = _settings(ctx.obj)
    by, because = _signed(by, because)
    privacy_requests.check_open(settings.paths.var, request)
    done = _decide(settings, value, by, because, kind, country)
    privacy_requests.close(settings.paths.var, request, Outcome.KEPT_OUT, by, because)
    if as_json:
        print_json({"kind": done.meant.kind.value, "records": len(done.meant.records), **done.as_json()})
        return
    say(f"kept out from now on, as suppression {done.number}: {done.meant.said}")
    done.say_what_went()
    say(
        "taken out of the state now; the published edition still shows it until the next run or `privacy erase`. "
        "Stored pages, older editions and the journal have it until it is erased"
    )


@dataclass(frozen=True)
class Suppressed:
    """What was decided.

    Arguments:
        number: of the suppression.
        written: how many things that people wrote went, or lost words.
    """

    meant: Meant
    number: int
    written: int

    def as_json(self) -> dict[str, object]:
        return {"suppression": self.number, "record_keys": self._keys(), "written": self.written}

    def say_what_went(self) -> None:
        """Which records that is, also such as people joined with it, and how much of what people wrote."""
        if self.meant.records:
            say(f"its records: {', '.join(self._keys())}")
        if self.written:
            say(f"what people judged or wrote of it is deleted for good, or has lost its words of it: {self.written} in all")

    def _keys(self) -> list[str]:
        return [f"{one.network}/{one.source_key}" for one in self.meant.records]


def _signed(by: str | None, because: str | None) -> tuple[str, str]:
    """Who decides, and why. Stops where either says nothing."""
    by, because = (by or "").strip(), (because or "").strip()
    if not by or not because:
        raise Stop(Exit.USAGE, "wanted --by NAME and --because TEXT: who decides, and why, is kept; found nothing")
    return by, because


def _decide(
    settings: Settings, value: str, by: str, because: str, kind: Kind | None, country: str | None, *, is_to_erase: bool = False
) -> Suppressed:
    """Suppress what is meant, and take it out of the state; plan to erase the rest of it."""
    var, now = settings.paths.var, SystemClock().now()
    with at_work(var, now, settings.merge) as state, Desk.open(var / DESK) as desk:
        try:
            one = _meant(state, var, suppression.suppressions(var), value, kind, country)
        except Stop as stop:
            if not is_to_erase or not erasing.is_unfinished(var):
                raise
            end = "an erasure was interrupted, of this or of something else; end it first: `clusterbridge privacy erase`"
            raise Stop(stop.code, f"{stop.because}; {end}") from stop
        if in_text(f"{by} {because}", one.texts, NOTHING):
            raise Stop(Exit.USAGE, "wanted a reason and a name that are not those of whom it protects: they are kept in clear")
        decided = suppression.Decided(one.kind, sorted(one.marks), by, because, now)
        if is_to_erase:
            erasing.plan(var, one.texts, [decided])
        number = suppression.decide(desk, decided)
        kept_out = suppression.suppressions(var)
        written = forget_kept_out(state, kept_out, settings.merge, var / DESK).written
        inbox.leave_out(var, kept_out, now.date())
    return Suppressed(one, number, written)


def _meant(
    state: State,
    var: Path,
    kept_out: Suppressions,
    value: str,
    kind: Kind | None,
    country: str | None,
    *,
    is_only_asked: bool = False,
) -> Meant:
    try:
        return meant(state, var / EDITIONS, kept_out, value, kind=kind, country=country, is_only_asked=is_only_asked)
    except CannotTell as trouble:
        raise Stop(Exit.USAGE, str(trouble)) from trouble


@app.command()
def erase(
    ctx: typer.Context,
    value: MaybeValue = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides it; it is kept.")] = None,
    because: Annotated[str | None, typer.Option("--because", metavar="TEXT", help="Why; it is kept. Name nobody.")] = None,
    kind: As = None,
    country: Country = None,
    request: Request = None,
    is_all: Annotated[bool, typer.Option("--kept-out", help="Erase all that is kept out already, without VALUE.")] = False,
    as_json: Json = False,
) -> None:
    """Keep it out, and delete it from the state, the stored pages, the editions, exports and the journal.

    Without VALUE: end an erasure that was interrupted, if there is one.
    """
    settings = _settings(ctx.obj)
    var, suppressed = settings.paths.var, None
    if value is not None and is_all:
        raise Stop(Exit.USAGE, "wanted one of VALUE and --kept-out, found both")
    if value is None and not is_all and not erasing.is_unfinished(var):
        _say_nothing_waits(as_json=as_json)
        return
    privacy_requests.check_open(var, request)
    if value is not None:
        suppressed = _decide(settings, value, *_signed(by, because), kind, country, is_to_erase=True)
        privacy_requests.close(var, request, Outcome.KEPT_OUT, *_signed(by, because))
    elif not (var / STATE).exists():
        raise Stop(Exit.NOTHING_RAN, f"wanted a state in {var} to erase from, found none")
    try:
        with journal(var, quiet=ctx.obj.quiet) as log:
            done = erasing.carry_out(settings, SystemClock(), log)
    except ErasureUnfinished as trouble:
        raise Stop(Exit.HELD, str(trouble)) from trouble
    if as_json:
        print_json({**(suppressed.as_json() if suppressed else {"suppression": None}), **asdict(done)})
        return
    print_erased(suppressed.meant.said if suppressed else "what is kept out", done)
    if suppressed:
        suppressed.say_what_went()


def _say_nothing_waits(*, as_json: bool) -> None:
    if as_json:
        print_json({"suppression": None, "waiting": False})
    else:
        say("no erasure is waiting to be ended; name what is to be erased")


@app.command()
def report(ctx: typer.Context, value: MaybeValue = None, kind: As = None, country: Country = None, as_json: Json = False) -> None:
    """Say what is held about it, where, since when and from whom; without VALUE what is held at all."""
    settings = _settings(ctx.obj)
    var = settings.paths.var
    kept_out = suppression.suppressions(var)
    if not (var / STATE).exists():
        is_anything = any((var / EDITIONS).glob("*")) or any((var / CAPTURES).glob("*"))
        without = "but editions or stored pages; see `clusterbridge doctor`" if is_anything else "nothing is held"
        raise Stop(Exit.NOTHING_RAN, f"wanted a state in {var}, found none: {without}")
    with State.open(var / STATE, read_only=True) as state:
        if value is None:
            print_holdings(settings, state, as_json=as_json)
            return
        one = _meant(state, var, kept_out, value, kind, country, is_only_asked=True)
        found = held(state, var, kept_out, one)
    found = replace(found, lake=found_in_lake(settings, var, one.texts))
    if not one.is_known and not found.is_anything:
        raise Stop(
            Exit.USAGE,
            f"found {one.said}, and they stand nowhere in what is stored; before you say that nothing is held, look at their "
            "spelling, look with `clusterbridge search`, and ask for its domain or mail address",
        )
    if as_json:
        print_json(asdict(found))
    else:
        print_held(found)


@app.command("list")
def list_all(ctx: typer.Context, as_json: Json = False) -> None:
    """List the decisions; what they protect stands nowhere."""
    var = _settings(ctx.obj).paths.var
    with suppression.desk_of(var) as desk:
        found = suppression.decisions(desk)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    if found:
        columns = ("number", "kind", "since", "by", "because")
        print_table((*columns, "withdrawn", "by", "because"), [_decision(one) for one in found])
    else:
        say("nothing is kept out")


def _decision(one: suppression.Suppression) -> tuple[object, ...]:
    until = "" if one.withdrawn_at is None else f"{one.withdrawn_at:%Y-%m-%d}"
    decided = (one.number, one.kind.value, f"{one.decided_at:%Y-%m-%d}", one.decided_by, one.because)
    return (*decided, until, one.withdrawn_by, one.withdrawn_because)


@app.command()
def allow(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Of the suppression, as `privacy list` shows it.")],
    by: By,
    because: Because,
    as_json: Json = False,
) -> None:
    """Withdraw a suppression: the next run may read it again. The decision stays on record."""
    by, because = _signed(by, because)
    asked: Asked = ctx.obj
    var, now = _settings(asked).paths.var, SystemClock().now()
    with suppression.desk_of(var) as desk, desk.transaction():
        is_done = suppression.withdraw(desk, number, by=by, because=because, at=now)
        others = suppression.still_keeping_out(desk, number)
    if not is_done:
        raise Stop(Exit.USAGE, f"wanted a suppression that holds, found none of number {number}; see `privacy list`")
    if as_json:
        print_json({"suppression": number, "withdrawn_at": now, "kept_out_by": others})
        return
    say(f"suppression {number} is withdrawn")
    if others:
        listed = ", ".join(map(str, others))
        say(f"suppression {listed} still keeps it out, or part of it: it comes back when that is withdrawn too")
        return
    run = "demo" if asked.is_demo(var) else "sync"
    say(f"it comes back with the next full read, `clusterbridge {run} --full`, and not before")


@app.command()
def requests(ctx: typer.Context, with_decided: privacy_requests.All = False, as_json: Json = False) -> None:
    """List what organisations asked by the form "Remove us" and nobody has decided yet."""
    privacy_requests.list_open(_settings(ctx.obj).paths.var, with_decided=with_decided, as_json=as_json)


@app.command()
def decline(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Of the request, as `privacy requests` lists it.")],
    by: By,
    because: Because,
    as_json: Json = False,
) -> None:
    """Close a request without keeping anything out: it was met otherwise, or there is no ground for it. Its words are deleted."""
    by, because = _signed(by, because)
    var = _settings(ctx.obj).paths.var
    privacy_requests.check_open(var, number)
    privacy_requests.close(var, number, Outcome.DECLINED, by, because)
    if as_json:
        print_json({"request": number, "outcome": Outcome.DECLINED.value})
    else:
        say(f"request {number} is closed, and its words are deleted")


def _settings(asked: Asked) -> Settings:
    """The settings, with the folder of the live state; the demo's where only the demo has one, which is said."""
    settings = asked.settings
    var: Path = settings.paths.var
    is_demo = not (var / STATE).exists() and (var / "demo" / STATE).exists()
    paths = settings.paths.model_copy(update={"var": asked.reading(var / "demo" if is_demo else var)})
    return settings.model_copy(update={"paths": paths})
