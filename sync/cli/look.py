"""Commands that look and change nothing: status, doctor, parse, replay."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from connectors import registry
from connectors.contract import PageChanged, PageKind, PageRequest, RawPage
from sync.capture import Captures
from sync.cli import found, standing
from sync.cli.ask import edition_path, opened
from sync.cli.context import Asked
from sync.cli.lake import told as told_lake
from sync.cli.output import Json, Stop, print_json, print_table, say, warn
from sync.clock import SystemClock
from sync.doctor import doctor as doctor_checks
from sync.doctor import keeping as doctor_keeping
from sync.doctor.runs import told_checks
from sync.exits import Exit, exit_of
from sync.lake import standing as lake_standing
from sync.normalise.profile import normalise
from sync.places import STATE
from sync.privacy.strip import strip_personal
from sync.replay import Replay
from sync.replay import replay as replay_network
from sync.store import PrivateStore
from warehouse.connection import Connection
from warehouse.migrate import SchemaOlder
from warehouse.rows import Finding
from warehouse.state import State, StateLocked

MOST_ACCEPTED = 10


def parse(
    network: Annotated[str, typer.Argument(help="The network whose page it is.")],
    file: Annotated[Path, typer.Argument(help="A saved page.", exists=True, dir_okay=False, readable=True)],
    url: Annotated[str, typer.Option("--url", help="The address that it was saved from.")],
    charset: Annotated[str | None, typer.Option(help="What the server declared; else the page says it.")] = None,
    as_json: Json = False,
) -> None:
    """Read one saved profile page: what it prints, what we make of it, what we did not understand."""
    chosen = registry.network(network)
    clock = SystemClock()
    if charset is not None:
        _check_charset(charset)
    request = PageRequest(url, PageKind.PROFILE)
    try:
        body = strip_personal(file.read_bytes(), charset, chosen.facts.personal).body
        page = RawPage(request, body, sha256(body).hexdigest(), clock.now(), charset, url)
        profiles = list(registry.connector(chosen.facts.name, _origin(url)).parse(page))
    except PageChanged as changed:
        if as_json:
            print_json(_nothing_read(Finding("page changed", str(changed), network=chosen.facts.name, url=url)))
        raise Stop(Exit.HELD, f"{file} is not a profile page of {chosen.facts.title}: {changed}") from changed
    read = [(parsed, normalise(parsed, chosen, today=clock.now().date())) for parsed in profiles]
    answers = [
        {
            "printed": {field: list(values) for field, values in parsed.printed.items()},
            "profile": None if result.profile is None else result.profile.model_dump(mode="json"),
            "unread_labels": list(parsed.unread_labels),
            "findings": [_finding(finding) for finding in result.findings],
        }
        for parsed, result in read
    ]
    if not answers:
        because = f"{chosen.facts.title} shows something else than a profile there (news, a call)"
        answers = [_nothing_read(Finding("not a profile", because, network=chosen.facts.name, url=url))]
    if as_json:
        print_json(answers[0] if len(answers) == 1 else answers)
        return
    for answer in answers:
        _print_answer(answer)


def _check_charset(charset: str) -> None:
    try:
        codecs.lookup(charset)
    except LookupError as error:
        raise Stop(Exit.USAGE, f"wanted --charset with the name of an encoding such as 'utf-8', found {charset!r}") from error


def _origin(url: str) -> str:
    """Scheme and host of an address, where the page's own links lead."""
    scheme, _, rest = url.partition("://")
    if scheme not in ("http", "https") or not rest:
        raise Stop(Exit.USAGE, f"wanted --url with an http(s) address, found {url!r}")
    return f"{scheme}://{rest.partition('/')[0]}"


def _nothing_read(finding: Finding) -> dict[str, Any]:
    return {"printed": {}, "profile": None, "unread_labels": [], "findings": [_finding(finding)]}


def _finding(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in asdict(finding).items() if value not in (None, "")}


def _print_answer(answer: dict[str, Any]) -> None:
    said = {field: value for field, value in (answer["profile"] or {}).items() if value not in (None, [], {})}
    print_table(("field", "value"), [(field, json.dumps(value, ensure_ascii=False)) for field, value in said.items()])
    for label in answer["unread_labels"]:
        say(f"unread label: {label}")
    for finding in answer["findings"]:
        say(f"{finding['kind']}: {finding['because']}")


def replay(
    ctx: typer.Context,
    networks: Annotated[list[str] | None, typer.Argument(metavar="[NETWORK ...]", help="None: all that were read.")] = None,
    as_json: Json = False,
) -> None:
    """Read the stored pages with today's parser and show what would differ; asks no network and changes nothing."""
    var = home(ctx.obj)
    if not (var / STATE).exists():
        raise Stop(
            Exit.NOTHING_RAN, f"wanted a state in {var}, found none; `clusterbridge sync` or `clusterbridge demo` makes it"
        )
    with State.open(var / STATE, read_only=True) as state:
        names = networks or [
            row[0] for row in state.con.execute("SELECT DISTINCT network FROM ledger.pages ORDER BY 1").fetchall()
        ]
        replays = []
        for name in names:
            chosen = registry.network(name)
            store = PrivateStore(Captures(var / "captures"), chosen.facts.personal)
            replays.append(replay_network(state, chosen, store, SystemClock().now().date()))
    if as_json:
        print_json([_replayed(one) for one in replays])
        return
    for one in replays:
        say(
            f"{one.network}: {one.pages} stored pages, {len(one.records)} records, {len(one.findings)} findings, "
            f"{len(one.differences)} values differ, {len(one.no_longer_read)} records are no longer read"
        )
        if one.differences:
            rows = [(each.source_key, each.field, each.old, each.new) for each in one.differences]
            print_table(("record", "field", "in the warehouse", "today's parser"), rows)
        for key in one.no_longer_read:
            say(f"no longer read: {key}")


