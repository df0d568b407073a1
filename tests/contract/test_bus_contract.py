"""What every bus does."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import uuid4

import pytest

from intake.bus.line import RedisLine
from intake.bus.linked import LinkedBus
from intake.bus.memory import MemoryBus
from intake.bus.redis import RedisBus
from intake.bus.streams import StreamRules
from intake.ports import Bus, Delivery
from tests.services.redis import find_redis, redis_server


class Ends:
    """Two buses as one: published at the near end, subscribed at the far one."""

    def __init__(self, near: Bus, far: Bus) -> None:
        self._near, self._far = near, far

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        await self._near.publish(topic, message)

    def subscribe(self, topic: str, group: str) -> AbstractAsyncContextManager[AsyncIterator[Delivery]]:
        return self._far.subscribe(topic, group)


class OwnGroups:
    """A bus on which every group is one subscriber's own."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        await self._bus.publish(topic, message)

    def subscribe(self, topic: str, group: str) -> AbstractAsyncContextManager[AsyncIterator[Delivery]]:
        return self._bus.subscribe(topic, f"{group}-{hashlib.sha256(group.encode()).hexdigest()[:32]}")


@asynccontextmanager
async def linked() -> AsyncIterator[tuple[LinkedBus, LinkedBus]]:
    near, far = LinkedBus(), LinkedBus()
    async with asyncio.TaskGroup() as group:
        carrying = [
            group.create_task(bus.carry(end)) for bus, end in zip((near, far), socket.socketpair(), strict=True)
        ]
        await asyncio.sleep(0.01)
        yield near, far
        for task in carrying:
            task.cancel()


