"""``clusterbridge.prom``: the status as Prometheus reads it (text format 0.0.4), for node_exporter's textfile collector."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sync.telling.reporting import NetworkState, Status
from warehouse.rows import Outcome

Figure = Callable[[NetworkState], float | None]
"""A figure of a network; None: it has none, and so no line."""


def metrics(status: Status) -> bytes:
    """The whole file. A moment is in seconds since 1970 (UTC); what never was has no line."""
    registry = CollectorRegistry()
    registry.register(_Gauges(status))
    return generate_latest(registry)


class _Gauges(Collector):
    """Every figure of a status, each with its sentence."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def collect(self) -> Iterator[GaugeMetricFamily]:
        run, edition = self._status.run, self._status.edition
        yield _gauge("written_timestamp_seconds", "When this file was written.", self._status.written_at.timestamp())
        yield _gauge("run_ended_timestamp_seconds", "When the last run ended, whatever came of it.", run.ended_at.timestamp())
        yield _gauge("run_duration_seconds", "How long the last run took.", run.duration_seconds)
        yield _gauge(
            "run_exit_code", "Exit code of the last run: 0 is well, 4 partial, 5 held; the README has all.", run.exit_code
        )
        if edition:
            published = edition.published_at.timestamp()
            yield _gauge("edition_number", "Number of the edition that readers have.", edition.number)
            yield _gauge("edition_published_timestamp_seconds", "When that edition was published.", published)
            yield _gauge("edition_age_seconds", "Its age when this file was written.", edition.age_seconds)
            held = bool(edition.held_because)
            yield _gauge("edition_held", "1 where the last run's edition was held back and an older one stays.", held)
        yield _gauge("organisations", "Organisations that are not gone.", self._status.organisations)
        yield _gauge("organisations_swedish", "Of these, Swedish ones.", self._status.organisations_swedish)
        yield from self._networks()

    def _networks(self) -> Iterator[GaugeMetricFamily]:
        yield self._each("last_good_timestamp_seconds", "When the network was last read well.", _last_good)
        yield self._each("last_try_timestamp_seconds", "When the network was last tried, whatever came of it.", _last_try)
        yield self._each("age_seconds", "Since it was last read well, when this file was written.", lambda one: one.age_seconds)
        yield self._each("records", "Records that the network lists, as of its last good run.", lambda one: one.records)
        yield self._each("records_missing", "Of these, not found in that run, but not yet gone.", lambda one: one.records_missing)
        yield self._each("records_gone", "Records that the network listed once.", lambda one: one.records_gone)
        yield self._each("findings", "Findings of its last try.", lambda one: one.findings)
        yield self._each(
            "findings_new", "Of these, new since its last good run before.", lambda one: sum(one.findings_new.values())
        )
        yield self._each(
            "barred", "1 where the last run was asked to read it and might not.", lambda one: bool(one.barred_because)
        )
        outcomes = GaugeMetricFamily(
            "clusterbridge_network_outcome",
            "1 for the outcome of the network's last try, 0 for the others.",
            labels=("network", "outcome"),
        )
        for name, one in self._status.networks.items():
            for outcome in Outcome:
                outcomes.add_metric((name, outcome.value), float(one.outcome is outcome))
        yield outcomes

    def _each(self, name: str, sentence: str, figure: Figure) -> GaugeMetricFamily:
        family = GaugeMetricFamily(f"clusterbridge_network_{name}", sentence, labels=("network",))
        for network, one in self._status.networks.items():
            value = figure(one)
            if value is not None:
                family.add_metric((network,), value)
        return family


def _gauge(name: str, sentence: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"clusterbridge_{name}", sentence, value=value)


def _last_good(one: NetworkState) -> float | None:
    return one.last_good_at.timestamp() if one.last_good_at else None


def _last_try(one: NetworkState) -> float | None:
    return one.last_try_at.timestamp() if one.last_try_at else None
