"""Accepting a held run: a person has looked at it, so what it read is read again from its captures and believed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from structlog.typing import FilteringBoundLogger

from connectors import registry
from connectors.contract import PageKind
from connectors.network import Network
from sync.capture import CaptureDamaged, CaptureMissing, Captures
from sync.clock import Clock
from sync.crawled import Crawl, noted
from sync.exits import Exit
from sync.expecting import mends
from sync.member_lists import imported
from sync.pipeline import EDITION_HELD, RunReport, begin, finish, known_before, load_run
from sync.privacy.run import impersonal
from sync.reading import evidence_of, normalise_all
from sync.replay import Stored, parse_stored
from sync.settings import NetworkSettings, Settings
from sync.store import PrivateStore
from sync.taming import tame
from sync.verdict import Evidence, doubts
from sync.workplace import at_work
from warehouse import held, ledger
from warehouse.connection import Connection
from warehouse.held import HeldRun
from warehouse.rows import Acceptance, NetworkRun, Outcome, PageMemory, RecordInput
from warehouse.state import State


class CannotAccept(Exception):  # noqa: N818  it says what is the case
    """There is nothing to accept; the message says why and what to do instead."""

    def __init__(self, because: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(because)
        self.code = code


@dataclass(frozen=True)
class Accepted:
    """What accepting a held run of one network changes, and what it does not.

    Arguments:
        reasons: why it had been held.
        expect: keys of ``Expectations`` with which the next night, finding the same, is not held for them again.
        canaries: well-known profiles that hold the network again when their pages are next read, as sentences.
        others: what else holds the next night again, as sentences.
    """

    network: str
    reasons: tuple[str, ...]
    expect: Mapping[str, object]
    canaries: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Acceptances:
    """What came of it.

    Arguments:
        report: of the run that loaded what was accepted.
        left: networks of the accepted run that are held still, with what to do about each.
    """

    accepted_run: int
    report: RunReport
    networks: tuple[Accepted, ...]
    left: tuple[str, ...]

    @property
    def exit(self) -> Exit:
        """The exit code: held, where a network of the accepted run is held still."""
        return Exit.HELD if self.left and self.report.exit is Exit.OK else self.report.exit


def command(run_id: int, network: str) -> str:
    """What to type to accept a held run of a network."""
    return f"clusterbridge accept {run_id} --network {network} --by NAME --because TEXT"


def accept(
    settings: Settings,
    run_id: int,
    names: Sequence[str],
    by: str,
    because: str,
    clock: Clock,
    log: FilteringBoundLogger,
) -> Acceptances:
    """Believe what a held run read: load it as a new, complete run, and publish.

    All is dated to the day on which it was read. Nothing is written before every page has been read from its capture.

    Arguments:
        run_id: the run that was held.
        names: networks of that run; none: all that wait.
        by, because: who decides it and why; neither empty.

    Raises:
        CannotAccept: there is no such run, it is not held, it is superseded, or its captures are gone.
        Locked: another run holds the lock.
    """
    var = settings.paths.var
    by, because = tame(by.strip()), tame(because.strip())
    if not by or not because:
        raise CannotAccept("wanted who decides (--by NAME) and why (--because TEXT), found nothing; a judgement is signed")
    if not (var / "state.duckdb").exists():
        raise CannotAccept(f"wanted a state in {var}, found none; `clusterbridge sync` makes it", Exit.NOTHING_RAN)
    wanted = [registry.network(name).facts.name for name in names]
    with at_work(var, clock.now(), settings.merge) as state:
        chosen, left = _choose(state, run_id, wanted)
        readings = []
        for one in chosen:
            acceptance = Acceptance(run_id, by, because, one.doubted.reasons, clock.now())
            readings.append(_read_again(settings, state, one, acceptance))
        new_id, steady = begin(state, clock)
        log.info("held run accepted", run=new_id, accepted_run=run_id, networks=[one.network for one in chosen], by=by)
        reports = tuple(load_run(settings, state, new_id, network_run, 0, steady, log) for network_run, _ in readings)
        report = finish(settings, state, new_id, reports, {}, steady, log)
    return Acceptances(run_id, report, tuple(accepted for _, accepted in readings), left)


# Which of a run's networks can be accepted


def _choose(state: State, run_id: int, wanted: Collection[str]) -> tuple[list[HeldRun], tuple[str, ...]]:
    """The held networks of a run that wait, and why others of it that are held still cannot be accepted. Raises CannotAccept."""
    ended = held.outcomes(state, run_id)
    if not ended:
        raise CannotAccept(f"wanted a run that read a network, found none with number {run_id}; see `clusterbridge status`")
    strangers = [name for name in wanted if ended.get(name, (None, ""))[0] is not Outcome.HELD]
    names = wanted or [name for name, (outcome, _) in ended.items() if outcome is Outcome.HELD]
    if strangers or not names:
        listed = ", ".join(f"{name} {outcome.value}" for name, (outcome, _) in ended.items())
        which = f" of {', '.join(strangers)}" if strangers else ""
        raise CannotAccept(_edition_held(state.con, run_id) or f"wanted a held run{which}, found run {run_id}: {listed}")
    waiting = held.waiting(state)
    chosen = [waiting[name] for name in names if name in waiting and waiting[name].run_id == run_id]
    others = [name for name in names if name not in {one.network for one in chosen}]
    why_not = {name: _why_not(state, run_id, name, ended[name][1], waiting.get(name)) for name in others}
    if not chosen or (wanted and others):
        raise CannotAccept("\n".join(why_not.values()))
    is_held_still = {name for name in others if not _is_complete_since(state, run_id, name)}
    return chosen, tuple(why_not[name] for name in others if name in is_held_still)


def _edition_held(con: Connection, run_id: int) -> str | None:
    """What to say of a run whose edition was held, and no network."""
    rows = con.execute(
        "SELECT because FROM ledger.findings WHERE run_id = ? AND kind = ? ORDER BY rowid", [run_id, EDITION_HELD]
    ).fetchall()
    if not rows:
        return None
    return (
        f"run {run_id} is not held, its edition is: {rows[0][0]}\n"
        "That is a fault in the data or in the program, and nobody's judgement mends it. The rows above and the check of that "
        "name say which data; `clusterbridge replay` shows whether today's parser reads them otherwise. The next run whose data "
        "pass the check publishes again; until then readers have the last good edition."
    )


def _is_complete_since(state: State, run_id: int, network: str) -> bool:
    good = ledger.last_good(state, network)
    return good is not None and good.run_id > run_id


def _why_not(state: State, run_id: int, network: str, because: str, waiting: HeldRun | None) -> str:
    """Why a network's held run cannot be accepted, and what to do."""
    good = ledger.last_good(state, network)
    if good is not None and good.run_id > run_id:
        signed = state.con.execute(
            "SELECT run_id, accepted_by FROM acceptances WHERE accepted_run = ? AND network = ?", [run_id, network]
        ).fetchall()
        if signed:
            return f"{network}: run {run_id} was accepted already, as run {signed[0][0]}, by {signed[0][1]}"
        return f"{network}: run {run_id} is superseded: run {good.run_id} was complete since; there is nothing to accept"
    if waiting is not None and waiting.run_id > run_id:
        return (
            f"{network}: run {run_id} is superseded: run {waiting.run_id} is held too ({'; '.join(waiting.doubted.reasons)}); "
            f"look at it and say: {command(waiting.run_id, network)}"
        )
    earlier = "" if waiting is None else f"; run {waiting.run_id} before it can be accepted still"
    return (
        f"{network}: run {run_id} was cut short ({because}), so it does not say what the network lists{earlier}; "
        f"mend that and read it again: clusterbridge sync {network}"
    )


