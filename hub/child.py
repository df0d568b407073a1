"""The worker of `--role all` as a process of its own: Python runs one thread at a time, and a city has two cores.

Parent and child share the database file and a socket pair. It carries the wake-ups of the bus, and its end tells the
child that the parent is gone, however that died.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from asyncio.subprocess import Process

from hub.roles import Stop
from intake.bus.linked import LinkedBus

_LOG = logging.getLogger(__name__)
_RESTART_SECONDS = 1.0
_STOP_SECONDS = 6.0


async def keep_worker(bus: LinkedBus, stop: Stop) -> None:
    """Start the worker, start it again when it dies, and end it when asked to stop."""
    while not stop.event.is_set():
        ours, theirs = socket.socketpair()
        with theirs:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "hub", "serve", "--role", "worker", "--link", str(theirs.fileno())),
                pass_fds=(theirs.fileno(),),
            )
        try:
            await _accompany(child, ours, bus, stop)
        finally:
            await _end(child)
        if not stop.event.is_set():
            _LOG.error("the worker ended with code %s; it is started again", child.returncode)
            await stop.rest(_RESTART_SECONDS)


async def _accompany(child: Process, link: socket.socket, bus: LinkedBus, stop: Stop) -> None:
    """Carry the bus until the child has ended or the hub is to stop."""
    async with asyncio.TaskGroup() as group:
        carrying = group.create_task(bus.carry(link))
        ends = [group.create_task(child.wait()), group.create_task(stop.event.wait())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in (carrying, *ends):
            task.cancel()


async def _end(child: Process) -> None:
    """Ask it to end, then make it. A child that is gone already is no error."""
    if child.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), _STOP_SECONDS)
    except TimeoutError:
        _LOG.warning("the worker did not end within %.0f s and is killed", _STOP_SECONDS)
        child.kill()
        await child.wait()


async def follow_parent(bus: LinkedBus, link: int, stop: Stop) -> None:
    """In the child: carry the bus; when the parent is gone, stop."""
    await bus.carry(socket.socket(fileno=link))
    stop.ask()
