"""A whole hub, worker and all, on Redis: with it, and when it dies."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path

import pytest

from bench.hub_process import HubProcess
from bench.stock import waiting_reports
from tests.services.redis import RedisServer, find_redis, redis_server

pytestmark = pytest.mark.integration
_PATIENCE_SECONDS = 30.0
_TOPICS = ("case.changed", "case.event", "report.waiting", "worker.turned")


@pytest.mark.timeout(180)
def test_a_hub_tells_everything_over_redis_and_works_on_when_that_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_redis() is None:
        pytest.skip("NO HUB RAN ON REDIS: redis-server is not on PATH; `make test` installs it")
    with redis_server(password="geheim") as server:
        monkeypatch.setenv("HUB_BUS_URL", server.url)
        hub = HubProcess(tmp_path / "data")
        hub.start()
        try:
            report_and_wait(hub, "青阳街道青新社区门口井盖不见了")
            wait_for_topics(server)
            server.kill()
            report_and_wait(hub, "梅岭街道双沟社区路灯不亮")
            hub.wait_ready()
        finally:
            code = hub.stop()
    out = (hub.data / "hub.out").read_text()
    assert (code, out.count("Traceback"), out.count("geheim")) == (0, 0, 0)


def report_and_wait(hub: HubProcess, text: str) -> None:
    """Send a report and wait for its outcome."""
    request = urllib.request.Request(  # noqa: S310 - our own http
        f"{hub.url}/api/v1/reports",
        data=json.dumps({"text": text}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - our own http
        assert answer.status == 201
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while waiting_reports(hub.data):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_for_topics(server: RedisServer) -> None:
    """Until every topic was spoken of."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with server.client() as client:
        while (keys := sorted(client.scan_iter("hub12319:*", _type="stream"))) != [
            f"hub12319:{topic}" for topic in _TOPICS
        ]:
            assert time.monotonic() < deadline, keys
            time.sleep(0.05)
