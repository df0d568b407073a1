"""Reading a stream in the background for all who subscribed to it in this process, whatever becomes of Redis."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

from redis.asyncio import Redis

from intake.bus.line import Presence, RedisLine
from intake.bus.memory import MemoryBus
from intake.bus.outgoing import Outgoing
from intake.bus.streams import Acknowledgement, Fields, StreamRules, decoded, make_group, newest, order, strike_off
from intake.ports import Delivery

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
_PATIENCE_SECONDS = 2.0
_BATCH = 100


class Reading(Protocol):
    """One stream being read."""

    @property
    def name(self) -> str:
        """For the log."""
        ...

    async def begin(self, client: Redis, *, first: bool) -> None:
        """Know from where on to read: `first` when somebody subscribes, else after Redis was away."""
        ...

    async def turn(self, client: Redis) -> None:
        """Wait a while for messages and hand on what came."""
        ...


async def keep_reading(line: RedisLine, reading: Reading) -> None:
    """Read until cancelled. When Redis fails: again after a pause, longer each time, never the same for everybody."""
    presence = Presence(line, reading.name)
    pause_seconds = _FIRST_PAUSE_SECONDS
    while True:
        try:
            async with line.client() as client:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await reading.begin(client, first=False)
                presence.found()
                while True:
                    await reading.turn(client)
                    pause_seconds = _FIRST_PAUSE_SECONDS
        except Exception as error:  # noqa: BLE001 - supervision point: a subscription outlives whatever happens to Redis
            presence.lost(error)
        await asyncio.sleep(pause_seconds * random.uniform(0.5, 1.0))  # noqa: S311 - spreads callers, guards nothing
        pause_seconds = min(pause_seconds * 2, _LONGEST_PAUSE_SECONDS)


@dataclass(slots=True)
class TailReading:
    """The end of a stream, without a group: nothing of it stays in Redis. Everybody on the local bus hears it."""

    topic: str
    rules: StreamRules
    local: MemoryBus
    _after: str = ""

    @property
    def name(self) -> str:
        """For the log."""
        return self.topic

    async def begin(self, client: Redis, *, first: bool) -> None:
        """From the newest entry on; a stream whose newest is older than the place kept was made anew."""
        last = await newest(client, self.rules.key(self.topic))
        if not self._after:
            self._after = last
        elif order(last) < order(self._after):
            self._after = "0-0"

    async def turn(self, client: Redis) -> None:
        """Tell the local bus what came."""
        async with asyncio.timeout(self.rules.block_seconds + _PATIENCE_SECONDS):
            places: dict[Any, Any] = {self.rules.key(self.topic): self._after}
            answer = await client.xread(places, count=_BATCH, block=_milliseconds(self.rules.block_seconds))
        entries = _entries(answer)
        if not entries:
            await self.begin(client, first=False)
        for entry_id, fields in entries:
            self._after = entry_id
            message = decoded(fields)
            if message is not None:
                await self.local.publish(self.topic, message)


@dataclass(frozen=True, slots=True)
class GroupDelivery:
    """A message in hand, pending in Redis until it is acknowledged."""

    message: Mapping[str, str]
    entry_id: str
    reading: GroupReading

    async def ack(self) -> None:
        """Handled. Should the word get lost, the message comes again."""
        reading = self.reading
        await reading.outgoing.put(Acknowledgement(reading.topic, reading.group, self.entry_id))


@dataclass(slots=True)
class GroupReading:
    """A consumer group's share of this process; its members here take from one bounded queue."""

    topic: str
    group: str
    rules: StreamRules
    outgoing: Outgoing
    queue: asyncio.Queue[GroupDelivery] = field(default_factory=lambda: asyncio.Queue(_BATCH))
    queued: set[str] = field(default_factory=set)
    consumer: str = field(default_factory=lambda: uuid4().hex)
    _look_at: float = 0.0

    @property
    def name(self) -> str:
        """For the log."""
        return f"{self.topic} for {self.group}"

    @property
    def key(self) -> str:
        """The stream."""
        return self.rules.key(self.topic)

    async def begin(self, client: Redis, *, first: bool) -> None:
        """See that the group exists.

        Made for a subscriber it starts with what comes next. Missing later, Redis has lost its data: whatever the
        stream holds by now came after that.
        """
        await make_group(client, self.key, self.group, "$" if first else "0")

    async def turn(self, client: Redis) -> None:
        """Hand on new messages; from time to time also those that others left."""
        if time.monotonic() >= self._look_at:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                left = await self._take_over(client)
            self._look_at = time.monotonic() + self.rules.stale_seconds / 2
            await self._hand_on(client, left)
        block_seconds = min(self.rules.block_seconds, self.rules.stale_seconds / 2)
        async with asyncio.timeout(block_seconds + _PATIENCE_SECONDS):
            answer = await client.xreadgroup(
                self.group, self.consumer, {self.key: ">"}, count=_BATCH, block=_milliseconds(block_seconds)
            )
        await self._hand_on(client, _entries(answer))

    async def _hand_on(self, client: Redis, entries: Sequence[tuple[str, Fields]]) -> None:
        """Wait while the queue is full: what is not read here is there for others."""
        for entry_id, fields in entries:
            message = decoded(fields)
            if message is None:
                await self._bury(client, entry_id, fields, 1, "unreadable")
                continue
            self.queued.add(entry_id)
            await self.queue.put(GroupDelivery(message, entry_id, self))

    async def _take_over(self, client: Redis) -> list[tuple[str, Fields]]:
        """Messages whose consumer died or never acknowledged; those that had their chances become dead letters.

        They are claimed before they are judged: of several processes that look at once one gets each.
        """
        stale_ms = _milliseconds(self.rules.stale_seconds)
        pending: Any = await client.xpending_range(self.key, self.group, "-", "+", _BATCH, idle=stale_ms)
        # What waits in this process for a slow member has not been tried yet.
        times = {one["message_id"]: one["times_delivered"] for one in pending if one["message_id"] not in self.queued}
        if not times:
            await self._forget_consumers(client)
            return []
        claimed: Any = await client.xclaim(self.key, self.group, self.consumer, stale_ms, list(times))
        alive = []
        for entry_id, fields in claimed:
            if not fields:
                continue
            if times[entry_id] < self.rules.deliveries_limit:
                alive.append((entry_id, fields))
            else:
                await self._bury(client, entry_id, fields, times[entry_id], "never acknowledged")
        return alive

    async def _bury(self, client: Redis, entry_id: str, fields: Fields, times: int, reason: str) -> None:
        rules = self.rules
        letter: dict[Any, Any] = {**fields, "id": entry_id, "group": self.group, "times": str(times), "reason": reason}
        pipe = client.pipeline(transaction=True)
        pipe.xadd(rules.dead_key(self.topic), letter, maxlen=rules.dead_length, approximate=True)
        pipe.sadd(rules.dead_topics_key, self.topic)
        pipe.xack(self.key, self.group, entry_id)
        await pipe.execute()

    async def _forget_consumers(self, client: Redis) -> None:
        """Every process that reads is a consumer under a new name; those that are long gone are struck off."""
        for one in await client.xinfo_consumers(self.key, self.group):
            if one["name"] != self.consumer and one["idle"] > _milliseconds(self.rules.forget_seconds):
                await strike_off(client, self.key, self.group, one["name"])


@dataclass(frozen=True, slots=True)
class GroupDeliveries:
    """What a member of a group takes; survives a cancelled wait."""

    reading: GroupReading

    def __aiter__(self) -> AsyncIterator[Delivery]:
        return self

    async def __anext__(self) -> Delivery:
        delivery = await self.reading.queue.get()
        self.reading.queued.discard(delivery.entry_id)
        return delivery


def _entries(answer: Any) -> list[tuple[str, Fields]]:
    """The entries of the only stream in the answer of XREAD or XREADGROUP."""
    return answer[0][1] if answer else []


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
