"""Every implementation of `Quotas` counts alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import count

import pytest

from intake.limits import Charge, MemoryQuotas, Quotas, RedisQuotas, SteadyQuotas
from tests.services.redis import RedisServer, find_redis, redis_server

# So slow a leak that nothing of it shows while a test runs.
SLOW = 1e-7
_NAMES = count(1)


@pytest.fixture(scope="module")
def redis_of_limits() -> Iterator[RedisServer]:
    """A server for this file."""
    if find_redis() is None:
        pytest.skip("NO COUNTS IN REDIS WERE TESTED: redis-server is not on PATH; `make test` installs it")
    with redis_server() as server:
        yield server


@pytest.fixture(params=["memory", "redis", "steady"])
async def quotas(request: pytest.FixtureRequest) -> AsyncIterator[Quotas]:
    """Memory, Redis, and Redis with memory behind it."""
    if request.param == "memory":
        yield MemoryQuotas()
        return
    server: RedisServer = request.getfixturevalue("redis_of_limits")
    shared = RedisQuotas(server.url, patience_seconds=10)
    yield shared if request.param == "redis" else SteadyQuotas(shared, MemoryQuotas())
    await shared.close()


@pytest.fixture
def key() -> str:
    """A meter that nobody used."""
    return f"meter-{next(_NAMES)}-{time.monotonic_ns()}"


def charge(key: str, cost: float = 1, ceiling: float = 3, per_second: float = SLOW) -> Charge:
    """One use."""
    return Charge(key, cost, ceiling, per_second)


async def granted(quotas: Quotas, *charges: Charge) -> bool:
    """Whether it was counted."""
    return (await quotas.take(charges)).granted


async def comes_true(holds: Callable[[], Awaitable[bool]]) -> bool:
    """Whether it holds before long."""
    for _ in range(1000):
        if await holds():
            return True
        await asyncio.sleep(0.01)
    return False


async def test_as_much_is_granted_as_fits_and_no_more(quotas: Quotas, key: str) -> None:
    assert [await granted(quotas, charge(key)) for _ in range(5)] == [True, True, True, False, False]


async def test_what_is_not_granted_is_not_counted(quotas: Quotas, key: str) -> None:
    for _ in range(5):
        await quotas.take([charge(key)])
    assert await granted(quotas, charge(key, ceiling=4))


async def test_the_level_before_and_the_time_to_wait_are_told(quotas: Quotas, key: str) -> None:
    first, second = (
        await quotas.take([charge(key, 2, per_second=0.001)]),
        await quotas.take([charge(key, 2, per_second=0.001)]),
    )
    assert (first.granted, first.levels, first.wait_seconds) == (True, (0.0,), 0.0)
    assert (second.granted, round(second.levels[0]), round(second.wait_seconds, -2)) == (False, 2, 1000)


async def test_all_are_counted_or_none(quotas: Quotas, key: str) -> None:
    assert await granted(quotas, charge(key), charge(f"{key}-full", 3))
    assert not await granted(quotas, charge(key), charge(f"{key}-full"))
    assert [round(level) for level in (await quotas.take([charge(key), charge(f"{key}-full", -1)])).levels] == [1, 3]


async def test_what_is_given_back_may_be_taken_again(quotas: Quotas, key: str) -> None:
    await quotas.take([charge(key, 3)])
    assert await granted(quotas, charge(key, -1))
    assert [await granted(quotas, charge(key)) for _ in range(2)] == [True, False]


async def test_giving_back_more_than_was_taken_gains_nothing(quotas: Quotas, key: str) -> None:
    await quotas.take([charge(key, -5)])
    assert [await granted(quotas, charge(key)) for _ in range(4)] == [True, True, True, False]


async def test_what_is_larger_than_the_ceiling_fits_into_an_empty_meter_once(quotas: Quotas, key: str) -> None:
    assert [await granted(quotas, charge(key, 9)) for _ in range(2)] == [True, False]


async def test_a_level_sinks_with_time(quotas: Quotas, key: str) -> None:
    await quotas.take([charge(key, 3, per_second=20)])
    assert await comes_true(lambda: granted(quotas, charge(key, 3, per_second=20)))


async def test_meters_do_not_meet(quotas: Quotas, key: str) -> None:
    await quotas.take([charge(key, 3)])
    assert await granted(quotas, charge(f"{key}-other", 3))


async def test_of_many_at_once_no_more_are_granted_than_fit(quotas: Quotas, key: str) -> None:
    answers = await asyncio.gather(*(granted(quotas, charge(key)) for _ in range(12)))
    assert answers.count(True) == 3


async def test_a_key_is_spent_once(quotas: Quotas, key: str) -> None:
    assert [await quotas.once(key, 60), await quotas.once(key, 60), await quotas.once(f"{key}-other", 60)] == [
        True,
        False,
        True,
    ]


async def test_of_many_who_spend_a_key_at_once_one_does(quotas: Quotas, key: str) -> None:
    answers = await asyncio.gather(*(quotas.once(key, 60) for _ in range(8)))
    assert answers.count(True) == 1


async def test_a_spent_key_is_forgotten_in_time(quotas: Quotas, key: str) -> None:
    assert await quotas.once(key, 0.05)
    assert await comes_true(lambda: quotas.once(key, 60))