def _replayed(one: Replay) -> dict[str, Any]:
    return {
        "network": one.network,
        "pages": one.pages,
        "records": len(one.records),
        "findings": [_finding(finding) for finding in one.findings],
        "differences": [asdict(each) for each in one.differences],
        "no_longer_read": list(one.no_longer_read),
    }


def home(asked: Asked) -> Path:
    """The folder of the live state where there is one, or of none at all; else the demo's, which is said."""
    var = asked.settings.paths.var
    is_demo = not (var / STATE).exists() and (var / "demo" / STATE).exists()
    return asked.reading(var / "demo" if is_demo else var)


@contextmanager
def _ledger(asked: Asked) -> Iterator[Connection]:
    """The state, or the edition while a run has the state to itself: both have the analysts' tables."""
    folder = home(asked)
    if not (folder / STATE).exists():
        with opened(edition_path(asked.settings.paths.var)) as con:
            yield con
        return
    try:
        state = State.open(folder / STATE, read_only=True)
    except (StateLocked, SchemaOlder) as trouble:
        is_running = isinstance(trouble, StateLocked)
        why = "a run is under way" if is_running else "an older version wrote the state, which the next run brings up to date"
        warn(f"{why}; this is how things stood when the last edition was published")
        with opened(edition_path(asked.settings.paths.var)) as con:
            yield con
        return
    with state:
        yield state.con


_STATUS_COLUMNS = ("network", "title", "last_outcome", "last_because", "last_try_at", "last_good_at", "records", "records_gone")

_NETWORKS = """
    SELECT network, title, last_outcome, last_because, last_try_at, last_good_at, records, records_gone
    FROM networks
    ORDER BY network
"""


def status(ctx: typer.Context, as_json: Json = False) -> None:
    """How each network stands: last try, last good, what was found, and what a person should look at."""
    now = SystemClock().now()
    with _ledger(ctx.obj) as con:
        networks = [dict(zip(_STATUS_COLUMNS, row, strict=True)) for row in con.execute(_NETWORKS).fetchall()]
        findings = found.open_findings(con)
        held, accepted, edition_held = standing.held_networks(con), standing.acceptances(con), standing.held_edition(con)
    for network in networks:
        good = network["last_good_at"]
        network["age_hours"] = None if good is None else round((now.replace(tzinfo=None) - good).total_seconds() / 3600, 1)
        network["findings"] = found.counts(findings, network["network"])
    lake = lake_standing(ctx.obj.settings, ctx.obj.settings.paths.var)
    if as_json:
        told = None if lake is None else {**asdict(lake), "is_behind": lake.is_behind}
        doubts = {"held": held, "acceptances": accepted, "edition_held": edition_held}
        frequent = findings[: found.MOST_SHOWN]
        print_json({"networks": networks, **doubts, "lake": told, "most_frequent_findings": frequent, "findings": findings})
        return
    if not networks:
        say("no network was read yet: `clusterbridge demo` plays them on this machine")
    print_table(
        ("network", "outcome", "last good (UTC)", "hours ago", "records", "gone", "findings"),
        [
            (
                network["network"],
                network["last_outcome"],
                "never" if network["last_good_at"] is None else f"{network['last_good_at']:%Y-%m-%d %H:%M}",
                "" if network["age_hours"] is None else f"{network['age_hours']:.1f}",
                network["records"],
                network["records_gone"],
                ", ".join(f"{times} {kind}" for kind, times in network["findings"].items()),
            )
            for network in networks
        ],
    )
    for network in networks:
        if network["last_because"] and network["last_outcome"] != "held":
            say(f"{network['network']}: {network['last_because']}")
    standing.show(held, accepted[:MOST_ACCEPTED], edition_held)
    if lake is not None:
        say(told_lake(lake))
    found.print_findings(findings)


def doctor(
    ctx: typer.Context,
    is_telling: Annotated[bool, typer.Option("--tell", help=r"Send every \[notify] address a message to try it out.")] = False,
    as_json: Json = False,
) -> None:
    """Check that everything is in order; what is not comes with its mend."""
    asked: Asked = ctx.obj
    now = SystemClock().now()
    checks = doctor_checks.examine(lambda: asked.settings, now, doctor_keeping.examine)
    if not any(check.what == "configuration" and check.level is doctor_checks.Level.FAIL for check in checks):
        home(asked)  # to say so where it is the demo's
        checks += told_checks(asked.settings, now) if is_telling else []
    if as_json:
        print_json([{"what": one.what, "level": one.level, "found": one.found, "mend": one.mend} for one in checks])
    else:
        print_table(("", "what", "found", "mend"), [(check.level.value, check.what, check.found, check.mend) for check in checks])
    code = exit_of(check.code for check in checks if check.level is doctor_checks.Level.FAIL)
    if code is not Exit.OK:
        raise typer.Exit(code)
