"""What must be up for a role to be ready, each with its remedy."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable, Mapping

from case_api.store.migrate import current_revision, newest_revision
from hub.sms import sms_configured, sms_fault
from hub.watch import STANDS_STILL, STANDSTILL_SECONDS, WorkerWatch
from hub.wiring import Hub
from intake.http import Probe

_LEAST_FREE_BYTES = 200 * 1024 * 1024


Check = Callable[[], Awaitable[str | None]]


def probes(hub: Hub, watch: WorkerWatch | None = None) -> tuple[Probe, ...]:
    """The parts of this installation; the worker is one of them where it is watched."""
    worker: Mapping[str, Check] = {"worker": lambda: _worker(watch)} if watch is not None else {}
    return _probes(hub, {**_sms(hub), **worker})


def role_probes(hub: Hub, role: str) -> tuple[Probe, ...]:
    """The parts of a role without pages: a worker must look for work itself, the SMS role needs its gateway."""
    if role == "worker":
        return _probes(hub, {"worker": lambda: _own_worker(hub)})
    return _probes(hub, _sms(hub) if role == "sms" else {})


def _sms(hub: Hub) -> Mapping[str, Check]:
    return {"sms": lambda: sms_fault(hub)} if sms_configured(hub.settings) else {}


def _probes(hub: Hub, more: Mapping[str, Check]) -> tuple[Probe, ...]:
    checks: dict[str, Check] = {
        "database": lambda: _database(hub),
        "disk": lambda: _disk(hub),
        "city": lambda: _city(hub),
        **more,
    }
    details = {"city": lambda: hub.geocoder.loaded.version}
    return tuple(Probe(name, check, details.get(name)) for name, check in checks.items())


async def _database(hub: Hub) -> str | None:
    revision = await current_revision(hub.database)
    if revision != newest_revision():
        return f"数据库结构为 {revision}，请运行 hub migrate / schema is {revision}: run hub migrate"
    return None


async def _disk(hub: Hub) -> str | None:
    free = shutil.disk_usage(hub.settings.data).free
    if free < _LEAST_FREE_BYTES:
        return f"数据盘只剩 {free >> 20} MB，请清理 / only {free >> 20} MB left on the data disk: free some"
    return None


async def _city(hub: Hub) -> str | None:
    """Both halves of the pack raise Invalid with their faults when they cannot be used."""
    _ = hub.pack, hub.geocoder
    return None


async def _worker(watch: WorkerWatch) -> str | None:
    """A worker that does not even look for work stands still."""
    return watch.fault()


async def _own_worker(hub: Hub) -> str | None:
    return STANDS_STILL if hub.worker.idle_seconds() > STANDSTILL_SECONDS else None
