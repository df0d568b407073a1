"""A stock of stored cases, made by the product's own store and normaliser, and copies of it for each measurement.

The cases are spread evenly over the last hundred days, as they would be in a city with 30,000 a month: those of the
last thirty are compared with every new report.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, text

from bench.texts import texts
from hub.clock import SystemClock
from hub.settings import Settings
from hub.wiring import Hub
from intake.ids import new_report_id
from intake.model import Contact, Origin, Report
from intake.ports import Clock

_BATCH = 2000
_SPAN = timedelta(days=100)


@dataclass(slots=True)
class PastClock:
    """The Clock port, at a moment of the past that is set from outside."""

    moment: datetime

    def now(self) -> datetime:
        """The set moment."""
        return self.moment


@dataclass
class PastHub(Hub):
    """A hub whose present is set from outside."""

    past: PastClock = field(kw_only=True)

    @cached_property
    def clock(self) -> Clock:
        """The set moment."""
        return self.past


def make_stock(settings: Settings, cases: int, seed: int, tell: Callable[[str], None]) -> None:
    """Fill an installation until it holds so many cases; `tell` gets progress."""
    hub = PastHub(settings, past=PastClock(SystemClock().now() - _SPAN))
    try:
        asyncio.run(_fill(hub, cases, seed, tell))
    finally:
        hub.close()
    settle_wal(settings)


async def _fill(hub: PastHub, cases: int, seed: int, tell: Callable[[str], None]) -> None:
    stream = texts(hub.settings.city, seed)
    begin = hub.past.moment
    told = 0
    while (stored := await hub.database.read(_stored_cases)) < cases:
        if stored - told >= cases // 5:
            told = stored
            tell(f"  {stored:,} stored")
        hub.past.moment = begin + _SPAN * (stored / cases)
        await store_waiting(hub, stream, _BATCH)
        while await hub.worker.work_once():
            pass
        while await hub.anchors.anchor_new():
            pass
        while await hub.outbox.relay():
            pass


async def store_waiting(hub: Hub, stream: Iterator[str], count: int) -> None:
    """So many reports accepted and not yet processed."""

    async def one() -> None:
        now = hub.clock.now()
        report_id = new_report_id(now)
        told = Report(report_id, Origin("bench", report_id, now), Contact(), next(stream))
        await hub.inbox.accept(told, told.text.encode())

    for _ in range(0, count, _BATCH):
        await asyncio.gather(*(one() for _ in range(min(_BATCH, count))))


def add_backlog(settings: Settings, count: int, seed: int) -> None:
    """Reports that wait, as after a night without workers."""
    hub = Hub(settings)
    try:
        asyncio.run(store_waiting(hub, texts(hub.settings.city, seed), count))
    finally:
        hub.close()
    settle_wal(settings)


def copy_stock(stock: Path, data: Path) -> None:
    """A stock to work on."""
    shutil.copytree(stock, data)


def _stored_cases(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM case_file")).scalar_one())


def waiting_reports(data: Path) -> int:
    """How many reports have no outcome yet."""
    return _scalar(data, "SELECT count(*) FROM waiting")


def settle_wal(settings: Settings) -> None:
    """Move SQLite's write-ahead log into the database, so that every measurement starts alike."""
    if settings.database_url.startswith("sqlite"):
        with sqlite3.connect(settings.data / "hub.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _scalar(data: Path, query: str) -> int:
    if not (data / "hub.db").exists():
        return 0
    connection = sqlite3.connect(data / "hub.db", timeout=10)
    try:
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()
