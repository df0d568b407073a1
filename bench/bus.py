"""The bus figure: messages a second and the time to delivery, in memory, over Redis, and by a plain loop.

The plain loop is redis-py as its manual shows it: XADD, XREADGROUP and XACK, each awaited. All run in one process, so
that both ends share its one thread; Redis is a process of its own on this machine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvloop
from redis.asyncio import Redis

from intake.bus.line import RedisLine
from intake.bus.memory import MemoryBus
from intake.bus.redis import RedisBus
from intake.bus.streams import StreamRules
from intake.ports import Bus
from tests.services.redis import redis_server

_MESSAGES = 20_000
_RATE = 200
_OPEN_SECONDS = 10.0
# Fewer in flight than any queue holds: nothing may be dropped.
_IN_FLIGHT = 500


@dataclass(slots=True)
class _Heard:
    """What arrived, and how long each took."""

    seconds: list[float] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, told_at: str) -> None:
        """One arrived."""
        self.seconds.append(time.perf_counter() - float(told_at))
        self._arrived.set()

    async def reach(self, count: int) -> None:
        """Wait until so many have arrived."""
        while len(self.seconds) < count:
            self._arrived.clear()
            await self._arrived.wait()


Publish = Callable[[str], Awaitable[object]]
Pair = AsyncIterator[tuple[Publish, _Heard]]


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure; `tell` gets progress. Raises RuntimeError when Redis is not installed."""
    found: dict[str, Any] = {"messages": _MESSAGES, "offered_per_second": _RATE}
    with redis_server() as server:
        url = server.unix_url
        for name, pair in (("memory", _memory), ("redis", _redis), ("plain", _plain)):
            tell(f"bus: {name}")
            found[name] = uvloop.run(_measure(lambda pair=pair: pair(url)))  # type: ignore[misc]
    found["ratio_to_plain"] = round(found["redis"]["messages_per_second"] / found["plain"]["messages_per_second"], 2)
    return found


async def _measure(pair: Callable[[], Any]) -> dict[str, float]:
    async with pair() as (publish, heard):
        begun = time.perf_counter()
        for count in range(_MESSAGES):
            await heard.reach(count - _IN_FLIGHT)
            await publish(repr(time.perf_counter()))
        await heard.reach(_MESSAGES)
        rate = _MESSAGES / (time.perf_counter() - begun)
    async with pair() as (publish, heard):
        offered = int(_RATE * _OPEN_SECONDS)
        begun = time.perf_counter()
        for count in range(offered):
            await asyncio.sleep(max(0.0, begun + count / _RATE - time.perf_counter()))
            await publish(repr(time.perf_counter()))
        await heard.reach(offered)
        ordered = sorted(heard.seconds)
    return {
        "messages_per_second": round(rate),
        "delivery_ms_p50": round(ordered[offered // 2] * 1000, 2),
        "delivery_ms_p99": round(ordered[offered * 99 // 100] * 1000, 2),
    }


@asynccontextmanager
async def _memory(url: str) -> Pair:
    bus = MemoryBus()
    async with _between(bus, bus) as pair:
        yield pair


@asynccontextmanager
async def _redis(url: str) -> Pair:
    """Two buses, as two processes have them."""
    near, far = RedisBus(RedisLine(url), StreamRules()), RedisBus(RedisLine(url), StreamRules())
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(bus.run()) for bus in (near, far)]
        async with _between(near, far) as pair:
            yield pair
        for task in running:
            task.cancel()


@asynccontextmanager
async def _between(near: Bus, far: Bus) -> Pair:
    heard = _Heard()

    async def listen() -> None:
        async for delivery in deliveries:
            heard.note(delivery.message["at"])
            await delivery.ack()

    async with asyncio.TaskGroup() as group, far.subscribe("bench", "bench") as deliveries:
        listening = group.create_task(listen())
        yield lambda at: near.publish("bench", {"at": at}), heard
        listening.cancel()


@asynccontextmanager
async def _plain(url: str) -> Pair:
    heard = _Heard()

    async def listen() -> None:
        while True:
            answer: Any = await reader.xreadgroup("bench", "one", {"plain": ">"}, count=100, block=1000)
            for entry_id, fields in answer[0][1] if answer else ():
                heard.note(fields["at"])
                await reader.xack("plain", "bench", entry_id)

    options: dict[str, Any] = {"decode_responses": True, "protocol": 2, "socket_timeout": None}
    async with Redis.from_url(url, **options) as writer, Redis.from_url(url, **options) as reader:
        await writer.delete("plain")
        await writer.xgroup_create("plain", "bench", mkstream=True)
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(listen())
            yield lambda at: writer.xadd("plain", {"at": at}, maxlen=10_000, approximate=True), heard
            listening.cancel()
