"""What stands in the database, for Prometheus: cheap to ask even when it holds millions of reports."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Select, Table, func, literal, literal_column, select, text

from case_api.store.database import Database
from case_api.store.merge_tables import HOT_SPOT
from case_api.store.moments import to_ms
from case_api.store.sms_tables import SMS_OUTBOUND
from case_api.store.tables import CASE, CASE_COUNT, DESK_ITEM, OUTBOX, PARKED, UNANCHORED, WAITING
from intake.errors import Temporary
from intake.ports import Clock

# Nobody is counted beyond: from here on only the height of the heap would change, not what to do about it.
_MOST = 100_000
_PATIENCE_SECONDS = 3.0


class StoreFigures(Collector):
    """Asks the database; one that is away shows as `hub_database_up 0`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Every figure, once, of one moment."""
        up = GaugeMetricFamily("hub_database_up", "1 when the database answers.")
        now_ms = to_ms(self._clock.now())
        began = time.perf_counter()
        try:
            figures = self._database.submit_read(lambda connection: _read(connection, now_ms)).result(_PATIENCE_SECONDS)
        except (Temporary, TimeoutError):
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield _gauge("hub_database_answer_seconds", "How long these figures took.", time.perf_counter() - began)
        yield from figures


def _read(connection: Connection, now_ms: int) -> list[Metric]:
    return [
        *_reports(connection, now_ms),
        *_desk_and_cases(connection, now_ms),
        *_messages(connection, now_ms),
        *_history(connection),
    ]


def _reports(connection: Connection, now_ms: int) -> Iterator[Metric]:
    """Slowed are those that a limit lets wait; they are not late."""
    slowed = (WAITING.c.attempts == 0) & (WAITING.c.lease_until_ms > now_ms)
    yield _gauge("hub_reports_waiting", "Reports without an outcome.", _count(connection, _rows(WAITING)))
    yield _gauge(
        "hub_reports_slowed",
        "Reports of senders beyond their quota, which others pass.",
        _count(connection, _rows(WAITING).where(slowed)),
    )
    oldest = select(WAITING.c.since_ms).where(~slowed).order_by(WAITING.c.since_ms, WAITING.c.report_id).limit(1)
    yield _gauge(
        "hub_reports_waiting_oldest_seconds",
        "How long the oldest report waits that nobody slows; 0 when none does.",
        _age(connection.execute(oldest).scalar(), now_ms),
    )
    yield _gauge("hub_reports_parked", "Reports set aside with a reason.", _count(connection, _rows(PARKED)))


def _desk_and_cases(connection: Connection, now_ms: int) -> Iterator[Metric]:
    unresolved = DESK_ITEM.c.resolved_ms.is_(None)
    yield _gauge(
        "hub_desk_open",
        "Questions the desk has not answered.",
        _count(connection, _rows(DESK_ITEM).where(unresolved)),
    )
    oldest = select(func.min(DESK_ITEM.c.created_ms)).where(unresolved)
    yield _gauge(
        "hub_desk_oldest_seconds",
        "How long the oldest of them waits; 0 when none does.",
        _age(connection.execute(oldest).scalar(), now_ms),
    )
    cases = GaugeMetricFamily("hub_cases_open", "Open cases by state.", labels=["state"])
    for state, n in connection.execute(select(CASE_COUNT.c.state, func.sum(CASE_COUNT.c.n)).group_by("state")):
        cases.add_metric([state], float(n))
    yield cases
    hot = _rows(HOT_SPOT).where(HOT_SPOT.c.ended_ms.is_(None))
    yield _gauge("hub_hot_spots_active", "Bursts of reports on one place that go on.", _count(connection, hot))
    overdue = _rows(CASE).where(text("open"), CASE.c.due_ms < now_ms)
    yield _gauge("hub_cases_overdue", "Open cases whose time is up.", _count(connection, overdue))


def _messages(connection: Connection, now_ms: int) -> Iterator[Metric]:
    """Some are queued for later on purpose; late are those whose time has come."""
    queued = literal_column("state") == literal_column("'queued'")
    yield _gauge(
        "hub_sms_queued",
        "Short messages that were not sent yet.",
        _count(connection, _rows(SMS_OUTBOUND).where(queued)),
    )
    first = select(func.min(SMS_OUTBOUND.c.due_ms)).where(queued)
    yield _gauge(
        "hub_sms_late_seconds",
        "For how long the first of them is due; 0 when none is.",
        _age(connection.execute(first).scalar(), now_ms),
    )


def _history(connection: Connection) -> Iterator[Metric]:
    pending = _rows(OUTBOX).where(OUTBOX.c.position.is_(None))
    yield _gauge("hub_outbox_pending", "Events that were not announced yet.", _count(connection, pending))
    new = _count(connection, _rows(UNANCHORED))
    yield _gauge("hub_history_unanchored", "Events no anchor covers yet.", new)
    yield _gauge("hub_database_size_bytes", "Size of the database.", _size(connection))


def _size(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    path = Path(str(connection.engine.url.database))
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _rows(table: Table) -> Select[int]:
    return select(literal(1)).select_from(table)


def _count(connection: Connection, rows: Select[int]) -> int:
    """How many, at most `_MOST`."""
    return int(connection.execute(select(func.count()).select_from(rows.limit(_MOST).subquery())).scalar_one())


def _age(since_ms: int | None, now_ms: int) -> float:
    return 0.0 if since_ms is None else max(0.0, (now_ms - since_ms) / 1000)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
