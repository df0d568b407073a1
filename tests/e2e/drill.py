"""What every crash drill needs: citizens who send until they are answered, and the count of what became of it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench.texts import far_apart
from hub.settings import Settings

CLIENTS = 12
Read = Callable[[str], list[tuple[Any, ...]]]


@dataclass(slots=True)
class Ledger:
    """What the citizens of a drill know: which texts were acknowledged, and which they must send again."""

    fresh: Iterator[str]
    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    @classmethod
    def of(cls, rng: random.Random, seed: int) -> Ledger:
        """Reports of one day, some of them echoes of known ones."""
        return cls(_with_echoes(far_apart(Settings().city, seed), rng))

    def next(self) -> tuple[str, str]:
        """A key and its text: one that got no answer before, sometimes an echo of a known problem, else a new one."""
        if self.unanswered:
            return self.unanswered.popitem()
        self.sent += 1
        return f"drill-{self.sent}", next(self.fresh)


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


async def send(session: aiohttp.ClientSession, ledger: Ledger, key: str, text: str) -> bool:
    """Send one report; False without an answer, or when the hub says that it cannot take it now: to be repeated."""
    try:
        async with session.post("/api/v1/reports", json={"text": text}, headers={"Idempotency-Key": key}) as answer:
            receipt = await answer.json()
    except (aiohttp.ClientError, TimeoutError):
        ledger.unanswered[key] = text
        return False
    if answer.status == 503:
        ledger.unanswered[key] = text
        return False
    assert answer.status in (200, 201), receipt
    assert ledger.acknowledged.setdefault(key, receipt["report_id"]) == receipt["report_id"]
    return True


async def send_the_rest(url: str, ledger: Ledger) -> None:
    """Everybody who got no answer repeats, until all have one."""
    async with aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(total=20)) as session, asyncio.timeout(120):
        while ledger.unanswered:
            await send(session, ledger, *ledger.unanswered.popitem())


def figures(read: Read, ledger: Ledger) -> dict[str, int]:
    """What is stored beside what was acknowledged."""
    stored = Counter(row[0] for row in read("SELECT external_id FROM report"))
    rows = read("SELECT r.external_id, o.case_number FROM report r JOIN outcome o ON o.report_id = r.id")
    outcomes: dict[str, str | None] = dict(rows)
    return {
        "acknowledged": len(ledger.acknowledged),
        "stored": sum(stored.values()),
        "missing": len(ledger.acknowledged.keys() - stored.keys()),
        "twice": sum(1 for count in stored.values() if count > 1),
        "waiting": read("SELECT count(*) FROM waiting")[0][0],
        "parked": read("SELECT count(*) FROM parked")[0][0],
        "with_one_outcome": len(outcomes),
        "with_a_case": sum(1 for number in outcomes.values() if number is not None),
    }


def expected(ledger: Ledger) -> dict[str, int]:
    """The only right figures."""
    return {
        "acknowledged": ledger.sent,
        "stored": ledger.sent,
        "missing": 0,
        "twice": 0,
        "waiting": 0,
        "parked": 0,
        "with_one_outcome": ledger.sent,
        "with_a_case": ledger.sent,
    }
