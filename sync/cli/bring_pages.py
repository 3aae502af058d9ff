"""The command import, for saved pages: HTML and MHTML files, folders, zip and WARC archives."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from connectors.addresses import Addresses
from connectors.network import Network
from sync import importing_pages
from sync.cli.brought import FIRST_PROFILES, finding_as_json, print_findings, profile_line, reported
from sync.cli.context import Asked
from sync.cli.output import Stop, print_json, print_table, say, warn
from sync.cli.run import print_report
from sync.clock import SystemClock
from sync.exits import Exit
from sync.importing_pages import Brought
from sync.journal import journal
from sync.saved.address import is_address
from sync.saved.aside import SetAside
from sync.saved.files import Shape, pieces_of, shape_of_file
from sync.saved.pages import SavedPages, gather
from sync.saved.reading import SET_ASIDE, Taken, taken_for
from sync.saved.warc import records_of
from sync.settings import NetworkSettings

MOST_PAGES_SHOWN = 30
PAGES = (Shape.PAGE, Shape.MHTML, Shape.ZIP, Shape.WARC)


def are_pages(paths: Sequence[Path]) -> bool:
    """Whether these are saved pages, and no member lists. Stops where they are some of each."""
    shown = {path: path.is_dir() or shape_of_file(path) in PAGES for path in paths}
    if len(set(shown.values())) > 1:
        page = next(path for path, is_page in shown.items() if is_page)
        table = next(path for path, is_page in shown.items() if not is_page)
        raise Stop(
            Exit.USAGE, f"{page} holds saved pages and {table} is a member list or something else: import one after the other"
        )
    return all(shown.values())


def import_pages(
    asked: Asked,
    network: Network,
    paths: Sequence[Path],
    *,
    url: str | None,
    is_preview: bool,
    is_whole: bool | None,
    as_json: bool,
) -> None:
    """Take saved pages of a network.

    Arguments:
        url: the address of the only page.
        is_whole: whether they are the whole network; None: find out.
    """
    settings, clock = asked.settings, SystemClock()
    base = settings.networks.get(network.facts.name, NetworkSettings()).base or network.facts.home
    addresses = Addresses(base, network.facts.hosts)
    if url is not None:
        _check_url(url, paths, addresses, network)
    with ExitStack() as open_files:
        aside = SetAside()
        pages = gather(pieces_of(paths, aside, open_files, records_of), addresses, aside, clock.now(), url=url)
        if not pages:
            _tell_aside(aside)
            raise Stop(Exit.USAGE, f"wanted saved pages of {network.facts.title}, found none that can be read; nothing was done")
        if is_preview:
            _show(network, pages, base, clock, as_json=as_json)
            return
        with journal(settings.paths.var, quiet=asked.quiet) as log:
            report, brought = importing_pages.run(settings, network, pages, clock, log, is_whole=is_whole)
    if as_json:
        print_json(reported(report) | _told(brought))
    else:
        print_report(report)
        say(f"{len(pages)} saved pages, read as {brought.because}")
        _tell_aside(aside)
        print_findings([finding for finding in report.networks[0].run.findings if finding.kind != SET_ASIDE])
    raise typer.Exit(report.exit)


def _check_url(url: str, paths: Sequence[Path], addresses: Addresses, network: Network) -> None:
    if len(paths) != 1 or paths[0].is_dir() or shape_of_file(paths[0]) not in (Shape.PAGE, Shape.MHTML):
        raise Stop(Exit.USAGE, "wanted --url with a single saved page, found more or an archive; name that page alone")
    if not is_address(url):
        raise Stop(Exit.USAGE, f"wanted --url with an http(s) address, found {url!r}")
    if addresses.own(url) is None:
        hosts = ", ".join(network.facts.hosts)
        raise Stop(Exit.USAGE, f"wanted --url with an address of {network.facts.title} ({hosts}), found {url!r}")


def _tell_aside(aside: SetAside) -> None:
    """What was set aside, on stderr: it is no result."""
    for why, times, names in aside:
        more = f" and {times - len(names)} more" if times > len(names) else ""
        warn(f"set aside {times}, {why}: {'; '.join(names)}{more}")


def _told(brought: Brought) -> dict[str, Any]:
    return {
        "is_whole": brought.is_whole,
        "read_as": brought.because,
        "pages": [_page(taken) for taken in taken_for(brought.reading)],
        "set_aside": _aside(brought.reading.pages),
    }


def _page(taken: Taken) -> dict[str, Any]:
    return {name: value for name, value in asdict(taken).items() if value not in ("", ())}


def _aside(pages: SavedPages) -> list[dict[str, Any]]:
    return [{"why": str(why), "times": times, "examples": names} for why, times, names in pages.aside]


def _show(network: Network, pages: SavedPages, base: str, clock: SystemClock, *, as_json: bool) -> None:
    one, profiles, findings = importing_pages.preview(network, pages, base, clock, FIRST_PROFILES)
    _, scope = one.scope(None, network.facts.expect.pages_unread_at_most)
    taken = list(taken_for(one))
    if as_json:
        print_json(
            {
                "read_as": scope,
                "pages": [_page(each) for each in taken],
                "profiles": [None if each.profile is None else each.profile.model_dump(mode="json") for each in profiles],
                "findings": [finding_as_json(finding) for finding in findings],
                "set_aside": _aside(one.pages),
            }
        )
        return
    rows = [
        (each.name, each.url.removeprefix(base), each.by, each.what, each.because or _keys(each))
        for each in taken[:MOST_PAGES_SHOWN]
    ]
    print_table(("page", "address", "told by", "taken for", "records"), rows)
    if len(taken) > MOST_PAGES_SHOWN:
        say(f"… and {len(taken) - MOST_PAGES_SHOWN} more pages; --json lists all")
    for number, normalised in enumerate(profiles, start=1):
        say(f"\n{number}. {profile_line(normalised)}")
    _tell_aside(one.pages.aside)
    print_findings(findings)
    say(f"\nread as {scope}\nnothing was stored; import without --preview")


def _keys(taken: Taken) -> str:
    more = f" and {len(taken.source_keys) - 3} more" if len(taken.source_keys) > 3 else ""
    return ", ".join(taken.source_keys[:3]) + more
