"""Cases: lists, one with its history, and dispatch."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from case_api.api.services import ApiServices
from case_api.api.shapes import (
    CASE_NUMBER,
    CasesQuery,
    Conditional,
    CountsView,
    DispatchBody,
    HistoryView,
    IfMatch,
)
from case_api.views import CaseDetailView, CasePage
from intake.http import Call, Route, etag, json_answer, not_modified, require_match

_TAG = "案卷 cases"


@dataclass(frozen=True, slots=True)
class CaseRoutes:
    """Handlers of `/api/v1/cases`."""

    services: ApiServices

    async def page(self, call: Call) -> web.StreamResponse:
        """A page by due time."""
        query = call.query(CasesQuery)
        return json_answer(await self.services.cases.page(query.where(), query.cursor, query.limit))

    async def counts(self, _call: Call) -> web.StreamResponse:
        """Open cases by town, group and state."""
        return json_answer(CountsView(items=list(await self.services.cases.counts())))

    async def one(self, call: Call) -> web.StreamResponse:
        """One case with its version as ETag."""
        view = await self.services.cases.one(call.path["number"])
        if not_modified(call, view.version):
            return web.Response(status=304, headers={"ETag": etag(view.version)})
        return _with_version(view)

    async def history(self, call: Call) -> web.StreamResponse:
        """All events, oldest first."""
        return json_answer(HistoryView(items=list(await self.services.cases.history(call.path["number"]))))

    async def dispatch(self, call: Call) -> web.StreamResponse:
        """Send a case to its unit, if it still is what the sender saw."""
        number, body = call.path["number"], call.body(DispatchBody)
        seen = await self.services.cases.one(number)
        require_match(call, seen.version)
        actor = call.user().user
        return _with_version(
            await self.services.dispatch.dispatch(number, seen.version, actor, body.unit_code, body.note)
        )


def _with_version(view: CaseDetailView) -> web.StreamResponse:
    return json_answer(view, headers={"ETag": etag(view.version)})


def routes(services: ApiServices) -> tuple[Route, ...]:
    """`/api/v1/cases` but its map."""
    own, one = CaseRoutes(services), f"/api/v1/cases/{CASE_NUMBER}"
    read = "cases.read"
    return (
        Route(
            "GET",
            "/api/v1/cases",
            own.page,
            read,
            "未结案卷，按截止时间 / open cases by due time",
            tag=_TAG,
            query=CasesQuery,
            answer=CasePage,
        ),
        Route(
            "GET",
            "/api/v1/cases/counts",
            own.counts,
            read,
            "各镇街各类案卷数 / open cases by town, group and state",
            tag=_TAG,
            answer=CountsView,
        ),
        Route(
            "GET",
            one,
            own.one,
            read,
            "一件案卷 / one case",
            tag=_TAG,
            headers=Conditional,
            answer=CaseDetailView,
            also=(304,),
        ),
        Route(
            "GET",
            f"{one}/history",
            own.history,
            "cases.history",
            "案卷经过 / its history",
            tag=_TAG,
            answer=HistoryView,
        ),
        Route(
            "POST",
            f"{one}/dispatch",
            own.dispatch,
            "cases.dispatch",
            "派遣给责任单位 / send to the unit",
            tag=_TAG,
            body=DispatchBody,
            headers=IfMatch,
            answer=CaseDetailView,
            problems=(409, 412, 428),
        ),
    )
