"""The command that takes what we are handed: import. Member lists here, saved pages in ``sync/cli/bring_pages.py``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from connectors import registry
from connectors.network import Network
from sync import importing
from sync.aftermath import accounted
from sync.cli import bring_pages, taken_in
from sync.cli.brought import FIRST_PROFILES, finding_as_json, print_findings, profile_line, reported
from sync.cli.context import Asked
from sync.cli.output import Json, Stop, brief, print_json, print_table, say
from sync.cli.run import print_report
from sync.clock import SystemClock
from sync.exits import Exit
from sync.importing import Looked, MemberList
from sync.journal import journal
from sync.member_lists.tables import MOST_BYTES

LONGEST_SAMPLE = 40

NetworkName = Annotated[str | None, typer.Argument(metavar="NETWORK", help="A network, such as clusters-of-sweden.")]
Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH",
        help="Saved pages (HTML, MHTML, folders, zip, WARC), or a member list: CSV or XLSX files, together the whole.",
        exists=True,
        readable=True,
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="HEADING=FIELD", help="What a column is: a printed field, source_key, url, or - for none."),
]
Sheet = Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook; else the first with a heading.")]
Preview = Annotated[
    bool, typer.Option("--preview", help="Show what the pages or columns are taken for and the first profiles; change nothing.")
]
Additional = Annotated[
    bool, typer.Option("--additional", help="Not the whole list or network: add and update only, nothing counts as missing.")
]
Complete = Annotated[
    bool, typer.Option("--complete", help="The saved pages are the whole network: what they do not name counts as missing.")
]
Inbox = Annotated[
    bool, typer.Option("--inbox", help="The lists that staff laid in the inbox on their page; the next run would take them too.")
]
Address = Annotated[str | None, typer.Option("--url", help="The address of a single saved page that does not tell its own.")]


def import_files(
    ctx: typer.Context,
    network: NetworkName = None,
    paths: Files = None,
    columns: Columns = None,
    sheet: Sheet = None,
    url: Address = None,
    is_preview: Preview = False,
    is_additional: Additional = False,
    is_complete: Complete = False,
    is_inbox: Inbox = False,
    as_json: Json = False,
) -> None:
    """Take a network's saved pages, or its member list, then load, match and publish as after a nightly run."""
    asked: Asked = ctx.obj
    if is_inbox:
        if network is not None or paths or columns or sheet or url or is_preview or is_additional or is_complete:
            raise Stop(Exit.USAGE, "wanted --inbox alone: what the lists are was said when they were laid there")
        taken_in.import_inbox(asked, as_json=as_json)
        return
    if network is None or not paths:
        what = "NETWORK" if network is None else "PATH"
        raise Stop(
            Exit.USAGE, f"wanted {what}: clusterbridge import NETWORK PATH ... (or --inbox); see `clusterbridge import --help`"
        )
    chosen_network = registry.network(network)
    if not is_preview:
        asked.begin()
    if is_additional and is_complete:
        raise Stop(Exit.USAGE, "wanted --additional or --complete, found both")
    if bring_pages.are_pages(paths):
        if columns or sheet is not None:
            raise Stop(Exit.USAGE, "--column and --sheet are for member lists, and these are saved pages")
        is_whole = True if is_complete else False if is_additional else None
        bring_pages.import_pages(asked, chosen_network, paths, url=url, is_preview=is_preview, is_whole=is_whole, as_json=as_json)
        return
    if url is not None:
        raise Stop(Exit.USAGE, "--url is for a saved page, and this is a member list")
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
        print_json(reported(report))
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
    previews = [(one, importing.preview(network, one, today, FIRST_PROFILES)) for one in lists]
    if as_json:
        print_json([_previewed(one, looked) for one, looked in previews])
        return
    for one, looked in previews:
        made = f"{looked.organisations} organisations"
        made += f" from {looked.rows} rows" if looked.rows != looked.organisations else ""
        say(f"{one.name}: {one.table.how}, heading in row {one.table.heading_row}, {made}")
        columns = [(each["heading"], each["field"] or each["use"], each["how"], each["samples"]) for each in _columns(one)]
        print_table(("column", "read as", "decided by", "first values"), columns)
        for number, normalised in enumerate(looked.profiles, start=1):
            say(f"\n{number}. {profile_line(normalised)}")
        print_findings(looked.findings)
    say("\nnothing was stored; import without --preview")


def _columns(one: MemberList) -> list[dict[str, Any]]:
    return [
        {
            "heading": column.heading,
            "use": column.use.value,
            "field": column.field,
            "how": column.how,
            "samples": [brief(value, LONGEST_SAMPLE) for value in one.first_values(column)],
        }
        for column in one.columns
    ]


def _previewed(one: MemberList, looked: Looked) -> dict[str, Any]:
    return {
        "file": one.name,
        "how": one.table.how,
        "heading_row": one.table.heading_row,
        "organisations": looked.organisations,
        "rows": looked.rows,
        "columns": _columns(one),
        "profiles": [None if each.profile is None else each.profile.model_dump(mode="json") for each in looked.profiles],
        "findings": [finding_as_json(each) for each in looked.findings],
    }
