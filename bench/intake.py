"""The intake figure: reports acknowledged and fully processed a second, and how long an acknowledgement takes."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvloop

from bench.hub_process import HubProcess
from bench.load import Outcome, closed_loop, open_loop
from bench.plain_sql import insert_plainly, last_report, read_written
from bench.stock import add_backlog, copy_stock, make_stock, settle_wal, waiting_reports
from bench.texts import texts
from hub.settings import Settings

STOCK_CASES = int(os.environ.get("BENCH_CASES", "100000"))
REPORTS = int(os.environ.get("BENCH_REPORTS", "10000"))
BACKLOG = int(os.environ.get("BENCH_BACKLOG", "30000"))
_CLIENTS = 48
_OPEN_SECONDS = 20.0
_RATES = (100, 500)


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure; `tell` gets progress."""
    folder = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    try:
        stock = folder / "stock"
        tell(f"storing {STOCK_CASES:,} cases")
        make_stock(Settings(data=stock), STOCK_CASES, 1, tell)
        result = {"stored_cases": STOCK_CASES, "reports": REPORTS}
        result |= _throughput(folder, stock, tell)
        result |= _latencies(folder, stock, tell)
        return result
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _throughput(folder: Path, stock: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    data = folder / "throughput"
    copy_stock(stock, data)
    before = last_report(data)
    hub = HubProcess(data)
    hub.start()
    try:
        tell(f"sending {REPORTS:,} reports over HTTP, {_CLIENTS} clients")
        stream = texts(Settings().city, 2)
        begun = time.perf_counter()
        outcome = uvloop.run(closed_loop(hub.port, stream, REPORTS, _CLIENTS))
        _wait_until_settled(data)
        took_seconds = time.perf_counter() - begun
    finally:
        hub.stop()
    tell("inserting the same rows by plain SQL")
    written = read_written(data, before)
    peers = {}
    for name, size in (("plain_sql_each", 1), ("plain_sql_batches_of_50", 50)):
        peer = folder / name
        copy_stock(stock, peer)
        peers[name] = insert_plainly(peer, written, size)
    rate = REPORTS / took_seconds
    return {
        "acknowledged_per_second": round(len(outcome.seconds) / outcome.took_seconds),
        "processed_per_second": round(rate),
        "failures": outcome.failures,
        **{f"{name}_per_second": round(value) for name, value in peers.items()},
        **{f"ratio_to_{name}": round(rate / value, 2) for name, value in peers.items()},
    }


def _latencies(folder: Path, stock: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for backlog in (0, BACKLOG):
        for rate in _RATES:
            data = folder / f"latency-{backlog}-{rate}"
            copy_stock(stock, data)
            if backlog:
                add_backlog(Settings(data=data), backlog, seed=3)
            tell(f"{rate} reports a second offered, {backlog:,} waiting")
            outcome, left = _offer(data, rate)
            name = f"ack_ms_at_{rate}" + ("_while_draining" if backlog else "")
            found[name] = summary(outcome)
            if backlog:
                found[name]["backlog_left"] = left
    return found


def _offer(data: Path, rate: int) -> tuple[Outcome, int]:
    hub = HubProcess(data)
    hub.start()
    try:
        outcome = uvloop.run(open_loop(hub.port, texts(Settings().city, 4), rate, _OPEN_SECONDS))
        left = waiting_reports(data)
        _wait_until_settled(data)
    finally:
        hub.stop()
    settle_wal(Settings(data=data))
    return outcome, left


def summary(outcome: Outcome) -> dict[str, float]:
    return {
        "p50": round(outcome.percentile_ms(0.5), 1),
        "p99": round(outcome.percentile_ms(0.99), 1),
        "max": round(outcome.percentile_ms(1.0), 1),
        "failures": outcome.failures,
    }


def _wait_until_settled(data: Path) -> None:
    while waiting_reports(data):
        time.sleep(0.05)
