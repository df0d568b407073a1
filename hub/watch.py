"""What the worker tells of itself each second, and what the web role remembers of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from intake.ports import Bus
from intake.topics import WORKER_TURNED, own_group
from intake.worker import Worker

_TELL_SECONDS = 1.0
_STANDSTILL_SECONDS = 30.0


@dataclass(slots=True)
class WorkerWatch:
    """The last word of a worker; `settled_total` counts the reports it gave an outcome since it started."""

    settled_total: int = 0
    looked_at: float | None = None

    async def listen(self, bus: Bus) -> None:
        """Hear the worker, until cancelled."""
        async with bus.subscribe(WORKER_TURNED, own_group("watch")) as deliveries:
            async for delivery in deliveries:
                told = delivery.message
                self.settled_total = int(told["settled"])
                self.looked_at = time.monotonic() - float(told["idle_seconds"])
                await delivery.ack()

    def fault(self) -> str | None:
        """What is wrong with the worker (zh / en); None when it looks for work."""
        if self.looked_at is None:
            return "归一处理尚未启动，请稍候 / the worker is not up yet: wait a moment"
        if time.monotonic() - self.looked_at > _STANDSTILL_SECONDS:
            return "归一处理停止，请重启 hub serve / the worker stands still: restart hub serve"
        return None


async def tell_turns(worker: Worker, bus: Bus) -> None:
    """Say each second when the worker last looked for work, until cancelled."""
    while True:
        idle_seconds = worker.idle_seconds()
        await bus.publish(WORKER_TURNED, {"settled": str(worker.settled_total), "idle_seconds": f"{idle_seconds:.3f}"})
        await asyncio.sleep(_TELL_SECONDS)
