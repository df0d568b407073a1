"""How long requests took, by the template of their route: few series, whatever addresses are asked for."""

from __future__ import annotations

import time

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Histogram

_BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# A stream lasts as long as its reader likes.
_STREAMS = "text/event-stream"


def meter(registry: CollectorRegistry) -> Middleware:
    """A middleware that times requests to their answer; it belongs before all others, so that it sees every status."""
    histogram = Histogram(
        "hub_http_request_duration_seconds",
        "Time from a request's headers to the end of its handling.",
        ("method", "route", "status"),
        buckets=_BUCKETS_SECONDS,
        registry=registry,
    )
    # `labels` checks and locks at each call.
    known: dict[tuple[str, str, int], Histogram] = {}

    @web.middleware
    async def timed(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        response = await handler(request)
        if response.content_type != _STREAMS:
            method = request.method if request.method in _METHODS else "other"
            key = (method, template_of(request), response.status)
            child = known.get(key)
            if child is None:
                child = known[key] = histogram.labels(*key)
            child.observe(time.perf_counter() - began)
        return response

    return timed


def template_of(request: web.Request) -> str:
    """The path of the route as it was mounted; `none` for an address without one."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"
