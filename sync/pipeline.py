"""A run from start to end: read the networks, load what is believed, group, rank, publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from structlog.typing import FilteringBoundLogger

from connectors import registry
from connectors.network import Network
from matching.garbage import give_back
from matching.partners import partnerships, ranking
from matching.sameness import explaining, resolution
from matching.search import index
from sync.capture import Captures
from sync.clock import Clock, SteadyClock, oddity
from sync.crawled import Crawl
from sync.embeddings import embed
from sync.exits import Exit, exit_of
from sync.fetch import Fetcher
from sync.journal import forget_lines
from sync.keeping import retention
from sync.member_lists import imported
from sync.merging import merge_anew
from sync.permission import why_not
from sync.places import DESK
from sync.reading import Before, read_network
from sync.settings import Settings
from sync.stopping import Stopped, told_by_signals
from sync.store import PrivateStore
from sync.withholding.run import without_kept_out
from sync.withholding.suppression import learn_of, suppressions
from sync.workplace import at_work
from warehouse import changes, decided, doubts, editions, findings, ledger, matches, organisations
from warehouse.desk import Desk
from warehouse.load import load
from warehouse.rows import Finding, Loaded, NetworkRun, Outcome
from warehouse.standing import Standing, standing
from warehouse.state import State

EDITION_HELD = "edition held"
"""The kind of the finding that says why a run published nothing."""
Progress = Callable[[str, int, int], None]
"""Called with (network, profile pages done, profile pages known of so far)."""


@dataclass(frozen=True)
class NetworkReport:
    """What a run did with one network."""

    run: NetworkRun
    profiles: int
    captures_new: int
    loaded: Loaded | None
    """None where nothing was loaded: the network was not complete."""


@dataclass(frozen=True)
class RunReport:
    """What a run did."""

    run_id: int
    networks: tuple[NetworkReport, ...]
    not_permitted: Mapping[str, str]
    """Networks that were asked for and may not be read, with what to do about it."""
    organisations: int
    swedish: int
    edition: Path | None
    edition_held: str | None
    """Why the new edition was held back; None: it was published."""
    stopped: tuple[str, ...] = ()
    """Networks that were not read to the end because the run was told to stop; then no edition is published either."""
    standing: Standing | None = None
    """How every network stands after it; None: no run was begun."""

    @property
    def is_unchanged(self) -> bool:
        """Whether every network was read and none brought anything new: no claim opened or closed, no capture written."""
        return bool(self.networks) and all(
            report.loaded is not None
            and report.captures_new
            == report.loaded.claims_opened
            == report.loaded.claims_closed
            == report.loaded.records_missing
            == 0
            for report in self.networks
        )

    @property
    def exit(self) -> Exit:
        """The exit code of the run."""
        codes = {
            Outcome.COMPLETE: Exit.OK,
            Outcome.HELD: Exit.HELD,
            Outcome.REFUSED: Exit.PARTIAL,
            Outcome.FAILED: Exit.PARTIAL,
        }
        met = [codes[report.run.outcome] for report in self.networks]
        if self.edition_held:
            met.append(Exit.HELD)
        if self.not_permitted:
            met.append(Exit.PARTIAL)
        if self.stopped:
            met.append(Exit.TRY_AGAIN)
        elif all(report.run.outcome is Outcome.REFUSED for report in self.networks):  # also where there are none
            met.append(Exit.NOTHING_RAN)
        return exit_of(met)


def run(
    settings: Settings,
    names: Sequence[str],
    clock: Clock,
    log: FilteringBoundLogger,
    *,
    is_full: bool = False,
    stopping: Event | None = None,
    progress: Progress = lambda _network, _done, _total: None,
) -> RunReport:
    """Read the networks named and publish an edition; what one network does never stops the others.

    Told to stop, it ends in order: networks that are read by then are loaded, and of the others the warehouse hears nothing,
    as if they had not been tried, so that the next run takes them up. Nothing is published.

    Arguments:
        names: networks to read; empty: all that are switched on.
        is_full: ask for every page anew.
        stopping: set to stop the run; a clock that heeds it (``sync.stopping``) does not sleep over it.

    Raises:
        Locked: another run holds the lock.
    """
    networks = [registry.network(name) for name in names or _enabled(settings)]
    today = clock.now().date()
    barred = {network.facts.name: reason for network in networks if (reason := why_not(settings, network.facts, today))}
    may_run = [network for network in networks if network.facts.name not in barred]
    if not may_run:
        return RunReport(0, (), barred, 0, 0, None, None)
    var = settings.paths.var
    with at_work(var, clock.now(), settings.merge) as state:
        run_id, steady = begin(state, clock)
        log.info("run began", run=run_id, networks=[network.facts.name for network in may_run])
        read = _read_all(settings, state, may_run, clock, log, is_full=is_full, stopping=stopping or Event(), progress=progress)
        reports = tuple(
            load_run(settings, state, run_id, dated(network_run, steady), crawl.captures_new, steady, log)
            for network_run, crawl in read
        )
        done = {report.run.network for report in reports}
        stopped = tuple(network.facts.name for network in may_run if network.facts.name not in done)
        return finish(settings, state, run_id, reports, barred, steady, log, stopped=stopped)


def begin(state: State, clock: Clock) -> tuple[int, SteadyClock]:
    """Begin a run: its number, and the clock by which all is dated that is written down. An odd clock is a finding.

    The machine's own clock stays that of the reading: when a page was looked at, and by which day a page's words are judged.
    """
    last = ledger.last_moment(state.con)
    steady = SteadyClock(clock, last)
    odd = oddity(clock.now(), last)
    run_id = ledger.begin(state, steady.now())
    if odd is not None:
        ledger.note(state, run_id, [Finding("clock", odd)], steady.now())
    return run_id, steady


def dated(network_run: NetworkRun, steady: SteadyClock) -> NetworkRun:
    """The network's part of a run with moments that may be written down."""
    started_at = steady.not_before(network_run.started_at)
    return replace(network_run, started_at=started_at, ended_at=max(started_at, network_run.ended_at))


