"""`hub serve`: one role, or all of them (the web here, the worker as a child), until it is told to stop."""

from __future__ import annotations

import asyncio
import gc

import click
import uvloop

from hub.child import follow_parent, keep_worker
from hub.role_health import run_health
from hub.roles import Stop, listen_for_signals, run_worker
from hub.settings import Settings
from hub.sms import run_sms, sms_configured
from hub.watch import tell_turns
from hub.web import run_web
from hub.wiring import Hub
from intake.bus.redis import RedisBus
from intake.errors import HubError
from intake.ports import Bus

ROLES = ("all", "web", "worker", "sms")


def serve_until_stopped(settings: Settings, role: str, link: int | None = None) -> None:
    """Run the role until TERM or Ctrl-C; `link` is the socket to the parent of a worker that has one.

    Raises HubError when it cannot start.
    """
    uvloop.run(_serve(settings, role, link))


async def _serve(settings: Settings, role: str, link: int | None) -> None:
    """What may fail is made before the role begins, so that a fault is told in plain words.

    The database comes first: the worker finds its schema made, and reads the city while this process does.
    """
    hub = Hub(settings)
    stop = Stop()
    listen_for_signals(stop)
    try:
        _ = hub.database, hub.sealer, hub.bus
        async with asyncio.TaskGroup() as group:
            group.create_task(_run_bus(hub.bus, stop))
            if role == "all":
                group.create_task(keep_worker(hub.link, stop))
            await asyncio.to_thread(_warm_up, hub)
            group.create_task(hub.city_keeper.run(stop, "web" if role == "all" else role))
            if role == "sms" or (role == "all" and sms_configured(settings)):
                group.create_task(run_sms(hub, stop))
            if role == "worker":
                group.create_task(run_worker(hub, stop))
            elif role != "sms":
                group.create_task(run_web(hub, stop, with_worker=role == "all"))
                _greet(settings)
            if role not in ("all", "web") and link is None:
                group.create_task(run_health(hub, stop, role))
            if link is not None:
                group.create_task(_attend_parent(hub, link, stop))
    except BaseExceptionGroup as failures:
        known = failures.subgroup(HubError)
        if known is None:
            raise
        raise _first(known) from failures
    finally:
        hub.close()


async def _attend_parent(hub: Hub, link: int, stop: Stop) -> None:
    """In a worker that has a parent: stop when that is gone, and let it hear how the worker does."""
    async with asyncio.TaskGroup() as group:
        # When this process stops first, the parent never hangs up: the wait for it ends with the role.
        tasks = [group.create_task(follow_parent(hub.link, link, stop))]
        if hub.link is not hub.bus:
            # The bus tells it to everybody, but Redis may be away.
            tasks.append(group.create_task(tell_turns(hub.worker, hub.link)))
        await stop.event.wait()
        for task in tasks:
            task.cancel()


async def _run_bus(bus: Bus, stop: Stop) -> None:
    """A bus that has to run beside the role runs until that is asked to stop."""
    if not isinstance(bus, RedisBus):
        return
    async with asyncio.TaskGroup() as group:
        running = group.create_task(bus.run())
        await stop.event.wait()
        running.cancel()


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first single error of a group, however deep."""
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _warm_up(hub: Hub) -> None:
    """Read the pack; a fault here is an Invalid with its remedy.

    What was read stays for good, and the garbage collector need not walk through its millions of objects again.
    """
    _ = hub.pack, hub.city_keeper
    gc.collect()
    gc.freeze()


def _greet(settings: Settings) -> None:
    address = f"http://{settings.http.host}:{settings.http.port}"
    click.echo(
        f"12319 Hub  {address}\n"
        f"  市民上报 citizens   {address}/\n"
        f"  查询进度 tracking   {address}/track\n"
        f"  派遣工作台 dispatch {address}/dispatch\n"
        f"  坐席工作台 desk     {address}/desk\n"
        f"  接口 API            {address}/docs\n"
        f"  数据 data           {settings.data}\n"
        f'  命令行 try          .venv/bin/hub report submit "青阳街道青新社区门口井盖不见了" --json\n'
        f"  热线 telephone      尚未接入 not part of this version",
        err=True,
    )
