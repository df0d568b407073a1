"""`hub check` of a larger installation: what a real PostgreSQL and a real Redis lack, and who works there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.checkup import Findings
from hub.checkup.bus import check_bus
from hub.checkup.database import check_database
from hub.checkup.work import check_workers
from hub.settings import read_settings
from hub.watch import tell_turns
from hub.wiring import Hub
from intake.bus.redis import RedisBus
from intake.normalise import Normaliser
from intake.worker import Worker
from tests.fakes.bus import FakeBus
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.classifier import InMemoryClassifier
from tests.fakes.clock import FakeClock
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.report_store import FakeReportStore
from tests.fakes.samples import open_or_attach
from tests.services.postgres import PostgresServer, find_postgres, postgres_server
from tests.services.redis import RedisServer, find_redis, redis_server

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
SECRET = "s3cret"


@pytest.fixture(scope="module")
def bus() -> Iterator[RedisServer]:
    if find_redis() is None:
        pytest.skip("NOTHING WAS TESTED ON REDIS: it is not installed; `make test` installs it")
    with redis_server(SECRET) as server:
        yield server


@pytest.fixture(scope="module")
def careless() -> Iterator[PostgresServer]:
    """A server that does not wait for its disk."""
    if find_postgres() is None:
        pytest.skip("NOTHING WAS TESTED ON POSTGRESQL: it is not installed; `make test` installs it")
    with postgres_server(["fsync=off", "max_connections=14"]) as server:
        yield server


@pytest.fixture
def hub(tmp_path: Path, bus: RedisServer) -> Iterator[Hub]:
    """On SQLite, with a Redis whose password stands in a file."""
    secret = tmp_path / "password"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    url = f"redis://127.0.0.1:{bus.port}/0"
    one = Hub(
        read_settings({"HUB_DATA": str(tmp_path), "HUB_BUS_URL": url, "HUB_BUS_PASSWORD_FILE": str(secret)}),
    )
    yield one
    one.close()


def english(words: list[str]) -> list[str]:
    return [one.partition(" / ")[2] for one in words]


async def test_a_postgresql_that_may_lose_what_it_confirmed_is_a_fault(
    tmp_path: Path, careless: PostgresServer
) -> None:
    hub = Hub(read_settings({"HUB_DATA": str(tmp_path), "HUB_DATABASE_URL": careless.create("careless")}))
    findings = Findings()
    try:
        await check_database(hub, findings)
    finally:
        await asyncio.to_thread(hub.close)
    assert english(findings.faults) == [
        "fsync is off: a power cut loses acknowledged reports; set it on in postgresql.conf"
    ]
    assert [words[-54:] for words in english(findings.warnings)] == [
        "are left: raise max_connections (a process takes about 7)"[-54:]
    ]


async def test_a_redis_that_is_well_is_no_finding(hub: Hub) -> None:
    findings = Findings()
    await check_bus(hub, findings)
    assert (findings.faults, findings.warnings) == ([], [])


async def test_a_redis_that_refuses_the_password_is_named_and_the_password_is_not(
    tmp_path: Path, bus: RedisServer
) -> None:
    findings = Findings()
    url = f"redis://:wr0ng@127.0.0.1:{bus.port}/0"
    await check_bus(Hub(read_settings({"HUB_DATA": str(tmp_path), "HUB_BUS_URL": url})), findings)
    assert english(findings.faults) == [
        f"Redis at redis://127.0.0.1:{bus.port}/0 refuses the password: look at HUB_BUS_PASSWORD_FILE"
    ]
    assert "wr0ng" not in "".join(findings.faults)


async def test_a_redis_that_is_away_is_named_with_what_happens_meanwhile(tmp_path: Path) -> None:
    with redis_server() as server:
        url = server.url
    findings = Findings()
    await check_bus(Hub(read_settings({"HUB_DATA": str(tmp_path), "HUB_BUS_URL": url})), findings)
    assert english(findings.faults) == [
        f"Redis at {url} does not answer (ConnectionError): start it or look at HUB_BUS_URL; sweeps wake meanwhile"
    ]


async def test_no_worker_on_the_bus_is_a_warning(hub: Hub) -> None:
    findings = Findings()
    await check_workers(hub, findings)
    assert (findings.faults, english(findings.warnings)) == (
        [],
        ["no worker is heard: if the hub is meant to run, start hub serve --role worker"],
    )


def a_worker(idle_seconds: float) -> Worker:
    """One that looked for work so long ago."""
    clock = FakeClock()
    reports = FakeReportStore(clock)
    normaliser = Normaliser(InMemoryGeocoder([]), InMemoryClassifier({}))
    worker = Worker(reports, FakeCaseStore(reports, clock), normaliser, open_or_attach, FakeBus())
    worker.turned_at = time.monotonic() - idle_seconds
    return worker


@pytest.mark.parametrize(("idle_seconds", "faults"), [(0.1, 0), (99.0, 1)])
async def test_workers_on_the_bus_are_heard_and_one_that_stands_still_is_a_fault(
    hub: Hub, idle_seconds: float, faults: int
) -> None:
    findings = Findings()
    assert isinstance(hub.bus, RedisBus)
    other = RedisBus(hub.bus.line)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(other.run()), group.create_task(tell_turns(a_worker(idle_seconds), other))]
        await check_workers(hub, findings)
        for task in tasks:
            task.cancel()
    assert (len(findings.faults), findings.warnings) == (faults, [])
