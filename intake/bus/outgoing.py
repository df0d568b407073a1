"""What a process tells Redis: queued, and written together in the background, so that nobody waits for the network."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from intake.bus.line import Presence, RedisLine
from intake.bus.streams import StreamRules

_QUEUE_LIMIT = 10_000
_BATCH = 500
_SEND_SECONDS = 0.4
# After a failure nothing is tried for so long: a Redis that is gone costs its first caller some time and nobody else.
_QUIET_SECONDS = 1.0
# Who finds the queue empty is written at once; under load the next batch gathers for so long.
_GATHER_SECONDS = 0.002


class Command(Protocol):
    """Something to be said to Redis, of which the answer does not matter."""

    def onto(self, pipe: Pipeline, rules: StreamRules) -> None:
        """Add it to what is sent together."""
        ...


@dataclass(slots=True)
class Outgoing:
    """A bounded queue of commands; `dropped_total` counts those that were not said.

    While `run` runs it writes them. Without it (a command) each is written at once over a connection of its own.
    """

    line: RedisLine
    rules: StreamRules
    dropped_total: int = 0
    _queue: deque[Command] = field(default_factory=deque)
    _filled: asyncio.Event = field(default_factory=asyncio.Event)
    _running: bool = False
    _quiet_until: float = 0.0
    _presence: Presence = field(init=False)

    def __post_init__(self) -> None:
        self._presence = Presence(self.line, "announcing")

    async def put(self, command: Command) -> None:
        """Say it soon. Never raises; a queue that is full loses its oldest."""
        if time.monotonic() < self._quiet_until:
            self.dropped_total += 1
            return
        if not self._running:
            async with self.line.client() as client:
                await self._send(client, [command])
            return
        if len(self._queue) >= _QUEUE_LIMIT:
            self._queue.popleft()
            self.dropped_total += 1
        self._queue.append(command)
        self._filled.set()

    async def run(self) -> None:
        """Write what is queued, until cancelled; then write what is left."""
        self._running = True
        async with self.line.client() as client:
            try:
                while True:
                    await self._filled.wait()
                    await self._flush(client)
                    await asyncio.sleep(_GATHER_SECONDS)
            finally:
                self._running = False
                await self._flush(client)

    async def _flush(self, client: Redis) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(_BATCH, len(self._queue)))]
            if not await self._send(client, batch):
                # A wake-up that waited for Redis to come back wakes nobody who was not woken by his sweep.
                self.dropped_total += len(self._queue)
                self._queue.clear()
        self._filled.clear()

    async def _send(self, client: Redis, batch: Sequence[Command]) -> bool:
        """Whether Redis answered; a command that it refused counts as dropped."""
        pipe = client.pipeline(transaction=False)
        for command in batch:
            command.onto(pipe, self.rules)
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                answers = await pipe.execute(raise_on_error=False)
        except Exception as error:  # noqa: BLE001 - supervision point: announcing never raises, whatever a driver does
            self.dropped_total += len(batch)
            self._quiet_until = time.monotonic() + _QUIET_SECONDS
            self._presence.lost(error)
            return False
        refusals = [answer for answer in answers if isinstance(answer, Exception)]
        self.dropped_total += len(refusals)
        if refusals:
            self._presence.lost(refusals[0])
        else:
            self._presence.found()
        return True
