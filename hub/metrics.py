"""Figures for Prometheus, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, text

from hub.watch import WorkerWatch
from hub.wiring import Hub
from intake.errors import Temporary

_COUNTS = {
    "hub_reports_waiting": ("Reports without an outcome.", "SELECT count(*) FROM waiting"),
    "hub_reports_parked": ("Reports set aside with a reason.", "SELECT count(*) FROM parked"),
    "hub_desk_open": (
        "Questions the desk has not answered.",
        "SELECT count(*) FROM desk_item WHERE resolved_ms IS NULL",
    ),
    "hub_outbox_pending": ("Events that were not announced yet.", "SELECT count(*) FROM outbox WHERE position IS NULL"),
    "hub_history_unanchored": ("Events no anchor covers yet.", "SELECT count(*) FROM unanchored"),
}
_CASES = "SELECT state, sum(n) FROM case_count GROUP BY state"


class HubMetrics(Collector):
    """Collects the hub's figures from the database; a database that is away shows as `hub_database_up 0`."""

    def __init__(self, hub: Hub, watch: WorkerWatch) -> None:
        self._hub = hub
        self._watch = watch

    def collect(self) -> Iterator[Metric]:
        """Every figure, once."""
        yield CounterMetricFamily(
            "hub_reports_settled", "Reports the worker gave an outcome.", value=self._watch.settled_total
        )
        up = GaugeMetricFamily("hub_database_up", "1 when the database answers.")
        try:
            figures = self._hub.database.submit_read(_read).result(timeout=3)
        except (Temporary, TimeoutError):
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from figures


def _read(connection: Connection) -> list[Metric]:
    families: list[Metric] = [
        GaugeMetricFamily(name, words, value=connection.execute(text(query)).scalar_one())
        for name, (words, query) in _COUNTS.items()
    ]
    cases = GaugeMetricFamily("hub_cases_open", "Open cases by state.", labels=["state"])
    for state, n in connection.execute(text(_CASES)):
        cases.add_metric([state], n)
    return [*families, cases]
