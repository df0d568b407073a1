"""The Redis bus when Redis or a consumer fails, and what it leaves behind."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from intake.bus.line import RedisLine
from intake.bus.redis import RedisBus
from intake.bus.streams import StreamRules
from intake.errors import Invalid, Temporary
from intake.ports import Bus, Delivery
from intake.topics import CASE_EVENT, own_group
from tests.services.redis import RedisServer, find_redis, redis_server

pytestmark = pytest.mark.integration
_PATIENCE_SECONDS = 20.0
_HASTY = StreamRules(stale_seconds=0.2, deliveries_limit=2)


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis of one's own, to be killed at will."""
    if find_redis() is None:
        pytest.skip("NO REDIS BUS WAS TESTED: redis-server is not on PATH; `make test` installs it")
    with redis_server(password="geheim") as started:
        yield started


def bus_of(server: RedisServer, rules: StreamRules | None = None) -> RedisBus:
    """A bus as one process has it."""
    return RedisBus(RedisLine(server.url), rules or StreamRules())


@asynccontextmanager
async def running(*buses: RedisBus) -> AsyncIterator[None]:
    """Each as in a process with a role."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bus.run()) for bus in buses]
        yield
        for task in tasks:
            task.cancel()


async def take(deliveries: AsyncIterator[Delivery]) -> Delivery:
    return await asyncio.wait_for(anext(deliveries), _PATIENCE_SECONDS)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


async def publish_until_heard(bus: Bus, topic: str, deliveries: AsyncIterator[Delivery]) -> None:
    """Announce again and again, as a busy hub does, until one arrives."""
    hearing = asyncio.ensure_future(anext(deliveries))
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not hearing.done():
            await bus.publish(topic, {"n": "again"})
            await asyncio.wait({hearing}, timeout=0.02)
    await hearing.result().ack()


async def test_a_redis_that_was_killed_and_started_empty_is_used_again(server: RedisServer) -> None:
    bus = bus_of(server)
    async with running(bus), bus.subscribe("t", "g") as shared, bus.subscribe("t", own_group("g")) as own:
        await bus.publish("t", {"n": "before"})
        assert [(await take(one)).message for one in (shared, own)] == [{"n": "before"}] * 2
        server.kill()
        await until_dropped(bus)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            for _ in range(10_000):
                await bus.publish("t", {"n": "meanwhile"})
        server.start()
        await publish_until_heard(bus, "t", shared)
        await publish_until_heard(bus, "t", own)


async def test_a_stream_that_was_deleted_under_its_readers_is_made_anew(server: RedisServer) -> None:
    bus = bus_of(server)
    with server.client() as client:
        async with running(bus), bus.subscribe("t", "g") as shared, bus.subscribe("t", own_group("g")) as own:
            await bus.publish("t", {"n": "before"})
            assert [(await take(one)).message for one in (shared, own)] == [{"n": "before"}] * 2
            client.flushall()
            await bus.publish("t", {"n": "after"})
            assert [(await take(one)).message for one in (shared, own)] == [{"n": "after"}] * 2


async def test_a_clock_of_redis_that_went_back_deafens_nobody(server: RedisServer) -> None:
    bus = bus_of(server, StreamRules(block_seconds=0.1))
    with server.client() as client:
        client.xadd("hub12319:t", {"message": "{}"}, id="9999999999999-0")
        async with running(bus), bus.subscribe("t", own_group("g")) as own:
            client.delete("hub12319:t")
            await publish_until_heard(bus, "t", own)


async def test_a_subscription_begun_while_redis_is_away_hears_it_later(server: RedisServer) -> None:
    bus = bus_of(server)
    server.kill()
    async with running(bus), bus.subscribe("t", "g") as shared, bus.subscribe("t", own_group("g")) as own:
        server.start()
        await publish_until_heard(bus, "t", shared)
        await publish_until_heard(bus, "t", own)


async def test_a_redis_that_answers_nobody_holds_nobody_up(server: RedisServer) -> None:
    bus = bus_of(server)
    async with running(bus), bus.subscribe("t", "g") as deliveries:
        server.freeze()
        try:
            await until_dropped(bus)
        finally:
            server.thaw()
        await publish_until_heard(bus, "t", deliveries)


async def test_a_command_without_a_running_bus_announces_and_gives_up_on_a_dead_redis(server: RedisServer) -> None:
    hearing, command = bus_of(server), bus_of(server)
    async with running(hearing), hearing.subscribe("t", "g") as deliveries:
        await command.publish("t", {"n": "1"})
        assert (await take(deliveries)).message == {"n": "1"}
    server.kill()
    async with asyncio.timeout(_PATIENCE_SECONDS):
        for _ in range(1000):
            await command.publish("t", {"n": "2"})
    assert command.dropped_total == 1000


async def test_after_a_failure_publishing_leaves_redis_alone_for_a_while() -> None:
    came: list[asyncio.StreamWriter] = []

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as refusing:
        port = refusing.sockets[0].getsockname()[1]
        bus = RedisBus(RedisLine(f"redis://127.0.0.1:{port}/0"))
        for _ in range(1000):
            await bus.publish("t", {"n": "lost"})
    # Each attempt comes once a second or so: a machine that needs minutes for this has other worries.
    assert (bus.dropped_total, len(came) < 100) == (1000, True)


async def test_what_a_consumer_took_and_did_not_live_to_acknowledge_goes_to_another(server: RedisServer) -> None:
    rules = StreamRules(stale_seconds=0.2)
    dying, living = bus_of(server, rules), bus_of(server, rules)
    async with asyncio.TaskGroup() as group, AsyncExitStack() as life:
        process = group.create_task(dying.run())
        deliveries = await life.enter_async_context(dying.subscribe("t", "g"))
        await living.publish("t", {"n": "1"})
        assert (await take(deliveries)).message == {"n": "1"}
        process.cancel()
        async with running(living), living.subscribe("t", "g") as others:
            second = await take(others)
            await second.ack()
            assert second.message == {"n": "1"}


async def test_a_message_that_nobody_can_handle_ends_among_the_dead_letters(server: RedisServer) -> None:
    bus = bus_of(server, _HASTY)
    with server.client() as client:
        async with running(bus), bus.subscribe("t", "g") as deliveries:
            await bus.publish("t", {"n": "poison"})
            assert [(await take(deliveries)).message for _ in range(2)] == [{"n": "poison"}] * 2
            await until(lambda: has_dead_letters(bus, 1))
            await bus.publish("t", {"n": "good"})
            await (good := await take(deliveries)).ack()
            await until(lambda: has_no_pending(server, "hub12319:t", "g"))
        ((_, letter),) = client.xrange("hub12319:t.dead")
        assert good.message == {"n": "good"}
        assert json.loads(letter["message"]) == {"n": "poison"}
        assert {name: letter[name] for name in ("group", "times", "reason")} == {
            "group": "g",
            "times": "2",
            "reason": "never acknowledged",
        }


async def test_what_waits_for_a_slow_consumer_is_not_taken_for_abandoned(server: RedisServer) -> None:
    bus = bus_of(server, _HASTY)
    async with running(bus), bus.subscribe("t", "g") as deliveries:
        for n in range(3):
            await bus.publish("t", {"n": str(n)})
        await until(lambda: all_idle(server, "hub12319:t", "g", 3, _HASTY.stale_seconds * 5))
        for n in range(3):
            await (delivery := await take(deliveries)).ack()
            assert delivery.message == {"n": str(n)}
        await until(lambda: has_no_pending(server, "hub12319:t", "g"))
    assert await bus.dead_letters() == 0


async def test_consumers_of_processes_that_are_long_gone_are_struck_off(server: RedisServer) -> None:
    rules = StreamRules(stale_seconds=0.2, forget_seconds=1.0)
    gone, here = bus_of(server, rules), bus_of(server, rules)
    async with running(gone), gone.subscribe("t", "g") as deliveries:
        await gone.publish("t", {"n": "1"})
        await (await take(deliveries)).ack()
    async with running(here), here.subscribe("t", "g") as deliveries:
        await here.publish("t", {"n": "2"})
        await (await take(deliveries)).ack()
        await until(lambda: has_consumers(server, "hub12319:t", "g", 1))
        await here.publish("t", {"n": "3"})
        assert (await take(deliveries)).message == {"n": "3"}


async def test_an_entry_that_is_no_message_is_set_aside_and_the_next_one_arrives(server: RedisServer) -> None:
    bus = bus_of(server)
    with server.client() as client:
        async with running(bus), bus.subscribe("t", "g") as shared, bus.subscribe("t", own_group("g")) as own:
            client.xadd("hub12319:t", {"message": b"\xff{"})
            client.xadd("hub12319:t", {"other": "1"})
            await bus.publish("t", {"n": "1"})
            assert [(await take(one)).message for one in (shared, own)] == [{"n": "1"}] * 2
        letters = [letter for _, letter in client.xrange("hub12319:t.dead")]
    assert ([one["reason"] for one in letters], await bus.dead_letters()) == (["unreadable"] * 2, 2)


async def test_three_hundred_consoles_leave_nothing_in_redis_and_share_one_reader(server: RedisServer) -> None:
    bus = bus_of(server)
    with server.client() as client:
        async with running(bus):
            async with AsyncExitStack() as consoles:
                deliveries = [
                    await consoles.enter_async_context(bus.subscribe(CASE_EVENT, own_group("feed"))) for _ in range(300)
                ]
                await bus.publish(CASE_EVENT, {"seq": "1"})
                heard = [(await take(one)).message for one in deliveries]
                names = [one["cmd"] for one in client.client_list() if one["cmd"] == "xread"]
            assert (heard, len(names)) == ([{"seq": "1"}] * 300, 1)
            assert client.xinfo_groups(f"hub12319:{CASE_EVENT}") == []
            await until(lambda: nobody_reads(server))


async def test_a_group_that_was_left_goes_on_where_it_stood(server: RedisServer) -> None:
    bus = bus_of(server)
    async with running(bus):
        async with bus.subscribe("t", "g"):
            pass
        await bus.publish("t", {"n": "while nobody was there"})
        async with bus.subscribe("t", "g") as deliveries:
            assert (await take(deliveries)).message == {"n": "while nobody was there"}


async def test_a_stream_keeps_no_more_than_it_should(server: RedisServer) -> None:
    bus = bus_of(server, StreamRules(length=500))
    with server.client() as client:
        async with running(bus), bus.subscribe("t", "g"):
            for n in range(5000):
                await bus.publish("t", {"n": str(n)})
                await asyncio.sleep(0)
        # The trim is approximate: whole nodes of a hundred entries.
        assert 500 <= client.xlen("hub12319:t") <= 600


async def test_two_hubs_on_one_redis_do_not_hear_each_other(server: RedisServer) -> None:
    here, there = (bus_of(server, StreamRules(namespace=name)) for name in ("jinjiang", "shishi"))
    async with running(here, there), here.subscribe("t", "g") as deliveries:
        await there.publish("t", {"n": "theirs"})
        await until(lambda: has_messages(server, "hub12319:shishi:t"))
        await here.publish("t", {"n": "ours"})
        assert (await take(deliveries)).message == {"n": "ours"}


async def test_the_password_is_in_no_log_line(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for port in (server.port, 1):
        bus = RedisBus(RedisLine(f"redis://:falsch-und-geheim@127.0.0.1:{port}/0"))
        async with running(bus), bus.subscribe("t", "g"):
            await until_dropped(bus)
        with pytest.raises(Temporary) as refusal:
            await bus.dead_letters()
        assert "geheim" not in f"{refusal.value.zh}{refusal.value.en}{bus!r}"
    with pytest.raises(Invalid) as refused:
        RedisLine("redis://:sehr/geheim@127.0.0.1:6379/0")
    assert "geheim" not in f"{refused.value.zh}{refused.value.en}"
    assert "geheim" not in caplog.text
    assert "127.0.0.1:1/0" in caplog.text


async def until_dropped(bus: RedisBus) -> None:
    """Announce until one did not arrive."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while bus.dropped_total == 0:
            await bus.publish("t", {"n": "lost"})
            await asyncio.sleep(0.001)


async def has_dead_letters(bus: RedisBus, count: int) -> bool:
    return await bus.dead_letters() == count


async def has_no_pending(server: RedisServer, key: str, group: str) -> bool:
    with server.client() as client:
        return bool(client.xpending(key, group)["pending"] == 0)


async def all_idle(server: RedisServer, key: str, group: str, count: int, seconds: float) -> bool:
    with server.client() as client:
        pending = client.xpending_range(key, group, "-", "+", count, idle=round(seconds * 1000))
        return len(pending) == count


async def has_consumers(server: RedisServer, key: str, group: str, count: int) -> bool:
    with server.client() as client:
        return len(client.xinfo_consumers(key, group)) == count


async def has_messages(server: RedisServer, key: str) -> bool:
    with server.client() as client:
        return bool(client.xlen(key) > 0)


async def nobody_reads(server: RedisServer) -> bool:
    with server.client() as client:
        return [one["cmd"] for one in client.client_list() if one["cmd"].startswith("xread")] == []
