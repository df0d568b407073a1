"""The bus of one process: bounded queues that drop the oldest wake-up when nobody takes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from intake.ports import Delivery

_QUEUE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class MemoryDelivery:
    """A message in hand; acknowledging it changes nothing, for nobody would deliver it again."""

    message: Mapping[str, str]

    async def ack(self) -> None:
        """Nothing to do."""


@dataclass(slots=True)
class _Group:
    queue: asyncio.Queue[Mapping[str, str]] = field(default_factory=lambda: asyncio.Queue(_QUEUE_LIMIT))
    members: int = 0


@dataclass(slots=True)
class MemoryBus:
    """In-memory implementation of the Bus port; `dropped_total` counts wake-ups that found a full queue."""

    dropped_total: int = 0
    _groups: dict[str, dict[str, _Group]] = field(default_factory=dict)

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        """Put the message to every group of the topic; a full queue loses its oldest."""
        for group in self._groups.get(topic, {}).values():
            if group.queue.full():
                group.queue.get_nowait()
                self.dropped_total += 1
            group.queue.put_nowait(message)

    @asynccontextmanager
    async def subscribe(self, topic: str, group: str) -> AsyncIterator[AsyncIterator[Delivery]]:
        """Messages published while the context is open."""
        groups = self._groups.setdefault(topic, {})
        shared = groups.setdefault(group, _Group())
        shared.members += 1
        try:
            yield _Deliveries(shared.queue)
        finally:
            shared.members -= 1
            if shared.members == 0:
                groups.pop(group, None)


@dataclass(frozen=True, slots=True)
class _Deliveries:
    """An iterator that survives a cancelled wait, as a generator would not."""

    queue: asyncio.Queue[Mapping[str, str]]

    def __aiter__(self) -> AsyncIterator[Delivery]:
        return self

    async def __anext__(self) -> Delivery:
        return MemoryDelivery(await self.queue.get())
