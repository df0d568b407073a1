"""What became of my report: for whoever holds its number and its secret."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from case_api.api.services import ApiServices
from case_api.api.shapes import Strict
from case_api.views import TrackingView
from intake.http import PUBLIC, Call, Door, Route, json_answer


class TrackingHeaders(Strict):
    """The secret of the receipt travels in a header, so that no log of addresses holds it."""

    tracking_secret: Annotated[
        str, Field(alias="Tracking-Secret", min_length=1, max_length=64, description="查询码 / of the receipt")
    ]


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/tracking/{number}`."""

    async def track(call: Call) -> web.StreamResponse:
        await services.toll.pay(call, Door.TRACKING)
        secret = call.headers_as(TrackingHeaders).tracking_secret
        view = await services.reports.tracking(call.path["number"], secret)
        await services.toll.give_back(call, Door.TRACKING)
        return json_answer(view)

    return (
        Route(
            "GET",
            "/api/v1/tracking/{number:[0-9]{12,15}}",
            track,
            PUBLIC,
            "凭查询号和查询码查看进度 / progress, by number and secret",
            tag="查询 tracking",
            headers=TrackingHeaders,
            answer=TrackingView,
            problems=(429,),
        ),
    )
