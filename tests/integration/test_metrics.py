"""Figures: what they tell, what they cost, and that dashboard and alerts ask for figures that exist."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, event, text

from hub.http_meter import meter
from hub.metrics import registry_of
from hub.settings import read_settings
from hub.watch import WorkerWatch, tell_turns, worker_name
from hub.wiring import Hub
from intake.bus.memory import MemoryBus
from intake.normalise import Normaliser
from intake.worker import Worker
from tests.fakes.case_store import FakeCaseStore
from tests.fakes.classifier import InMemoryClassifier
from tests.fakes.clock import FakeClock
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.report_store import FakeReportStore
from tests.fakes.samples import a_report, open_or_attach
from tests.services.redis import find_redis, redis_server

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
DOCKER = Path(__file__).resolve().parents[2] / "docker"
# Tables of what is under way, emptied by the work itself, and what stands for a query within a query.
SMALL = {"waiting", "parked", "unanchored", "case_count", "anon_1", "(subquery-1)", "(subquery-2)"}
Labels = tuple[tuple[str, str], ...]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """On SQLite, with nothing in it."""
    one = Hub(read_settings({"HUB_DATA": str(tmp_path)}))
    yield one
    one.close()


async def figures(registry: CollectorRegistry) -> dict[tuple[str, Labels], float]:
    """Every sample by name and labels, collected in a thread as `/metrics` does."""
    families = await asyncio.to_thread(lambda: list(registry.collect()))
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


async def test_reports_are_counted_where_they_stand(hub: Hub) -> None:
    for name in ("r1", "r2", "r3", "r3"):
        await hub.inbox.accept(a_report(name, channel="gateway" if name == "r1" else "web"), b"")
    await hub.inbox.accept(a_report("r4", received_at=hub.clock.now()), b"", delay_seconds=300)
    await hub.reports.park("r1", "看不懂。")
    found = await figures(registry_of(hub, "web", WorkerWatch()))
    plain = {name: value for (name, labels), value in found.items() if not labels}
    assert {name: plain[f"hub_{name}"] for name in ("reports_waiting", "reports_parked", "reports_slowed")} == {
        "reports_waiting": 3,
        "reports_parked": 1,
        "reports_slowed": 1,
    }
    assert {labels[0][1]: found[name, labels] for name, labels in found if name == "hub_reports_accepted_total"} == {
        "gateway": 1,
        "web": 3,
    }
    assert found["hub_reports_replayed_total", (("channel", "web"),)] == 1
    assert (plain["hub_database_up"], plain["hub_reports_waiting_oldest_seconds"] > 0) == (1, True)


async def test_channels_beyond_thirty_share_a_label(hub: Hub) -> None:
    hub.inbox.accepted.update({f"gateway-{n:02}": 100 - n for n in range(40)})
    found = await figures(registry_of(hub, "web", WorkerWatch()))
    channels = {labels[0][1]: value for (name, labels), value in found.items() if name == "hub_reports_accepted_total"}
    assert (len(channels), channels["…"]) == (31, sum(100 - n for n in range(30, 40)))


async def test_a_heap_beyond_a_hundred_thousand_is_not_counted_to_its_end(hub: Hub) -> None:
    rows = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100005) "
        "INSERT INTO unanchored (case_number, n) SELECT 'x', i FROM n"
    )
    await hub.database.write(lambda connection: connection.execute(rows).rowcount)
    found = await figures(registry_of(hub, "web", WorkerWatch()))
    assert found["hub_history_unanchored", ()] == 100_000


async def test_a_database_that_is_away_is_a_figure_and_no_error(hub: Hub) -> None:
    registry = registry_of(hub, "web", WorkerWatch())
    await figures(registry)
    await asyncio.to_thread(hub.database.close)
    found = await figures(registry)
    assert (found["hub_database_up", ()], ("hub_reports_waiting", ()) in found) == (0, False)


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str) -> Iterator[Hub]:
    """The same on PostgreSQL."""
    one = Hub(read_settings({"HUB_DATA": str(tmp_path), "HUB_DATABASE_URL": postgres_url}))
    yield one
    one.close()


async def test_both_databases_give_the_same_figures(hub: Hub, on_postgres: Hub) -> None:
    told = [{name for name, _ in await figures(registry_of(one, "web", WorkerWatch()))} for one in (hub, on_postgres)]
    assert told[0] == told[1]


async def test_no_figure_walks_through_a_table_that_grows(hub: Hub) -> None:
    asked: list[tuple[str, Any]] = []
    engine = hub.database.engine

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    await figures(registry_of(hub, "web", WorkerWatch()))
    event.remove(engine, "before_cursor_execute", note)
    selects = [one for one in asked if one[0].startswith("SELECT")]

    def plans(connection: Connection) -> list[str]:
        rows = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values) for words, values in selects]
        return [str(row[3]) for result in rows for row in result]

    walks = [line for line in await hub.database.read(plans) if line.startswith("SCAN") and "USING" not in line]
    assert {line.split()[1] for line in walks} <= SMALL
    assert len(selects) > 10


async def test_a_role_without_pages_tells_of_itself_alone(hub: Hub) -> None:
    found = await figures(registry_of(hub, "worker"))
    names = {name for name, _ in found}
    assert (("hub_data_free_bytes" in names), "hub_reports_waiting" in names) == (True, False)
    (build,) = [dict(labels) for name, labels in found if name == "hub_build_info"]
    assert (build["role"], build["database"], build["bus"]) == ("worker", "sqlite", "memory")


async def test_each_worker_is_told_apart_and_parked_reports_are_an_outcome() -> None:
    clock, bus, watch = FakeClock(), MemoryBus(), WorkerWatch()
    reports = FakeReportStore(clock)
    normaliser = Normaliser(InMemoryGeocoder([]), InMemoryClassifier({}))
    worker = Worker(reports, FakeCaseStore(reports, clock), normaliser, open_or_attach, bus)
    worker.outcomes.update({"open": 3, "parked": 1})
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(watch.listen(bus)), group.create_task(tell_turns(worker, bus))]
        async with asyncio.timeout(10):
            while not watch.workers:  # noqa: ASYNC110 - the watch tells nobody what it heard
                await asyncio.sleep(0.01)
            await bus.publish("worker.turned", {"worker": "b-1", "idle_seconds": "0.5", "outcomes": '{"open": 2}'})
            await bus.publish("worker.turned", {"worker": "c-1", "idle_seconds": "soon"})
            while "b-1" not in watch.workers:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
    assert {name: dict(heard.outcomes) for name, heard in watch.workers.items()} == {
        worker_name(): {"open": 3, "parked": 1},
        "b-1": {"open": 2},
    }
    assert watch.fault() is None


@pytest.fixture
async def metered() -> AsyncIterator[tuple[CollectorRegistry, str]]:
    """A server with a route of a template, one that fails, and one that streams."""
    registry = CollectorRegistry()

    async def fine(_: web.Request) -> web.Response:
        return web.Response()

    async def stream(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        return answer

    async def refuses(_: web.Request) -> web.Response:
        return web.Response(status=422)

    app = web.Application(middlewares=[meter(registry)])
    app.router.add_get("/cases/{number}", fine)
    app.router.add_post("/cases/{number}", refuses)
    app.router.add_get("/stream", stream)
    async with TestServer(app) as server:
        yield registry, str(server.make_url("/"))[:-1]


async def test_requests_are_timed_by_template_and_status_and_streams_are_not(
    metered: tuple[CollectorRegistry, str],
) -> None:
    registry, url = metered
    async with ClientSession() as session:
        for number in range(3):
            await session.get(f"{url}/cases/{number}")
        await session.post(f"{url}/cases/1")
        await session.get(f"{url}/stream")
    found = await figures(registry)
    counts = {
        tuple(dict(labels).values()): value
        for (name, labels), value in found.items()
        if name == "hub_http_request_duration_seconds_count"
    }
    assert counts == {("GET", "/cases/{number}", "200"): 3, ("POST", "/cases/{number}", "422"): 1}


def asked_for() -> set[str]:
    """Every figure that the dashboard or an alert names."""
    board = json.loads((DOCKER / "grafana" / "hub.json").read_text(encoding="utf-8"))
    rules = yaml.safe_load((DOCKER / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    asked += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    return {name for words in asked for name in re.findall(r"\b(?:hub|process)_[a-z_]+\b", words)}


async def test_dashboard_and_alerts_ask_for_figures_that_exist(tmp_path: Path) -> None:
    if find_redis() is None:
        pytest.skip("THE FIGURES OF THE BUS WERE NOT TESTED: Redis is not installed; `make test` installs it")
    with redis_server() as server:
        hub = Hub(read_settings({"HUB_DATA": str(tmp_path), "HUB_BUS_URL": server.url}))
        registry = registry_of(hub, "web", WorkerWatch())
        meter(registry)
        try:
            families = await asyncio.to_thread(lambda: list(registry.collect()))
        finally:
            await asyncio.to_thread(hub.close)
    ends = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
    known = {f"{one.name}{end}" for one in families for end in ends.get(one.type, [""])}
    assert asked_for() - known == set()


def test_every_alert_has_words_in_both_languages_and_a_remedy() -> None:
    rules = yaml.safe_load((DOCKER / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    told: list[dict[str, Any]] = [rule["annotations"] for group in rules["groups"] for rule in group["rules"]]
    assert [one for one in told if " / " not in one["summary"] or not one["remedy"]] == []


def test_panels_of_the_dashboard_do_not_cover_each_other() -> None:
    board = json.loads((DOCKER / "grafana" / "hub.json").read_text(encoding="utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        spots = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert (spots & taken, at["x"] + at["w"] <= 24) == (set(), True)
        taken |= spots
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