# Reading it again


def _read_again(settings: Settings, state: State, one: HeldRun, acceptance: Acceptance) -> tuple[NetworkRun, Accepted]:
    """A held run's part as a complete one, from its captures; and what accepting it does not mend. Raises CannotAccept.

    All is believed that the run read, also the pages that it had set aside because they had drifted.
    """
    network = registry.network(one.network)
    unread = one.unread_keys - imported.keys_of(one.doubted.set_aside)
    kept = one.unchanged_keys | unread
    pages = tuple({page.url: page for page in (*one.pages, *one.doubted.set_aside)}.values())
    stored, read_then = _parse(settings, network, one, pages, kept)
    records, found, notes = normalise_all(network, [*stored.profiles, *stored.rows], one.started_at.date())
    lost = imported.keys_of(pages) - kept - {record.profile.source_key for record in records}
    network_run = NetworkRun(
        network=one.network,
        outcome=Outcome.COMPLETE,
        because="",
        started_at=one.started_at,
        ended_at=one.ended_at,
        pages_fetched=0,
        pages_unchanged=len(pages) - read_then,
        pages_changed=len(stored.pages_changed),
        records=tuple(records),
        findings=(*one.findings, *stored.findings, *found),
        pages=noted(
            (
                replace(page, source_keys=stored.keys.get(page.url, page.source_keys))
                for page in pages
                if lost.isdisjoint(page.source_keys)  # those with a record that cannot be read any more are asked for again
            ),
            notes,
        ),
        unchanged_keys=one.unchanged_keys,
        unread_keys=unread | lost,
        acceptance=acceptance,
    )
    because = f"run {acceptance.accepted_run}, held, accepted by {acceptance.accepted_by}: {acceptance.because}"
    evidence = _evidence(state, one, stored, network_run)
    return replace(impersonal(network_run), because=because), _unmended(settings, network, one, evidence, records)


