"""Roles of a process: which loops run, how they start together and stop together."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from hub.watch import tell_turns
from hub.wiring import Hub
from hub.worker_lock import worker_lock
from intake.errors import Temporary
from intake.topics import CASE_CHANGED

_LOG = logging.getLogger(__name__)
_RELAY_SWEEP_SECONDS = 0.4
_GATHER_SECONDS = 0.1
_ANCHOR_SECONDS = 1.0
_CHECKPOINT_SECONDS = 0.5
_HOT_SPOT_SECONDS = 3.0
_BACKOFF_SECONDS = 1.0


@dataclass(slots=True)
class Stop:
    """Asked for once, by a signal or by a role that cannot go on."""

    event: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self) -> None:
        """Ask every loop to end."""
        self.event.set()

    async def rest(self, seconds: float) -> bool:
        """Wait so long or until asked to stop; whether to go on."""
        try:
            await asyncio.wait_for(self.event.wait(), seconds)
        except TimeoutError:
            return True
        return False


def listen_for_signals(stop: Stop) -> None:
    """TERM and Ctrl-C stop the process in good order."""
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.ask)


async def run_worker(hub: Hub, stop: Stop) -> None:
    """The normaliser, the outbox and the anchors, until asked to stop."""
    with worker_lock(hub.database.engine, hub.settings.data) as alone:
        if alone:
            await _guarded(hub.reports.forget_leases)
        async with asyncio.TaskGroup() as group:
            group.create_task(hub.worker.run())
            telling = group.create_task(tell_turns(hub.worker, hub.bus))
            group.create_task(_relay(hub, stop))
            group.create_task(_repeat(hub.anchors.anchor_new, _ANCHOR_SECONDS, stop))
            group.create_task(_repeat(hub.checkpoints.run, _CHECKPOINT_SECONDS, stop))
            group.create_task(_repeat(hub.hot_spots.sweep, _HOT_SPOT_SECONDS, stop))
            await stop.event.wait()
            hub.worker.stop()
            telling.cancel()


async def _relay(hub: Hub, stop: Stop) -> None:
    """Announce events as soon as a worker says that there are some, a tenth of a second of them together.

    A sweep finds what nobody announced.
    """
    woken = asyncio.Event()
    async with asyncio.TaskGroup() as group, hub.bus.subscribe(CASE_CHANGED, "outbox") as deliveries:

        async def listen() -> None:
            async for delivery in deliveries:
                woken.set()
                await delivery.ack()

        listener = group.create_task(listen())
        while not stop.event.is_set():
            await _guarded(hub.outbox.relay)
            await asyncio.sleep(_GATHER_SECONDS)
            try:
                await asyncio.wait_for(woken.wait(), _RELAY_SWEEP_SECONDS)
            except TimeoutError:
                continue
            woken.clear()
        listener.cancel()


async def _repeat(job: Callable[[], Awaitable[int]], seconds: float, stop: Stop) -> None:
    while await stop.rest(seconds):
        await _guarded(job)
    await _guarded(job)


async def _guarded(job: Callable[[], Awaitable[int]]) -> None:
    """Run a job until it has nothing left to do; a store that is away is asked again at the next turn."""
    try:
        while await job():
            _LOG.debug("more to do")
    except Temporary as error:
        _LOG.warning("database away, trying again shortly: %s", error.en)
        await asyncio.sleep(_BACKOFF_SECONDS)
