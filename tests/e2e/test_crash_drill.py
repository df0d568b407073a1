"""kill -9 at random moments under load: what was acknowledged is there, once, with one outcome."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bench.hub_process import HubProcess
from bench.texts import far_apart
from hub.settings import Settings

_ROUNDS = 20
_CLIENTS = 12
_SEED = 12319
_SETTLE_SECONDS = 180.0


@dataclass(slots=True)
class Ledger:
    """What the citizens of the drill know: which texts were acknowledged, and which they must send again."""

    fresh: Iterator[str]
    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    def next(self) -> tuple[str, str]:
        """A key and its text: one that got no answer before, sometimes an echo of a known problem, else a new one."""
        if self.unanswered:
            return self.unanswered.popitem()
        self.sent += 1
        return f"drill-{self.sent}", next(self.fresh)


@pytest.mark.timeout(600)
@pytest.mark.drill
def test_every_acknowledged_report_has_exactly_one_outcome_whenever_the_hub_is_killed(tmp_path: Path) -> None:
    rng = random.Random(_SEED)
    ledger = Ledger(_with_echoes(far_apart(Settings().city, _SEED), rng))
    hub = HubProcess(tmp_path / "data")
    for _ in range(_ROUNDS):
        hub.start()
        asyncio.run(_load_until_killed(hub, ledger, rng))
    hub.start()
    try:
        asyncio.run(_send_the_rest(hub, ledger))
        _wait_until_nothing_waits(hub)
        figures = _figures(hub.data, ledger)
        proof = hub.run("history", "verify", "--json")
    finally:
        hub.stop()
    sys.stdout.write(f"crash drill, {_ROUNDS} rounds: {figures}\n")
    assert figures["acknowledged"] == ledger.sent
    assert figures["acknowledged"] > _ROUNDS * 20
    assert figures == {
        "acknowledged": ledger.sent,
        "stored": ledger.sent,
        "missing": 0,
        "twice": 0,
        "waiting": 0,
        "parked": 0,
        "with_one_outcome": ledger.sent,
        "with_a_case": ledger.sent,
    }
    assert '"ok":true' in proof


def _with_echoes(texts: Iterator[str], rng: random.Random) -> Iterator[str]:
    """Now and then another citizen says the same words: that report must join the case, not open one."""
    said: list[str] = []
    for text in texts:
        said.append(text)
        yield text
        if rng.random() < 0.2:
            yield rng.choice(said)
    while True:
        yield rng.choice(said)


async def _load_until_killed(hub: HubProcess, ledger: Ledger, rng: random.Random) -> None:
    """Load, the worker killed now and then, and at last everything killed, each at a random moment."""
    async with aiohttp.ClientSession(hub.url, timeout=aiohttp.ClientTimeout(total=10)) as session:
        clients = [asyncio.create_task(_client(session, ledger)) for _ in range(_CLIENTS)]
        if rng.random() < 0.5:
            await asyncio.sleep(rng.uniform(0.05, 0.6))
            hub.kill_worker()
        await asyncio.sleep(rng.uniform(0.1, 1.2))
        hub.kill()
        await asyncio.gather(*clients)


async def _client(session: aiohttp.ClientSession, ledger: Ledger) -> None:
    while await _send(session, ledger, *ledger.next()):
        pass


async def _send(session: aiohttp.ClientSession, ledger: Ledger, key: str, text: str) -> bool:
    """Send one report; False when the hub is gone. Without an answer the citizen knows nothing and will repeat it."""
    try:
        async with session.post("/api/v1/reports", json={"text": text}, headers={"Idempotency-Key": key}) as answer:
            receipt = await answer.json()
    except (aiohttp.ClientError, TimeoutError):
        ledger.unanswered[key] = text
        return False
    assert answer.status in (200, 201), receipt
    assert ledger.acknowledged.setdefault(key, receipt["report_id"]) == receipt["report_id"]
    return True


async def _send_the_rest(hub: HubProcess, ledger: Ledger) -> None:
    async with aiohttp.ClientSession(hub.url) as session:
        while ledger.unanswered:
            assert await _send(session, ledger, *ledger.unanswered.popitem())


def _wait_until_nothing_waits(hub: HubProcess) -> None:
    deadline = time.monotonic() + _SETTLE_SECONDS
    while _read(hub.data, "SELECT count(*) FROM waiting")[0][0]:
        assert time.monotonic() < deadline, "reports still wait"
        time.sleep(0.1)


def _figures(data: Path, ledger: Ledger) -> dict[str, int]:
    stored = Counter(row[0] for row in _read(data, "SELECT external_id FROM report"))
    outcomes = dict(
        _read(data, "SELECT r.external_id, o.case_number FROM report r JOIN outcome o ON o.report_id = r.id"),
    )
    return {
        "acknowledged": len(ledger.acknowledged),
        "stored": sum(stored.values()),
        "missing": len(ledger.acknowledged.keys() - stored.keys()),
        "twice": sum(1 for count in stored.values() if count > 1),
        "waiting": _read(data, "SELECT count(*) FROM waiting")[0][0],
        "parked": _read(data, "SELECT count(*) FROM parked")[0][0],
        "with_one_outcome": len(outcomes),
        "with_a_case": sum(1 for number in outcomes.values() if number is not None),
    }


def _read(data: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(data / "hub.db", timeout=10)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
