"""What the city pack tells: categories, units, towns and communities."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from aiohttp import web
from pydantic import BaseModel

from case_api.api.services import ApiServices
from case_api.api.shapes import CatalogueView, Conditional, DivisionsView, UnitsView
from intake.http import PUBLIC, Call, Handler, Route, dump_json, etag, not_modified

_TAG = "城市 city"


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/catalogue`, `/api/v1/units`, `/api/v1/divisions`."""
    city = services.city
    units = UnitsView(items=list(city.units))
    listed: tuple[tuple[str, str, str, type[BaseModel], Callable[[], BaseModel]], ...] = (
        (
            "/api/v1/catalogue",
            PUBLIC,
            "类别与立案条件 / categories with their conditions",
            CatalogueView,
            lambda: city.catalogue,
        ),
        ("/api/v1/units", "units.read", "责任单位 / units", UnitsView, lambda: units),
        (
            "/api/v1/divisions",
            PUBLIC,
            "镇街与社区 / towns and communities",
            DivisionsView,
            city.divisions,
        ),
    )
    return tuple(
        Route(
            "GET",
            path,
            _fixed(value, "public" if needs == PUBLIC else "private"),
            needs,
            summary,
            tag=_TAG,
            headers=Conditional,
            answer=shape,
            also=(304,),
        )
        for path, needs, summary, shape, value in listed
    )


def _fixed(value: Callable[[], BaseModel], cache: str) -> Handler:
    """Answers with a value that hardly ever changes while the hub runs: encoded once for each that there is."""
    encoded: tuple[BaseModel, bytes] | None = None

    async def answer(call: Call) -> web.StreamResponse:
        nonlocal encoded
        shown = value()
        if encoded is None or encoded[0] is not shown:
            encoded = (shown, dump_json(shown))
        content = encoded[1]
        version = hashlib.sha256(content).hexdigest()[:32]
        headers = {"ETag": etag(version), "Cache-Control": f"{cache}, max-age=300"}
        if not_modified(call, version):
            return web.Response(status=304, headers=headers)
        return web.Response(body=content, content_type="application/json", headers=headers)

    return answer
