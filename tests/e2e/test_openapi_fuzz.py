"""The OpenAPI document of a running hub, fuzzed: no 5xx, no answer that the document does not name."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.cluster import Cluster
from bench.hub_process import HubProcess
from tests.e2e.installations import BIG_CITY, SMALL_TOWN, installation

_SEED = 12319
_TEXTS = ("青阳街道青新社区门口井盖不见了，很危险", "青阳街道青新社区路灯不亮", "这里很脏", "谢谢你们")
# These two count as wrong what the documents cannot say: empty fields mean absent, as browsers send them; a telephone
# number, a cursor or swapped coordinates are judged by more than a pattern.
_NOT_CHECKED = "positive_data_acceptance,negative_data_rejection"


@pytest.fixture(scope="module", params=[SMALL_TOWN, BIG_CITY])
def hub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess | Cluster]:
    """A hub of its own with accounts and some reports: what a fuzz leaves behind is nobody else's."""
    with installation(request.param, tmp_path_factory.mktemp("fuzz") / "data") as process:
        process.start()
        try:
            process.run("user", "demo")
            for text in _TEXTS:
                process.run("report", "submit", text)
            yield process
        finally:
            process.stop()


@pytest.mark.e2e
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("role", "seconds"), [("shift_leader", 40), ("admin", 30), ("", 15)])
def test_no_request_of_the_document_breaks_the_hub(
    hub: HubProcess | Cluster, tmp_path: Path, role: str, seconds: int
) -> None:
    accounts = json.loads((hub.data / "demo-accounts.json").read_text())
    who = ("--header", f"Authorization: Bearer {accounts[role]['token']}") if role else ()
    arguments = (
        *("--exclude-path", "/stream", "--exclude-checks", _NOT_CHECKED, "--max-time", str(seconds)),
        *("--seed", str(_SEED), "--workers", "1", "--request-timeout", "10", "--generation-database", "none"),
        *("--suppress-health-check", "all", "--continue-on-failure", "--no-color", "--warnings", "off"),
    )
    command = [str(Path(sys.executable).with_name("st")), "run", f"{hub.url}/openapi.json", *who, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=seconds + 90, check=False)
    assert done.returncode == 0, done.stdout[-20_000:]
    assert hub.alive
