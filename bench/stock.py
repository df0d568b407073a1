"""A stock of stored cases, made by the product's own store and normaliser, and copies of it for each measurement."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bench.texts import texts
from hub.settings import Settings
from hub.wiring import Hub
from intake.ids import new_report_id
from intake.model import Contact, Origin, Report

_BATCH = 2000


def make_stock(data: Path, cases: int, seed: int) -> None:
    """Fill a data folder until it holds so many cases."""
    hub = Hub(Settings(data=data))
    try:
        asyncio.run(_fill(hub, cases, seed))
    finally:
        hub.close()
    settle_wal(data)


async def _fill(hub: Hub, cases: int, seed: int) -> None:
    stream = texts(hub.settings.city, seed)
    while stored_cases(hub.settings.data) < cases:
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


def add_backlog(data: Path, count: int, seed: int) -> None:
    """Reports that wait, as after a night without workers."""
    hub = Hub(Settings(data=data))
    try:
        asyncio.run(store_waiting(hub, texts(hub.settings.city, seed), count))
    finally:
        hub.close()
    settle_wal(data)


def copy_stock(stock: Path, data: Path) -> None:
    """A stock to work on."""
    shutil.copytree(stock, data)


def stored_cases(data: Path) -> int:
    """How many cases a data folder holds."""
    return _scalar(data, "SELECT count(*) FROM case_file")


def waiting_reports(data: Path) -> int:
    """How many reports have no outcome yet."""
    return _scalar(data, "SELECT count(*) FROM waiting")


def settle_wal(data: Path) -> None:
    """Move the write-ahead log into the database, so that every measurement starts alike."""
    with sqlite3.connect(data / "hub.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _scalar(data: Path, query: str) -> int:
    if not (data / "hub.db").exists():
        return 0
    connection = sqlite3.connect(data / "hub.db", timeout=10)
    try:
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()
