"""The command that takes what we are handed: import."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from connectors import registry
from connectors.network import Network
from sync import importing
from sync.aftermath import accounted
from sync.cli.ask import Json
from sync.cli.context import Asked
from sync.cli.output import Stop, print_json, print_table, say
from sync.cli.run import print_report
from sync.clock import SystemClock
from sync.columns import Use
from sync.exits import Exit
from sync.importing import MemberList
from sync.journal import journal
from sync.member_rows import values_of
from sync.normalise.readings import Normalised
from sync.pipeline import RunReport
from sync.tables import MOST_BYTES
from warehouse.profile import ClusterProfile
from warehouse.rows import Finding

FIRST_PROFILES = 5
SAMPLES = 3
LONGEST_SAMPLE = 40
MOST_FINDINGS = 10

NetworkName = Annotated[str, typer.Argument(metavar="NETWORK", help="A network, such as clusters-of-sweden.")]
Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH", help="CSV or XLSX files, together the whole list.", exists=True, dir_okay=False, readable=True
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="HEADING=FIELD", help="What a column is: a printed field, source_key, url, or - for none."),
]
Sheet = Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook; else the first with a heading.")]
Preview = Annotated[
    bool, typer.Option("--preview", help="Show how the columns are understood and the first profiles; change nothing.")
]
Additional = Annotated[
    bool, typer.Option("--additional", help="Not the whole list: add and update only, nothing counts as missing.")
]


def import_lists(
    ctx: typer.Context,
    network: NetworkName,
    paths: Files,
    columns: Columns = None,
    sheet: Sheet = None,
    is_preview: Preview = False,
    is_additional: Additional = False,
    as_json: Json = False,
) -> None:
    """Take a network's member list from CSV or XLSX files, then load, match and publish as after a nightly run."""
    asked: Asked = ctx.obj
    chosen_network = registry.network(network)
    lists = _read(chosen_network, paths, _chosen(columns or ()), sheet)
    if is_preview:
        _show(chosen_network, lists, as_json=as_json)
        return
    settings, clock = asked.settings, SystemClock()
    with journal(settings.paths.var, quiet=asked.quiet) as log:
        report = accounted(
            settings,
            clock,
            log,
            lambda: importing.run(settings, chosen_network, lists, clock, log, is_additional=is_additional),
        )
    if as_json:
        print_json(_reported(report))
    else:
        print_report(report)
        print_findings(report.networks[0].run.findings)
    raise typer.Exit(report.exit)


def _chosen(words: Sequence[str]) -> dict[str, str]:
    chosen = {}
    for word in words:
        heading, sign, field = word.rpartition("=")
        if not sign or not heading.strip() or not field.strip():
            raise Stop(Exit.USAGE, f"wanted --column as HEADING=FIELD (such as 'Org.namn=name'), found {word!r}")
        chosen[heading.strip()] = field.strip()
    return chosen


def _read(network: Network, paths: Sequence[Path], chosen: dict[str, str], sheet: str | None) -> list[MemberList]:
    lists = []
    for path in paths:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise Stop(Exit.USAGE, f"{path}: wanted a file of at most {MOST_BYTES:,} bytes, found {size:,}; split it")
        try:
            lists.append(importing.read_list(network, path.name, path.read_bytes(), chosen=chosen, sheet=sheet))
        except (importing.TableUnreadable, importing.ColumnUnknown) as trouble:
            raise Stop(Exit.USAGE, f"{path}: {trouble}") from trouble
    return lists


def _show(network: Network, lists: Sequence[MemberList], *, as_json: bool) -> None:
    today = SystemClock().now().date()
    previews = [(one, *importing.preview(network, one, today, FIRST_PROFILES)) for one in lists]
    if as_json:
        print_json([_previewed(one, profiles, findings) for one, profiles, findings in previews])
        return
    for one, profiles, findings in previews:
        say(f"{one.name}: {one.table.how}, heading in row {one.table.heading_row}, {len(one.members.rows)} organisations")
        columns = [(each["heading"], each["field"] or each["use"], each["how"], each["samples"]) for each in _columns(one)]
        print_table(("column", "read as", "decided by", "first values"), columns)
        for number, normalised in enumerate(profiles, start=1):
            say(f"\n{number}. {_profile_line(normalised)}")
        print_findings([*findings, *(finding for normalised in profiles for finding in normalised.findings)])
    say("\nnothing was stored; import without --preview")


def _columns(one: MemberList) -> list[dict[str, Any]]:
    """Every column, with its first values; none of a column that may name persons, because nothing of it is read."""
    shown = []
    for column in one.columns:
        samples: dict[str, None] = {}
        if column.use is Use.READ:
            for row in one.members.rows:
                samples |= dict.fromkeys(values_of(column.field or "", row.cells[column.place]))
                if len(samples) >= SAMPLES:
                    break
        first = [
            sample if len(sample) <= LONGEST_SAMPLE else sample[: LONGEST_SAMPLE - 1] + "…" for sample in list(samples)[:SAMPLES]
        ]
        shown.append(
            {"heading": column.heading, "use": column.use.value, "field": column.field, "how": column.how, "samples": first}
        )
    return shown


def _profile_line(normalised: Normalised) -> str:
    if normalised.profile is None:
        return "no profile"
    said = filled_fields(normalised.profile)
    return ", ".join(f"{field} {json.dumps(value, ensure_ascii=False)}" for field, value in said.items() if field != "network")


def filled_fields(profile: ClusterProfile) -> dict[str, Any]:
    """The fields of a profile that have a value, as JSON values."""
    return {field: value for field, value in profile.model_dump(mode="json").items() if value not in (None, [], {})}


def _previewed(one: MemberList, profiles: Sequence[Normalised], findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "file": one.name,
        "how": one.table.how,
        "heading_row": one.table.heading_row,
        "organisations": len(one.members.rows),
        "columns": _columns(one),
        "profiles": [None if each.profile is None else each.profile.model_dump(mode="json") for each in profiles],
        "findings": [finding_as_json(each) for each in (*findings, *(found for each in profiles for found in each.findings))],
    }


def _reported(report: RunReport) -> dict[str, Any]:
    (network,) = report.networks
    loaded = network.loaded
    return {
        "run": report.run_id,
        "network": network.run.network,
        "outcome": network.run.outcome.value,
        "because": network.run.because,
        "records": len(network.run.records),
        "records_new": loaded.records_new if loaded else 0,
        "records_changed": loaded.records_changed if loaded else 0,
        "records_missing": loaded.records_missing if loaded else 0,
        "claims_opened": loaded.claims_opened if loaded else 0,
        "findings": [finding_as_json(finding) for finding in network.run.findings],
        "edition": None if report.edition is None else str(report.edition),
        "edition_held": report.edition_held,
    }


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """What a finding says, without what it does not say."""
    return {name: value for name, value in asdict(finding).items() if value not in (None, "")}


def print_findings(findings: Sequence[Finding]) -> None:
    """What a person should look at: each sentence once, with how often it was found."""
    times = Counter((finding.kind, finding.because) for finding in findings)
    for (kind, because), count in times.most_common(MOST_FINDINGS):
        say(f"{kind}: {because}" + (f" ({count} times)" if count > 1 else ""))
    if len(times) > MOST_FINDINGS:
        say(f"… and {len(times) - MOST_FINDINGS} more; --json lists all")
