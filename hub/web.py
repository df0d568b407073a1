"""The web role: every room's routes on one application."""

from __future__ import annotations

import asyncio
from importlib.metadata import version

from aiohttp import web

from case_api import accounts
from case_api import api as case_routes
from case_api import pages as case_pages
from hub.http_meter import meter
from hub.map_base import map_routes
from hub.metrics import registry_of
from hub.open311 import open311_routes
from hub.probes import probes
from hub.roles import Stop
from hub.rooms import room_services
from hub.sms import sms_routes
from hub.watch import WorkerWatch
from hub.wiring import Hub
from intake.channels import web as web_channel
from intake.channels.web.pages import page_routes
from intake.errors import Temporary
from intake.http import TEMPLATES, HubRunner, Proxies, Route, document_routes, health_routes, make_environment, mount
from intake.http.static_files import static_routes

_TEMPLATE_PACKAGES = ("intake.http", "intake.channels.web", "case_api.pages")
_SHUTDOWN_SECONDS = 5.0


def make_application(hub: Hub, stop: Stop, watch: WorkerWatch, *, with_worker: bool) -> web.Application:
    """The application of this hub; `stop` ends its streams."""
    app = web.Application()
    city = hub.pack.settings
    app[TEMPLATES] = make_environment(_TEMPLATE_PACKAGES, (city.name, city.name_en or city.name))
    registry = registry_of(hub, "all" if with_worker else "web", watch)
    rooms = room_services(hub, stop)
    routes: tuple[Route, ...] = (
        *web_channel.routes(rooms.channel),
        *page_routes(rooms.channel, rooms.choices),
        *case_routes.routes(rooms.api),
        *case_pages.routes(rooms.pages),
        *accounts.routes(hub.accounts, secure_cookies=hub.settings.http.secure_cookies),
        *open311_routes(hub),
        *sms_routes(hub),
        *map_routes(hub.settings.city, lambda: hub.geocoder.loaded.version),
        *static_routes(),
        *health_routes(probes(hub, watch if with_worker else None), registry, metrics_need="metrics.read"),
    )
    documents = document_routes(routes, "12319 Hub", version("hub12319"))
    mount(app, (*routes, *documents), hub.accounts, proxies=Proxies.of(hub.settings.http.trusted_proxies))
    app.middlewares.insert(0, meter(registry))
    return app


async def run_web(hub: Hub, stop: Stop, *, with_worker: bool) -> None:
    """Listen until asked to stop. Raises Temporary when the port is taken."""
    settings = hub.settings.http
    watch = WorkerWatch()
    runner = HubRunner(make_application(hub, stop, watch, with_worker=with_worker))
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        stop.ask()
        await runner.cleanup()
        raise Temporary(
            f"端口 {settings.port} 无法监听（{error.strerror}），请停用占用它的程序或设置 HUB_HTTP_PORT。",
            f"Port {settings.port} cannot be used ({error.strerror}): free it or set HUB_HTTP_PORT.",
        ) from error
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(watch.listen(hub.link if with_worker else hub.bus))
        group.create_task(hub.limits.keep_books(stop.event))
        group.create_task(hub.limits.rescan(stop.event))
        try:
            await stop.event.wait()
        finally:
            listening.cancel()
            await asyncio.wait_for(runner.cleanup(), _SHUTDOWN_SECONDS)