def _parse(
    settings: Settings, network: Network, one: HeldRun, pages: Sequence[PageMemory], kept: frozenset[str]
) -> tuple[Stored, int]:
    """What today's parser makes of the pages that the held run read, and how many these are. Raises CannotAccept.

    Arguments:
        kept: records that it did not read.
    """
    store = PrivateStore(Captures(settings.paths.var / "captures"), network.facts.personal)
    read_then = [page for page in pages if not kept.issuperset(page.source_keys)]
    if not one.doubted.is_import:  # a list beside the network's pages may be gone: then its word is missing, as it was that night
        read_then = [page for page in read_then if page.kind not in imported.KINDS or store.has(page.digest)]
    try:
        stored = parse_stored(network, read_then, store)
    except (CaptureMissing, CaptureDamaged) as trouble:
        again = "or import the list again" if one.doubted.is_import else f"here: clusterbridge sync {one.network} --full"
        raise CannotAccept(f"{one.network}: {trouble}, {again}", Exit.NOTHING_RAN) from trouble
    stored.profiles = [profile for profile in stored.profiles if profile.source_key not in kept]
    stored.rows = [profile for profile in stored.rows if profile.source_key not in kept]
    return stored, len(read_then)


# What accepting does not mend


def _evidence(state: State, one: HeldRun, stored: Stored, accepted: NetworkRun) -> Evidence:
    """What the next night would judge if it found the same: the same pages, against what is now accepted."""
    crawl = Crawl(
        profiles=stored.rows if one.doubted.is_import else stored.profiles,
        unchanged_keys=set(accepted.unchanged_keys),
        unread_keys=set(accepted.unread_keys),
        profile_pages=one.doubted.profile_pages,
        pages_changed=one.pages_changed + accepted.pages_changed,
        pages_unread=one.doubted.pages_unread,
    )
    own = imported.keys_of(page for page in (*one.pages, *one.doubted.set_aside) if page.kind == PageKind.PROFILE)
    kept = frozenset() if one.doubted.is_import else (accepted.unchanged_keys | accepted.unread_keys) & own
    evidence = evidence_of(crawl, list(accepted.records), kept, known_before(state, one.network))
    return replace(evidence, last_good=evidence.profiles)


def _unmended(settings: Settings, network: Network, one: HeldRun, evidence: Evidence, records: Sequence[RecordInput]) -> Accepted:
    """What would hold the next night again, and which lines of ``config.toml`` would mend it."""
    name = network.facts.name
    expect = settings.networks.get(name, NetworkSettings()).expectations(network.facts.expect)
    canaries = network.facts.canaries
    if one.doubted.is_import:  # a list is judged by what it says anything of, and no canary is asked for
        said = {claim.field for record in records for claim in record.claims}
        floors = {field: floor for field, floor in expect.fill_at_least.items() if field in said}
        expect, canaries = expect.model_copy(update={"fill_at_least": floors}), ()
    changes = mends(evidence, expect)
    mended = expect.model_copy(update=changes)
    others = doubts(evidence, mended, (), settings.run.keeps_at_least)
    of_canaries = [doubt for doubt in doubts(evidence, mended, canaries, settings.run.keeps_at_least) if doubt not in others]
    return Accepted(name, one.doubted.reasons, changes, tuple(of_canaries), (*one.doubted.unfinished, *others))
