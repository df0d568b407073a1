"""Which driver speaks to PostgreSQL: the same two transactions by psycopg in a thread, psycopg async and asyncpg.

The transactions have the shape of the hot paths: an arrival writes 200 reports and their places in the queue; a batch
looks 50 times for what is near, then writes 50 cases with their events. Beside the rate stands how long the event loop
was held up, for that is where acknowledgements are answered.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import asyncpg
import psycopg

from tests.services.postgres import postgres_server

_ARRIVALS, _ARRIVAL_ROWS = 60, 200
_BATCHES, _BATCH_ROWS = 120, 50
_LAG_SECONDS = 0.002
_WORDS = "青阳街道青新社区门口井盖不见了，请尽快处理，晚上很危险。" * 4
_TABLES = (
    "CREATE TABLE first (id text PRIMARY KEY, at_ms bigint NOT NULL, words text NOT NULL)",
    "CREATE TABLE second (id text PRIMARY KEY, at_ms bigint NOT NULL, words text NOT NULL)",
)
_NAMED = {
    "first": "INSERT INTO first VALUES (%s, %s, %s)",
    "second": "INSERT INTO second VALUES (%s, %s, %s)",
    "look": "SELECT id, at_ms, words FROM first WHERE id = %s",
}
_NUMBERED = {
    "first": "INSERT INTO first VALUES ($1, $2, $3)",
    "second": "INSERT INTO second VALUES ($1, $2, $3)",
    "look": "SELECT id, at_ms, words FROM first WHERE id = $1",
}
_ROW = count(1)
Rows = list[tuple[str, int, str]]
Transaction = Callable[[Sequence[str], Rows], Awaitable[None]]


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure every driver on one server; `tell` gets progress."""
    found: dict[str, Any] = {}
    with postgres_server() as server:
        for name, drive in _DRIVERS.items():
            tell(f"driver {name}")
            address = server.create(name).replace("+psycopg", "")
            found[name] = asyncio.run(drive(address))
    best = found["psycopg_thread"]
    found["asyncpg_to_psycopg_thread"] = {
        what: round(found["asyncpg"][what] / best[what], 2) for what in ("arrivals_per_second", "batches_per_second")
    }
    return found


async def _psycopg_thread(address: str) -> dict[str, float]:
    pool = ThreadPoolExecutor(1)
    with psycopg.connect(address) as connection:
        _make(connection)

        def work(looked_for: Sequence[str], rows: Rows) -> None:
            with connection.transaction(), connection.cursor() as cursor:
                for key in looked_for:
                    cursor.execute(_NAMED["look"], (key,)).fetchall()
                cursor.executemany(_NAMED["first"], rows)
                cursor.executemany(_NAMED["second"], rows)

        async def transaction(looked_for: Sequence[str], rows: Rows) -> None:
            await asyncio.get_running_loop().run_in_executor(pool, work, looked_for, rows)

        try:
            return await _measure(transaction)
        finally:
            pool.shutdown()


async def _psycopg_async(address: str) -> dict[str, float]:
    with psycopg.connect(address) as maker:
        _make(maker)
    async with await psycopg.AsyncConnection.connect(address) as connection:

        async def transaction(looked_for: Sequence[str], rows: Rows) -> None:
            async with connection.transaction(), connection.cursor() as cursor:
                for key in looked_for:
                    await (await cursor.execute(_NAMED["look"], (key,))).fetchall()
                await cursor.executemany(_NAMED["first"], rows)
                await cursor.executemany(_NAMED["second"], rows)

        return await _measure(transaction)


async def _asyncpg(address: str) -> dict[str, float]:
    with psycopg.connect(address) as maker:
        _make(maker)
    connection = await asyncpg.connect(address)
    try:

        async def transaction(looked_for: Sequence[str], rows: Rows) -> None:
            async with connection.transaction():
                for key in looked_for:
                    await connection.fetch(_NUMBERED["look"], key)
                await connection.executemany(_NUMBERED["first"], rows)
                await connection.executemany(_NUMBERED["second"], rows)

        return await _measure(transaction)
    finally:
        await connection.close()


_DRIVERS = {"psycopg_thread": _psycopg_thread, "psycopg_async": _psycopg_async, "asyncpg": _asyncpg}


def _make(connection: psycopg.Connection[Any]) -> None:
    for table in _TABLES:
        connection.execute(table.encode())
    connection.commit()


async def _measure(transaction: Transaction) -> dict[str, float]:
    await transaction([], _rows(_ARRIVAL_ROWS))
    lags: list[float] = []
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_watch(lags))
        arrivals = await _timed(_ARRIVALS, lambda: transaction([], _rows(_ARRIVAL_ROWS)))
        batches = await _timed(_BATCHES, lambda: _batch(transaction))
        watching.cancel()
    return {
        "arrivals_per_second": round(_ARRIVALS * _ARRIVAL_ROWS / arrivals),
        "batches_per_second": round(_BATCHES * _BATCH_ROWS / batches),
        "loop_held_up_ms_p99": round(statistics.quantiles(lags, n=100)[98] * 1000, 1),
    }


async def _batch(transaction: Transaction) -> None:
    rows = _rows(_BATCH_ROWS)
    await transaction([key for key, *_ in rows], rows)


async def _timed(times: int, act: Callable[[], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        await act()
    return time.perf_counter() - begun


async def _watch(lags: list[float]) -> None:
    """How much later than asked the loop comes round, until cancelled."""
    while True:
        due = time.perf_counter() + _LAG_SECONDS
        await asyncio.sleep(_LAG_SECONDS)
        lags.append(time.perf_counter() - due)


def _rows(number: int) -> Rows:
    return [(f"{next(_ROW):012d}", 1_764_000_000_000, _WORDS) for _ in range(number)]
