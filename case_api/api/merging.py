"""并案: merging cases, undoing it, and letting a report leave a case that is not its own."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from case_api.api.services import ApiServices
from case_api.api.shapes import CASE_NUMBER, DetachBody, IfMatch, MergeBody, UnmergeBody
from case_api.services import By
from case_api.views import CaseDetailView
from intake.http import Call, Route, etag, json_answer, require_match

_TAG = "案卷 cases"
_MAY = "cases.dispatch"
_PROBLEMS = (409, 412, 428)


@dataclass(frozen=True, slots=True)
class MergingRoutes:
    """Handlers of `/api/v1/cases/{number}/merge`, `/unmerge` and `/detach`."""

    services: ApiServices

    async def merge(self, call: Call) -> web.StreamResponse:
        """Merge a case into another, if it still is what the sender saw; done before, the same answer."""
        number, body = call.path["number"], call.body(MergeBody)
        seen = await self.services.cases.one(number)
        if seen.merged_into != body.into:
            require_match(call, seen.version)
        by = By(call.user().user, seen.version, body.note)
        return _with_version(await self.services.merging.merge(number, body.into, by))

    async def unmerge(self, call: Call) -> web.StreamResponse:
        """Undo a merge, if the case still is what the sender saw; done before, the same answer."""
        number, body = call.path["number"], call.body(UnmergeBody)
        seen = await self.services.cases.one(number)
        if seen.merged_into is not None:
            require_match(call, seen.version)
        by = By(call.user().user, seen.version, body.note)
        return _with_version(await self.services.merging.unmerge(number, by))

    async def detach(self, call: Call) -> web.StreamResponse:
        """Let a report leave the case that the sender saw."""
        number, body = call.path["number"], call.body(DetachBody)
        seen = await self.services.cases.one(number)
        require_match(call, seen.version)
        by = By(call.user().user, seen.version, body.note)
        return _with_version(await self.services.merging.detach(number, body.report_id, by))


def _with_version(view: CaseDetailView) -> web.StreamResponse:
    return json_answer(view, headers={"ETag": etag(view.version)})


def routes(services: ApiServices) -> tuple[Route, ...]:
    """What changes which reports a case holds."""
    own, one = MergingRoutes(services), f"/api/v1/cases/{CASE_NUMBER}"
    return (
        Route(
            "POST",
            f"{one}/merge",
            own.merge,
            _MAY,
            "并入另一件案卷 / merge into another case",
            tag=_TAG,
            body=MergeBody,
            headers=IfMatch,
            answer=CaseDetailView,
            problems=_PROBLEMS,
        ),
        Route(
            "POST",
            f"{one}/unmerge",
            own.unmerge,
            _MAY,
            "撤销并案 / undo the merge",
            tag=_TAG,
            body=UnmergeBody,
            headers=IfMatch,
            answer=CaseDetailView,
            problems=_PROBLEMS,
        ),
        Route(
            "POST",
            f"{one}/detach",
            own.detach,
            _MAY,
            "移出一件诉求，另立案卷 / let a report leave and open its own case",
            tag=_TAG,
            body=DetachBody,
            headers=IfMatch,
            answer=CaseDetailView,
            problems=_PROBLEMS,
        ),
    )
