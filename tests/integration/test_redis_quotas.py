"""Counts in a real Redis: shared by processes, without a number in clear, done without when it is away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from intake.errors import Temporary
from intake.limits import Charge, MemoryQuotas, RedisQuotas, Senders, SteadyQuotas
from tests.services.redis import RedisServer, find_redis, redis_server

pytestmark = pytest.mark.integration

USE = Charge("reports:a", 1, 2, 1e-7)


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A server that may be killed."""
    if find_redis() is None:
        pytest.skip("NO COUNTS IN REDIS WERE TESTED: redis-server is not on PATH; `make test` installs it")
    with redis_server() as started:
        yield started


@pytest.fixture
async def shared(server: RedisServer) -> AsyncIterator[RedisQuotas]:
    """Counts of one web process."""
    quotas = RedisQuotas(server.url, patience_seconds=1.0)
    yield quotas
    await quotas.close()


async def test_two_processes_count_together(server: RedisServer, shared: RedisQuotas) -> None:
    other = RedisQuotas(server.unix_url, patience_seconds=1.0)
    granted = [(await one.take([USE])).granted for one in (shared, other, shared, other)]
    await other.close()
    assert granted == [True, True, False, False]


async def test_redis_holds_neither_number_nor_address_and_forgets_by_itself(
    server: RedisServer, shared: RedisQuotas
) -> None:
    senders = Senders(b"a key")
    for sender in (senders.of_number("13805957531"), senders.of_address("203.0.113.9")):
        await shared.take([Charge(f"reports:{sender.key}", 1, 2, 0.001)])
    await shared.once("proof", 60)
    with server.client() as client:
        keys = list(client.scan_iter())
        held = [str(keys), *(str(client.hgetall(key)) for key in keys if client.type(key) == "hash")]
        assert len(keys) == 3
        assert [one for one in held if "13805957531" in one or "203.0.113.9" in one] == []
        assert [key for key in keys if int(client.ttl(key)) <= 0] == []


async def test_a_redis_that_does_not_answer_is_away(server: RedisServer) -> None:
    quotas = RedisQuotas(server.url, patience_seconds=0.05)
    await quotas.take([USE])
    server.freeze()
    try:
        with pytest.raises(Temporary):
            await quotas.take([USE])
        with pytest.raises(Temporary):
            await quotas.once("proof", 60)
    finally:
        server.thaw()
        await quotas.close()


async def test_nobody_is_refused_while_redis_is_away_and_it_is_left_alone_for_a_while(
    server: RedisServer, shared: RedisQuotas
) -> None:
    now = [0.0]
    steady = SteadyQuotas(shared, MemoryQuotas(), lambda: now[0])
    assert [(await steady.take([USE])).granted for _ in range(3)] == [True, True, False]
    server.kill()
    assert [(await steady.take([USE])).granted for _ in range(3)] == [True, True, False]
    assert [await steady.once("proof", 60) for _ in range(2)] == [True, False]
    assert steady.failures == 1
    server.start()
    now[0] = 6.0
    assert (await steady.take([USE])).granted
    assert steady.failures == 1
