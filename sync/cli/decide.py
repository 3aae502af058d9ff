"""Commands for what a person decides: accept, expect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from connectors import registry
from sync import accepting
from sync.accepting import Acceptances, Accepted, CannotAccept
from sync.cli.bring import NetworkName
from sync.cli.context import Asked
from sync.cli.look import home
from sync.cli.output import Json, Stop, print_json, say
from sync.cli.run import print_report
from sync.clock import SystemClock
from sync.exits import Exit
from sync.expecting import CEILING_PERCENT, FILLED_AT_LEAST, FLOOR_PERCENT, in_config, suggested
from sync.journal import journal
from sync.settings import NetworkSettings, Settings
from warehouse import ledger
from warehouse.ledger import LastGood
from warehouse.state import State

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides it; it is kept, and analysts see it.")]
Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why it is right; it is kept, and analysts see it.")]
HeldNetworks = Annotated[
    list[str] | None, typer.Option("--network", metavar="N", help="Only this network of the run; may be repeated. None: all.")
]


def accept(
    ctx: typer.Context,
    run: Annotated[int, typer.Argument(metavar="RUN", help="Number of the held run, as `status` shows it.")],
    by: By,
    because: Because,
    networks: HeldNetworks = None,
    as_json: Json = False,
) -> None:
    """Believe what a held run read: load it from its captures and publish; asks no network."""
    asked: Asked = ctx.obj
    settings = _at_home(asked)
    try:
        with journal(settings.paths.var, quiet=asked.quiet) as log:
            done = accepting.accept(settings, run, networks or (), by, because, SystemClock(), log)
    except CannotAccept as trouble:
        raise Stop(trouble.code, str(trouble)) from trouble
    if as_json:
        print_json(_accepted_as_json(done))
    else:
        print_report(done.report)
        for one in done.networks:
            say(f"\n{one.network}: accepted in spite of: {'; '.join(one.reasons)}")
            _print_unmended(settings, one)
        for sentence in done.left:
            say(f"\nheld still: {sentence}")
    raise typer.Exit(done.exit)


def _at_home(asked: Asked) -> Settings:
    """The settings, with the folder of the state that `status` shows."""
    settings = asked.settings
    return settings.model_copy(update={"paths": settings.paths.model_copy(update={"var": home(asked)})})


def _print_unmended(settings: Settings, one: Accepted) -> None:
    name = one.network
    if one.expect:
        say(
            f"What is expected of {name} holds the next night that finds the same. If it is so now, write this into config.toml, "
            f"in place of any [networks.{name}.expect]:\n"
        )
        say(f"{_table(settings, name, one.expect, ())}\n")
    for sentence in one.canaries:
        say(f"The next reading of that page holds {name} again: {sentence}.")
    if one.canaries:
        say(f"If that is right now, mend [[canaries]] in {_facts_file(name)}.")
    for sentence in one.others:
        say(f"The next night that finds the same holds {name} again, and no line of config.toml allows it: {sentence}.")


def _facts_file(name: str) -> Path:
    return Path("connectors") / registry.folder_name(name) / "network.toml"


def _table(settings: Settings, name: str, changes: Any, remarks: Sequence[str]) -> str:
    return in_config(name, settings.networks.get(name, NetworkSettings()).expect, changes, remarks)


def _accepted_as_json(done: Acceptances) -> dict[str, Any]:
    runs = {report.run.network: report for report in done.report.networks}
    return {
        "run": done.report.run_id,
        "accepted_run": done.accepted_run,
        "networks": [
            {
                "network": one.network,
                "outcome": runs[one.network].run.outcome.value,
                "because": runs[one.network].run.because,
                "reasons": list(one.reasons),
                "profiles": runs[one.network].profiles,
                "expect": dict(one.expect),
                "canaries": list(one.canaries),
                "holds_again": list(one.others),
            }
            for one in done.networks
        ],
        "held_still": list(done.left),
        "edition": None if done.report.edition is None else str(done.report.edition),
        "edition_held": done.report.edition_held,
    }


def expect(ctx: typer.Context, network: NetworkName, as_json: Json = False) -> None:
    """Print floors for a network from its last good run, ready to paste into config.toml; changes nothing."""
    settings = _at_home(ctx.obj)
    name = registry.network(network).facts.name
    good = _last_good(settings, name)
    values = suggested(good.profiles, good.fill)
    if as_json:
        print_json({"network": name, "run": good.run_id, "read_at": good.ended_at, "profiles": good.profiles, "expect": values})
        return
    remarks = (
        f"From run {good.run_id}, read on {good.ended_at:%Y-%m-%d}, which listed {good.profiles} profiles:",
        f"at least {FLOOR_PERCENT} % and at most {CEILING_PERCENT} % of them, and {FLOOR_PERCENT} % of each field's share.",
        f"Fields that fewer than {FILLED_AT_LEAST:.0%} have are left out, and those that one edit would bring below the floor.",
    )
    say(_table(settings, name, values, remarks))


def _last_good(settings: Settings, name: str) -> LastGood:
    """The network's last complete run. Stops where there is none."""
    path = settings.paths.var / "state.duckdb"
    tried = None
    if path.exists():
        with State.open(path, read_only=True) as state:
            good, tried = ledger.last_good(state, name), ledger.last_try(state, name)
        if good is not None:
            return good
    found = "it was never read" if tried is None else f"run {tried.run_id} was {tried.outcome.value} ({tried.because})"
    what = f"read it with `clusterbridge sync {name}`, or look at a held run with `clusterbridge status` and accept it"
    raise Stop(Exit.NOTHING_RAN, f"wanted a complete run of {name} to take floors from, found none: {found}; {what}")
