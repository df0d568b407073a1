"""kill -9 at random moments under load: what was acknowledged is there, once, with one outcome."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bench.hub_process import HubProcess
from tests.e2e.drill import CLIENTS, Ledger, expected, figures, send, send_the_rest

_ROUNDS = 20
_SEED = 12319
_SETTLE_SECONDS = 180.0


@pytest.mark.timeout(600)
@pytest.mark.drill
def test_every_acknowledged_report_has_exactly_one_outcome_whenever_the_hub_is_killed(tmp_path: Path) -> None:
    rng = random.Random(_SEED)
    ledger = Ledger.of(rng, _SEED)
    hub = HubProcess(tmp_path / "data")

    def read(query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(hub.data / "hub.db", timeout=10)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    for _ in range(_ROUNDS):
        hub.start()
        asyncio.run(_load_until_killed(hub, ledger, rng))
    hub.start()
    try:
        asyncio.run(send_the_rest(hub.url, ledger))
        deadline = time.monotonic() + _SETTLE_SECONDS
        while read("SELECT count(*) FROM waiting")[0][0]:
            assert time.monotonic() < deadline, "reports still wait"
            time.sleep(0.1)
        found = figures(read, ledger)
        proof = hub.run("history", "verify", "--json")
    finally:
        hub.stop()
    sys.stdout.write(f"crash drill, {_ROUNDS} rounds: {found}\n")
    assert ledger.sent > _ROUNDS * 20
    assert found == expected(ledger)
    assert '"ok":true' in proof


async def _load_until_killed(hub: HubProcess, ledger: Ledger, rng: random.Random) -> None:
    """Load, the worker killed now and then, and at last everything killed, each at a random moment."""
    async with aiohttp.ClientSession(hub.url, timeout=aiohttp.ClientTimeout(total=10)) as session:
        clients = [asyncio.create_task(_client(session, ledger)) for _ in range(CLIENTS)]
        if rng.random() < 0.5:
            await asyncio.sleep(rng.uniform(0.05, 0.6))
            hub.kill_worker()
        await asyncio.sleep(rng.uniform(0.1, 1.2))
        hub.kill()
        await asyncio.gather(*clients)


async def _client(session: aiohttp.ClientSession, ledger: Ledger) -> None:
    while await send(session, ledger, *ledger.next()):
        pass
