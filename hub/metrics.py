"""Figures for Prometheus, read when they are asked for. What one process did, and what it knows of the others."""

from __future__ import annotations

import asyncio
import platform
import shutil
from collections.abc import Iterator, Mapping
from importlib.metadata import version

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

from hub.store_figures import StoreFigures
from hub.watch import WorkerWatch
from hub.wiring import Hub
from intake.bus.redis import RedisBus
from intake.errors import Temporary

_MOST_CHANNELS = 30


def registry_of(hub: Hub, role: str, watch: WorkerWatch | None = None) -> CollectorRegistry:
    """The figures of a role. What stands in the database is told by the web role alone, which has a watch."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(ProcessFigures(hub, role))
    if watch is not None:
        registry.register(WorkerFigures(watch))
        registry.register(StoreFigures(hub.database, hub.clock))
    return registry


class ProcessFigures(Collector):
    """What this process took in, and the means it has."""

    def __init__(self, hub: Hub, role: str) -> None:
        self._hub = hub
        self._role = role

    def collect(self) -> Iterator[Metric]:
        """Every figure, once."""
        build = GaugeMetricFamily(
            "hub_build_info", "What runs here, always 1.", labels=["version", "role", "python", "database", "bus"]
        )
        database = self._hub.database.engine.dialect.name
        bus = self._hub.settings.bus.url.partition(":")[0]
        build.add_metric([version("hub12319"), self._role, platform.python_version(), database, bus], 1)
        yield build
        inbox = self._hub.inbox
        yield _by_channel("hub_reports_accepted", "Reports taken in by this process.", inbox.accepted)
        yield _by_channel("hub_reports_replayed", "Deliveries of reports that were known already.", inbox.replayed)
        yield from self._city()
        yield from self._bus()
        yield from self._limits()
        yield from self._means()

    def _city(self) -> Iterator[Metric]:
        loaded, keeper = self._hub.geocoder.loaded, self._hub.city_keeper
        city = GaugeMetricFamily(
            "hub_city_info", "The version of the city pack that serves, always 1.", labels=["version"]
        )
        city.add_metric([loaded.version], 1)
        yield city
        yield GaugeMetricFamily(
            "hub_city_since_timestamp_seconds", "When this version began to serve.", value=loaded.since.timestamp()
        )
        reloads = CounterMetricFamily(
            "hub_city_reloads", "Changed city packs that were taken, or refused for their faults.", labels=["outcome"]
        )
        reloads.add_metric(["taken"], keeper.taken)
        reloads.add_metric(["refused"], keeper.refused)
        yield reloads

    def _bus(self) -> Iterator[Metric]:
        bus = self._hub.bus
        dropped = bus.dropped_total + (0 if isinstance(bus, RedisBus) else bus.local.dropped_total)
        yield CounterMetricFamily(
            "hub_bus_dropped", "Wake-ups that reached nobody; a sweep finds what they told of.", value=dropped
        )
        if not isinstance(bus, RedisBus):
            return
        up = GaugeMetricFamily("hub_bus_up", "1 when Redis answers.")
        try:
            letters = asyncio.run(bus.dead_letters())
        except Temporary:
            up.add_metric([], 0)
        else:
            up.add_metric([], 1)
            yield GaugeMetricFamily(
                "hub_bus_dead_letters", "Messages that nobody could handle, kept in Redis.", value=letters
            )
        yield up

    def _limits(self) -> Iterator[Metric]:
        marks = CounterMetricFamily(
            "hub_limits_marks", "What happened at the public doors beyond their quotas.", labels=["door", "kind"]
        )
        for (door, kind), count in self._hub.limits.tally.totals.copy().items():
            marks.add_metric([door, str(kind)], count)
        yield marks

    def _means(self) -> Iterator[Metric]:
        disk = shutil.disk_usage(self._hub.settings.data)
        yield GaugeMetricFamily("hub_data_free_bytes", "Room left on the disk of the data folder.", value=disk.free)
        yield GaugeMetricFamily("hub_data_size_bytes", "Size of the disk of the data folder.", value=disk.total)
        pool = self._hub.database.engine.pool
        if isinstance(pool, QueuePool):
            connections = GaugeMetricFamily(
                "hub_database_connections", "Connections of this process to its database.", labels=["state"]
            )
            connections.add_metric(["used"], pool.checkedout())
            connections.add_metric(["idle"], pool.checkedin())
            yield connections


class WorkerFigures(Collector):
    """What the workers tell of themselves, whatever process they are."""

    def __init__(self, watch: WorkerWatch) -> None:
        self._watch = watch

    def collect(self) -> Iterator[Metric]:
        """Every figure, once."""
        settled = CounterMetricFamily(
            "hub_reports_settled", "Reports that a worker gave an outcome or parked.", labels=["worker", "outcome"]
        )
        for name, heard in self._watch.workers.copy().items():
            for outcome, count in heard.outcomes.items():
                settled.add_metric([name, outcome], count)
        age = GaugeMetricFamily(
            "hub_worker_heartbeat_age_seconds", "How long ago a worker last looked for work.", labels=["worker"]
        )
        for name, seconds in self._watch.idle_seconds().items():
            age.add_metric([name], seconds)
        yield settled
        yield age


def _by_channel(name: str, words: str, counts: Mapping[str, int]) -> Metric:
    """A counter by channel. Channels are named by programs that send: beyond so many the rest share a label."""
    family = CounterMetricFamily(name, words, labels=["channel"])
    known = sorted(counts.items(), key=lambda one: -one[1])
    for channel, count in known[:_MOST_CHANNELS]:
        family.add_metric([channel], count)
    if known[_MOST_CHANNELS:]:
        family.add_metric(["…"], sum(count for _, count in known[_MOST_CHANNELS:]))
    return family
