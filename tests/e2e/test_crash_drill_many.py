"""The big city's drill: web and three workers on PostgreSQL and Redis, and under load everything dies in turn."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from bench.cluster import Cluster
from tests.e2e.drill import CLIENTS, Ledger, expected, figures, send, send_the_rest
from tests.services.postgres import PostgresServer, find_postgres, postgres_server
from tests.services.redis import RedisServer, find_redis, redis_server

_ROUNDS = 20
_SEED = 12319
_WORKERS = 3


@dataclass(slots=True)
class City:
    """Everything that may die, and how often each did."""

    postgres: PostgresServer
    redis: RedisServer
    hub: Cluster
    died: Counter[str] = field(default_factory=Counter)

    def strike(self, what: str, rng: random.Random) -> None:
        """Let one part die; roles stay dead until they are started again, the servers come back at once."""
        self.died[what] += 1
        match what:
            case "web":
                self.hub.web.kill()
            case "worker":
                rng.choice(self.hub.crew).kill()
            case "postgres":
                rng.choice((self.postgres.stop, self.postgres.crash))()
                self.postgres.start()
            case "redis":
                self.redis.kill()
                self.redis.start()


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """Servers of this drill's own: others must not lose theirs."""
    if find_postgres() is None or find_redis() is None:
        pytest.skip("NO DRILL ON POSTGRESQL AND REDIS: they are not installed; `make test` installs them")
    with ExitStack() as stack:
        postgres, redis = stack.enter_context(postgres_server()), stack.enter_context(redis_server())
        hub = Cluster(tmp_path / "data", postgres.create("city"), redis.url, _WORKERS)
        stack.callback(hub.stop)
        hub.start()
        yield City(postgres, redis, hub)


@pytest.mark.timeout(900)
@pytest.mark.drill
def test_every_acknowledged_report_has_exactly_one_outcome_whatever_dies(city: City) -> None:
    rng = random.Random(_SEED)
    ledger = Ledger.of(rng, _SEED)
    for strikes in _programme(rng):
        asyncio.run(_load_while(city, ledger, strikes, rng))
    city.hub.start()
    asyncio.run(send_the_rest(city.hub.url, ledger))
    city.hub.wait_until_nothing_waits()
    found = figures(city.hub.read, ledger)
    proof = city.hub.run("history", "verify", "--json")
    sys.stdout.write(f"crash drill on PostgreSQL and Redis, {_ROUNDS} rounds, {dict(city.died)}: {found}\n")
    assert ledger.sent > _ROUNDS * 20
    assert found == expected(ledger)
    assert '"ok":true' in proof


def _programme(rng: random.Random) -> list[tuple[str, ...]]:
    """What dies in each round: every part alone five times, in any order, and something else with it half the time."""
    parts = ["web", "worker", "postgres", "redis"]
    first = [part for part in parts for _ in range(_ROUNDS // len(parts))]
    rng.shuffle(first)
    return [(part, rng.choice(parts)) if rng.random() < 0.5 else (part,) for part in first]


async def _load_while(city: City, ledger: Ledger, strikes: tuple[str, ...], rng: random.Random) -> None:
    """Load while parts die and come back; then the dead roles are started again under the same load."""
    over = asyncio.Event()
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(city.hub.url, timeout=timeout) as session, asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(_client(session, ledger, over))
        for what in strikes:
            await asyncio.sleep(rng.uniform(0.1, 0.8))
            await _in_thread(lambda what=what: city.strike(what, rng))  # type: ignore[misc]
        await _in_thread(city.hub.start)
        await asyncio.sleep(rng.uniform(0.1, 0.5))
        over.set()


async def _in_thread(act: Callable[[], None]) -> None:
    await asyncio.to_thread(act)


async def _client(session: aiohttp.ClientSession, ledger: Ledger, over: asyncio.Event) -> None:
    """A citizen who repeats what was not answered, after a moment."""
    while not over.is_set():
        if not await send(session, ledger, *ledger.next()):
            await asyncio.sleep(0.05)
