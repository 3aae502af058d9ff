"""The command that looks at a live network: probe."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import typer

from connectors import registry
from sync import probe as probing
from sync.cli.bring import NetworkName
from sync.cli.brought import filled_fields, finding_as_json, print_findings
from sync.cli.context import Asked
from sync.cli.output import Json, Stop, print_json, print_table, say, warn
from sync.clock import SystemClock
from sync.exits import Exit
from sync.fetch import Fetcher
from sync.lock import one_run_at_a_time
from sync.normalise.readings import Normalised
from sync.permission import why_not
from warehouse.profile import ClusterProfile

LONGEST_SHOWN = 80


def probe(ctx: typer.Context, network: NetworkName, as_json: Json = False) -> None:
    """Ask a network for one list and one profile, and show what was read and what was not; nothing is stored."""
    asked: Asked = ctx.obj
    settings, clock = asked.settings, SystemClock()
    chosen = registry.network(network)
    facts = chosen.facts
    if barred := why_not(settings, facts, clock.now().date()):
        raise Stop(Exit.NOTHING_RAN, barred)
    ours = settings.networks[facts.name]
    base = ours.base or facts.home
    # Under the lock of runs: two of us at one host would be twice as fast as was promised.
    with (
        one_run_at_a_time(settings.paths.var, clock.now()),
        Fetcher.for_network(facts, ours, settings.operator.contact, clock) as fetcher,
    ):
        seen = probing.probe(chosen, registry.connector(facts.name, base), fetcher, clock.now)
    if as_json:
        print_json(_probed(seen))
    else:
        _print_probe(seen)
    raise typer.Exit(exit_of(seen))


def exit_of(seen: probing.Probe) -> Exit:
    """How the command ends: well only where a profile was read and nothing was unlike what was expected."""
    answers = {step.answer for step in seen.steps}
    if probing.Answer.REFUSED in answers:
        return Exit.NOTHING_RAN
    if probing.Answer.CHANGED in answers:
        return Exit.HELD
    if not seen.profiles:
        return Exit.PARTIAL if probing.Answer.UNREACHABLE in answers else Exit.HELD
    return Exit.OK


def _probed(seen: probing.Probe) -> dict[str, Any]:
    return {
        "network": seen.network,
        "steps": [asdict(step) for step in seen.steps],
        "labels": [asdict(label) for label in seen.labels],
        "profiles_on_the_page": seen.holds,
        "profiles": [
            {
                "source_key": one.parsed.source_key,
                "url": one.parsed.url,
                "era": one.parsed.era,
                "printed": {field: list(values) for field, values in one.parsed.printed.items()},
                "how": dict(one.parsed.how),
                "unread_labels": list(one.parsed.unread_labels),
                "profile": None if one.normalised.profile is None else one.normalised.profile.model_dump(mode="json"),
                "empty": _empty(one.normalised),
                "findings": [finding_as_json(finding) for finding in one.normalised.findings],
            }
            for one in seen.profiles
        ],
    }


def _empty(normalised: Normalised) -> list[str]:
    filled = filled_fields(normalised.profile) if normalised.profile else {}
    return [field for field in ClusterProfile.model_fields if field not in filled]


def _print_probe(seen: probing.Probe) -> None:
    for step in seen.steps:
        _print_step(step)
    if seen.labels:
        say("\nlabels on the profile's page")
        print_table(
            ("label", "values", "how", "read as"),
            [(label.label, [_short(value) for value in label.values], label.how, label.meaning) for label in seen.labels],
        )
    for one in seen.profiles:
        _print_profile(one, seen.holds)
    if not seen.profiles:
        warn(f"no profile of {seen.network} was read; the steps above say why")


def _print_step(step: probing.Step) -> None:
    size = f", {step.size:,} bytes" if step.size else ""
    moved = f", moved to {step.final_url}" if step.final_url not in ("", step.url) else ""
    say(f"{step.kind.value} {step.url}: {step.answer.value}{size}{moved}")
    if step.because:
        say(f"  {step.because}", indent=2)
    if step.leads:
        say("  leads to " + ", ".join(f"{count} {kind}" for kind, count in step.leads.items()))
    if step.kind.value == "listing" and step.answer is probing.Answer.READ:
        say(f"  next page: {step.next_page or 'none'}")
    won: set[str] = set()
    for selected in step.selected:
        wins = selected.elements > 0 and selected.name not in won
        if wins:
            won.add(selected.name)
        say(f"  {selected.name}: {selected.css} finds {selected.elements}" + (", the first that does" if wins else ""))


def _print_profile(one: probing.ProbedProfile, holds: int) -> None:
    parsed = one.parsed
    more = f", the first of {holds} on the page" if holds > 1 else ""
    say(f"\nprofile {parsed.source_key!r} at {parsed.url}{more}")
    rows = [(field, parsed.how.get(field, ""), [_short(value) for value in values]) for field, values in parsed.printed.items()]
    print_table(("printed field", "how", "printed"), rows)
    say("\nin our words")
    filled = filled_fields(one.normalised.profile) if one.normalised.profile else {}
    print_table(("field", "value"), [(field, _short(json.dumps(value, ensure_ascii=False))) for field, value in filled.items()])
    say(f"empty: {', '.join(_empty(one.normalised)) or 'none'}")
    say(f"unread labels: {', '.join(parsed.unread_labels) or 'none'}")
    print_findings(one.normalised.findings)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
