"""The two kinds of installation that the tests meet: the small town's and the big city's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.cluster import Cluster
from bench.hub_process import HubProcess
from tests.services.postgres import UNSAFE, find_postgres, postgres_server
from tests.services.redis import find_redis, redis_server

SMALL_TOWN, BIG_CITY = "small_town", "big_city"


@contextmanager
def installation(kind: str, data: Path) -> Iterator[HubProcess | Cluster]:
    """A hub of this kind, not started yet: one process and its child on SQLite, or web and three workers on servers."""
    if kind == SMALL_TOWN:
        yield HubProcess(data)
        return
    if find_postgres() is None or find_redis() is None:
        pytest.skip("NOTHING WAS TESTED ON POSTGRESQL AND REDIS: they are not installed; `make test` installs them")
    with postgres_server(UNSAFE) as postgres, redis_server() as redis:
        yield Cluster(data, postgres.create("city"), redis.url, workers=3)
