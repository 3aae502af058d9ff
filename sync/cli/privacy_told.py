"""What `privacy report` and `privacy erase` print: where something is held, and what was erased."""

from __future__ import annotations

from dataclasses import asdict

from sync.cli.output import print_json, print_table, say
from sync.erasing import Erased
from sync.exporting import InExport
from sync.holdings import Held, holdings
from sync.lake import FoundInLake
from sync.settings import Settings
from sync.withholding import suppression
from warehouse.state import State

BACKUPS = "backups made before still hold it: delete them, or restore none of them without saying this again"
COPIES = "the copies that somebody made of an edition or of an export"


def print_erased(said: str, done: Erased) -> None:
    """What an erasure did."""
    say(f"erased, and kept out from now on: {said}")
    say(f"stored pages deleted: {done.captures}; lists written anew: {done.lists}; lines of the journal: {done.log_lines}")
    say(f"editions deleted: {', '.join(done.editions) or 'none'}; whoever has one open keeps it until it is closed")
    if done.edition:
        say(f"published {done.edition}")
    if done.exports:
        say(f"exports of those editions, or of editions that were gone already, deleted: {', '.join(done.exports)}")
    if done.set_aside:
        say(f"earlier states deleted, because they may have had it: {', '.join(done.set_aside)}")
    _print_lake(done.lake, is_erased=True)
    say(f"out of reach: {BACKUPS}; and {COPIES}")


def print_held(found: Held) -> None:
    """What is held about one thing, and where."""
    say(f"{found.said}: {'kept out' if found.is_kept_out else 'not kept out'}; {'' if found.is_anything else 'nothing is '}held")
    if found.edition:
        say(f"the state no longer has it; what {found.edition} says of it:")
    if found.sources:
        rows = [(one.network, one.name, one.since, one.checked_on, one.url) for one in found.sources]
        print_table(("network", "name", "since", "last checked", "address"), rows)
    in_state = ", ".join(f"{_counted(count, 'row')} of {table}" for table, count in found.tables.items())
    say(f"in the state: {in_state or 'no row'}")
    say(f"in {_counted(len(found.editions), 'edition')}{': ' if found.editions else ''}{', '.join(found.editions)}")
    say(f"stored pages: {found.captures}; lines of the journal: {found.log_lines}; judgements by people: {found.judgements}")
    say(f"entries and notes of shortlists, opinions on partners: {found.shortlists}")
    for one in found.exports:
        say(f"export of edition {one.edition} in {one.folder}: {_standing(one)}")
    _print_lake(found.lake)
    if found.set_aside:
        say(f"earlier states that may hold it: {', '.join(found.set_aside)}")
    say("counted is wherever its names, addresses or numbers stand; where others only name it, erasing leaves their words")
    say(f"not looked into: backups, and {COPIES}")


def _print_lake(lake: FoundInLake | None, *, is_erased: bool = False) -> None:
    if lake is None:
        return
    if lake.trouble:
        say(f"the lake could not be asked, and may hold it: {lake.trouble}")
    for one in lake.found:
        tables = ", ".join(f"{_counted(count, 'row')} of {table}" for table, count in one.tables.items())
        say(f"in the lake, edition {one.edition} of the machine {one.machine}: {tables}")
    if not lake.found and not lake.trouble:
        say("in the lake: nothing")
    elif is_erased:
        say(
            "`clusterbridge lake push`, then `clusterbridge lake tidy`, take it out of the lake too, with every earlier "
            "snapshot; what other machines' editions say of it stays until it is erased there"
        )


def _standing(one: InExport) -> str:
    parts = [f"holds it, in {', '.join(one.files)}"] if one.files else []
    if one.unreadable:
        parts.append(f"whether it holds it cannot be told, for {', '.join(one.unreadable)} cannot be read")
    if one.files and one.unreadable:
        parts[1] = f"{', '.join(one.unreadable)} cannot be read"
    return "; ".join(parts) or ("does not hold it" if one.is_there else "is no longer there")


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'s' if count > 1 else ''}"


def print_holdings(settings: Settings, state: State, *, as_json: bool) -> None:
    """What is held at all."""
    found = holdings(state, settings.paths.var)
    with suppression.desk_of(settings.paths.var) as desk:
        kept_out = sum(one.withdrawn_at is None for one in suppression.decisions(desk))
    keep = settings.keep.model_dump()
    if as_json:
        print_json({**asdict(found), "suppressions": kept_out, "keep": keep})
        return
    say("Held are what networks publish of organisations: names, addresses, role mailboxes, figures; never what names a person.")
    print_table(("table of the state", "rows"), found.tables.items())
    oldest = f", the oldest of {found.oldest_capture}" if found.oldest_capture else ""
    say(f"stored pages: {found.captures}, {found.capture_bytes:,} bytes{oldest}")
    say(f"they are deleted {keep['capture_bodies_days']} days after a network last sent or confirmed them; member lists stay")
    say(f"editions: {len(found.editions)}; the last {keep['editions']} are kept")
    say(f"exports: {', '.join(found.exports) or 'none'}")
    say(f"days of the journal: {len(found.logs)}; deleted after {keep['logs_days']} days")
    say(f"suppressions that hold: {kept_out}")
    if found.is_erasing:
        say("an erasure was interrupted: end it with `clusterbridge privacy erase`")
