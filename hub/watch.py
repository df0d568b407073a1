"""What each worker tells of itself every second, and what a web process remembers of all of them."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.ports import Bus
from intake.topics import WORKER_TURNED, own_group
from intake.worker import Worker

_LOG = logging.getLogger(__name__)
_TELL_SECONDS = 1.0
STANDSTILL_SECONDS = 30.0
# A worker that was ended leaves the figures after this long; one that stands still is named until then.
_FORGET_SECONDS = 300.0
STANDS_STILL = "归一处理停止，请重启 hub serve / the worker stands still: restart hub serve"


def worker_name() -> str:
    """This process among all workers of an installation: host and process id."""
    return f"{socket.gethostname()}-{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Heard:
    """The last word of one worker. `looked_at` is when it last looked for work (monotonic seconds of this process)."""

    outcomes: Mapping[str, int]
    looked_at: float
    heard_at: float


@dataclass(slots=True)
class WorkerWatch:
    """The workers that were heard of in the last five minutes, by name; `outcomes` count since each one's start."""

    workers: dict[str, Heard] = field(default_factory=dict)

    async def listen(self, bus: Bus) -> None:
        """Hear the workers, until cancelled."""
        async with bus.subscribe(WORKER_TURNED, own_group("watch")) as deliveries:
            async for delivery in deliveries:
                self._hear(delivery.message)
                await delivery.ack()

    def _hear(self, told: Mapping[str, str]) -> None:
        """Remember it; words of another version that cannot be read are none."""
        now = time.monotonic()
        try:
            outcomes = {str(name): int(count) for name, count in json.loads(told.get("outcomes", "{}")).items()}
            heard = Heard(outcomes, now - float(told["idle_seconds"]), now)
        except (AttributeError, KeyError, TypeError, ValueError):
            _LOG.debug("a worker said something that is not understood: %s", sorted(told))
            return
        self.workers[told.get("worker", "?")] = heard
        for name in [name for name, one in self.workers.items() if now - one.heard_at > _FORGET_SECONDS]:
            del self.workers[name]

    def idle_seconds(self) -> dict[str, float]:
        """How long ago each worker last looked for work."""
        now = time.monotonic()
        return {name: now - one.looked_at for name, one in self.workers.items()}

    def fault(self) -> str | None:
        """What is wrong when no worker looks for work (zh / en); None while one does."""
        idle = self.idle_seconds().values()
        if not idle:
            return "归一处理尚未启动，请稍候 / the worker is not up yet: wait a moment"
        return STANDS_STILL if min(idle) > STANDSTILL_SECONDS else None


async def tell_turns(worker: Worker, bus: Bus) -> None:
    """Say each second when the worker last looked for work and what it has done, until cancelled."""
    name = worker_name()
    while True:
        told = {
            "worker": name,
            "settled": str(worker.settled_total),
            "outcomes": json.dumps(worker.outcomes),
            "idle_seconds": f"{worker.idle_seconds():.3f}",
        }
        await bus.publish(WORKER_TURNED, told)
        await asyncio.sleep(_TELL_SECONDS)
