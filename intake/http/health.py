"""Is it alive, is it ready, and what does it count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from pydantic import BaseModel

from intake.errors import HubError
from intake.http.answers import json_answer
from intake.http.call import Call
from intake.http.route import PUBLIC, Route

_PATIENCE_SECONDS = 3.0
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Probe:
    """One part that must be up. `check` returns None when it is, or what is wrong with it (words, zh / en).

    HubError, OSError and silence beyond three seconds count as not ready. `detail` says something about a part that is
    up, such as the version of its data.
    """

    name: str
    check: Callable[[], Awaitable[str | None]]
    detail: Callable[[], str] | None = None


class Alive(BaseModel):
    """The process answers."""

    status: str


class PartView(BaseModel):
    """One part; `fault` says what is wrong, null when nothing is; `detail` what there is to know of it."""

    name: str
    ready: bool
    fault: str | None = None
    detail: str | None = None


class Readiness(BaseModel):
    """Ready only when every part is."""

    ready: bool
    parts: list[PartView]


async def ask(probe: Probe) -> PartView:
    """Run one probe."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            fault = await probe.check()
    except TimeoutError:
        fault = f"{_PATIENCE_SECONDS:.0f} 秒内没有应答 / no answer within {_PATIENCE_SECONDS:.0f} s"
    except (HubError, OSError) as error:
        fault = str(error)
    detail = probe.detail() if probe.detail is not None and fault is None else None
    return PartView(name=probe.name, ready=fault is None, fault=fault, detail=detail)


def health_routes(probes: Sequence[Probe], registry: CollectorRegistry, *, metrics_need: str) -> tuple[Route, ...]:
    """`/healthz`, `/readyz` (200 or 503, with every part) and `/metrics`, which needs `metrics_need`."""

    async def healthz(_: Call) -> web.StreamResponse:
        return json_answer(Alive(status="ok"))

    async def readyz(_: Call) -> web.StreamResponse:
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(ask(probe)) for probe in probes]
        parts = [task.result() for task in asked]
        ready = all(part.ready for part in parts)
        return json_answer(Readiness(ready=ready, parts=parts), 200 if ready else 503)

    async def metrics(_: Call) -> web.StreamResponse:
        text = await asyncio.to_thread(generate_latest, registry)
        return web.Response(body=text, headers={"Content-Type": _METRICS_TYPE})

    return (
        Route("GET", "/healthz", healthz, PUBLIC, "进程是否存活 / is it alive", "health", answer=Alive),
        Route(
            "GET",
            "/readyz",
            readyz,
            PUBLIC,
            "是否就绪 / is every part ready",
            "health",
            answer=Readiness,
            also=(503,),
        ),
        Route("GET", "/metrics", metrics, metrics_need, "指标 / Prometheus metrics", "health", media_type="text/plain"),
    )
