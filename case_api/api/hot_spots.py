"""Bursts of reports on one place, for desk and dispatch."""

from __future__ import annotations

from aiohttp import web

from case_api.api.services import ApiServices
from case_api.views import HotSpotsView
from intake.http import Call, Route, json_answer


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/hotspots`."""

    async def active(_call: Call) -> web.StreamResponse:
        return json_answer(HotSpotsView(items=list(await services.hot_spots.active())))

    return (
        Route(
            "GET",
            "/api/v1/hotspots",
            active,
            "cases.read",
            "集中反映的地点 / bursts of reports on one place",
            tag="案卷 cases",
            answer=HotSpotsView,
        ),
    )