@asynccontextmanager
async def on_redis(url: str) -> AsyncIterator[tuple[RedisBus, RedisBus]]:
    """Two buses of one namespace that is new, as two processes have them."""
    rules = StreamRules(namespace=uuid4().hex)
    near, far = (RedisBus(RedisLine(url), rules) for _ in range(2))
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(bus.run()) for bus in (near, far)]
        yield near, far
        for task in running:
            task.cancel()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A Redis for this file."""
    if find_redis() is None:
        pytest.skip("NO REDIS BUS WAS TESTED: redis-server is not on PATH; `make test` installs it")
    with redis_server() as server:
        yield server.url


@pytest.fixture(
    params=["memory", "linked", "linked ends", "redis", "redis ends", "redis own groups", "redis own groups ends"]
)
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    """Each implementation in turn."""
    if request.param == "memory":
        yield MemoryBus()
    elif request.param.startswith("linked"):
        async with linked() as linked_ends:
            yield Ends(*linked_ends) if request.param.endswith("ends") else linked_ends[0]
    else:
        async with on_redis(request.getfixturevalue("redis_url")) as redis_ends:
            one: Bus = Ends(*redis_ends) if request.param.endswith("ends") else redis_ends[0]
            yield OwnGroups(one) if "own" in request.param else one


async def take(deliveries: AsyncIterator[Delivery], count: int) -> list[dict[str, str]]:
    """So many messages, acknowledged."""
    taken = []
    for _ in range(count):
        delivery = await asyncio.wait_for(anext(deliveries), 5)
        taken.append(dict(delivery.message))
        await delivery.ack()
    return taken


async def is_silent(deliveries: AsyncIterator[Delivery]) -> bool:
    try:
        await asyncio.wait_for(anext(deliveries), 0.02)
    except TimeoutError:
        return True
    return False


async def test_messages_arrive_in_order(bus: Bus) -> None:
    async with bus.subscribe("t", "g") as deliveries:
        for n in range(3):
            await bus.publish("t", {"n": str(n)})
        assert await take(deliveries, 3) == [{"n": "0"}, {"n": "1"}, {"n": "2"}]


async def test_each_group_gets_every_message(bus: Bus) -> None:
    async with bus.subscribe("t", "one") as first, bus.subscribe("t", "two") as second:
        await bus.publish("t", {"n": "1"})
        assert (await take(first, 1), await take(second, 1)) == ([{"n": "1"}], [{"n": "1"}])


async def test_members_of_a_group_share_its_messages(bus: Bus) -> None:
    async with bus.subscribe("t", "g") as first, bus.subscribe("t", "g") as second:
        for n in range(2):
            await bus.publish("t", {"n": str(n)})
        taken = await asyncio.gather(take(first, 1), take(second, 1))
        assert sorted(one["n"] for part in taken for one in part) == ["0", "1"]
        assert (await is_silent(first), await is_silent(second)) == (True, True)


async def test_another_topic_is_not_heard(bus: Bus) -> None:
    async with bus.subscribe("t", "g") as deliveries:
        await bus.publish("other", {"n": "0"})
        await bus.publish("t", {"n": "1"})
        assert await take(deliveries, 1) == [{"n": "1"}]


async def test_a_message_for_nobody_is_no_error(bus: Bus) -> None:
    async with bus.subscribe("after", "g") as after:
        await bus.publish("t", {"n": "0"})
        await bus.publish("after", {"n": "0"})
        await take(after, 1)
    async with bus.subscribe("t", "g") as deliveries:
        await bus.publish("t", {"n": "1"})
        assert await take(deliveries, 1) == [{"n": "1"}]


async def test_a_cancelled_wait_loses_no_message(bus: Bus) -> None:
    async with bus.subscribe("t", "g") as deliveries:
        assert await is_silent(deliveries)
        await bus.publish("t", {"n": "1"})
        assert await take(deliveries, 1) == [{"n": "1"}]


async def test_a_subscriber_that_left_does_not_disturb_those_who_stay(bus: Bus) -> None:
    async with bus.subscribe("t", "stays") as stays:
        async with bus.subscribe("t", "leaves"):
            await bus.publish("t", {"n": "0"})
        await bus.publish("t", {"n": "1"})
        assert await take(stays, 2) == [{"n": "0"}, {"n": "1"}]


async def test_publishing_to_a_subscriber_that_takes_nothing_never_blocks(bus: Bus) -> None:
    async with bus.subscribe("t", "sleeps") as deliveries:
        for n in range(5000):
            await asyncio.wait_for(bus.publish("t", {"n": str(n)}), 5)
        (first,) = await take(deliveries, 1)
        assert int(first["n"]) < 5000


async def test_both_ends_of_a_link_hear_what_either_says() -> None:
    async with linked() as (near, far), near.subscribe("t", "n") as here, far.subscribe("t", "f") as there:
        await near.publish("t", {"n": "1"})
        await far.publish("t", {"n": "2"})
        assert sorted(one["n"] for one in await take(here, 2)) == ["1", "2"]
        assert sorted(one["n"] for one in await take(there, 2)) == ["1", "2"]


async def test_a_link_whose_peer_is_gone_ends_and_the_bus_goes_on_alone() -> None:
    bus = LinkedBus()
    ours, theirs = socket.socketpair()
    async with asyncio.TaskGroup() as group, bus.subscribe("t", "g") as deliveries:
        carrying = group.create_task(bus.carry(ours))
        theirs.close()
        await asyncio.wait_for(carrying, 5)
        await bus.publish("t", {"n": "1"})
        assert await take(deliveries, 1) == [{"n": "1"}]


async def test_half_a_line_of_a_peer_that_died_is_let_go() -> None:
    bus = LinkedBus()
    ours, theirs = socket.socketpair()
    async with bus.subscribe("t", "g") as deliveries:
        theirs.sendall(b'["t", {"n": "1"}]\n["t", {"n')
        theirs.close()
        await asyncio.wait_for(bus.carry(ours), 5)
        assert await take(deliveries, 1) == [{"n": "1"}]


async def test_publishing_at_the_moment_a_peer_dies_raises_nothing() -> None:
    bus = LinkedBus()
    ours, theirs = socket.socketpair()
    async with asyncio.TaskGroup() as group:
        carrying = group.create_task(bus.carry(ours))
        await asyncio.sleep(0.01)
        theirs.close()
        for _ in range(100):
            await bus.publish("t", {"n": "1"})
            await asyncio.sleep(0)
        await asyncio.wait_for(carrying, 5)
    assert bus.dropped_total > 0


async def test_a_peer_that_does_not_read_loses_wake_ups_and_holds_nobody_up() -> None:
    bus = LinkedBus()
    ours, theirs = socket.socketpair()
    async with asyncio.TaskGroup() as group:
        carrying = group.create_task(bus.carry(ours))
        await asyncio.sleep(0.01)
        for _ in range(2000):
            await asyncio.wait_for(bus.publish("t", {"words": "井" * 300}), 5)
        assert bus.dropped_total > 0
        carrying.cancel()
    theirs.close()


async def test_the_memory_bus_drops_the_oldest_and_counts() -> None:
    bus = MemoryBus()
    async with bus.subscribe("t", "sleeps") as deliveries:
        for n in range(1003):
            await bus.publish("t", {"n": str(n)})
        assert (bus.dropped_total, await take(deliveries, 1)) == (3, [{"n": "3"}])
