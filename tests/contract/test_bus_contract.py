"""What every bus does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from intake.bus.memory import MemoryBus
from intake.ports import Bus, Delivery


@pytest.fixture(params=["memory"])
def bus() -> Bus:
    """Each implementation in turn."""
    return MemoryBus()


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
    await bus.publish("t", {"n": "0"})
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


async def test_the_memory_bus_drops_the_oldest_and_counts() -> None:
    bus = MemoryBus()
    async with bus.subscribe("t", "sleeps") as deliveries:
        for n in range(1003):
            await bus.publish("t", {"n": str(n)})
        assert (bus.dropped_total, await take(deliveries, 1)) == (3, [{"n": "3"}])
