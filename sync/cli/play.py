"""The command demo: the whole program against replicas of the networks on this machine, for one night or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from demo import eccp_plan, facts
from demo.nights import Fate
from demo.pages import Site
from demo.server import DEMO_PORT, HEALTHY, Replicas, serve
from demo.site import NETWORKS, SEED, build
from demo.troubled_site import Trouble
from demo.truth import records
from matching.partners import ranking
from matching.search.find import Found, Named, find
from sync import pipeline
from sync.cli.ask import names_of, network_titles, opened, print_partners
from sync.cli.changes import print_changes
from sync.cli.context import Asked
from sync.cli.output import Json, Stop, print_json, print_table, say
from sync.cli.run import Full, as_values, demo_settings, make, print_report
from sync.cli.troubled import Troubles, print_troubles, strikes_profiles, troubles_of
from sync.clock import SystemClock
from sync.exits import Exit
from warehouse import changes, editions
from warehouse.connection import Connection

REPLICA_KEEPS_AT_LEAST = 0.9
"""Share of a replica's records that a run must find; the live networks' own floors are too high for a sample."""
MOST_CHANGES = 20
EXAMPLE = "Paper Province"


def demo(
    ctx: typer.Context,
    is_full: Full = False,
    night: Annotated[
        int, typer.Option("--night", min=1, max=2, help="2: the first night, the same again, and a second one that differs.")
    ] = 1,
    trouble: Troubles = None,
    is_served: Annotated[bool, typer.Option("--serve", help="Then open the staff's web page on it, until Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """Play the networks on this machine, run the whole program against them, and show what came of it."""
    asked: Asked = ctx.obj
    if is_served and (as_json or trouble):
        raise Stop(Exit.USAGE, "wanted --serve with a demo that is told on the screen and in no trouble; leave one option out")
    if trouble == ["list"]:
        print_troubles()
    elif trouble and night != 1:
        raise Stop(Exit.USAGE, "wanted --trouble with the first night, found it with --night 2; leave one of them out")
    elif as_json and night != 1:
        raise Stop(
            Exit.USAGE, "wanted --json with a single run, found it with --night 2, which makes several; leave one of them out"
        )
    elif as_json:
        troubles = troubles_of(trouble or (), _sites(1))
        with _served(troubles) as replicas:
            report = _made(asked, replicas, _sites(1), is_full=is_full or strikes_profiles(troubles.values()))
        print_json(as_values(report))
        raise typer.Exit(report.exit)
    elif trouble:
        _play_troubles(asked, troubles_of(trouble, _sites(1)), is_full=is_full)
    else:
        _play_well(asked, night, is_full=is_full)
        if is_served:
            from sync.cli.serve import open_page  # here, because most demos open no page

            say("")
            open_page(asked, (asked.settings.paths.var / "demo",))


def _play_well(asked: Asked, night: int, *, is_full: bool) -> None:
    with _served() as replicas:
        if night == 1:
            _print_partners(_visit(asked, replicas, _sites(1), is_full=is_full), asked.timezone)
        else:
            _play_nights(asked, replicas, is_full=is_full)


def _sites(night: int) -> tuple[Site, ...]:
    return tuple(build(network, night=night) for network in NETWORKS)


def _served(troubles: Mapping[str, Trouble] = HEALTHY) -> AbstractContextManager[Replicas]:
    """The replicas, at the same addresses every time and every night."""
    return serve(_sites(1), DEMO_PORT, troubles)


def _play_troubles(asked: Asked, troubles: Mapping[str, Trouble], *, is_full: bool) -> None:
    """The first night with some networks in trouble. Ends with the run's exit code."""
    with _served(troubles) as replicas:
        report = _run(asked, replicas, _sites(1), is_full=is_full or strikes_profiles(troubles.values()))
    say(f"in trouble: {', '.join(f'{name} ({one.plays})' for name, one in troubles.items())}")
    say("What a network said in its last good run stays. To see how it mends: .venv/bin/clusterbridge demo")
    raise typer.Exit(report.exit)


def _visit(asked: Asked, replicas: Replicas, sites: Sequence[Site], *, is_full: bool) -> pipeline.RunReport:
    """Run over the replicas as ``sites`` has them, and say what came of it. Stops where it did not end well."""
    for site in sites:
        replica = replicas.replica(site.network)
        replica.site = site
        replica.requests.clear()
    report = _run(asked, replicas, sites, is_full=is_full)
    _edition(report)
    return report