def finish(
    settings: Settings,
    state: State,
    run_id: int,
    reports: tuple[NetworkReport, ...],
    barred: Mapping[str, str],
    clock: Clock,
    log: FilteringBoundLogger,
    *,
    stopped: tuple[str, ...] = (),
) -> RunReport:
    """End a run whose networks are loaded: publish, delete what was kept for long enough, and say what came of it.

    Arguments:
        barred: networks that were asked for and may not be read, with what to do about it.
        stopped: networks that were not read to the end; where there are any, nothing is published.
    """
    ledger.end(state, run_id, clock.now())
    findings.tidy(state, settings.keep.findings_runs)
    edition, held = (None, None) if stopped else _publish(settings, state, run_id, clock, log)
    if held:
        ledger.note(state, run_id, [Finding(EDITION_HELD, held)], clock.now())
    tidied = retention.tidy(state, settings.paths.var, settings.keep, clock.now())
    log.info("tidied", captures=tidied.captures, logs=tidied.logs)
    organisations_total, swedish = state.con.execute(
        "SELECT count(*), count(*) FILTER (WHERE is_swedish) FROM clusters WHERE NOT is_gone"
    ).fetchall()[0]
    log.info("run ended", run=run_id, edition=str(edition) if edition else None)
    stands = standing(state, run_id)
    return RunReport(run_id, reports, barred, organisations_total, swedish, edition, held, stopped, stands)


def _enabled(settings: Settings) -> list[str]:
    return [name for name, network in sorted(settings.networks.items()) if network.enabled]


def _read_all(
    settings: Settings,
    state: State,
    networks: Sequence[Network],
    clock: Clock,
    log: FilteringBoundLogger,
    *,
    is_full: bool,
    stopping: Event,
    progress: Progress,
) -> list[tuple[NetworkRun, Crawl]]:
    """Read the networks side by side, each at its own pace over its own connection; without those that were stopped."""
    before = {network.facts.name: known_before(state, network.facts.name) for network in networks}
    kept_out = suppressions(settings.paths.var)

    def read(network: Network) -> tuple[NetworkRun, Crawl]:
        name = network.facts.name
        ours = settings.networks[name]
        base = ours.base or network.facts.home
        store = PrivateStore(Captures(settings.paths.var / "captures"), network.facts.personal)
        contact, is_stopping = settings.operator.contact, stopping.is_set
        with Fetcher.for_network(network.facts, ours, contact, clock, log=log, is_stopping=is_stopping) as fetcher:
            network_run, crawl = read_network(
                network,
                registry.connector(name, base),
                fetcher,
                store,
                before[name],
                kept_out=kept_out,
                expect=ours.expectations(network.facts.expect),
                keeps_at_least=settings.run.keeps_at_least,
                now=clock.now,
                is_full=is_full,
                is_stopping=is_stopping,
                progress=lambda done, total: progress(name, done, total),
                log=log,
            )
        doubts = tuple(Finding("personal block without an end", doubt, network=name) for doubt in store.doubts)
        return replace(network_run, findings=network_run.findings + doubts), crawl

    def read_unless_stopped(network: Network) -> tuple[NetworkRun, Crawl] | None:
        try:
            return read(network)
        except Stopped as stopped:
            log.warning("network stopped", network=network.facts.name, because=str(stopped))
            return None

    with told_by_signals(stopping), ThreadPoolExecutor(max_workers=len(networks), thread_name_prefix="network") as pool:
        try:
            readings = [one for one in pool.map(read_unless_stopped, networks) if one is not None]
        except BaseException:  # Ctrl-C above all: leaving the block waits for the threads, and they for their next page
            stopping.set()
            raise
    learn_of(settings.paths.var, [one for _, crawl in readings for one in crawl.learnt])
    if met := {urlsplit(url).path for _, crawl in readings for url in crawl.recognised_at}:
        forget_lines(settings.paths.var, lambda line: any(path in line for path in met))
    give_back()
    return readings


