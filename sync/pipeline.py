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
from matching.partners import partnerships, ranking
from matching.sameness import resolution
from matching.search import index
from sync import imported, retention
from sync.capture import Captures
from sync.clock import Clock
from sync.crawled import Crawl
from sync.exits import Exit, exit_of
from sync.fetch import Fetcher
from sync.journal import forget_lines
from sync.normalise.eras import eras_of
from sync.permission import why_not
from sync.reading import Before, read_network
from sync.settings import Settings
from sync.store import PrivateStore
from sync.suppression import learn_of, suppressions
from sync.withheld_run import without_kept_out
from sync.workplace import at_work
from warehouse import changes, editions, findings, ledger, matches, merge, organisations
from warehouse.load import load
from warehouse.rows import Finding, Loaded, NetworkRun, Outcome
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
        if not self.networks or all(report.run.outcome is Outcome.REFUSED for report in self.networks):
            met.append(Exit.NOTHING_RAN)
        return exit_of(met)


def run(
    settings: Settings,
    names: Sequence[str],
    clock: Clock,
    log: FilteringBoundLogger,
    *,
    is_full: bool = False,
    progress: Progress = lambda _network, _done, _total: None,
) -> RunReport:
    """Read the networks named and publish an edition; what one network does never stops the others.

    Arguments:
        names: networks to read; empty: all that are switched on.
        is_full: ask for every page anew.

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
    with at_work(var, clock.now()) as state:
        Captures(var / "captures").sweep()
        run_id = ledger.begin(state, clock.now())
        log.info("run began", run=run_id, networks=[network.facts.name for network in may_run])
        reports = tuple(
            load_run(settings, state, run_id, network_run, crawl.captures_new, clock, log)
            for network_run, crawl in _read_all(settings, state, may_run, clock, log, is_full=is_full, progress=progress)
        )
        return finish(settings, state, run_id, reports, barred, clock, log)


def finish(
    settings: Settings,
    state: State,
    run_id: int,
    reports: tuple[NetworkReport, ...],
    barred: Mapping[str, str],
    clock: Clock,
    log: FilteringBoundLogger,
) -> RunReport:
    """End a run whose networks are loaded: publish, delete what was kept for long enough, and say what came of it.

    Arguments:
        barred: networks that were asked for and may not be read, with what to do about it.
    """
    ledger.end(state, run_id, clock.now())
    findings.tidy(state, settings.keep.findings_runs)
    edition, held = _publish(settings, state, run_id, clock, log)
    if held:
        ledger.note(state, run_id, [Finding(EDITION_HELD, held)], clock.now())
    tidied = retention.tidy(state, settings.paths.var, settings.keep, clock.now())
    log.info("tidied", captures=tidied.captures, logs=tidied.logs)
    organisations_total, swedish = state.con.execute(
        "SELECT count(*), count(*) FILTER (WHERE is_swedish) FROM clusters WHERE NOT is_gone"
    ).fetchall()[0]
    log.info("run ended", run=run_id, edition=str(edition) if edition else None)
    return RunReport(run_id, reports, barred, organisations_total, swedish, edition, held)


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
    progress: Progress,
) -> list[tuple[NetworkRun, Crawl]]:
    """Read the networks side by side, each at its own pace over its own connection."""
    stopping = Event()
    before = {network.facts.name: known_before(state, network.facts.name) for network in networks}
    kept_out = suppressions(settings.paths.var)

    def read(network: Network) -> tuple[NetworkRun, Crawl]:
        name = network.facts.name
        ours = settings.networks[name]
        base = ours.base or network.facts.home
        store = PrivateStore(Captures(settings.paths.var / "captures"), network.facts.personal)
        with Fetcher.for_network(network.facts, ours, settings.operator.contact, clock, log=log) as fetcher:
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
                is_stopping=stopping.is_set,
                progress=lambda done, total: progress(name, done, total),
                log=log,
            )
        doubts = tuple(Finding("personal block without an end", doubt, network=name) for doubt in store.doubts)
        return replace(network_run, findings=network_run.findings + doubts), crawl

    with ThreadPoolExecutor(max_workers=len(networks), thread_name_prefix="network") as pool:
        try:
            readings = list(pool.map(read, networks))
        except BaseException:  # Ctrl-C above all: leaving the block waits for the threads, and they for their next page
            stopping.set()
            raise
    learn_of(settings.paths.var, [one for _, crawl in readings for one in crawl.learnt])
    if met := {urlsplit(url).path for _, crawl in readings for url in crawl.recognised_at}:
        forget_lines(settings.paths.var, lambda line: any(path in line for path in met))
    return readings


def known_before(state: State, network: str) -> Before:
    """What the warehouse knows of a network."""
    last_good = ledger.last_good(state, network)
    remembered = ledger.remembered_pages(state, network)
    imports = [page for page in remembered.values() if page.kind == imported.KIND]
    return Before(
        pages={url: page for url, page in remembered.items() if page.kind != imported.KIND},
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
    update(state, run_id, clock.now())
    if state.con.execute("SELECT count(*) FROM clusters").fetchall() == [(0,)]:
        return None, None
    try:
        edition = editions.publish(state, settings.paths.var / "editions", clock.now(), keep=settings.keep.editions)
    except editions.EditionHeld as held:
        log.error("edition held", because=str(held))
        return None, str(held)
    return edition.path, None


def update(state: State, run_id: int, now: datetime) -> None:
    """Sameness, merged records, what changed, partners and the search index, from what is loaded.

    Joins that were refused are findings.
    """
    resolved = resolution.resolve(state.con, now=now, previous=organisations.previous(state.con))
    ledger.note(state, run_id, resolved.refused, now)
    organisations.write_judgements(state, resolved.judgements, now)
    eras = {name: eras_of(registry.network(name).facts) for name in registry.names()}
    with changes.told(state, run_id, now):
        organisations.write(state, resolved.organisations, now)
        merge.rebuild(state, precedence=registry.names(), eras=eras)
    matches.write_partnerships(state, partnerships.link(state.con))
    index.build(state.con)
    matches.write(state, ranking.rank_all(state.con, today=now.date()))
