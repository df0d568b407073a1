"""Health and figures of a role without pages of its own, on a port beside it."""

from __future__ import annotations

import asyncio

from aiohttp import web

from hub.metrics import registry_of
from hub.probes import role_probes
from hub.roles import Stop
from hub.wiring import Hub
from intake.errors import Temporary
from intake.http import HubRunner, Proxies, health_routes, mount

_SHUTDOWN_SECONDS = 2.0


async def run_health(hub: Hub, stop: Stop, role: str) -> None:
    """Answer `/healthz`, `/readyz` and `/metrics` at `health.port` until asked to stop; nothing when that is 0.

    Raises Temporary when the port is taken.
    """
    settings = hub.settings.health
    if settings.port == 0:
        return
    app = web.Application()
    routes = health_routes(role_probes(hub, role), registry_of(hub, role), metrics_need="metrics.read")
    mount(app, routes, hub.accounts, proxies=Proxies.of(hub.settings.http.trusted_proxies))
    runner = HubRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        await stop.event.wait()
    except OSError as error:
        stop.ask()
        raise Temporary(
            f"端口 {settings.port} 无法监听（{error.strerror}），请停用占用它的程序或设置 HUB_HEALTH_PORT。",
            f"Port {settings.port} cannot be used ({error.strerror}): free it or set HUB_HEALTH_PORT.",
        ) from error
    finally:
        await asyncio.wait_for(runner.cleanup(), _SHUTDOWN_SECONDS)
