"""What the limits did, and a pass for those whom they hinder."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from case_api.api.services import ApiServices
from case_api.api.shapes import Strict
from case_api.limit_views import LimitsView
from case_api.views import View
from intake.http import Call, Route, json_answer

MOST_HOURS = 24 * 31
Hours = Annotated[int, Field(ge=1, le=MOST_HOURS, description="最近多少小时 / the last so many hours")]


class LimitsQuery(Strict):
    """How far back to look."""

    hours: Annotated[Hours, Field(strict=False)] = 24


class PassRequest(Strict):
    """Whom to let pass, uncounted, and for how long."""

    who_key: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$", description="列表中的 who_key / as listed")]
    hours: Annotated[int, Field(ge=1, le=24)] = 1


class PassView(View):
    """A pass that was given."""

    who_key: str
    passes_until: datetime


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/limits`."""

    async def read(call: Call) -> web.StreamResponse:
        page = await services.limits.page(services.clock.now(), call.query(LimitsQuery).hours)
        photos = await services.flagged_photos.listed()
        return json_answer(LimitsView(hours=page.hours, items=page.items, photos=list(photos)))

    async def allow(call: Call) -> web.StreamResponse:
        told = call.body(PassRequest)
        until = await services.limits.allow(told.who_key, told.hours, call.user().user, services.clock.now())
        return json_answer(PassView(who_key=told.who_key, passes_until=until))

    return (
        Route(
            "GET",
            "/api/v1/limits",
            read,
            "limits.read",
            "限流与拦截 / what the limits did",
            tag="限流 limits",
            query=LimitsQuery,
            answer=LimitsView,
        ),
        Route(
            "POST",
            "/api/v1/limits/passes",
            allow,
            "limits.allow",
            "暂时放行一个来源 / let a sender pass for a while",
            tag="限流 limits",
            body=PassRequest,
            answer=PassView,
            problems=(404,),
        ),
    )