def _run(asked: Asked, replicas: Replicas, sites: Sequence[Site], *, is_full: bool) -> pipeline.RunReport:
    report = _made(asked, replicas, sites, is_full=is_full)
    print_report(report)
    return report


def _made(asked: Asked, replicas: Replicas, sites: Sequence[Site], *, is_full: bool) -> pipeline.RunReport:
    floors = {site.network: int(REPLICA_KEEPS_AT_LEAST * len(records(site.truth, site.network))) for site in sites}
    return make(asked, demo_settings(asked.settings, replicas, floors), tuple(replicas), is_full=is_full)


def _edition(report: pipeline.RunReport) -> Path:
    if report.exit is not Exit.OK or report.edition is None:
        raise Stop(report.exit, "the demo did not end well; the table above says which network, and why")
    return report.edition


def _print_partners(report: pipeline.RunReport, zone: ZoneInfo) -> None:
    say("")
    with opened(_edition(report)) as con:
        one = _example(con)
        matches = ranking.rank(con, one.id, top=10, today=SystemClock().now().astimezone(zone).date())
        print_partners(one, matches, names_of(con, [match.partner for match in matches]), network_titles(con))
    say("\nThe names and subjects are real; member counts, dates and contacts marked so on the replicas are generated.")
    say('Next: .venv/bin/clusterbridge search "paper"   or   .venv/bin/clusterbridge show "Paper Province"')


def _example(con: Connection) -> Named:
    """The Swedish cluster whose partners are shown: any other where the usual one is kept out on request."""
    answer = find(con, EXAMPLE)
    if isinstance(answer, Found):
        return answer.one
    rows = con.execute(
        "SELECT organisation_id, name, country FROM clusters WHERE is_swedish AND NOT is_gone ORDER BY name LIMIT 1"
    ).fetchall()
    return Named(*rows[0])


def _play_nights(asked: Asked, replicas: Replicas, *, is_full: bool) -> None:
    """The first night where there is none yet, the same again, and the second; what each asked for, and what the last changed."""
    folder = asked.settings.paths.var / "demo" / "editions"
    before = editions.current(folder)
    if before is not None and _has_second_night(before):
        say(f"{folder.parent} has had its second night: here it is once more. Remove the folder to begin with the first.\n")
    else:
        if before is None:
            say("The first night: all is new.\n")
            _report(asked, replicas, _sites(1), is_full=is_full)
        say("\nThe first night again: nothing on the networks has changed.\n")
        _report(asked, replicas, _sites(1), is_full=is_full)
        say("\nThe second night: some profiles were edited, renamed or moved, some are new, some are not there any more.\n")
    report = _report(asked, replicas, _sites(2), is_full=is_full)
    _print_changes(report)


def _has_second_night(edition: Path) -> bool:
    """Whether an edition knows what is on the replica of ECCP from the second night on only."""
    placed = eccp_plan.placements(facts.clusters(), SEED, night=2)
    joined = {placement.source_key for placement in placed if placement.fate is Fate.JOINS}
    with opened(edition) as con:
        rows = con.execute("SELECT source_key FROM cluster_sources WHERE network = ?", [eccp_plan.NETWORK]).fetchall()
    return bool(joined & {key for (key,) in rows})


def _report(asked: Asked, replicas: Replicas, sites: Sequence[Site], *, is_full: bool) -> pipeline.RunReport:
    report = _visit(asked, replicas, sites, is_full=is_full)
    profiles = {(site.network, page.path) for site in sites for page in site.truth}
    wanted = {(name, path) for name in replicas for path, _ in replicas.replica(name).requests} & profiles
    parsed = sum(len(one.run.records) for one in report.networks)
    missing = sum(one.loaded.records_missing for one in report.networks if one.loaded)
    say(f"asked for {len(wanted)} of {len(profiles)} profile pages, read {parsed} records anew, missed {missing}")
    return report


def _print_changes(report: pipeline.RunReport) -> None:
    say("")
    with opened(_edition(report)) as con:
        found = changes.read(con, run_id=report.run_id, limit=MOST_CHANGES)
        counts = changes.count(con, run_id=report.run_id)
    if not counts:
        say("No organisation changed.")
        return
    print_changes(found)
    say("")
    print_table(("changes", "kind"), [(times, kind.value.replace("_", " ")) for kind, times in counts.items()])
    say(f"{sum(counts.values())} changes, the first {len(found)} shown; all of them: clusterbridge changes")
    say("Whoever was missed is gone when the next complete run misses them too.")
