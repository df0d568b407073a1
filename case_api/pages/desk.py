"""The desk's room: questions that only a person can answer."""

from __future__ import annotations

from aiohttp import web

from case_api.pages.embedded import embedded_json
from case_api.pages.services import PageServices
from intake.http import Call, Route, render

FIRST_QUESTIONS = 50


def routes(services: PageServices) -> tuple[Route, ...]:
    """`/desk`."""

    async def page(call: Call) -> web.StreamResponse:
        found = await services.desk.page(None, FIRST_QUESTIONS)
        return render(call, "desk.html", items=found.items, first=embedded_json(found))

    return (Route("GET", "/desk", page, "desk.read", "坐席工作台 / the desk", page=True),)
