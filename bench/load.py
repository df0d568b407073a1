"""Load over HTTP: closed loop (as fast as answers come) and open loop (on schedule, late answers count as late)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import aiohttp

_TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(slots=True)
class Outcome:
    """What a load saw: seconds from the moment a request was due to its acknowledgement, and failures."""

    seconds: list[float] = field(default_factory=list)
    failures: int = 0
    took_seconds: float = 0.0

    def percentile_ms(self, share: float) -> float:
        """The share-quantile in milliseconds; 0 when nothing was acknowledged."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


async def closed_loop(url: str, texts: Iterator[str], count: int, clients: int) -> Outcome:
    """`count` reports by so many clients, each sending its next when the last was acknowledged."""
    outcome = Outcome()
    remaining = iter(range(count))
    connector = aiohttp.TCPConnector(limit=clients)
    async with aiohttp.ClientSession(url, connector=connector, timeout=_TIMEOUT) as session:

        async def client() -> None:
            for _ in remaining:
                await _submit(session, next(texts), time.perf_counter(), outcome)

        begun = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(clients)))
        outcome.took_seconds = time.perf_counter() - begun
    return outcome


async def open_loop(url: str, texts: Iterator[str], rate: float, seconds: float) -> Outcome:
    """`rate` reports a second for so long, each at its moment whatever became of the others."""
    outcome = Outcome()
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(url, connector=connector, timeout=_TIMEOUT) as session,
        asyncio.TaskGroup() as group,
    ):
        begun = time.perf_counter()
        for number in range(round(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(_submit(session, next(texts), due, outcome))
    outcome.took_seconds = time.perf_counter() - begun
    return outcome


async def _submit(session: aiohttp.ClientSession, text: str, due: float, outcome: Outcome) -> None:
    try:
        async with session.post("/api/v1/reports", json={"text": text}) as answer:
            await answer.read()
            if answer.status in (200, 201):
                outcome.seconds.append(time.perf_counter() - due)
                return
    except (TimeoutError, aiohttp.ClientError):
        pass
    outcome.failures += 1