def known_before(state: State, network: str) -> Before:
    """What the warehouse knows of a network."""
    last_good = ledger.last_good(state, network)
    remembered = ledger.remembered_pages(state, network)
    imports = [page for page in remembered.values() if page.kind in imported.KINDS]
    return Before(
        pages={url: page for url, page in remembered.items() if page.kind not in imported.KINDS},
        filled=ledger.filled_fields(state, network),
        said=ledger.said_fields(state, network),
        last_good=last_good.profiles if last_good else None,
        imports=tuple(sorted(imports, key=lambda page: page.fetched_at, reverse=True)),
    )


def load_run(
    settings: Settings,
    state: State,
    run_id: int,
    network_run: NetworkRun,
    captures_new: int,
    clock: Clock,
    log: FilteringBoundLogger,
) -> NetworkReport:
    """Load one network's part of a run; what it did.

    Arguments:
        captures_new: how many pages were stored for it that were not stored before.
    """
    facts = registry.network(network_run.network).facts
    ledger.describe(state, facts.name, title=facts.title, home=facts.home, licence=facts.licence)
    # What was accepted is dated to when it was read: nobody has looked at the network since.
    read_at = network_run.ended_at if network_run.acceptance else clock.now()
    network_run = without_kept_out(network_run, suppressions(settings.paths.var))
    loaded = load(state, run_id, network_run, read_at, gone_after=settings.run.gone_after_runs)
    listed = {record.profile.source_key for record in network_run.records} | network_run.unchanged_keys | network_run.unread_keys
    log.info("network read", network=network_run.network, outcome=network_run.outcome.value, because=network_run.because)
    is_good = network_run.outcome is Outcome.COMPLETE
    return NetworkReport(network_run, len(listed), captures_new, loaded if is_good else None)


def _publish(
    settings: Settings, state: State, run_id: int, clock: Clock, log: FilteringBoundLogger
) -> tuple[Path | None, str | None]:
    """Compute organisations and partners anew and publish an edition; its path, or why it is held back.

    Neither where no network was ever read well: there is nothing to publish, and that is no new trouble.
    """
    update(settings, state, run_id, clock.now())
    if state.con.execute("SELECT count(*) FROM clusters").fetchall() == [(0,)]:
        return None, None
    try:
        edition = editions.publish(state, settings.paths.var / "editions", clock.now(), keep=settings.keep.editions)
    except editions.EditionHeld as held:
        log.error("edition held", because=str(held))
        return None, str(held)
    return edition.path, None


def update(settings: Settings, state: State, run_id: int, now: datetime) -> None:
    """Sameness, merged records, what changed, vectors, partners and the search index, from what is loaded.

    What people judged on the desk until now counts. Joins that were refused are findings.
    """
    with Desk.open(settings.paths.var / DESK) as desk:
        decided.carry(state, decided.decisions(desk), now)
    weights = settings.sameness.weights()
    resolved = resolution.resolve(state.con, now=now, previous=organisations.previous(state.con), weights=weights)
    ledger.note(state, run_id, resolved.refused, now)
    organisations.write_judgements(state, resolved.judgements, now)
    with changes.told(state, run_id, now):
        organisations.write(state, resolved.organisations, now)
        merge_anew(state, settings.merge)
    doubts.write_reasons(state, explaining.reasons(state.con, doubts.pairs(state.con), weights))
    matches.write_partnerships(state, partnerships.link(state.con))
    embed(settings, state, run_id, now)
    index.build(state.con)
    matches.write(state, ranking.rank_all(state.con, today=now.date()))
