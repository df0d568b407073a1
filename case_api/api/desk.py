"""坐席: questions that only a person can answer."""

from __future__ import annotations

from aiohttp import web

from case_api.api.services import ApiServices
from case_api.api.shapes import REPORT_ID, DeskQuery
from case_api.services import Resolution
from case_api.views import DeskPage, ReportView
from intake.http import Call, Route, json_answer

_TAG = "坐席 desk"


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/desk`."""

    async def page(call: Call) -> web.StreamResponse:
        query = call.query(DeskQuery)
        return json_answer(await services.desk.page(query.cursor, query.limit))

    async def resolve(call: Call) -> web.StreamResponse:
        resolution = call.body(Resolution)
        return json_answer(await services.desk.resolve(call.path["report_id"], call.user().user, resolution))

    return (
        Route(
            "GET",
            "/api/v1/desk",
            page,
            "desk.read",
            "待坐席核对的上报 / questions to the desk, oldest first",
            tag=_TAG,
            query=DeskQuery,
            answer=DeskPage,
        ),
        Route(
            "POST",
            f"/api/v1/desk/{REPORT_ID}/resolve",
            resolve,
            "desk.resolve",
            "坐席的决定：立案、并案或答复 / decide: open, attach or answer",
            tag=_TAG,
            body=Resolution,
            answer=ReportView,
            problems=(409,),
        ),
    )
