"""Puts the routes of all rooms on one application."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aiohttp import web

from intake.http.error_form import add_form
from intake.http.guard import Guard, supervise
from intake.http.principal import Authenticator
from intake.http.proxies import Proxies
from intake.http.reading import Limits
from intake.http.route import Route
from intake.http.security import add_headers

_PATTERN = re.compile(r"\{(\w+):[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")


def mount(
    app: web.Application,
    routes: Sequence[Route],
    authenticator: Authenticator,
    limits: Limits | None = None,
    proxies: Proxies | None = None,
) -> None:
    """Mount the routes, first come first matched; GET answers HEAD too. May be called for several groups of routes.

    Raises ValueError when two routes have the same method and path.
    """
    if supervise not in app.middlewares:
        app.middlewares.insert(0, supervise)
        app.on_response_prepare.append(add_headers)
    guard = Guard(authenticator, limits or Limits(), proxies or Proxies())
    taken = {(item.method, item.resource.canonical) for item in app.router.routes() if item.resource}
    for route in routes:
        key = (route.method, _PATTERN.sub(r"{\1}", route.path))
        if key in taken:
            raise ValueError(f"{route.method} {route.path} is mounted twice")
        taken.add(key)
        if route.errors is not None:
            add_form(app, route.errors)
        handler = guard.protect(route)
        if route.method == "GET":
            app.router.add_get(route.path, handler)
        else:
            app.router.add_route(route.method, route.path, handler)
