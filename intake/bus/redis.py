"""The bus of several processes or machines, on Redis Streams.

A topic is a bounded stream. A group is a consumer group: its members in all processes share, and what one took and did
not acknowledge goes to another. A group of one's own (`intake.topics.own_group`) leaves no trace in Redis: one reader a
process and topic follows the end of the stream and hands on to all of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from redis.exceptions import RedisError

from intake.bus.line import RedisLine
from intake.bus.memory import MemoryBus
from intake.bus.outgoing import Outgoing
from intake.bus.reading import GroupDeliveries, GroupReading, Reading, TailReading, keep_reading
from intake.bus.streams import Announcement, StreamRules, encoded
from intake.errors import Temporary
from intake.ports import Delivery
from intake.topics import is_own

_LOG = logging.getLogger(__name__)
_PATIENCE_SECONDS = 0.4


Name = TypeVar("Name")
Read = TypeVar("Read", bound=Reading)


@dataclass(slots=True)
class _Shared(Generic[Read]):
    """A reading with all its members in this process."""

    reading: Read
    members: int = 0
    begun: bool = False
    beginning: asyncio.Lock = field(default_factory=asyncio.Lock)
    task: asyncio.Task[None] | None = None


@dataclass(slots=True)
class RedisBus:
    """Implements `intake.ports.Bus`. Nothing is heard unless `run` runs; announcing works without it, more slowly."""

    line: RedisLine
    rules: StreamRules = field(default_factory=StreamRules)
    _outgoing: Outgoing = field(init=False)
    _local: MemoryBus = field(default_factory=MemoryBus)
    _tails: dict[str, _Shared[TailReading]] = field(default_factory=dict)
    _groups: dict[tuple[str, str], _Shared[GroupReading]] = field(default_factory=dict)
    _crew: asyncio.TaskGroup | None = None

    def __post_init__(self) -> None:
        self._outgoing = Outgoing(self.line, self.rules)

    @property
    def dropped_total(self) -> int:
        """Messages and acknowledgements that did not reach Redis, or found a subscriber's queue full."""
        return self._outgoing.dropped_total + self._local.dropped_total

    async def run(self) -> None:
        """Announce in the background and read for the subscribers, until cancelled."""
        async with asyncio.TaskGroup() as crew:
            self._crew = crew
            try:
                for tail in self._tails.values():
                    self._start(tail)
                for group in self._groups.values():
                    self._start(group)
                await self._outgoing.run()
            finally:
                self._crew = None

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        """Announce: queued while `run` runs."""
        await self._outgoing.put(Announcement(topic, encoded(message)))

    def subscribe(self, topic: str, group: str) -> AbstractAsyncContextManager[AsyncIterator[Delivery]]:
        """Messages from now on; a group that exists in Redis goes on where it stood."""
        return self._follow(topic, group) if is_own(group) else self._join(topic, group)

    async def dead_letters(self) -> int:
        """How many messages nobody could handle, of all topics. Raises Temporary when Redis does not answer."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self.line.client() as client:
                topics: Any = await client.smembers(self.rules.dead_topics_key)
                lengths: list[int] = [await client.xlen(self.rules.dead_key(topic)) for topic in topics]
                return sum(lengths)
        except (RedisError, OSError, TimeoutError) as error:
            raise Temporary(
                f"总线 {self.line.shown} 没有应答，请检查 Redis 是否运行、地址和密码是否正确。",
                f"The bus at {self.line.shown} does not answer: see that Redis runs, and to its address and password.",
            ) from error

    @asynccontextmanager
    async def _follow(self, topic: str, group: str) -> AsyncIterator[AsyncIterator[Delivery]]:
        tail = TailReading(topic, self.rules, self._local)
        async with self._local.subscribe(topic, group) as deliveries, self._reading(self._tails, topic, tail):
            yield deliveries

    @asynccontextmanager
    async def _join(self, topic: str, group: str) -> AsyncIterator[AsyncIterator[Delivery]]:
        made = GroupReading(topic, group, self.rules, self._outgoing)
        async with self._reading(self._groups, (topic, group), made) as reading:
            yield GroupDeliveries(reading)

    @asynccontextmanager
    async def _reading(self, table: dict[Name, _Shared[Read]], name: Name, made: Read) -> AsyncIterator[Read]:
        """The reading that all members of the process share: begun by the first, ended with the last."""
        shared = table.setdefault(name, _Shared(made))
        shared.members += 1
        try:
            await self._begin(shared)
            yield shared.reading
        finally:
            shared.members -= 1
            if shared.members == 0:
                del table[name]
                if shared.task is not None:
                    shared.task.cancel()

    async def _begin(self, shared: _Shared[Read]) -> None:
        """On return messages published from now on are heard, if Redis answers; if not, once it does."""
        async with shared.beginning:
            if shared.begun:
                return
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS), self.line.client() as client:
                    await shared.reading.begin(client, first=True)
            except Exception as error:  # noqa: BLE001 - supervision point: the reader begins when Redis answers
                _LOG.debug("%s is not begun yet: %s", shared.reading.name, type(error).__name__)
            shared.begun = True
            self._start(shared)

    def _start(self, shared: _Shared[Read]) -> None:
        """Read in the background, once the reading knows from where."""
        if shared.begun and self._crew is not None:
            shared.task = self._crew.create_task(keep_reading(self.line, shared.reading))
