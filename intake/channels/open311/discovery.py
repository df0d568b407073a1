"""Service discovery: where the endpoints are, in which formats, and how to get a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from aiohttp import web

from intake.channels.open311.answers import ERRORS, answer
from intake.channels.open311.endpoint import Endpoint
from intake.channels.open311.shapes import DiscoveryView, EndpointView
from intake.channels.open311.views import seconds
from intake.channels.open311.xml_text import write_xml
from intake.http import PUBLIC, Call, Route

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ("text/xml", "application/json")
_ADDRESSES = ("/discovery", "/open311/discovery", "/open311/v2/discovery")
Kind = Literal["production", "test"]


def discovery_routes(endpoints: Sequence[tuple[Kind, Endpoint]]) -> tuple[Route, ...]:
    """The document at its three addresses. The first endpoint says how to reach the operator."""

    async def discovery(call: Call) -> web.StreamResponse:
        value = _view(endpoints, call).model_dump()
        if call.path["format"] == "json":
            return answer(call, "discovery", value)
        # Exactly `text/xml`, as validators want it; letters beyond ASCII as references, so that it needs no charset.
        body = write_xml("discovery", value).encode("ascii", "xmlcharrefreplace")
        return web.Response(body=body, headers={"Content-Type": FORMATS[0]})

    return tuple(
        Route(
            "GET",
            f"{address}.{{format:(?:xml|json)}}",
            discovery,
            PUBLIC,
            "Open311 服务发现 / service discovery",
            tag="Open311",
            answer=DiscoveryView,
            also_media=FORMATS[:1],
            errors=ERRORS,
        )
        for address in _ADDRESSES
    )


def _view(endpoints: Sequence[tuple[Kind, Endpoint]], call: Call) -> DiscoveryView:
    first = endpoints[0][1]
    changed = max(seconds(one.services.changed_at) for _, one in endpoints)
    return DiscoveryView(
        changeset=changed,
        contact=first.rules.contact,
        key_service=first.rules.key_service,
        endpoints=[
            EndpointView(
                specification=SPECIFICATION,
                url=f"{one.base_url(call)}{one.prefix}",
                changeset=seconds(one.services.changed_at),
                type=kind,
                formats=list(FORMATS),
            )
            for kind, one in endpoints
        ],
    )
