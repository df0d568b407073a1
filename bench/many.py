"""The intake figure of a big city: web and workers as processes on PostgreSQL and Redis, one, two and four workers.

Servers, roles and load share this machine's cores: more workers than cores cannot be quicker, and that is shown too.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from bench.cluster import Cluster
from bench.intake import BACKLOG, REPORTS, STOCK_CASES, summary
from bench.load import closed_loop, open_loop
from bench.plain_postgres import insert_plainly, last_report, read_written
from bench.stock import add_backlog, make_stock
from bench.texts import texts
from hub.settings import DatabaseSettings, Settings
from tests.services.postgres import PostgresServer, postgres_server
from tests.services.redis import RedisServer, redis_server

_CREWS = (1, 2, 4)
_CLIENTS = 48
_RATE, _SECONDS = 500, 20.0
_SERVER = ("shared_buffers=1GB", "max_wal_size=4GB", "checkpoint_timeout=15min", "max_locks_per_transaction=256")
# A drain is timed between these shares of it: starting up and the last few do not count.
_FROM, _TO = 0.1, 0.9


@dataclass(slots=True)
class _Ground:
    """The servers, the stock that every measurement starts from, and a place for copies."""

    postgres: PostgresServer
    redis: RedisServer
    folder: Path

    @property
    def stock(self) -> Path:
        return self.folder / "stock"

    @contextmanager
    def copy(self, name: str) -> Iterator[tuple[Path, str]]:
        """A copy of the stock: data folder and database; gone afterwards."""
        data = self.folder / name
        shutil.copytree(self.stock, data)
        url = self.postgres.create(name, "stock")
        try:
            yield data, url
        finally:
            self.postgres.drop(name)
            shutil.rmtree(data)

    @contextmanager
    def running(self, data: Path, url: str, workers: int) -> Iterator[Cluster]:
        """The roles on a copy, ended afterwards."""
        hub = Cluster(data, url, self.redis.url, workers)
        try:
            hub.start()
            yield hub
        finally:
            hub.stop()


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure; `tell` gets progress."""
    folder = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    try:
        with postgres_server(_SERVER) as postgres, redis_server() as redis:
            ground = _Ground(postgres, redis, folder)
            tell(f"storing {STOCK_CASES:,} cases")
            url = postgres.create("stock")
            make_stock(Settings(data=ground.stock, database=DatabaseSettings(url=url)), STOCK_CASES, 1, tell)
            postgres.tidy("stock")
            result: dict[str, Any] = {"stored_cases": STOCK_CASES, "reports": REPORTS}
            result["drained_per_second"] = {f"workers_{crew}": _drain(ground, crew, tell) for crew in _CREWS}
            result |= _throughput(ground, tell)
            for crew in _CREWS[:2]:
                result[f"ack_ms_at_{_RATE}_while_draining_workers_{crew}"] = _latency(ground, crew, tell)
            return result
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _drain(ground: _Ground, crew: int, tell: Callable[[str], None]) -> int:
    """Waiting reports settled a second by so many workers, while nobody sends any."""
    tell(f"draining {REPORTS:,} reports, {crew} workers")
    with ground.copy(f"drain{crew}") as (data, url):
        add_backlog(Settings(data=data, database=DatabaseSettings(url=url)), REPORTS, seed=3)
        with ground.running(data, url, crew) as hub:
            begun = _when_left(hub, REPORTS * (1 - _FROM))
            ended = _when_left(hub, REPORTS * (1 - _TO))
    return round((begun[1] - ended[1]) / (ended[0] - begun[0]))


def _when_left(hub: Cluster, most: float) -> tuple[float, int]:
    """The moment at which no more than so many wait, and how many did."""
    while (left := hub.waiting()) > most:
        time.sleep(0.02)
    return time.perf_counter(), left


def _throughput(ground: _Ground, tell: Callable[[str], None]) -> dict[str, Any]:
    tell(f"sending {REPORTS:,} reports over HTTP, {_CLIENTS} clients, 2 workers")
    with ground.copy("throughput") as (data, url):
        before = last_report(url)
        with ground.running(data, url, 2) as hub:
            begun = time.perf_counter()
            outcome = uvloop.run(closed_loop(hub.port, texts(Settings().city, 2), REPORTS, _CLIENTS))
            hub.wait_until_nothing_waits()
            rate = REPORTS / (time.perf_counter() - begun)
        written = read_written(url, before)
    tell("inserting the same rows by plain SQL")
    peers = {}
    for name, size in (("plain_sql_each", 1), ("plain_sql_batches_of_50", 50)):
        with ground.copy(name) as (_, url):
            peers[name] = insert_plainly(url, written, size)
    return {
        "acknowledged_per_second": round(len(outcome.seconds) / outcome.took_seconds),
        "processed_per_second": round(rate),
        "failures": outcome.failures,
        **{f"{name}_per_second": round(value) for name, value in peers.items()},
        **{f"ratio_to_{name}": round(rate / value, 2) for name, value in peers.items()},
    }


def _latency(ground: _Ground, crew: int, tell: Callable[[str], None]) -> dict[str, float]:
    tell(f"{_RATE} reports a second offered, {BACKLOG:,} waiting, {crew} workers")
    with ground.copy(f"latency{crew}") as (data, url):
        add_backlog(Settings(data=data, database=DatabaseSettings(url=url)), BACKLOG, seed=3)
        with ground.running(data, url, crew) as hub:
            outcome = uvloop.run(open_loop(hub.port, texts(Settings().city, 4), _RATE, _SECONDS))
            return {**summary(outcome), "backlog_left": hub.waiting()}
